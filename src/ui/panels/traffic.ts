/** What goes on between nodes just now, gathered once for a frame: what is under way on each link, and what died there of late. */
import type { Link, Scene } from "../scene.ts"
import type { Fallen, Flight, NodeView } from "../session/view.ts"
import { glyphs } from "../terminal/glyphs.ts"
import type { Token } from "../terminal/theme.ts"
import { hues, wayWidth } from "./who.ts"

/** A directed way between two nodes. */
export type Way = Pick<Link, "from" | "to">

export interface Traffic {
  readonly scene: Scene
  readonly nodes: readonly NodeView[]
  /** The hue of a node, by its name. */
  readonly hueOf: (id: string) => Token
  /** How wide the longest name of a way is. */
  readonly wayWidth: number
  /** What is under way, the oldest first. */
  readonly flightsOn: (way: Way) => readonly Flight[]
  /** What died of late, the latest last. */
  readonly dead: readonly Fallen[]
  /** Whether some of that died on a way. */
  readonly isHurt: (way: Way) => boolean
}

/** How long a dead message is remembered, in microseconds. */
const wake = 2_000_000

export const trafficOf = (scene: Scene): Traffic => {
  const { view } = scene
  const { nodes } = view
  const key = ({ from, to }: Way): number => from * nodes.length + to
  const flights = Map.groupBy<number, Flight>(view.flights, key)
  const dead = view.fallen.filter(({ fellAt }) => fellAt > view.at - wake)
  const hurt = new Set(dead.map(key))
  return {
    scene,
    nodes,
    hueOf: hues(nodes),
    wayWidth: wayWidth(nodes),
    flightsOn: (way) => flights.get(key(way)) ?? [],
    dead,
    isHurt: (way) => hurt.has(key(way)),
  }
}

export const idOf = ({ nodes }: Traffic, node: number): string => nodes[node]?.id ?? ""

/** A way as it is written: `n1→n2`. */
export const spellWay = (traffic: Traffic, { from, to }: Way): string =>
  `${idOf(traffic, from)}${glyphs.sent}${idOf(traffic, to)}`

/** A message is late from here on; until it arrives it goes no further. */
const furthest = 0.9

/** How far along its way a message is shown (0 to 1): its age, measured by how long the one before it took. */
export const progressOf = ({ sentAt }: Flight, { usual }: Link, at: number): number =>
  usual === undefined ? furthest / 2 : Math.min(furthest, (at - sentAt) / Math.max(1, usual))
