/** A curve of columns ▁ to █ in as many rows as a canvas has, the latest value at the right; where there is nothing, a dot. */
import type { Canvas } from "../terminal/canvas.ts"
import { glyphs, heights } from "../terminal/glyphs.ts"
import type { Style } from "../terminal/theme.ts"

/** The tallest column stops short of the row above, so that curves below each other stay apart. */
const headroom = 1

export const paintCurve = (canvas: Canvas, values: readonly (number | undefined)[], style: Style): void => {
  const { width, height } = canvas
  const shown = values.slice(-width)
  const tallest = shown.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  const eighths = height * heights.length - headroom
  for (const [nth, value = 0] of shown.entries()) {
    const x = width - shown.length + nth
    const filled = value === 0 ? 0 : Math.max(1, Math.round((value / tallest) * eighths))
    if (filled === 0) canvas.put(x, height - 1, glyphs.between, "faint")
    for (let row = 0; row * heights.length < filled; row++) {
      const glyph = heights[Math.min(heights.length, filled - row * heights.length) - 1]
      if (glyph !== undefined) canvas.put(x, height - 1 - row, glyph, style)
    }
  }
}
