/**
 * Sequential consistency (Lamport, 1979): one order of all operations that keeps each session's, in which every read
 * returns the latest write of its key. Deciding it is NP-complete (Gibbons & Korach, 1997), so it is tried in two
 * steps: what the reads force is added until nothing new follows, and a circle is a no; then orders are tried that keep
 * what is forced.
 */
import type { AccessHistory } from "./access.ts"
import { judgeThinAir, tellCircle } from "./circular.ts"
import { broken, type Finding, unbroken } from "./finding.ts"
import { search } from "./frontier.ts"
import { minimal } from "./minimal.ts"
import { Precedence } from "./precedence.ts"
import { type OrderOptions, type Relations, relationsOf, type VersionOrder } from "./relations.ts"
import { sayOperation } from "./words.ts"

export interface SequentialOptions extends OrderOptions {
  /** How many operations the search may place, all in all, before it answers `unknown`. */
  readonly steps?: number
}

export interface SequentialFinding extends Finding {
  /** Ids in an order that explains every read; there if it holds. */
  readonly witness?: readonly string[]
}

const defaultSteps = 200_000

/** All that the reads force. */
const saturate = (relations: Relations, order: VersionOrder | undefined): Precedence => {
  const precedence = new Precedence(relations)
  if (order !== undefined) precedence.give(order)
  while (precedence.order() !== undefined) {
    // The simplest contradictions explain best.
    if (precedence.forceOverwritten(relations.reads)) break
    const earlier = precedence.forceNotReturned(relations.reads)
    const later = precedence.forceNotYet(relations.reads)
    if (!earlier && !later) break
  }
  return precedence
}

/** One order of all operations keeps each session's, and every read returns the latest write of its key. */
export const checkSequential = (history: AccessHistory, options: SequentialOptions = {}): SequentialFinding => {
  const { steps = defaultSteps, order } = options
  const relations = relationsOf(history, options)
  const thinAir = judgeThinAir(history, relations)
  if (thinAir !== undefined) return thinAir
  const exercised = relations.reads.length
  const precedence = saturate(relations, order)
  const circle = precedence.circle()
  if (circle !== undefined) {
    return tellCircle(history, relations, options, circle, (part) => saturate(part, order).circle())
  }
  const decision = search(relations, precedence, steps)
  if (decision === "given up") return unbroken(exercised, [`Gave up after ${steps} steps.`])
  if (decision !== "impossible") {
    const finding = unbroken(exercised, relations.doubts)
    if (finding.verdict !== "holds") return finding
    return { ...finding, witness: decision.flatMap(({ recorded }) => recorded?.id ?? []) }
  }
  const isImpossible = (part: AccessHistory): boolean => {
    const related = relationsOf(part, options)
    const forced = saturate(related, order)
    return forced.circle() !== undefined || search(related, forced, steps) === "impossible"
  }
  const part = minimal(history, isImpossible)
  const { operations } = relationsOf(part, options)
  return broken(
    exercised,
    part.map(({ id }) => id),
    [
      ...operations.flatMap((each) => (each.recorded === undefined ? [] : `${sayOperation(each)}.`)),
      `None of the orders that keep each session's lets every read return the latest write.`,
    ],
  )
}
