/** Boxes that lie over the panels: in the middle of a rectangle, with a margin that keeps what is beside them apart. */
import type { Canvas, Frame, Rect } from "../terminal/canvas.ts"

/** A strip no wider than this beside a box shows nothing that could be read: the box takes it. */
const scrap = 3

/** A rectangle of a size in the middle of another, no larger than that. */
export const centred = (within: Rect, size: { readonly width: number; readonly height: number }): Rect => {
  const width = size.width + 2 * scrap >= within.width ? within.width : size.width
  const height = Math.min(within.height, size.height)
  return {
    x: within.x + Math.floor((within.width - width) / 2),
    y: within.y + Math.floor((within.height - height) / 2),
    width,
    height,
  }
}

/** Empties a rectangle and draws a box in it. Returns the canvas inside, a column in from the border on either side. */
export const over = (canvas: Canvas, rect: Rect, frame: Frame): Canvas => {
  canvas.clear({ ...rect, x: rect.x - 1, width: rect.width + 2 })
  const inside = canvas.box(rect, frame)
  return inside.within({ x: 1, y: 0, width: inside.width - 2, height: inside.height })
}
