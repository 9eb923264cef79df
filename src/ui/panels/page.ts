/** A page over the panels: lines to read, scrolled. */
import type { Overlay } from "../scene.ts"
import { type Canvas, columnsOf, type Rect } from "../terminal/canvas.ts"
import { centred, over } from "./box.ts"

type Page = Extract<Overlay, { readonly _tag: "page" }>

const widest = 104

export const page = (canvas: Canvas, { title, lines, scroll, hint }: Page, room: Rect): void => {
  const longest = lines.reduce((most, line) => Math.max(most, columnsOf(line)), columnsOf(hint))
  const width = Math.min(widest, room.width, 4 + longest)
  const rect = centred(room, { width, height: Math.min(lines.length + 4, room.height) })
  const height = Math.max(0, rect.height - 4)
  const first = Math.max(0, Math.min(scroll, lines.length - height))
  const shown = lines.slice(first, first + height)
  const badge = lines.length > height ? `${first + shown.length}/${lines.length}` : undefined
  const inside = over(canvas, rect, { title, badge, style: "focus" })
  for (const [nth, line] of shown.entries()) inside.text(0, nth, line)
  inside.text(0, inside.height - 1, hint, "dim")
}
