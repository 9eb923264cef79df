/** The columns of the table of nodes: who, how it is, its office, its log, and figures. */

import type { NodeView } from "../session/view.ts"
import type { Canvas } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { style } from "../terminal/theme.ts"
import { type Cluster, healthLooks, lagOf, roleOf, type Words } from "./cluster.ts"
import { firstShown, paintScale } from "./log.ts"
import { hueOf } from "./who.ts"

/** As wide as the longest role there is. */
export const roleWidth = 10

/** A column of numbers. */
interface Figure {
  readonly title: string
  readonly width: number
  readonly of: (node: NodeView, cluster: Cluster) => Words
}

const mark = (title: string, width: number, of: "last" | "durable" | "applied"): Figure => ({
  title,
  width,
  of: ({ picture, health }) => ({
    words: String(picture?.log?.[of] ?? ""),
    style: health === "down" ? "dim" : "plain",
  }),
})

const lag: Figure = { title: "lag", width: 5, of: lagOf }
const few = [mark("last", 6, "last"), lag]
const all = [mark("last", 6, "last"), mark("durable", 9, "durable"), mark("applied", 9, "applied"), lag]

/** From this width on there is room for all figures. */
const wide = 60

/** Where the columns are. */
export interface Grid {
  readonly role: number
  readonly log: number
  readonly logWidth: number
  /** The first entry that is shown. */
  readonly first: number
  readonly figures: readonly Figure[]
  /** Where the figures end. */
  readonly end: number
}

const idWidth = ({ servers, clients }: Cluster): number =>
  Math.max(2, ...[...servers, ...clients].map(({ id }) => id.length))

export const gridOf = (cluster: Cluster, width: number): Grid => {
  const role = 4 + idWidth(cluster)
  const log = role + roleWidth + 1
  const figures = cluster.longest === 0 ? [] : width >= wide ? all : few
  const end = width - 1
  const logWidth = figures.reduce((left, figure) => left - figure.width, end - log)
  return { role, log, logWidth, first: firstShown(cluster.longest, logWidth), figures, end }
}

export const paintFigures = (
  canvas: Canvas,
  y: number,
  { figures, end }: Grid,
  of: (figure: Figure) => Words,
): void => {
  let right = end
  for (const figure of figures.toReversed()) {
    const { words, style: look } = of(figure)
    canvas.right(right, y, words, look, figure.width)
    right -= figure.width
  }
}

export const paintHeading = (canvas: Canvas, grid: Grid): void => {
  canvas.text(grid.role, 0, "role", "dim")
  if (grid.figures.length === 0) return
  const title = canvas.text(grid.log, 0, "log", "dim") + 1
  const scale = canvas.within({ x: grid.log + title, y: 0, width: grid.logWidth - title, height: 1 })
  paintScale(scale, 0, 0, scale.width, grid.first + title)
  paintFigures(canvas, 0, grid, ({ title: words }) => ({ words, style: "dim" }))
}

/** Who it is and how it is: what every row begins with. */
export const paintIdentity = (canvas: Canvas, y: number, node: NodeView, { scene }: Cluster, { role }: Grid): void => {
  if (scene.selected === node.index) canvas.put(0, y, glyphs.cursor, "focus")
  canvas.text(1, y, node.id, style(hueOf(node), "bold"))
  const look = healthLooks[node.health]
  canvas.put(role - 2, y, look.glyph, look.style)
  const office = roleOf(node)
  canvas.text(role, y, office.words, office.style, roleWidth)
}
