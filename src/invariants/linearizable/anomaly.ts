/**
 * What a violation is called. The names are those of the literature as far as it has some; they follow from what would
 * make the evidence possible: a read that would have been right earlier is stale.
 */
import type { History, Recorded } from "../history.ts"
import type { Evidence } from "./evidence.ts"
import type { Model } from "./model.ts"
import { isImpossible } from "./verify.ts"

/** The operation of the evidence that contradicts the others: the last of those that only observe, or else the last. */
export const contradiction = (model: Model, evidence: readonly Recorded[]): Recorded => {
  const byReturn = evidence.filter(({ outcome }) => outcome._tag === "ok").sort((a, b) => a.returnedAt - b.returnedAt)
  return byReturn.findLast(({ input, outcome }) => model.observes?.(input, outcome)) ?? (byReturn.at(-1) as Recorded)
}

/** Operations to which an operation may owe what it was answered, whenever they came and however they ended. */
export const sources = (model: Model, history: History, { input, outcome, id }: Recorded): readonly Recorded[] => {
  const owes = model.owes?.(input, outcome)
  const key = model.keyOf?.(input)
  if (owes === undefined) return []
  return history.filter((other) => other.id !== id && model.keyOf?.(other.input) === key && owes(other.input))
}

export const anomalyOf = (model: Model, history: History, evidence: Evidence): string => {
  const last = contradiction(model, evidence.operations)
  if (!model.observes?.(last.input, last.outcome)) return "conflicting updates"
  const { operations, written } = evidence
  const others = [...operations.filter((operation) => operation !== last), ...written]
  if (others.length === 0) {
    const from = sources(model, history, last)
    if (from.length === 0) return "thin-air read"
    if (from.every(({ outcome }) => outcome._tag === "refused")) return "aborted read"
    return from.some(({ calledAt }) => calledAt > last.returnedAt) ? "future read" : "impossible answer"
  }
  const earlier = { ...last, calledAt: Number.NEGATIVE_INFINITY }
  return isImpossible(model, [...others, earlier]) === false ? "stale read" : "impossible order"
}
