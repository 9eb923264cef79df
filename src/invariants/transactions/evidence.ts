/** Puts a cycle in terms that need nothing but the operations they name: which append, which read, and who saw them. */
import type { Cycle, CycleName, Dependency } from "./anomaly.ts"
import type { Step } from "./cycles.ts"
import { Kind } from "./dependencies.ts"
import { doneBy, idOf, isPrefix, type Key, type Ledger, type Sighting, type Written } from "./ledger.ts"
import type { Element } from "./transaction.ts"

/** The appends of a transaction to a key. */
const appendsOf = (ledger: Ledger, by: number, key: Key): readonly Written[] =>
  doneBy(ledger.history, by).flatMap((operation) => {
    if (operation._tag !== "append" || operation.key !== key.name) return []
    const written = key.appends.get(operation.element)
    return written === undefined || written.shared ? [] : [written]
  })

/** What a transaction read of a key, where it was answered. */
const readsOf = (ledger: Ledger, by: number, key: Key): readonly (readonly Element[])[] =>
  ledger.history[by]?.outcome._tag !== "ok"
    ? []
    : doneBy(ledger.history, by).flatMap((operation) =>
        operation._tag === "read" && operation.key === key.name && operation.seen !== undefined ? [operation.seen] : [],
      )

/**
 * Who shows the appends of a cycle: one that is in it if possible. So somebody shows each transaction of unknown outcome too
 * (else it need not have committed): nothing leads from it but what others read of it.
 */
class Seers {
  readonly #ledger: Ledger
  /** For each key the longest read, of those that fit, in the cycle. */
  readonly #longest = new Map<Key, { readonly by: number; readonly length: number }>()
  /** All operations that the evidence rests on. */
  readonly operations: Set<number>

  constructor(ledger: Ledger, cycle: readonly number[]) {
    this.#ledger = ledger
    this.operations = new Set(cycle)
    for (const by of cycle) {
      if (ledger.history[by]?.outcome._tag !== "ok") continue
      for (const step of doneBy(ledger.history, by)) {
        const key = ledger.key(step.key)
        if (step._tag === "append" || step.seen === undefined || !isPrefix(step.seen, key.order)) continue
        const { length } = step.seen
        if (length > (this.#longest.get(key)?.length ?? 0)) this.#longest.set(key, { by, length })
      }
    }
  }

  /** The id of who reads up to an append that somebody read. */
  of(key: Key, { place }: Written): string {
    const longest = this.#longest.get(key)
    const seer = longest !== undefined && longest.length > place ? longest.by : (key.seenBy[place] as Sighting).by
    this.operations.add(seer)
    return idOf(this.#ledger, seer)
  }
}

/** What makes a step a step; for one of data there is always something, else this is a defect. */
const reasonOf = (ledger: Ledger, step: Step, seers: Seers): Dependency => {
  const { from, to, kind, label } = step
  const ends = { from: idOf(ledger, from), to: idOf(ledger, to) }
  if (kind === Kind.process) return { kind: "process", ...ends }
  if (kind === Kind.realtime) return { kind: "realtime", ...ends }
  const key = ledger.keys[label] as Key
  const { chain, next, name } = key
  const of = { ...ends, key: name }
  if (kind === Kind.ww) {
    for (const later of appendsOf(ledger, to, key)) {
      const unread = later.place < 0
      const earlier = unread ? chain.at(-1) : chain[(next[later.place] as number) - 1]
      if (earlier?.by !== from) continue
      const seenBy = seers.of(key, unread ? earlier : later)
      return { kind: "ww", ...of, earlier: earlier.element, later: later.element, seenBy }
    }
  } else if (kind === Kind.wr) {
    for (const seen of readsOf(ledger, to, key)) {
      const element = seen.at(-1)
      const written = element === undefined ? undefined : key.appends.get(element)
      if (written?.by === from && !written.shared) return { kind: "wr", ...of, element: written.element }
    }
  } else {
    for (const seen of readsOf(ledger, from, key)) {
      if (!isPrefix(seen, key.order)) continue
      const lacked = chain[next[seen.length] as number]
      const missed = lacked ?? appendsOf(ledger, to, key).find(({ place }) => place < 0)
      if (missed?.by === to) return { kind: "rw", ...of, element: missed.element }
    }
  }
  throw new Error(`a defect of the checker: no reason why ${ends.from} comes before ${ends.to}`)
}

const nameOf = (steps: readonly Step[]): CycleName => {
  const has = (kind: number) => steps.some((step) => step.kind === kind)
  const missed = steps.filter(({ kind }) => kind === Kind.rw).length
  const inARow = steps.some(({ kind }, nth) => kind === Kind.rw && steps.at(nth - 1)?.kind === Kind.rw)
  const name = inARow ? "G2" : missed > 1 ? "G-nonadjacent" : missed === 1 ? "G-single" : has(Kind.wr) ? "G1c" : "G0"
  return has(Kind.realtime) ? `${name}-realtime` : has(Kind.process) ? `${name}-process` : name
}

/** The evidence for a cycle, told from its earliest transaction on. */
export const cycleOf = (ledger: Ledger, found: readonly Step[]): Cycle => {
  const first = found.reduce((best, { from }, nth) => (from < (found[best] as Step).from ? nth : best), 0)
  const steps = [...found.slice(first), ...found.slice(0, first)]
  const cycle = steps.map(({ from }) => from)
  const seers = new Seers(ledger, cycle)
  const reasons = steps.map((step) => reasonOf(ledger, step, seers))
  return { name: nameOf(steps), steps: reasons, operations: Array.from(seers.operations, (by) => idOf(ledger, by)) }
}
