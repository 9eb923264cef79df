/**
 * The difference between what a terminal shows and a canvas, as the fewest bytes that make them equal. The terminal's cells are
 * remembered, the place of its cursor is not: each difference begins by saying where, so that whatever else wrote to the
 * terminal spoils no more than the cells it wrote on.
 */
import type { Canvas } from "./canvas.ts"
import type { Pen } from "./pen.ts"
import { showsOnBlank } from "./theme.ts"

const space = 0x20

/** The longest gap between two changes that may be shorter to write again than to step over. */
const longestGap = 3

const bytesOf = (text: string): number => Buffer.byteLength(text)

export class Difference {
  #width = 0
  #height = 0
  #codes = new Uint32Array()
  #styles = new Uint16Array()
  #known = false

  /** Forgets what the terminal shows: the next difference starts from an empty screen. */
  forget(): void {
    this.#known = false
  }

  /** What to write so that the terminal shows this canvas; empty if it does. From then on it counts as shown. */
  to(canvas: Canvas, pen: Pen): string {
    const { width, height, codes, styles } = canvas
    let text = ""
    if (!this.#known || this.#width !== width || this.#height !== height) {
      this.#width = width
      this.#height = height
      this.#codes = new Uint32Array(width * height).fill(space)
      this.#styles = new Uint16Array(width * height)
      this.#known = true
      text = "\u001b[?25l\u001b[m\u001b[2J"
    }
    let style = 0
    let cursor = -1
    for (let at = 0; at < codes.length; at++) {
      const code = codes[at] ?? space
      const wanted = styles[at] ?? 0
      if (code === this.#codes[at] && wanted === this.#styles[at]) continue
      if (at !== cursor || at % width === 0) text += this.#move(cursor, at, style, pen)
      if (code !== space || showsOnBlank(wanted) || showsOnBlank(style)) {
        text += pen.change(style, wanted)
        style = wanted
      }
      text += pen.glyph(code)
      cursor = at + 1
      this.#codes[at] = code
      this.#styles[at] = wanted
    }
    return text === "" ? "" : `\u001b[?2026h${text}${pen.change(style, 0)}\u001b[?2026l`
  }

  /** The shortest way from one cell to another: to an absolute place, along the row, or over cells written once more. */
  #move(from: number, to: number, style: number, pen: Pen): string {
    const width = this.#width
    const column = to % width
    const row = (to - column) / width
    const ways = [column === 0 ? `\u001b[${row + 1}H` : `\u001b[${row + 1};${column + 1}H`]
    const gap = to - from
    if (from > to - column) {
      ways.push(`\u001b[${gap === 1 ? "" : gap}C`)
      if (gap <= longestGap) ways.push(...this.#again(from, to, style, pen))
    }
    if (from > 0 && column === 0 && row === Math.floor((from - 1) / width) + 1) ways.push("\r\n")
    return ways.reduce((best, way) => (bytesOf(way) < bytesOf(best) ? way : best))
  }

  /** The unchanged cells of a gap, where the pen need not change to write them again. */
  #again(from: number, to: number, style: number, pen: Pen): readonly string[] {
    let text = ""
    for (let at = from; at < to; at++) {
      const code = this.#codes[at] ?? space
      const shown = this.#styles[at] ?? 0
      if (code === space ? showsOnBlank(shown) || showsOnBlank(style) : shown !== style) return []
      text += pen.glyph(code)
    }
    return [text]
  }
}
