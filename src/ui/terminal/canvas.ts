/**
 * The canvas: a grid of cells, each a code point and a style, and the few strokes that panels paint with. Nothing is ever
 * drawn outside: a stroke is clipped to the canvas, and a canvas `within` another is clipped to that one too, so that a panel
 * cannot spill into its neighbour. Coordinates are cells from the canvas' own top left corner.
 */
import { cellOf, glyphs, heights } from "./glyphs.ts"
import type { Pen } from "./pen.ts"
import { type Style, showsOnBlank, styleId } from "./theme.ts"

/** A rectangle of cells. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What stands on the border of a box: `╭─1 nodes ────── term 7 ╮`. */
export interface Frame {
  /** The key that brings the panel to the front. */
  readonly key?: string | undefined
  readonly title?: string | undefined
  readonly titleStyle?: Style | undefined
  /** On the right; it goes first where there is no room. */
  readonly badge?: string | undefined
  readonly badgeStyle?: Style | undefined
  readonly focused?: boolean | undefined
  /** The border's own style, where it has more to say than which panel is focused. */
  readonly style?: Style | undefined
}

/** A stretch of a bar, as a share (0 to 1) of the bar's width. */
export interface Segment {
  readonly share: number
  readonly style: Style
}

/** The cells, shared by a canvas and all canvases within it. */
interface Grid {
  readonly width: number
  readonly height: number
  readonly codes: Uint32Array
  readonly styles: Uint16Array
}

/** Where a canvas lies in its grid, and what of it may be painted there. */
interface Place {
  readonly grid: Grid
  readonly x: number
  readonly y: number
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

const space = 0x20

/** A badge that would keep fewer columns than this says nothing. */
const leastBadge = 4

/** What takes no column: control characters, and marks that join what stands before them. */
const widthless = /[\p{Cc}\p{Cf}\p{Mn}\p{Me}]/u

const codeOf = (glyph: string): number => cellOf(glyph.codePointAt(0) ?? space)

const ellipsis = codeOf(glyphs.ellipsis)

/** The code points that words put into cells, one each. */
const cellsIn = (words: string): readonly number[] => {
  const cells: number[] = []
  for (const glyph of words) {
    if (!widthless.test(glyph)) cells.push(codeOf(glyph))
  }
  return cells
}

/** How many columns words take. */
export const columnsOf = (words: string): number => cellsIn(words).length

/** As many cells as there is room for; the last one says that there was more. */
const cut = (cells: readonly number[], room: number): readonly number[] =>
  cells.length <= room ? cells : room <= 0 ? [] : [...cells.slice(0, room - 1), ellipsis]

const whole = (width: number, height: number): Place => ({
  grid: { width, height, codes: new Uint32Array(width * height).fill(space), styles: new Uint16Array(width * height) },
  x: 0,
  y: 0,
  left: 0,
  top: 0,
  right: width,
  bottom: height,
})

export class Canvas {
  /** In cells; what a canvas around this one clips is counted. */
  readonly width: number
  readonly height: number
  readonly #place: Place

  constructor(width: number, height: number, place: Place = whole(width, height)) {
    this.width = width
    this.height = height
    this.#place = place
  }

  /** The code points of the whole grid, row by row. */
  get codes(): Uint32Array {
    return this.#place.grid.codes
  }

  /** The styles of the whole grid, row by row. */
  get styles(): Uint16Array {
    return this.#place.grid.styles
  }

  /** A part of this canvas as a canvas of its own; it paints into the same cells. */
  within(rect: Rect): Canvas {
    const { grid, x, y, left, top, right, bottom } = this.#place
    const width = Math.max(0, rect.width)
    const height = Math.max(0, rect.height)
    return new Canvas(width, height, {
      grid,
      x: x + rect.x,
      y: y + rect.y,
      left: Math.max(left, x + rect.x),
      top: Math.max(top, y + rect.y),
      right: Math.min(right, x + rect.x + width),
      bottom: Math.min(bottom, y + rect.y + height),
    })
  }

  /** Empties the canvas, or a rectangle of it. */
  clear(rect: Rect = { x: 0, y: 0, width: this.width, height: this.height }): void {
    this.fill(rect, " ", "plain")
  }

  /** Paints the first glyph of a string. */
  put(x: number, y: number, glyph: string, style: Style = "plain"): void {
    this.#set(x, y, codeOf(glyph), styleId(style))
  }

