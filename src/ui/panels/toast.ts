/** A toast: what a key did, for a moment, in the corner where nothing else happens. */
import type { Scene } from "../scene.ts"
import { type Canvas, columnsOf, type Rect } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { over } from "./box.ts"
import { wrap } from "./wrap.ts"

const signs = { ok: glyphs.holds, warn: glyphs.now, bad: glyphs.fault } as const

const widest = 100

export const toast = (canvas: Canvas, { words, tone }: NonNullable<Scene["toast"]>, room: Rect): void => {
  const lines = wrap(words, Math.min(widest, room.width) - 8)
  const width = lines.reduce((most, line) => Math.max(most, columnsOf(line)), 0) + 6
  const height = lines.length + 2
  const rect = { x: room.x + room.width - width - 1, y: room.y + room.height - height, width, height }
  const inside = over(canvas, rect, { style: tone })
  inside.put(0, 0, signs[tone], tone)
  for (const [nth, line] of lines.entries()) inside.text(2, nth, line)
}
