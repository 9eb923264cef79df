/** Who has a key: one shard in an epoch, one shard when all is done, and nobody gets what need not move. */
import { type Invariant, isBefore, type Returned, type Violation } from "#invariants"
import { Kind } from "#world"
import { promised, type RingDesign } from "../design.ts"
import { everyKey } from "../keys.ts"
import { placementOf, shardNames, shardOf } from "../map.ts"
import { skew } from "../placement/index.ts"
import type { Fact } from "../protocol.ts"
import { Acknowledged } from "./fresh.ts"
import { Holdings } from "./holdings.ts"

export const oneOwnerPerEpoch: Invariant = {
  name: promised.oneOwner,
  kind: "always",
  sentence: "In an epoch a key is answered for by one shard only.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const owners = new Map<string, { readonly shard: string; readonly entry: number }>()
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry): Violation | undefined => {
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag !== "Served") return undefined
        const place = `${fact.epoch} ${fact.key}`
        const shard = shardOf(stage.name(entry.node))
        const known = owners.get(place)
        if (known === undefined) {
          owners.set(place, { shard, entry: entry.index })
          return undefined
        }
        exercised++
        if (known.shard === shard) return undefined
        return {
          because: `in epoch ${fact.epoch} both ${known.shard} and ${shard} answered for ${fact.key}`,
          evidence: [known.entry, entry.index],
        }
      },
    }
  },
}

export const movesOnlyWhatMust: Invariant = {
  name: promised.needful,
  kind: "always",
  sentence: "When shards join, keys move to nobody else; when shards leave, from nobody else.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    /** Each shard's own map, and since when. */
    const maps = new Map<number, { readonly shards: number; readonly other: number; readonly entry: number }>()
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry): Violation | undefined => {
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag === "Adopted") {
          const { shards, other, phase } = fact.map
          const [before, after] = phase === "announced" ? [shards, other] : [other, shards]
          maps.set(entry.node, { shards: before, other: after, entry: entry.index })
          return undefined
        }
        const map = maps.get(entry.node)
        if (fact._tag !== "Moved" || map === undefined) return undefined
        exercised++
        const from = shardOf(stage.name(entry.node))
        const stayers = shardNames(Math.min(map.shards, map.other))
        if (!stayers.includes(from) || !stayers.includes(fact.to)) return undefined
        return {
          because: `from ${map.shards} to ${map.other} shards ${fact.keys[0]} moved from ${from} to ${fact.to}, and both were there before and after`,
          evidence: [map.entry, entry.index],
        }
      },
    }
  },
}

/** How many times the mean a shard may own. */
const mostOfMean = 1.5

const ratios = new Map<string, number>()

const ratioOf = (way: RingDesign["placement"], shards: number): number => {
  const name = `${way} ${shards}`
  let ratio = ratios.get(name)
  if (ratio === undefined) {
    ratio = skew(placementOf(way, shards), everyKey).ratio
    ratios.set(name, ratio)
  }
  return ratio
}

export const loadIsBalanced: Invariant = {
  name: promised.balanced,
  kind: "always",
  sentence: "No shard owns more than one and a half times the mean.",
  assumes: [],
  judge: () => {
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry): Violation | undefined => {
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag !== "Published") return undefined
        exercised++
        for (const shards of [fact.map.shards, fact.map.other]) {
          const ratio = ratioOf(fact.placement, shards)
          if (ratio > mostOfMean) {
            return {
              because: `of ${shards} shards, placed by ${fact.placement}, one owns ${ratio.toFixed(2)} times the mean`,
              evidence: [entry.index],
            }
          }
        }
        return undefined
      },
    }
  },
}

export const oneHolderAfterwards: Invariant = {
  name: promised.readable,
  kind: "eventually",
  sentence:
    "Once the storm is over, every key is held by its owner alone, at its newest acknowledged version or a later one.",
  assumes: ["absence", "damage", "time"],
  judge: (stage) => {
    const acknowledged = new Acknowledged()
    const holdings = new Holdings()
    /** The newest map, by whoever keeps it. */
    let published: (Fact & { readonly _tag: "Published" }) | undefined
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        holdings.see(entry)
        if (entry.kind === Kind.fact) {
          const fact = entry.value as Fact
          const isNews = fact._tag === "Published" && fact.map.epoch >= (published?.map.epoch ?? 0)
          if (isNews) published = fact
        }
        if (entry.kind === Kind.return) {
          acknowledged.see(entry.value as Returned, entry.index)
          exercised = acknowledged.all().size
        }
        return undefined
      },
      waits: () => {
        const newest = holdings.newest()
        for (const [key, { version, id }] of acknowledged.all()) {
          const held = newest.get(key)?.version
          if (held === undefined) return `nobody holds ${key}, of which ${id} was told that it is saved`
          if (isBefore(held, version)) {
            return `${key} is held as ${held.epoch}.${held.lsn}, and ${id} was told that it is saved as ${version.epoch}.${version.lsn}`
          }
        }
        if (published === undefined) return "nobody has published a map"
        const { owner } = placementOf(published.placement, published.map.shards)
        for (const node of holdings.nodes) {
          const shard = shardOf(stage.name(node))
          for (const key of holdings.of(node).keys()) {
            if (owner(key) !== shard) return `${key} is held by ${shard}, and ${owner(key)} owns it`
          }
        }
        return undefined
      },
    }
  },
}
