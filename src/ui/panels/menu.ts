/** A menu over the panels: what can be picked, what it does, and why some of it cannot be picked now. */
import type { MenuItem, Overlay } from "../scene.ts"
import { type Canvas, columnsOf, type Rect } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { style } from "../terminal/theme.ts"
import { centred, over } from "./box.ts"
import { clipped } from "./fitting.ts"
import { firstVisible } from "./scroll.ts"

type Menu = Extract<Overlay, { readonly _tag: "menu" }>

const widest = 104

interface Columns {
  readonly key: number
  readonly label: number
  readonly note: number
}

const paintItem = (canvas: Canvas, y: number, item: MenuItem, chosen: boolean, columns: Columns): void => {
  const { width } = canvas
  if (chosen) canvas.put(0, y, glyphs.cursor, "focus")
  if (item.key !== undefined) canvas.text(2, y, item.key, "mark")
  const label = columns.key === 0 ? 2 : 4
  canvas.text(label, y, item.label, chosen ? style("focus", "bold") : "strong", columns.label)
  const words = label + columns.label + 2
  const room = width - words - (columns.note === 0 ? 0 : columns.note + 2)
  canvas.text(words, y, clipped(item.words, room), chosen ? "plain" : "dim")
  if (item.note !== undefined) canvas.right(width, y, item.note, "dim", columns.note)
}

const longest = (words: readonly (string | undefined)[]): number =>
  words.reduce((most, each) => Math.max(most, columnsOf(each ?? "")), 0)

export const menu = (canvas: Canvas, { title, badge, items, chosen, hint }: Menu, room: Rect): void => {
  const columns: Columns = {
    key: longest(items.map(({ key }) => key)),
    label: longest(items.map(({ label }) => label)),
    note: longest(items.map(({ note }) => note)),
  }
  const words = longest(items.map((item) => item.words))
  const wanted = 4 + columns.label + 2 + words + (columns.note === 0 ? 0 : columns.note + 2)
  const width = Math.min(widest, room.width, 4 + Math.max(wanted, columnsOf(hint)))
  const rect = centred(room, { width, height: Math.min(items.length + 4, room.height) })
  const height = Math.max(0, rect.height - 4)
  const first = firstVisible(items.length, chosen, height)
  const more = items.length > height ? `${Math.min(items.length, chosen + 1)}/${items.length}` : undefined
  const inside = over(canvas, rect, { title, badge: badge ?? more, style: "focus" })
  for (const [nth, item] of items.slice(first, first + height).entries()) {
    paintItem(inside, nth, item, first + nth === chosen, columns)
  }
  inside.text(0, inside.height - 1, hint, "dim")
}
