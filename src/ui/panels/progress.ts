/** How far a run has come that is played again, and why that is done. */
import type { Scene } from "../scene.ts"
import { type Canvas, columnsOf, type Rect } from "../terminal/canvas.ts"
import { centred, over } from "./box.ts"

const least = 44

export const progress = (canvas: Canvas, { share, why }: NonNullable<Scene["progress"]>, room: Rect): void => {
  const width = Math.max(least, columnsOf(why) + 4)
  const rect = centred(room, { width, height: 4 })
  const inside = over(canvas, rect, { title: "playing it again", style: "focus" })
  const percent = `${Math.floor(Math.min(1, share) * 100)} %`
  inside.text(0, 0, why, "dim")
  inside.bar(0, 1, inside.width - 6, [{ share, style: "accent" }])
  inside.right(inside.width, 1, percent)
}
