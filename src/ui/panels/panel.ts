/** What every panel is: a pure function that paints a scene on the canvas it is given, border and all. */
import { everyPanel, type PanelName, type Scene } from "../scene.ts"
import { type Canvas, columnsOf } from "../terminal/canvas.ts"
import type { Style } from "../terminal/theme.ts"
import { fitting } from "./fitting.ts"

export type Panel = (canvas: Canvas, scene: Scene) => void

/** What a border needs beside its words: corners, blanks, the key. */
const trimmings = 8

/**
 * The border of a panel, with the key that brings the keyboard to it, and the first of the badges that there is room for.
 * Returns the canvas inside.
 */
export const framed = (
  canvas: Canvas,
  scene: Scene,
  name: PanelName,
  badges: readonly string[],
  badgeStyle: Style = "dim",
): Canvas =>
  canvas.box(
    { x: 0, y: 0, width: canvas.width, height: canvas.height },
    {
      key: String(everyPanel.indexOf(name) + 1),
      title: name,
      badge: fitting(badges, canvas.width - columnsOf(name) - trimmings),
      badgeStyle,
      focused: scene.focus === name,
    },
  )
