/** What a run of a replicated log measured: lag, staleness, and what a failover lost and took. */

import type { Called } from "#invariants"
import { isBefore, type Returned, type Version } from "#invariants"
import type { Figure, Meter } from "#system"
import { type Entry, Kind } from "#world"
import { majorityOf } from "./design.ts"
import { observe } from "./invariants.ts"
import type { Fact } from "./protocol.ts"
import type { Call } from "./workload.ts"

const millis = (micros: number): number => Math.round(micros / 10) / 100

const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0

/** Reads of one kind, and how many were older than an acknowledged write. */
class Staleness {
  reads = 0
  stale = 0

  see(isStale: boolean): void {
    this.reads++
    if (isStale) this.stale++
  }

  get percent(): number {
    return Math.round((this.stale * 10_000) / this.reads) / 100
  }
}

export const measure = (stage: {
  readonly name: (node: number) => string
  readonly size: Readonly<Record<string, number>>
}): Meter => {
  const majority = majorityOf(stage.size.nodes ?? 1)
  const appended = new Map<string, number>()
  const logs = new Map<number, Set<string>>()
  const lags: number[] = []
  const latencies: number[] = []
  const called = new Map<string, { readonly at: number; readonly newest: ReadonlyMap<string, Version> }>()
  /** The newest acknowledged version of each key. */
  const newest = new Map<string, Version>()
  const own = new Map<string, Version>()
  const strangers = new Staleness()
  const authors = new Staleness()
  const acknowledged: { readonly id: string; readonly epoch: number; readonly at: number }[] = []
  const followers = new Map<string, Set<string>>()
  const leaders = new Map<number, number>()
  let ruled = 0
  let failovers = 0
  const lost = new Set<string>()
  let outage = 0
  const outcomes = { ok: 0, refused: 0, unknown: 0 }

  const seeReturn = (entry: Entry): void => {
    const returned = entry.value as Returned
    outcomes[returned.outcome._tag]++
    const begun = called.get(returned.id)
    called.delete(returned.id)
    if (begun === undefined) return
    for (const { key, wrote, version } of observe(returned)) {
      const place = `${entry.node} ${key}`
      if (wrote) {
        if ((returned.call as Call)._tag === "write") latencies.push(entry.at - begun.at)
        const before = acknowledged.at(-1)
        if (before !== undefined && version.epoch > before.epoch) outage = Math.max(outage, entry.at - before.at)
        acknowledged.push({ id: returned.id, epoch: version.epoch, at: entry.at })
        const known = newest.get(key)
        if (known === undefined || isBefore(known, version)) newest.set(key, version)
        own.set(place, version)
        continue
      }
      const mine = own.get(place)
      const fresh = begun.newest.get(key)
      if (mine !== undefined) authors.see(isBefore(version, mine))
      else if (fresh !== undefined) strangers.see(isBefore(version, fresh))
    }
  }

  const seeFact = (entry: Entry): void => {
    const fact = entry.value as Fact
    const { node, at } = entry
    let log = logs.get(node)
    if (log === undefined) {
      log = new Set()
      logs.set(node, log)
    }
    switch (fact._tag) {
      case "Appended":
        log.add(fact.request)
        if (fact.author === stage.name(node)) appended.set(`${fact.epoch}/${fact.lsn}`, at)
        return
      case "Applied": {
        const since = appended.get(`${fact.epoch}/${fact.lsn}`)
        if (since !== undefined && leaders.get(fact.epoch) !== node) lags.push(at - since)
        return
      }
      case "Recovered":
        logs.set(node, new Set(fact.entries.map((line) => line.request)))
        return
      case "Led":
        leaders.set(fact.epoch, node)
        return
      case "Followed": {
        const key = `${fact.epoch} ${fact.primary}`
        const set = followers.get(key) ?? new Set([fact.primary])
        followers.set(key, set.add(stage.name(node)))
        const leader = leaders.get(fact.epoch)
        if (set.size < majority || fact.epoch <= ruled || leader === undefined) return
        if (ruled > 0) {
          failovers++
          const kept = logs.get(leader)
          for (const { id, epoch } of acknowledged) if (epoch < fact.epoch && kept?.has(id) !== true) lost.add(id)
        }
        ruled = fact.epoch
        return
      }
    }
  }

  return {
    see: (entry) => {
      if (entry.kind === Kind.call) {
        const { id, call } = entry.value as Called
        const isRead = (call as Call)._tag === "read"
        called.set(id, { at: entry.at, newest: isRead ? new Map(newest) : newest })
      } else if (entry.kind === Kind.return) seeReturn(entry)
      else if (entry.kind === Kind.fact) seeFact(entry)
    },
    figures: () => {
      const figures: Figure[] = [
        { name: "answered", value: outcomes.ok, unit: "operations" },
        { name: "refused", value: outcomes.refused, unit: "operations" },
        { name: "unknown", value: outcomes.unknown, unit: "operations" },
      ]
      const spread = (name: string, values: readonly number[]) => {
        if (values.length === 0) return
        const sorted = [...values].sort((a, b) => a - b)
        figures.push({ name: `${name} p50`, value: millis(percentile(sorted, 50)), unit: "ms" })
        figures.push({ name: `${name} p99`, value: millis(percentile(sorted, 99)), unit: "ms" })
      }
      spread("write latency", latencies)
      spread("replica lag", lags)
      if (strangers.reads > 0)
        figures.push({ name: "stale reads of others' writes", value: strangers.percent, unit: "%" })
      if (authors.reads > 0) figures.push({ name: "stale reads of one's own write", value: authors.percent, unit: "%" })
      if (failovers > 0) {
        figures.push({ name: "failovers", value: failovers, unit: "" })
        figures.push({ name: "RPO", value: lost.size, unit: "acknowledged writes lost" })
        if (outage > 0) figures.push({ name: "RTO", value: millis(outage), unit: "ms" })
      }
      return figures
    },
  }
}
