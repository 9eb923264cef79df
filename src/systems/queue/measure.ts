/**
 * What a run of a queue measured: how fast messages came and went, how long they waited and how often they were tried; what
 * became of buffered events, of orders and of payments.
 */
import type { Called, Returned } from "#invariants"
import type { Figure, Meter } from "#system"
import { type Entry, Kind } from "#world"
import { factOf } from "./invariants/reading.ts"
import { BufferBook } from "./list/book.ts"
import type { DeedKind } from "./protocol.ts"

const millis = (micros: number): number => Math.round(micros / 10) / 100

const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0

export const measure = (): Meter => {
  const outcomes = { ok: 0, refused: 0, unknown: 0 }
  const called = new Map<string, number>()
  const answered: number[] = []
  const taken = new Map<string, number>()
  const waits: number[] = []
  let tries = 0
  let failures = 0
  let deepest = 0
  let firstTaken = 0
  let lastDone = 0
  const book = new BufferBook()
  /** How often the database did what, and for how many. */
  const deeds = new Map<DeedKind, number>()
  const payers = new Set<string>()
  const dead = new Set<string>()
  const dropped = new Set<string>()

  const see = (entry: Entry): void => {
    if (entry.kind === Kind.call) called.set((entry.value as Called).id, entry.at)
    if (entry.kind === Kind.return) {
      const { id, outcome } = entry.value as Returned
      outcomes[outcome._tag]++
      if (outcome._tag === "ok") answered.push(entry.at - (called.get(id) ?? entry.at))
    }
    const fact = factOf(entry)
    book.see(fact)
    switch (fact?._tag) {
      case "Took":
        if (taken.size === 0) firstTaken = entry.at
        if (!taken.has(fact.op)) taken.set(fact.op, entry.at)
        return
      case "Moved": {
        const [ready = 0, leased = 0, delayed = 0] = fact.sizes
        deepest = Math.max(deepest, ready + leased + delayed)
        if (fact.to === "dead") dead.add(`${fact.group} ${fact.id}`)
        if (fact.to === "dropped") dropped.add(`${fact.group} ${fact.id}`)
        return
      }
      case "Tried":
        tries++
        return
      case "Failed":
        failures++
        return
      case "Restored":
      case "Done":
        if (fact._tag === "Restored") deeds.clear()
        for (const { kind, op } of fact.deeds) {
          deeds.set(kind, (deeds.get(kind) ?? 0) + 1)
          if (kind === "pay") payers.add(op)
          const since = kind === "task" ? taken.get(op) : undefined
          if (since === undefined || fact._tag === "Restored") continue
          waits.push(entry.at - since)
          lastDone = entry.at
        }
    }
  }

  return {
    see,
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
      spread("answer", answered)
      spread("from taken to done", waits)
      if (taken.size > 0) {
        figures.push({ name: "deepest", value: deepest, unit: "messages" })
        figures.push({ name: "tries", value: tries, unit: "" })
        figures.push({ name: "failures", value: failures, unit: "" })
        figures.push({ name: "dead letters", value: dead.size, unit: "messages" })
        figures.push({ name: "dropped", value: dropped.size, unit: "messages" })
      }
      if (waits.length > 0) {
        const seconds = Math.max(1, lastDone - firstTaken) / 1_000_000
        figures.push({ name: "drained after", value: millis(lastDone - firstTaken), unit: "ms" })
        figures.push({
          name: "throughput",
          value: Math.round((waits.length * 100) / seconds) / 100,
          unit: "messages/s",
        })
      }
      const count = (name: string, value: number, unit: string) => figures.push({ name, value, unit })
      if (book.pushed.size > 0) {
        const { pushed, stored, twice, queued, both, lost } = book.sums
        count("pushed", pushed, "events")
        count("stored", stored, "rows")
        count("lost", lost, "events")
        count("stored twice", twice, "events")
        count("still queued", queued, "events")
        count("queued though stored", both, "events")
      }
      const ordered = deeds.get("reserve") ?? 0
      if (ordered > 0) {
        count("shipped", deeds.get("ship") ?? 0, "orders")
        count("paid", (deeds.get("charge") ?? 0) - (deeds.get("refund") ?? 0), "orders")
        count("undone", deeds.get("release") ?? 0, "orders")
      }
      if (payers.size > 0) {
        count("payers", payers.size, "")
        count("charges", deeds.get("pay") ?? 0, "")
      }
      return figures
    },
  }
}
