/**
 * A map of the cluster: its nodes in a ring, a line for each link, and a dot for each message where it is on its way. Lines are
 * drawn in braille, which has two by four dots in each cell.
 */
import type { Link } from "../scene.ts"
import type { Canvas } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { type Style, style, type Token } from "../terminal/theme.ts"
import { healthLooks } from "./cluster.ts"
import { idOf, progressOf, type Traffic } from "./traffic.ts"
import { hueOf } from "./who.ts"

/** A point of a canvas, in cells from its top left corner; a node's is the middle of a cell. */
interface Point {
  readonly x: number
  readonly y: number
}

/** No map is worth drawing on less. */
export const leastMap = { width: 36, height: 9 } as const

/** A map that is much wider than high tells nothing more; in columns for each row. */
const widest = 4

/** The bit of each dot of a braille cell, by row and column. */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const

const braille = 0x2800

/** The nodes in a ring, the first at the top and on clockwise; names need room beside it. */
const placesOf = ({ nodes }: Traffic, { width, height }: Canvas): readonly Point[] => {
  const radius = Math.min(width, widest * height) / 2
  const margin = nodes.reduce((longest, { id }) => Math.max(longest, id.length), 0) + 3
  return nodes.map((_, nth) => {
    const angle = (2 * Math.PI * nth) / nodes.length
    return {
      x: Math.round((width - 1) / 2 + (radius - margin) * Math.sin(angle)),
      y: Math.round(((height - 1) / 2) * (1 - Math.cos(angle))),
    }
  })
}

const between = (from: Point, to: Point, share: number): Point => ({
  x: from.x + (to.x - from.x) * share,
  y: from.y + (to.y - from.y) * share,
})

/** Lines, gathered dot by dot: where they cross, a cell has the dots of both, and the look of the later one. */
class Lines {
  readonly #cells = new Map<string, { readonly x: number; readonly y: number; bits: number; look: Token }>()

  add(from: Point, to: Point, look: Token): void {
    const steps = Math.ceil(Math.max(2 * Math.abs(to.x - from.x), 4 * Math.abs(to.y - from.y)))
    for (let step = 0; step <= steps; step++) {
      const { x, y } = between(from, to, steps === 0 ? 0 : step / steps)
      this.#dot(Math.round(2 * x + 0.5), Math.round(4 * y + 1.5), look)
    }
  }

  #dot(column: number, row: number, look: Token): void {
    const x = column >> 1
    const y = row >> 2
    const bit = dots[row & 3]?.[column & 1] ?? 0
    const key = `${x} ${y}`
    const cell = this.#cells.get(key)
    if (cell === undefined) this.#cells.set(key, { x, y, bits: bit, look })
    else {
      cell.bits |= bit
      cell.look = look
    }
  }

  paint(canvas: Canvas): void {
    for (const { x, y, bits, look } of this.#cells.values()) canvas.put(x, y, String.fromCharCode(braille + bits), look)
  }
}

/** The graver the later, so that it is seen where lines cross. */
const looks = ["faint", "border", "bad"] as const

const lookOf = (link: Link, { flightsOn, isHurt }: Traffic): (typeof looks)[number] =>
  isHurt(link) ? "bad" : flightsOn(link).length > 0 ? "border" : "faint"

const paintMessages = (canvas: Canvas, places: readonly Point[], traffic: Traffic): void => {
  const { scene, flightsOn, hueOf: hueOfId } = traffic
  const put = ({ x, y }: Point, glyph: string, look: Style): void =>
    canvas.put(Math.round(x), Math.round(y), glyph, look)
  for (const link of scene.links) {
    const from = places[link.from]
    const to = places[link.to]
    if (from === undefined || to === undefined) continue
    for (const flight of flightsOn(link)) {
      const point = between(from, to, progressOf(flight, link, scene.view.at))
      if (flight.held === undefined) put(point, glyphs.alive, style(hueOfId(idOf(traffic, link.from)), "bold"))
      else put(between(from, to, 1 / 4), glyphs.paused, "warn")
    }
  }
}

export const paintMap = (canvas: Canvas, traffic: Traffic): void => {
  const { scene } = traffic
  const places = placesOf(traffic, canvas)
  const lines = new Lines()
  for (const look of looks) {
    for (const link of scene.links) {
      const from = places[link.from]
      const to = places[link.to]
      if (from !== undefined && to !== undefined && lookOf(link, traffic) === look) lines.add(from, to, look)
    }
  }
  lines.paint(canvas)
  paintMessages(canvas, places, traffic)
  for (const node of traffic.nodes) {
    const place = places[node.index]
    if (place === undefined) continue
    const { x, y } = place
    const isLeft = 2 * x < canvas.width - 1
    const look = healthLooks[node.health]
    canvas.put(x, y, look.glyph, look.style)
    if (isLeft) canvas.right(x, y, `${node.id} `, style(hueOf(node), "bold"))
    else canvas.text(x + 1, y, ` ${node.id}`, style(hueOf(node), "bold"))
  }
}
