/** The whole frame: every panel where it belongs, and over them what has to be said just now. */
import { layoutOf, least } from "./layout.ts"
import { banner } from "./panels/banner.ts"
import { footer } from "./panels/footer.ts"
import { header } from "./panels/header.ts"
import { headline } from "./panels/headline.ts"
import { invariants } from "./panels/invariants.ts"
import { menu } from "./panels/menu.ts"
import { messages } from "./panels/messages.ts"
import { metrics } from "./panels/metrics.ts"
import { nodes } from "./panels/nodes.ts"
import { system } from "./panels/own.ts"
import { page } from "./panels/page.ts"
import type { Panel } from "./panels/panel.ts"
import { progress } from "./panels/progress.ts"
import { timeline } from "./panels/timeline.ts"
import { toast } from "./panels/toast.ts"
import { trace } from "./panels/trace.ts"
import type { PanelName, Scene } from "./scene.ts"
import { type Canvas, columnsOf } from "./terminal/canvas.ts"

const panels: Readonly<Record<PanelName, Panel>> = { nodes, messages, invariants, metrics, trace, timeline, system }

const paintTooSmall = (canvas: Canvas): void => {
  const words = `terminal too small: ${canvas.width}x${canvas.height}, need ${least.columns}x${least.rows}`
  canvas.text(Math.max(0, Math.floor((canvas.width - columnsOf(words)) / 2)), Math.floor(canvas.height / 2), words)
}

/** Paints a frame on an empty canvas as large as the terminal. */
export const paintScreen = (canvas: Canvas, scene: Scene): void => {
  const layout = layoutOf(canvas.width, canvas.height, scene.focus, scene.zoomed, scene.own !== undefined)
  if (layout === undefined) {
    paintTooSmall(canvas)
    return
  }
  header(canvas.within(layout.header), scene)
  headline(canvas.within(layout.headline), scene)
  for (const [name, rect] of layout.panels) panels[name](canvas.within(rect), scene)
  footer(canvas.within(layout.footer), scene)
  if (scene.broken !== undefined) banner(canvas, scene.broken, layout.banner)
  if (scene.progress !== undefined) progress(canvas, scene.progress, layout.body)
  if (scene.overlay?._tag === "menu") menu(canvas, scene.overlay, layout.body)
  if (scene.overlay?._tag === "page") page(canvas, scene.overlay, layout.body)
  // What a key did is old news once a promise has broken.
  if (scene.toast !== undefined && scene.broken === undefined) toast(canvas, scene.toast, layout.body)
}
