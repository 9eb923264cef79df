/** The promises of orders: row and event agree, nothing is shipped unpaid, each order ends, and nobody pays twice. */
import type { Invariant, Violation } from "#invariants"
import type { Entry } from "#world"
import { promised, sizeOf } from "../design.ts"
import type { Deed, DeedKind } from "../protocol.ts"
import { factOf, returnOf } from "./reading.ts"

/** The orders that the shop has rows of, and those whose event the queue has had. */
class Outbox {
  rows = new Set<string>()
  readonly events = new Set<string>()

  see(entry: Entry): string | undefined {
    const fact = factOf(entry)
    if (fact?._tag === "Rows") this.rows = new Set(fact.ids)
    if (fact?._tag === "Row") this.rows.add(fact.id)
    if (fact?._tag !== "Took" || fact.topic !== "orders") return undefined
    this.events.add(fact.op)
    return fact.op
  }
}

const row: Invariant = {
  name: promised.row,
  kind: "always",
  sentence: "The queue never has the event of an order that the shop has not written down.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const box = new Outbox()
    return {
      exercised: () => box.events.size,
      see: (entry) => {
        const op = box.see(entry)
        if (op === undefined || box.rows.has(op)) return undefined
        return {
          because: `${stage.name(entry.node)} has the event of ${op}, and the shop has no row of it`,
          evidence: [entry.index],
        }
      },
    }
  },
}

const outbox: Invariant = {
  name: promised.outbox,
  kind: "eventually",
  sentence: "Once the storm is over, the shop has the row of an order if and only if the queue has had its event.",
  assumes: ["absence", "damage", "time"],
  judge: () => {
    const box = new Outbox()
    return {
      exercised: () => box.rows.size,
      see: (entry) => {
        box.see(entry)
        return undefined
      },
      waits: () => {
        const { rows, events } = box
        for (const id of rows) {
          if (!events.has(id)) return `the shop has the row of ${id}, and the queue never had its event`
        }
        for (const id of events) if (!rows.has(id)) return `the queue had the event of ${id}, and the shop has no row`
        return undefined
      },
    }
  },
}

/** What the database has done for each order. */
class Orders {
  readonly #deeds = new Map<string, Set<DeedKind>>()

  of(op: string): ReadonlySet<DeedKind> {
    return this.#deeds.get(op) ?? new Set()
  }

  /** Sees deeds one by one, all of them anew after a restart; tells `each` what was done before. */
  follow(
    entry: Entry,
    each?: (deed: Deed, before: ReadonlySet<DeedKind>) => Violation | undefined,
  ): Violation | undefined {
    const fact = factOf(entry)
    if (fact?._tag !== "Done" && fact?._tag !== "Restored") return undefined
    if (fact._tag === "Restored") this.#deeds.clear()
    for (const deed of fact.deeds) {
      const violation = each?.(deed, this.of(deed.op))
      if (violation !== undefined) return violation
      const deeds = this.#deeds.get(deed.op)
      if (deeds === undefined) this.#deeds.set(deed.op, new Set([deed.kind]))
      else deeds.add(deed.kind)
    }
    return undefined
  }
}

const paid: Invariant = {
  name: promised.paid,
  kind: "always",
  sentence: "Nothing is shipped that is not paid for, or not in stock.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const orders = new Orders()
    const { stock } = sizeOf(stage.size)
    let exercised = 0
    let reserved = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        if (factOf(entry)?._tag === "Restored") reserved = 0
        return orders.follow(entry, ({ kind, op }, before) => {
          const violation = (because: string): Violation => ({ because, evidence: [entry.index] })
          if (kind === "reserve") reserved++
          if (kind === "release") reserved--
          if (reserved > stock) return violation(`${reserved} pieces are promised, of ${stock} in stock`)
          if (kind === "ship") {
            exercised++
            if (!before.has("charge")) return violation(`${op} is shipped, and not paid for`)
            if (before.has("refund")) return violation(`${op} is shipped, and its price was paid back`)
          }
          if (kind === "refund" && before.has("ship")) return violation(`${op} is paid back, and was shipped`)
          return undefined
        })
      },
    }
  },
}

/** Why an order has not come to an end; nothing if it has: all of it was done, or all that was done was undone. */
const unsettled = (deeds: ReadonlySet<DeedKind>): string | undefined => {
  if (deeds.has("ship")) return deeds.has("charge") && deeds.has("notify") ? undefined : "is shipped and not complete"
  if (deeds.has("charge") && !deeds.has("refund")) return "is paid for, neither shipped nor paid back"
  if (deeds.has("reserve") && !deeds.has("release")) return "holds a piece of the stock that nobody gets"
  return undefined
}

const settled: Invariant = {
  name: promised.settled,
  kind: "eventually",
  sentence:
    "Once the storm is over, each order is complete or all of it is undone, unless it is parked or was dropped.",
  assumes: ["absence", "damage", "time"],
  judge: () => {
    const orders = new Orders()
    /** Orders that the queue has had, and those that it has done with. */
    const taken = new Map<string, string>()
    const done = new Set<string>()
    const put = new Set<string>()
    return {
      exercised: () => done.size,
      see: (entry) => {
        orders.follow(entry)
        const fact = factOf(entry)
        if (fact?._tag === "Took" && fact.topic === "orders") taken.set(fact.id, fact.op)
        if (fact?._tag !== "Moved") return undefined
        const op = fact.group === "saga" ? taken.get(fact.id) : undefined
        if (op === undefined) return undefined
        if (fact.to === "done") done.add(op)
        if (fact.to === "dead" || fact.to === "dropped") put.add(op)
        return undefined
      },
      waits: () => {
        for (const op of taken.values()) {
          if (put.has(op)) continue
          if (!done.has(op)) return `${op} was ordered, and is not done`
          const why = unsettled(orders.of(op))
          if (why !== undefined) return `${op} ${why}`
        }
        return undefined
      },
    }
  },
}

const charged: Invariant = {
  name: promised.charged,
  kind: "always",
  sentence: "Nobody pays twice for one thing, or pays and is told that it failed.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const payments = new Map<string, number>()
    const failed = new Map<string, number>()
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        const returned = returnOf(entry, "pay")
        if (returned?.outcome._tag === "refused") {
          failed.set(returned.id, entry.index)
          const payment = payments.get(returned.id)
          if (payment !== undefined) {
            const who = stage.name(entry.node)
            return {
              because: `${who} was told that ${returned.id} has failed, and the card was charged`,
              evidence: [payment, entry.index],
            }
          }
        }
        const fact = factOf(entry)
        if (fact?._tag !== "Done" && fact?._tag !== "Restored") return undefined
        if (fact._tag === "Restored") payments.clear()
        for (const { kind, op } of fact.deeds) {
          if (kind !== "pay") continue
          exercised++
          const before = payments.get(op)
          if (before !== undefined) {
            const evidence = before === entry.index ? [before] : [before, entry.index]
            return { because: `the card was charged twice for ${op}`, evidence }
          }
          payments.set(op, entry.index)
          const told = failed.get(op)
          if (told !== undefined) {
            return { because: `${op} was said to have failed, and the card was charged`, evidence: [told, entry.index] }
          }
        }
        return undefined
      },
    }
  },
}

export const ordering: readonly Invariant[] = [row, outbox, paid, settled, charged]
