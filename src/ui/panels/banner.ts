/** What is said when a promise breaks: which, what it promised, how it was broken, and what one can do now. */
import type { Hint } from "../scene.ts"
import type { Break } from "../session/session.ts"
import { type Canvas, columnsOf, type Rect } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { style } from "../terminal/theme.ts"
import { over } from "./box.ts"
import { inSeconds } from "./figures.ts"
import { wrap } from "./wrap.ts"

const hints: readonly Hint[] = [
  { keys: "r", label: "replay the last second" },
  { keys: "d", label: "another design" },
  { keys: "any key", label: "goes on" },
]

/** No line is longer than can be read with ease. */
const widest = 100

/** The hints, in as few rows as they take. */
const hintRows = (width: number): readonly (readonly Hint[])[] => {
  const rows: Hint[][] = []
  let taken = width
  for (const hint of hints) {
    const more = columnsOf(hint.keys) + 1 + columnsOf(hint.label)
    if (taken + 3 + more > width) {
      rows.push([hint])
      taken = more
    } else {
      rows.at(-1)?.push(hint)
      taken += 3 + more
    }
  }
  return rows
}

const paintHints = (canvas: Canvas, y: number, row: readonly Hint[]): void => {
  let x = 0
  for (const [nth, { keys, label }] of row.entries()) {
    if (nth > 0) x += canvas.text(x, y, ` ${glyphs.between} `, "dim")
    x += canvas.text(x, y, keys, "mark") + 1
    x += canvas.text(x, y, label, "dim")
  }
}

const bad = style("bad", "bold")

/** So few rows that would be left above are taken as well. */
const scraps = 4

/** Tells of a broken promise, at the bottom of a rectangle. */
export const banner = (canvas: Canvas, { name, sentence, because, at }: Break, room: Rect): void => {
  const { width } = room
  const inner = Math.min(widest, width - 4)
  const when = `broken at ${inSeconds(at)} s`
  const title = `${glyphs.violated} ${name}`
  // A narrow border has room for one of the two.
  const fits = columnsOf(title) + columnsOf(when) + 8 <= width
  const names = fits ? [] : wrap(name, inner)
  const promised = wrap(sentence, inner)
  const broken = wrap(because, inner)
  const rows = hintRows(inner)
  const content = names.length + promised.length + broken.length + rows.length
  // Blank rows between the paragraphs, as long as there is room for them.
  const blanks = Math.max(0, Math.min(2, room.height - 2 - content))
  const needed = content + blanks + 2
  const height = room.height - needed <= scraps ? room.height : needed
  const rect = { x: 0, y: room.height - height, width, height }
  const frame = fits ? { title, badge: when, badgeStyle: bad } : { title: `${glyphs.violated} ${when}` }
  const inside = over(canvas.within(room), rect, { ...frame, titleStyle: bad, style: "bad" })
  let y = Math.floor((inside.height - content - blanks) / 2)
  for (const line of names) inside.text(0, y++, line, bad)
  for (const line of promised) inside.text(0, y++, line, "dim")
  if (blanks > 0) y++
  for (const line of broken) inside.text(0, y++, line, "strong")
  if (blanks > 1) y++
  for (const row of rows) paintHints(inside, y++, row)
}
