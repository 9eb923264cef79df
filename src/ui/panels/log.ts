/**
 * A node's log as a row of marks, one for each entry, which say how safe it is. All rows of a screen begin with the same entry, so
 * that what one node has and another lacks can be seen, and counted.
 */
import type { LogMarks } from "#system"
import type { Canvas } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import type { Style, Token } from "../terminal/theme.ts"

/** How far an entry has come, from what a loss of power takes to what readers are shown. */
const stages = {
  buffered: { glyph: glyphs.idle, style: "warn" },
  durable: { glyph: glyphs.alive, style: "info" },
  committed: { glyph: glyphs.cure, style: "accent" },
  applied: { glyph: glyphs.square, style: "ok" },
} as const satisfies Readonly<Record<string, { readonly glyph: string; readonly style: Token }>>

type Stage = keyof typeof stages

/** What is not durable is buffered, whatever else is said of it: a loss of power takes it. */
const stageOf = (position: number, { durable, commit, applied }: LogMarks): Stage =>
  position > durable ? "buffered" : position <= applied ? "applied" : position <= commit ? "committed" : "durable"

/** The rows move on by so many entries when the longest log has come to their end, and stand still in between. */
const stride = 10

/** The first entry that rows of a width show, given the length of the longest log. */
export const firstShown = (longest: number, width: number): number =>
  1 + stride * Math.ceil(Math.max(0, longest - width) / stride)

/** The numbers of the entries, every tenth over its column. */
export const paintScale = (canvas: Canvas, x: number, y: number, width: number, first: number): void => {
  for (let position = stride * Math.ceil(first / stride); position < first + width; position += stride) {
    const words = String(position)
    if (position - first + 1 >= words.length) canvas.right(x + position - first + 1, y, words, "faint")
  }
}

export interface Bar {
  readonly marks: LogMarks
  /** The first entry that is shown. */
  readonly first: number
  /** Entries after this one are on no other node. */
  readonly shared: number
  /** The node is down: what was not durable is gone. */
  readonly down: boolean
}

export const paintLog = (canvas: Canvas, x: number, y: number, width: number, bar: Bar): void => {
  const { marks, first, shared, down } = bar
  const styleOf = (position: number, stage: Stage): Style =>
    position > shared ? (down ? "bad" : "warn") : down ? "dim" : stages[stage].style
  for (let column = 0; column < width; column++) {
    const position = first + column
    if (position > marks.last) canvas.put(x + column, y, glyphs.between, "faint")
    else {
      const stage = stageOf(position, marks)
      canvas.put(x + column, y, stages[stage].glyph, styleOf(position, stage))
    }
  }
  if (marks.last < first) canvas.put(x, y, glyphs.back, "dim")
}

/** What the marks mean, in a row. */
export const paintLegend = (canvas: Canvas, x: number, y: number): void => {
  const names = Object.keys(stages)
  const least = names.reduce((sum, name) => sum + name.length + 3, x)
  const gap = least + names.length <= canvas.width ? 2 : 1
  let taken = 0
  for (const [name, { glyph, style }] of Object.entries(stages)) {
    taken += canvas.text(x + taken, y, glyph, style) + 1
    taken += canvas.text(x + taken, y, name, "dim") + gap
  }
}
