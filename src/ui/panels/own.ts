/** The picture that a system has of itself: one panel for each system that wants more than nodes and logs. */

import { everyPanel, type Scene } from "../scene.ts"
import type { Canvas } from "../terminal/canvas.ts"
import type { Panel } from "./panel.ts"
import { queuePanel } from "./queue.ts"
import { ringPanel } from "./ring.ts"

/** Paints a system's picture of an instant, in microseconds. */
type Own = (canvas: Canvas, picture: never, at: number) => void

/** By the name of the system. */
const paintings: Readonly<Record<string, Own>> = { queue: queuePanel, ring: ringPanel }

/** Whether a system has a panel of its own. */
export const isPainted = (system: string): boolean => Object.hasOwn(paintings, system)

export const system: Panel = (canvas: Canvas, scene: Scene) => {
  if (scene.own === undefined) return
  const { system: name, picture } = scene.own
  const inside = canvas.box(
    { x: 0, y: 0, width: canvas.width, height: canvas.height },
    {
      key: String(everyPanel.indexOf("system") + 1),
      title: name,
      badge: "",
      badgeStyle: "dim",
      focused: scene.focus === "system",
    },
  )
  paintings[name]?.(inside, picture as never, scene.view.at)
}
