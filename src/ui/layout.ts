/**
 * Where everything lies on a screen of a given size. Three arrangements, for small, medium and large terminals; in each, nothing
 * moves unless the size does, except that the panel that has the keys is always to be seen.
 */
import { everyPanel, type PanelName } from "./scene.ts"
import type { Rect } from "./terminal/canvas.ts"

/** The smallest terminal that everything fits in. */
export const least = { columns: 80, rows: 24 } as const

/** From these sizes on there is room for the medium and the large arrangement. */
const mediumFrom = { columns: 110, rows: 34 } as const
const largeFrom = { columns: 180, rows: 54 } as const

export interface Layout {
  readonly header: Rect
  readonly headline: Rect
  /** The panels that are shown, in reading order. */
  readonly panels: readonly (readonly [name: PanelName, rect: Rect])[]
  readonly footer: Rect
  /** All between headline and footer. */
  readonly body: Rect
  /** Where a broken promise is told: over neither the nodes nor the trace. */
  readonly banner: Rect
}

type Place = Partial<Record<PanelName, Rect>>

/** The rectangle around two. */
const around = (a: Rect, b: Rect): Rect => {
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  }
}

/** Cuts a rectangle from the top into rows of the given heights; the last one takes what is left. */
const rowsOf = ({ x, y, width, height }: Rect, heights: readonly number[]): readonly Rect[] => {
  const rows: Rect[] = []
  let from = y
  for (const each of [...heights, y + height]) {
    const taken = Math.min(each, y + height - from)
    rows.push({ x, y: from, width, height: taken })
    from += taken
  }
  return rows
}

/** Cuts a rectangle from the left into columns of the given widths; the last one takes what is left. */
const columnsOf = ({ x, y, width, height }: Rect, widths: readonly number[]): readonly Rect[] =>
  rowsOf({ x: y, y: x, width: height, height: width }, widths).map((row) => ({
    x: row.y,
    y: row.x,
    width: row.height,
    height: row.width,
  }))

const share = (whole: number, of: number): number => Math.round(whole * of)

/** The least rows in which a panel can be read. */
const leastPanel = 9

/** Two columns. Where five panels do not fit beside the timeline, messages and metrics share a place. */
const small = (body: Rect, focus: PanelName): { readonly place: Place; readonly banner: Rect } => {
  const [left, right] = columnsOf(body, [share(body.width, 0.585)]) as [Rect, Rect]
  const [nodes, trace] = rowsOf(left, [Math.max(leastPanel, Math.min(14, share(body.height, 0.4)))]) as [Rect, Rect]
  if (body.height < nodes.height + 2 * leastPanel) {
    const [top, invariants] = rowsOf(right, [nodes.height]) as [Rect, Rect]
    const shared = focus === "metrics" ? { metrics: top } : { messages: top }
    return { place: { nodes, ...shared, invariants, trace }, banner: right }
  }
  const [messages, metrics, invariants] = rowsOf(right, [nodes.height, leastPanel]) as [Rect, Rect, Rect]
  return { place: { nodes, messages, invariants, metrics, trace }, banner: around(messages, invariants) }
}

const medium = (body: Rect): { readonly place: Place; readonly banner: Rect } => {
  const heights = [Math.max(11, share(body.height, 0.36)), Math.max(leastPanel, share(body.height, 0.29))]
  const [top, middle, trace] = rowsOf(body, heights) as [Rect, Rect, Rect]
  const widths = [share(body.width, 0.6)]
  const [nodes, invariants] = columnsOf(top, widths) as [Rect, Rect]
  const [messages, metrics] = columnsOf(middle, widths) as [Rect, Rect]
  return { place: { nodes, messages, invariants, metrics, trace }, banner: middle }
}

const large = (body: Rect): { readonly place: Place; readonly banner: Rect } => {
  const [top, bottom] = rowsOf(body, [share(body.height, 0.55)]) as [Rect, Rect]
  const [nodes, messages, invariants] = columnsOf(top, [share(body.width, 0.44), share(body.width, 0.29)]) as [
    Rect,
    Rect,
    Rect,
  ]
  const [trace, metrics] = columnsOf(bottom, [share(body.width, 0.62)]) as [Rect, Rect]
  return { place: { nodes, messages, invariants, metrics, trace }, banner: around(messages, invariants) }
}

const holds = (columns: number, rows: number, size: { readonly columns: number; readonly rows: number }): boolean =>
  columns >= size.columns && rows >= size.rows

/**
 * Makes room for the system's own picture: in place of the messages, which then share with the metrics; on a small screen it
 * shares with the nodes.
 */
const withOwn = (place: Place, focus: PanelName, isSmall: boolean): Place => {
  const { nodes, messages, metrics, ...rest } = place
  if (isSmall) {
    const others = { ...(messages && { messages }), ...(metrics && { metrics }), ...rest }
    return nodes === undefined ? others : { ...others, [focus === "nodes" ? "nodes" : "system"]: nodes }
  }
  return {
    ...rest,
    ...(nodes && { nodes }),
    ...(messages && { system: messages }),
    ...(metrics && { [focus === "messages" ? "messages" : "metrics"]: metrics }),
  }
}

/** Where everything lies; undefined where the terminal is too small. `own` says whether the system has a picture of its own. */
export const layoutOf = (
  columns: number,
  rows: number,
  focus: PanelName,
  zoomed: boolean,
  own = false,
): Layout | undefined => {
  if (!holds(columns, rows, least)) return undefined
  const isLarge = holds(columns, rows, largeFrom)
  const all = { x: 0, y: 0, width: columns, height: rows }
  const [header, headline, rest] = rowsOf(all, [1, 1]) as [Rect, Rect, Rect]
  const [body, footer] = rowsOf(rest, [rest.height - 1]) as [Rect, Rect]
  if (zoomed) {
    const [, banner] = rowsOf(body, [body.height - 10]) as [Rect, Rect]
    return { header, headline, panels: [[focus, body]], footer, body, banner }
  }
  const [upper, timeline] = rowsOf(body, [body.height - (isLarge ? 4 : 3)]) as [Rect, Rect]
  const { place, banner } = isLarge
    ? large(upper)
    : holds(columns, rows, mediumFrom)
      ? medium(upper)
      : small(upper, focus)
  const isSmall = !holds(columns, rows, mediumFrom)
  const placed: Place = { ...(own ? withOwn(place, focus, isSmall) : place), timeline }
  const panels = everyPanel.flatMap((name) => {
    const rect = placed[name]
    return rect === undefined ? [] : [[name, rect] as const]
  })
  return { header, headline, panels, footer, body, banner }
}
