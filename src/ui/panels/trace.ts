/** The trace as a log: the latest row at the bottom, the chain of causes that broke a promise lit up. */
import type { Row, Scene } from "../scene.ts"
import { type Canvas, columnsOf } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { type Style, style, type Token } from "../terminal/theme.ts"
import { grouped, inSeconds } from "./figures.ts"
import { clipped } from "./fitting.ts"
import { framed, type Panel } from "./panel.ts"
import { hues, paintWho, wayWidth } from "./who.ts"

const tones: Readonly<Record<Row["tone"], Style>> = {
  plain: "plain",
  dim: "dim",
  ok: "ok",
  warn: "warn",
  bad: style("bad", "bold"),
  info: "accent",
}

const badgeOf = (scene: Scene): string => {
  const { filter, typing, scroll, every, broken, matches } = scene
  const back = scroll > 0 ? `${glyphs.up}${scroll}  ` : ""
  if (broken !== undefined) return `${glyphs.cure} what led to it`
  const words = typing ? `${filter}█` : filter === "" ? (every ? "all" : "story") : filter
  const found = matches === undefined ? "" : `  ${grouped(matches)} found`
  return `${back}/ filter: ${words}${found}`
}

/** As wide as the latest instant is when it is written. */
const timeWidth = ({ head }: Scene): number => Math.max(6, inSeconds(head).length)

/** How wide the columns are, and which hue a node has. */
interface Columns {
  readonly time: number
  readonly way: number
  readonly hueOf: (id: string) => Token
}

const paintRow = (
  canvas: Canvas,
  y: number,
  row: Row,
  { time, way, now, hueOf }: Columns & { readonly now: boolean },
): void => {
  if (row.lit) canvas.put(0, y, glyphs.cure, style("bad", "bold"))
  else if (now) canvas.put(0, y, glyphs.cursor, "focus")
  canvas.right(1 + time, y, inSeconds(row.entry.at), row.lit ? "plain" : "dim")
  paintWho(canvas, 2 + time, y, row.who, hueOf, way)
  const x = 4 + time + way
  const look = row.lit ? style(row.tone === "bad" ? "bad" : "strong", "bold") : tones[row.tone]
  canvas.text(x, y, clipped(row.words, canvas.width - x - 1), look)
}

export const trace: Panel = (canvas, scene) => {
  const inside = framed(canvas, scene, "trace", [badgeOf(scene)], scene.typing ? "mark" : "dim")
  const rows = scene.rows(inside.height)
  const { nodes } = scene.view
  const columns = { time: timeWidth(scene), way: wayWidth(nodes), hueOf: hues(nodes) }
  for (const [nth, row] of rows.entries()) {
    paintRow(inside, rows.length - 1 - nth, row, { ...columns, now: nth === 0 && scene.scroll === 0 })
  }
  if (rows.length === 0) {
    const words = scene.filter === "" ? "nothing has happened yet" : "no row says that"
    inside.text(Math.floor((inside.width - columnsOf(words)) / 2), Math.floor(inside.height / 2), words, "faint")
  }
}