  fill(rect: Rect, glyph: string, style: Style = "plain"): void {
    const code = codeOf(glyph)
    const id = styleId(style)
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) this.#set(x, y, code, id)
    }
  }

  /** Words from `x` on, cut with `…` after `width` columns or at the canvas' edge. Returns the columns they took. */
  text(x: number, y: number, words: string, style: Style = "plain", width = Number.POSITIVE_INFINITY): number {
    return this.#write(x, y, cut(cellsIn(words), Math.min(width, this.width - x)), style)
  }

  /** Words that end just before column `end`, cut with `…` after `width` columns. Returns the columns they took. */
  right(end: number, y: number, words: string, style: Style = "plain", width = end): number {
    const cells = cut(cellsIn(words), width)
    return this.#write(end - cells.length, y, cells, style)
  }

  /** A border around a rectangle, with a title and a badge. Returns the canvas inside it. */
  box(rect: Rect, frame: Frame = {}): Canvas {
    const inside = this.within({ x: rect.x + 1, y: rect.y + 1, width: rect.width - 2, height: rect.height - 2 })
    if (rect.width < 2 || rect.height < 2) return inside
    const border = frame.style ?? (frame.focused === true ? "focus" : "border")
    const box = this.within(rect)
    const right = rect.width - 1
    const bottom = rect.height - 1
    for (const y of [0, bottom]) box.fill({ x: 1, y, width: right - 1, height: 1 }, "─", border)
    for (const x of [0, right]) box.fill({ x, y: 1, width: 1, height: bottom - 1 }, "│", border)
    box.put(0, 0, "╭", border)
    box.put(right, 0, "╮", border)
    box.put(0, bottom, "╰", border)
    box.put(right, bottom, "╯", border)
    box.within({ x: 1, y: 0, width: right - 1, height: 1 }).#label(frame)
    return inside
  }

  /** A line of `width` columns: its segments one after the other, and a faint track for what is left. */
  bar(x: number, y: number, width: number, segments: readonly Segment[]): void {
    this.fill({ x, y, width, height: 1 }, glyphs.empty, "faint")
    let share = 0
    let from = 0
    for (const segment of segments) {
      share += segment.share
      const to = Math.min(width, Math.round(share * width))
      this.fill({ x: x + from, y, width: to - from, height: 1 }, glyphs.full, segment.style)
      from = Math.max(from, to)
    }
  }

  /**
   * Columns ▁ to █, one for each of the latest `width` values, the tallest for `max` (by default the largest of them). A gap
   * (`undefined`) is a faint dot. A function picks each column's style by its value.
   */
  spark(
    x: number,
    y: number,
    width: number,
    values: readonly (number | undefined)[],
    style: Style | ((value: number) => Style) = "accent",
    max?: number,
  ): void {
    const shown = values.slice(-Math.max(0, width))
    const tallest = max ?? shown.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
    for (const [column, value] of shown.entries()) {
      if (value === undefined) {
        this.put(x + column, y, glyphs.between, "faint")
        continue
      }
      const share = Math.min(1, Math.max(0, value / tallest))
      // Nothing out of nothing is no number, and the lowest.
      const height = heights[Math.round(share * (heights.length - 1))] ?? heights[0]
      this.put(x + column, y, height, typeof style === "function" ? style(value) : style)
    }
  }

  /** The rows as plain text, without trailing blanks. */
  toString(): string {
    return this.#rows((row) => String.fromCodePoint(...row.map(({ code }) => code)).trimEnd())
  }

  /** The rows as a terminal would be told them, each ending in the terminal's own style. */
  toAnsi(pen: Pen): string {
    return this.#rows((row) => {
      let last = row.length
      while (last > 0 && row[last - 1]?.code === space && row[last - 1]?.style === 0) last--
      let line = ""
      let style = 0
      for (const cell of row.slice(0, last)) {
        if (cell.code !== space || showsOnBlank(cell.style) || showsOnBlank(style)) {
          line += pen.change(style, cell.style)
          style = cell.style
        }
        line += pen.glyph(cell.code)
      }
      return line + pen.change(style, 0)
    })
  }

  #rows(lineOf: (row: readonly { readonly code: number; readonly style: number }[]) => string): string {
    const { grid, x, y } = this.#place
    const lines: string[] = []
    for (let row = y; row < y + this.height; row++) {
      const cells = []
      for (let column = x; column < x + this.width; column++) {
        const inside = row >= 0 && row < grid.height && column >= 0 && column < grid.width
        const at = row * grid.width + column
        cells.push({ code: inside ? (grid.codes[at] ?? space) : space, style: inside ? (grid.styles[at] ?? 0) : 0 })
      }
      lines.push(lineOf(cells))
    }
    return lines.join("\n")
  }

  #set(x: number, y: number, code: number, style: number): void {
    const place = this.#place
    const column = place.x + x
    const row = place.y + y
    if (column < place.left || column >= place.right || row < place.top || row >= place.bottom) return
    const at = row * place.grid.width + column
    place.grid.codes[at] = code
    // Blanks that look alike are alike, so that nothing is written for the difference.
    place.grid.styles[at] = code === space && !showsOnBlank(style) ? 0 : style
  }

  #write(x: number, y: number, cells: readonly number[], style: Style): number {
    const id = styleId(style)
    cells.forEach((code, column) => {
      this.#set(x + column, y, code, id)
    })
    return cells.length
  }

  /** The words on a border: this canvas is the border's stretch between its two corners. */
  #label({ key = "", title = "", titleStyle = "strong", badge = "", badgeStyle = "dim" }: Frame): void {
    let x = key === "" ? 0 : 1 + this.text(1, 0, key, "mark")
    if (title !== "") x += this.text(x, 0, ` ${title} `, titleStyle)
    const room = this.width - 1 - x
    if (badge === "" || Math.min(columnsOf(badge), leastBadge) > room) return
    const taken = this.right(this.width - 1, 0, badge, badgeStyle, room)
    for (const blank of [this.width - 2 - taken, this.width - 1]) this.put(blank, 0, " ")
  }
}
