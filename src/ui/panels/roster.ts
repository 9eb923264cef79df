/** Nodes and clients as a table: a row each; two for a node where there is room. */

import type { NodeView } from "../session/view.ts"
import { type Canvas, columnsOf } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { paintClients } from "./clients.ts"
import { type Cluster, canRestart, fateOf, healthLooks, isStale, sharedWith, termOf } from "./cluster.ts"
import { lasting } from "./figures.ts"
import { fitting } from "./fitting.ts"
import { type Grid, gridOf, paintFigures, paintHeading, paintIdentity, roleWidth } from "./grid.ts"
import { paintLegend, paintLog } from "./log.ts"
import { troublesIn, troublesOf } from "./troubles.ts"

/** So many of the latest entries of a log are always to be seen. */
const leastLog = 4

const paintBar = (canvas: Canvas, y: number, node: NodeView, cluster: Cluster, grid: Grid): void => {
  const marks = node.picture?.log
  if (marks === undefined || grid.figures.length === 0) return
  const bar = { marks, first: grid.first, shared: sharedWith(node, cluster), down: node.health === "down" }
  paintLog(canvas, grid.log, y, grid.logWidth, bar)
  paintFigures(canvas, y, grid, (figure) => figure.of(node, cluster))
}

/** A row below: where it is, what befell it, and the reign that it counts itself to. */
const paintMore = (canvas: Canvas, y: number, node: NodeView, cluster: Cluster, { role, log, end }: Grid): void => {
  canvas.text(role, y, node.region, "dim", roleWidth)
  const stale = isStale(node, cluster) ? termOf(node) : ""
  canvas.right(end, y, stale, "warn")
  const room = end - columnsOf(stale) - 1
  let x = log
  const fate = fateOf(node, cluster)
  if (fate !== "") {
    const restart = canRestart(node, cluster) ? ` ${glyphs.between} x restart` : ""
    x += canvas.text(x, y, `${fate}${restart}`, healthLooks[node.health].style, room - x) + 2
  }
  canvas.text(x, y, fitting([...troublesIn(troublesOf(node, cluster.scene.view)), ""], room - x), "bad")
}

/**
 * Without a row below, what befell a node stands where no log has come to yet, or else over its oldest entries; and since when
 * it is down stands in place of its figures.
 */
const paintTight = (canvas: Canvas, y: number, node: NodeView, cluster: Cluster, grid: Grid): void => {
  const { log, logWidth, first, figures, end } = grid
  const { scene, longest } = cluster
  if (node.health !== "up") {
    const width = figures.reduce((sum, figure) => sum + figure.width, 0)
    canvas.clear({ x: end - width, y, width, height: 1 })
    canvas.right(end, y, lasting(scene.view.at - node.since), healthLooks[node.health].style, width)
  }
  if (node.health === "down") return
  const reached = longest - first + 1
  const before = Math.max(0, reached - leastLog)
  const after = logWidth - reached
  const words = fitting([...troublesIn(troublesOf(node, scene.view)), ""], Math.max(before, after) - 1)
  const width = columnsOf(words) + 1
  if (words === "") return
  const x = width <= after ? log + logWidth - width : log
  canvas.clear({ x, y, width, height: 1 })
  canvas.text(x === log ? x : x + 1, y, words, "bad")
}

export const paintRoster = (canvas: Canvas, cluster: Cluster): void => {
  const { servers, clients, longest } = cluster
  const grid = gridOf(cluster, canvas.width)
  const two = canvas.height >= 1 + 2 * servers.length + clients.length
  paintHeading(canvas, grid)
  let y = 1
  for (const node of servers) {
    paintIdentity(canvas, y, node, cluster, grid)
    paintBar(canvas, y, node, cluster, grid)
    if (two) paintMore(canvas, y + 1, node, cluster, grid)
    else paintTight(canvas, y, node, cluster, grid)
    y += two ? 2 : 1
  }
  y = paintClients(canvas, y, cluster)
  if (y < canvas.height && longest > 0) paintLegend(canvas, 1, canvas.height - 1)
}
