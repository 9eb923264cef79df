/** What clients feel: how much is answered, how fast, and how far replicas are behind, each over the last minute. */

import type { Scene } from "../scene.ts"
import { type Beat, beatMicros } from "../session/pulse.ts"
import type { Canvas } from "../terminal/canvas.ts"
import type { Token } from "../terminal/theme.ts"
import { paintCurve } from "./curve.ts"
import { grouped, millis } from "./figures.ts"
import { framed, type Panel } from "./panel.ts"

interface Metric {
  readonly title: string
  readonly unit: string
  readonly style: Token
  readonly of: (beat: Beat) => number | undefined
  readonly write: (value: number) => string
  /** How several beats become one column: what is counted by its mean, what is measured by the worst. */
  readonly join: (values: readonly number[]) => number
}

const beatsPerSecond = 1_000_000 / beatMicros

const counted = (title: string, style: Token, of: (beat: Beat) => number): Metric => ({
  title,
  unit: "/s",
  style,
  of,
  write: (value) => grouped(value * beatsPerSecond),
  join: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
})

const measured = (title: string, style: Token, of: (beat: Beat) => number | undefined): Metric => ({
  title,
  unit: "ms",
  style,
  of,
  write: millis,
  join: (values) => Math.max(...values),
})

const table: readonly Metric[] = [
  counted("answered", "ok", ({ answered }) => answered),
  counted("failed", "bad", ({ failed }) => failed),
  measured("p50", "accent", ({ p50 }) => p50),
  measured("p95", "accent", ({ p95 }) => p95),
  measured("p99", "accent", ({ p99 }) => p99),
  measured("lag", "warn", ({ lag }) => lag),
]

/** How many beats go into a column, so that all fit, and one that has only begun. */
const beatsPerColumn = (beats: number, width: number): number => Math.max(1, Math.ceil(beats / Math.max(1, width - 1)))

/**
 * The values of a metric, one for each column, the latest last. Beats are joined by when they were, not by how long ago, so that
 * a column keeps its value while it moves.
 */
const columnsOf = ({ of, join }: Metric, { view }: Scene, per: number): readonly (number | undefined)[] => {
  const { beats } = view.pulse
  const first = Math.floor(view.at / beatMicros) - beats.length
  const columns: number[][] = []
  for (const [nth, beat] of beats.entries()) {
    const column = Math.floor((first + nth) / per) - Math.floor(first / per)
    const value = of(beat)
    columns[column] ??= []
    if (value !== undefined) columns[column].push(value)
  }
  return columns.map((values) => (values.length === 0 ? undefined : join(values)))
}

/** Where the columns of the panel end: what it is, how much, in which unit. */
const title = 1
const value = 17
const unit = 20

const none = "–"

const paintFigure = (canvas: Canvas, y: number, name: string, words: string, of: string): void => {
  canvas.text(title, y, name, "dim")
  canvas.right(value, y, words, words === none ? "faint" : "plain")
  canvas.text(value + 1, y, of, "dim")
}

/** No curve is higher than this many rows. */
const mostRows = 4

export const metrics: Panel = (canvas, scene) => {
  const inside = framed(canvas, scene, "metrics", ["60 s"])
  const { beats } = scene.view.pulse
  const latest = beats.at(-1)
  const rows = Math.max(1, Math.min(mostRows, Math.floor(inside.height / (table.length + 1))))
  // From three rows on, one of them keeps curves apart.
  const height = rows > 2 ? rows - 1 : rows
  const width = inside.width - unit - 2
  const per = beatsPerColumn(beats.length, width)
  for (const [nth, metric] of table.entries()) {
    const y = nth * rows
    const now = latest === undefined ? undefined : metric.of(latest)
    paintFigure(inside, y + height - 1, metric.title, now === undefined ? none : metric.write(now), metric.unit)
    const curve = inside.within({ x: unit + 1, y, width, height })
    paintCurve(curve, columnsOf(metric, scene, per), metric.style)
  }
  const below = table.length * rows + height - 1
  paintFigure(inside, below, "in flight", grouped(scene.view.flying), "")
}
