/** The promises of delivery: what was taken is processed, by everybody, and its effect happens once. */
import type { Invariant } from "#invariants"
import { type Entry, Kind } from "#world"
import { groupsOf } from "../cast.ts"
import { promised } from "../design.ts"
import { factOf, returnOf } from "./reading.ts"

/** Acknowledged messages, and what has become of them in each group. */
class Fates {
  readonly #ops = new Map<string, string>()
  readonly #told = new Set<string>()
  /** Groups in which an operation's message was processed, parked or dropped. */
  readonly #settled = new Map<string, Set<string>>()
  readonly #pending = new Set<string>()
  readonly #isSettled: (groups: ReadonlySet<string>) => boolean

  constructor(isSettled: (groups: ReadonlySet<string>) => boolean) {
    this.#isSettled = isSettled
  }

  get told(): number {
    return this.#told.size
  }

  get pending(): ReadonlySet<string> {
    return this.#pending
  }

  settledIn(op: string): ReadonlySet<string> {
    return this.#settled.get(op) ?? new Set()
  }

  #settle(op: string, group: string): void {
    let groups = this.#settled.get(op)
    if (groups === undefined) {
      groups = new Set()
      this.#settled.set(op, groups)
    }
    groups.add(group)
    if (this.#isSettled(groups)) this.#pending.delete(op)
  }

  see(entry: Entry): void {
    const returned = returnOf(entry, "publish")
    if (returned?.outcome._tag === "ok") {
      this.#told.add(returned.id)
      if (!this.#isSettled(this.settledIn(returned.id))) this.#pending.add(returned.id)
    }
    const fact = factOf(entry)
    switch (fact?._tag) {
      case "Took":
        this.#ops.set(fact.id, fact.op)
        return
      case "Done":
      case "Restored":
        for (const { kind, op, group } of fact.deeds) if (kind === "task") this.#settle(op, group)
        return
      case "Moved": {
        const op = fact.to === "dead" || fact.to === "dropped" ? this.#ops.get(fact.id) : undefined
        if (op !== undefined) this.#settle(op, fact.group)
      }
    }
  }
}

const processed: Invariant = {
  name: promised.processed,
  kind: "eventually",
  sentence: "A message that was acknowledged is processed at least once, or parked after its last try.",
  assumes: ["absence", "damage", "time"],
  judge: () => {
    const fates = new Fates((groups) => groups.size > 0)
    return {
      exercised: () => fates.told,
      see: (entry) => {
        fates.see(entry)
        return undefined
      },
      waits: () => {
        for (const op of fates.pending) return `${op} was acknowledged and nobody has processed it`
        return undefined
      },
    }
  },
}

const everyGroup: Invariant = {
  name: promised.groups,
  kind: "eventually",
  sentence: "Every group gets every message.",
  assumes: ["absence", "damage", "time"],
  judge: ({ size }) => {
    const groups = groupsOf(size)
    const fates = new Fates((settled) => settled.size === groups.length)
    return {
      exercised: () => (groups.length > 1 ? fates.told : 0),
      see: (entry) => {
        fates.see(entry)
        return undefined
      },
      waits: () => {
        for (const op of fates.pending) {
          const settled = fates.settledIn(op)
          return `${groups.filter((group) => !settled.has(group)).join(", ")} never got ${op}`
        }
        return undefined
      },
    }
  },
}

const once: Invariant = {
  name: promised.once,
  kind: "always",
  sentence: "The effect of a message happens at most once in each group.",
  assumes: ["damage", "time"],
  judge: () => {
    /** The entry that told of an effect first. */
    const effects = new Map<string, number>()
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        const fact = factOf(entry)
        if (fact?._tag !== "Done" && fact?._tag !== "Restored") return undefined
        if (fact._tag === "Restored") effects.clear()
        for (const { kind, op, group } of fact.deeds) {
          if (kind !== "task") continue
          exercised++
          const effect = `${op} in ${group}`
          const before = effects.get(effect)
          if (before !== undefined) {
            return {
              because: `the effect of ${effect} is in the database twice`,
              evidence: before === entry.index ? [before] : [before, entry.index],
            }
          }
          effects.set(effect, entry.index)
        }
        return undefined
      },
    }
  },
}

/** Not a promise but the test of one: exactly once is worth nothing where nothing is ever delivered twice. */
const redelivery: Invariant = {
  name: promised.redelivery,
  kind: "sometimes",
  sentence: "A message is handed out again after its effect has become durable.",
  assumes: [],
  judge: () => {
    const done = new Set<string>()
    let again = 0
    return {
      exercised: () => again,
      see: (entry) => {
        if (entry.kind !== Kind.fact) return undefined
        const fact = factOf(entry)
        if (fact?._tag === "Done") for (const { key } of fact.deeds) done.add(key)
        if (fact?._tag === "Tried" && done.has(`${fact.group}/${fact.id}`)) again++
        return undefined
      },
    }
  },
}

export const delivery: readonly Invariant[] = [processed, everyGroup, once, redelivery]
