/** Nodes as cards, one below the other, so that their logs can be compared entry by entry. */
import type { LogMarks } from "#system"
import type { NodeView } from "../session/view.ts"
import type { Canvas } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { style } from "../terminal/theme.ts"
import { paintClients } from "./clients.ts"
import { type Cluster, canRestart, fateOf, healthLooks, isStale, lagOf, roleOf, sharedWith, termOf } from "./cluster.ts"
import { fitting } from "./fitting.ts"
import { firstShown, paintLegend, paintLog, paintScale } from "./log.ts"
import { troublesIn, troublesOf } from "./troubles.ts"
import { hueOf } from "./who.ts"

/** A border and two rows at least, and a row each for the scale and what befell the node where there is room. */
const leastHeight = 4
const mostHeight = 6

/** From this width on a card says more than a row does. */
const leastWidth = 80

/** The figures of a card are so wide, so that they stay where they are. */
const figureWidth = 5

const frame = (canvas: Canvas, node: NodeView, cluster: Cluster): Canvas => {
  const selected = cluster.scene.selected === node.index
  const look = healthLooks[node.health]
  const role = roleOf(node)
  const inside = canvas.box(
    { x: 0, y: 0, width: canvas.width, height: canvas.height },
    {
      title: `${look.glyph} ${node.id}`,
      titleStyle: style(node.health === "up" ? hueOf(node) : look.style, "bold"),
      badge: [role.words, termOf(node), node.region].filter((words) => words !== "").join(` ${glyphs.between} `),
      badgeStyle: role.style === "dim" && isStale(node, cluster) ? "warn" : role.style,
      style: node.health === "down" ? "bad" : selected ? "focus" : "border",
    },
  )
  if (selected) inside.put(0, 0, glyphs.cursor, "focus")
  return inside
}

/** Paints the figures of a log; returns the column after them. */
const paintFigures = (canvas: Canvas, y: number, marks: LogMarks, node: NodeView, cluster: Cluster): number => {
  let x = 1
  for (const name of ["last", "durable", "commit", "applied"] as const) {
    x += canvas.text(x, y, name, "dim") + 1
    canvas.text(x, y, String(marks[name]))
    x += figureWidth
  }
  const lag = lagOf(node, cluster)
  x += canvas.text(x, y, "lag", "dim") + 1
  canvas.text(x, y, lag.words, lag.style)
  return x + figureWidth
}

const paintTroubles = (canvas: Canvas, x: number, y: number, node: NodeView, cluster: Cluster): void => {
  const fate = fateOf(node, cluster)
  let taken = x
  if (fate !== "") taken += canvas.text(taken, y, fate, healthLooks[node.health].style) + 2
  if (canRestart(node, cluster)) {
    taken += canvas.text(taken, y, "x", "mark") + 1
    taken += canvas.text(taken, y, "restart", "dim") + 2
  }
  const troubles = troublesIn(troublesOf(node, cluster.scene.view))
  canvas.text(taken, y, fitting([...troubles, ""], canvas.width - 1 - taken), "bad")
}

const paintCard = (canvas: Canvas, node: NodeView, cluster: Cluster): void => {
  const inside = frame(canvas, node, cluster)
  const marks = node.picture?.log
  let x = 1
  if (marks !== undefined) {
    const width = inside.width - 2
    const first = firstShown(cluster.longest, width)
    paintLog(inside, 1, 0, width, { marks, first, shared: sharedWith(node, cluster), down: node.health === "down" })
    if (inside.height > 2) paintScale(inside, 1, 1, width, first)
    x = paintFigures(inside, Math.min(2, inside.height - 1), marks, node, cluster)
  }
  if (inside.height > 3) paintTroubles(inside, 1, 3, node, cluster)
  else paintTroubles(inside, x, inside.height - 1, node, cluster)
}

/** The height of a card; undefined where there is no room for cards. */
const cardHeight = ({ width, height }: Canvas, { servers, clients }: Cluster): number | undefined => {
  const each = Math.min(mostHeight, Math.floor((height - clients.length - 1) / Math.max(1, servers.length)))
  return width >= leastWidth && each >= leastHeight ? each : undefined
}

/** Paints nodes as cards and says so, or leaves it where there is no room for them. */
export const paintCards = (canvas: Canvas, cluster: Cluster): boolean => {
  const height = cardHeight(canvas, cluster)
  if (height === undefined) return false
  for (const [nth, node] of cluster.servers.entries()) {
    paintCard(canvas.within({ x: 0, y: nth * height, width: canvas.width, height }), node, cluster)
  }
  paintClients(canvas, cluster.servers.length * height, cluster)
  if (cluster.longest > 0) paintLegend(canvas, 1, canvas.height - 1)
  return true
}
