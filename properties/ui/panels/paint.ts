/** How a panel is looked at in a test: painted on a canvas of its own, and read back cell by cell. */
import type { Panel } from "../../../src/ui/panels/panel.ts"
import type { Scene } from "../../../src/ui/scene.ts"
import type { View } from "../../../src/ui/session/view.ts"
import { Canvas } from "../../../src/ui/terminal/canvas.ts"
import { type Token, tokenOf } from "../../../src/ui/terminal/theme.ts"

export const paint = (panel: Panel, scene: Scene, width: number, height: number): Canvas => {
  const canvas = new Canvas(width, height)
  panel(canvas, scene)
  return canvas
}

export const rowsOf = (canvas: Canvas): readonly string[] => canvas.toString().split("\n")

/** What a cell means. */
export const tokenAt = (canvas: Canvas, x: number, y: number): Token =>
  tokenOf(canvas.styles[y * canvas.width + x] ?? 0)

/** Where words begin on a canvas. */
export const find = (canvas: Canvas, words: string): { readonly x: number; readonly y: number } => {
  const y = rowsOf(canvas).findIndex((row) => row.includes(words))
  if (y < 0) throw new Error(`there is no ${JSON.stringify(words)} in\n${canvas.toString()}`)
  return { x: rowsOf(canvas)[y]?.indexOf(words) ?? -1, y }
}

/** What a cell means where words begin. */
export const tokenOfWords = (canvas: Canvas, words: string): Token => {
  const { x, y } = find(canvas, words)
  return tokenAt(canvas, x, y)
}

/** What panels read of a view. */
type Seen = Pick<
  View,
  "at" | "nodes" | "flights" | "flying" | "fallen" | "troubles" | "pulse" | "calm" | "lag" | "headlines"
>

/** The same scene with something else to be seen. */
export const seeing = (scene: Scene, instead: Partial<Seen>): Scene => {
  const { at, nodes, flights, flying, fallen, troubles, pulse, calm, lag, headlines } = scene.view
  const seen: Seen = { at, nodes, flights, flying, fallen, troubles, pulse, calm, lag, headlines, ...instead }
  return { ...scene, view: seen as View }
}
