/** What a run of a sharded store measured: who had how much to do, what a reshard moved and cost, and who waited for whom. */
import type { Called, Returned } from "#invariants"
import type { Figure, Meter } from "#system"
import { type Entry, Kind } from "#world"
import { everyKey } from "./keys.ts"
import { placementOf, shardOf } from "./map.ts"
import { skew } from "./placement/index.ts"
import type { Fact, Message } from "./protocol.ts"

const millis = (micros: number): number => Math.round(micros / 10) / 100

const round = (value: number): number => Math.round(value * 100) / 100

const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0

/** A reshard from its announcement to its end. */
interface Reshard {
  readonly from: number
  readonly to: number
  readonly since: number
  /** How many keys there were, and which of them were copied, from whom. */
  readonly keys: number
  readonly moved: Set<string>
  readonly donors: Map<string, number>
  lasted: number | undefined
}

/** What a request asks of a shard on behalf of a client. */
const isRequest = (message: Message): boolean =>
  message._tag === "Update" || message._tag === "Get" || message._tag === "List"

export const measure = (stage: { readonly name: (node: number) => string }): Meter => {
  const outcomes = { ok: 0, refused: 0, unknown: 0 }
  const called = new Map<string, number>()
  const latencies = new Map<string, number[]>()
  /** Requests that reached each shard. */
  const requests = new Map<string, number>()
  let misrouted = 0
  /** Who holds each key, by what they said. */
  const held = new Set<string>()
  const reshards: Reshard[] = []
  let epoch = 0
  let ratio: number | undefined
  /** What was counted, under which name. */
  const counts = new Map<string, number>()
  /** How many writes to inboxes posts took, and how long each inbox is. */
  let fanned = 0
  const inboxes = new Map<string, number>()

  const seeFact = ({ node, at }: Entry, fact: Fact): void => {
    switch (fact._tag) {
      case "Holds":
        held.add(fact.key)
        if (fact.content._tag === "count") counts.set(fact.key, Math.max(counts.get(fact.key) ?? 0, fact.content.count))
        if (fact.content._tag !== "inbox") return
        if (fact.content.entries.length > (inboxes.get(fact.key) ?? 0)) {
          fanned++
          inboxes.set(fact.key, fact.content.entries.length)
        }
        return
      case "Published": {
        const { map, step, placement } = fact
        const current = reshards.at(-1)
        if (current !== undefined && step === "settled" && map.epoch >= epoch) current.lasted ??= at - current.since
        if (map.epoch <= epoch || map.shards === map.other) return
        // A reshard that flips first has one epoch only; any other begins with its announcement.
        if (map.phase === "announced" || current === undefined || current.lasted !== undefined) {
          const [from, to] = map.phase === "announced" ? [map.shards, map.other] : [map.other, map.shards]
          const keys = held.size
          reshards.push({ from, to, since: at, keys, moved: new Set(), donors: new Map(), lasted: undefined })
        }
        epoch = map.epoch
        ratio = skew(placementOf(placement, reshards.at(-1)?.to ?? map.shards), everyKey).ratio
        return
      }
      case "Moved": {
        const current = reshards.at(-1)
        if (fact.by !== "copy" || current === undefined) return
        const from = shardOf(stage.name(node))
        for (const key of fact.keys) {
          if (!current.moved.has(key)) current.donors.set(from, (current.donors.get(from) ?? 0) + 1)
          current.moved.add(key)
        }
      }
    }
  }

  return {
    see: (entry) => {
      switch (entry.kind) {
        case Kind.call:
          called.set((entry.value as Called).id, entry.at)
          return
        case Kind.return: {
          const { id, call, outcome } = entry.value as Returned
          outcomes[outcome._tag]++
          const { _tag } = call as { readonly _tag: string }
          const since = called.get(id)
          if (outcome._tag !== "ok" || since === undefined) return
          const all = latencies.get(_tag)
          if (all === undefined) latencies.set(_tag, [entry.at - since])
          else all.push(entry.at - since)
          return
        }
        case Kind.deliver: {
          const message = entry.value as Message
          if (message._tag === "Elsewhere") misrouted++
          if (!isRequest(message)) return
          const shard = shardOf(stage.name(entry.node))
          requests.set(shard, (requests.get(shard) ?? 0) + 1)
          return
        }
        case Kind.fact:
          seeFact(entry, entry.value as Fact)
      }
    },
    figures: () => {
      const figures: Figure[] = [
        { name: "answered", value: outcomes.ok, unit: "operations" },
        { name: "refused", value: outcomes.refused, unit: "operations" },
        { name: "unknown", value: outcomes.unknown, unit: "operations" },
      ]
      for (const { from, to, keys, moved, donors, lasted } of reshards) {
        const name = `${from} to ${to}`
        figures.push({ name: `${name}: keys moved`, value: round((moved.size * 100) / Math.max(1, keys)), unit: "%" })
        figures.push({ name: `${name}: donors`, value: donors.size, unit: "shards" })
        if (lasted !== undefined) figures.push({ name: `${name}: took`, value: millis(lasted), unit: "ms" })
      }
      if (ratio !== undefined) figures.push({ name: "largest share over the mean", value: round(ratio), unit: "×" })
      const served = [...requests.values()]
      const sum = served.reduce((all, each) => all + each, 0)
      if (sum > 0) {
        figures.push({
          name: "requests to the busiest shard",
          value: round((Math.max(...served) * 100) / sum),
          unit: "%",
        })
        figures.push({ name: "requests to shards", value: sum, unit: "messages" })
      }
      figures.push({ name: "requests by an old map", value: misrouted, unit: "messages" })
      const counted = [...counts.values()].reduce((all, each) => all + each, 0)
      if (counted > 0) {
        const most = Math.max(...counts.values())
        figures.push({ name: "likes under the busiest name", value: round((most * 100) / counted), unit: "%" })
      }
      if (fanned > 0) figures.push({ name: "writes to inboxes", value: fanned, unit: "writes" })
      for (const [tag, all] of latencies) {
        const sorted = all.sort((a, b) => a - b)
        figures.push({ name: `${tag} p50`, value: millis(percentile(sorted, 50)), unit: "ms" })
        figures.push({ name: `${tag} p99`, value: millis(percentile(sorted, 99)), unit: "ms" })
      }
      return figures
    },
  }
}
