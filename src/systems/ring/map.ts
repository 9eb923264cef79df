/**
 * The map: which shards there are, in which epoch, and how far a change of them has come. Pure.
 *
 * Shards are s1, s2, … and join and leave at the end of the row. A reshard takes two epochs. In the first, *announced*, keys
 * still belong to whom they did, and whoever must give them away sends on what is written to them. The second begins
 * *sealed*: keys that move are served by nobody, until every giver is known to have let go; then it is *open*, and they are
 * served by their takers. So no two shards ever serve a key in one epoch, and nobody serves it in an old one.
 */
import * as Schema from "effect/Schema"
import { knobs, type RingDesign } from "./design.ts"
import { everyKey } from "./keys.ts"
import {
  bounded,
  type Directory,
  directory,
  jump,
  modulo,
  type Placement,
  Ranges,
  rendezvous,
  ring,
} from "./placement/index.ts"

export const ShardMap = Schema.Struct({
  epoch: Schema.Int,
  /** How many shards own keys. */
  shards: Schema.Int,
  /** How many will (announced), or did before (sealed, open). */
  other: Schema.Int,
  phase: Schema.Literals(["announced", "sealed", "open"]),
})
export type ShardMap = typeof ShardMap.Type

type Size = Readonly<Record<string, number>>

export const shardName = (nth: number): string => `s${nth + 1}`

export const shardNames = (many: number): readonly string[] => Array.from({ length: many }, (_, nth) => shardName(nth))

/** The nodes of a shard: itself, or several that keep one log. */
export const membersOf = (shard: string, replicas: number): readonly string[] =>
  replicas === 1 ? [shard] : Array.from({ length: replicas }, (_, nth) => `${shard}${"abc"[nth]}`)

/** The nodes that keep the map. */
export const keepers: readonly string[] = ["m1", "m2", "m3"]

/** The nodes that speak as one under a name: a shard's, or the authority's. */
export const groupOf = (name: string, replicas: number): readonly string[] =>
  name === "authority" ? keepers : membersOf(name, replicas)

/** The map of a store that was just founded. */
export const foundingMap = (size: Size): ShardMap => {
  const shards = size.shards ?? knobs.shards.default
  return { epoch: 1, shards, other: shards, phase: "open" }
}

/** How many shards there can be. */
export const mostShards = (size: Size): number =>
  (size.shards ?? knobs.shards.default) + (size.spare ?? knobs.spare.default)

/** Whether a map says more than another: a later epoch, or the same one opened. */
export const isNewer = (map: ShardMap, than: ShardMap): boolean =>
  map.epoch > than.epoch || (map.epoch === than.epoch && map.phase === "open" && than.phase === "sealed")

/** Points of a shard on the circle. */
const vnodes: Partial<Record<RingDesign["placement"], number>> = { "bare-ring": 1, "fine-ring": 1000 }
const ordinaryVnodes = 100

const evenLoad: ReadonlyMap<string, number> = new Map(everyKey.map((key) => [key, 1]))

const made = new Map<string, Placement>()

const make = (way: RingDesign["placement"], shards: number): Placement => {
  const nodes = shardNames(shards)
  switch (way) {
    case "ring":
    case "bare-ring":
    case "fine-ring":
      return ring(nodes, { vnodes: vnodes[way] ?? ordinaryVnodes })
    case "bounded":
      return bounded(ring(nodes, { vnodes: ordinaryVnodes }), everyKey, 1.25)
    case "modulo":
      return modulo(nodes)
    case "rendezvous":
      return rendezvous(nodes)
    case "jump":
      return jump(nodes)
    case "range":
      return shards === 1
        ? new Ranges(nodes, [{ from: "", node: nodes[0] as string }])
        : (placementOf(way, shards - 1) as Ranges).splitByLoad(evenLoad, nodes.at(-1) as string)
    case "directory": {
      // Names that no table knows lie on a ring.
      const otherwise = placementOf("ring", shards)
      return shards === 1
        ? directory(nodes, everyKey, otherwise)
        : (placementOf(way, shards - 1) as Directory).levelled(nodes, everyKey, otherwise)
    }
  }
}

/** Where a way of placing has keys among so many shards. The same for everybody, so it is worked out once. */
export const placementOf = (way: RingDesign["placement"], shards: number): Placement => {
  const key = `${way} ${shards}`
  let placement = made.get(key)
  if (placement === undefined) {
    placement = make(way, shards)
    made.set(key, placement)
  }
  return placement
}

/** Who has a key under a map, and who is to have it. */
export interface Place {
  /** Who serves it; nobody while it is sealed. */
  readonly owner: string | undefined
  /** Who has it when this epoch's change is done, whoever serves it now. */
  readonly heir: string
}

export const placeOf = (way: RingDesign["placement"], map: ShardMap, key: string): Place => {
  const now = placementOf(way, map.shards).owner(key)
  if (map.phase === "open" || map.shards === map.other) return { owner: now, heir: now }
  const other = placementOf(way, map.other).owner(key)
  return map.phase === "announced" ? { owner: now, heir: other } : { owner: now === other ? now : undefined, heir: now }
}

/** What stands before the names of all nodes of a part, so that several stores can be in one world. */
export const prefixOf = (node: string): string => node.slice(0, node.lastIndexOf(".") + 1)

/** The shard that a node belongs to, by its name. */
export const shardOf = (node: string): string => node.slice(prefixOf(node).length).replace(/[abc]$/, "")

/** Whether a node keeps the map. */
export const isKeeper = (node: string): boolean => keepers.includes(node.slice(prefixOf(node).length))
