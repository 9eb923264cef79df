/** Clients: what they wait for, and since when. */

import type { NodeView } from "../session/view.ts"
import { type Canvas, columnsOf } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { style } from "../terminal/theme.ts"
import type { Cluster } from "./cluster.ts"
import { lasting } from "./figures.ts"
import { clipped, fitting } from "./fitting.ts"
import { type Grid, gridOf, paintIdentity } from "./grid.ts"
import { troublesIn, troublesOf } from "./troubles.ts"
import { hueOf } from "./who.ts"

const paintClient = (canvas: Canvas, y: number, client: NodeView, cluster: Cluster, grid: Grid): void => {
  paintIdentity(canvas, y, client, cluster, grid)
  const { scene } = cluster
  const waited = client.asks === undefined ? "" : lasting(scene.view.at - client.askedAt)
  canvas.right(grid.end, y, waited, "dim")
  const end = grid.end - columnsOf(waited) - 1
  const troubles = fitting([...troublesIn(troublesOf(client, scene.view)), ""], end - grid.log)
  const x = grid.log + canvas.text(grid.log, y, troubles, "bad") + (troubles === "" ? 0 : 2)
  if (client.asks === undefined) canvas.text(x, y, "idle", "dim", end - x)
  else canvas.text(x, y, clipped(scene.say(client.asks), end - x))
}

/** All clients in one row, where there is no room for more. */
const paintCrowd = (canvas: Canvas, y: number, { clients, scene }: Cluster): void => {
  let x = 0
  for (const client of clients) {
    if (scene.selected === client.index) canvas.put(x, y, glyphs.cursor, "focus")
    x += 1 + canvas.text(x + 1, y, client.id, style(hueOf(client), "bold")) + 1
    const words = client.asks === undefined ? glyphs.between : scene.say(client.asks)
    x += canvas.text(x, y, clipped(words, canvas.width - x), "dim") + 1
  }
}

/** The clients, from a row on; returns the row after them. */
export const paintClients = (canvas: Canvas, y: number, cluster: Cluster): number => {
  const { clients } = cluster
  const grid = gridOf(cluster, canvas.width)
  if (y + clients.length > canvas.height) {
    paintCrowd(canvas, Math.min(y, canvas.height - 1), cluster)
    return y + 1
  }
  for (const [nth, client] of clients.entries()) paintClient(canvas, y + nth, client, cluster, grid)
  return y + clients.length
}
