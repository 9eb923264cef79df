/**
 * Which engine judges the operations of a key: those that don't overlap are replayed, unique versions ordered, all else
 * is searched.
 */
import type { Recorded } from "../history.ts"
import { search } from "./jit.ts"
import { illegal, type Model } from "./model.ts"
import type { Part } from "./part.ts"
import { zones } from "./zones.ts"

export type Decision =
  /** With the operations in the order in which they take effect; the pending that are missing never do. */
  | { readonly verdict: "holds"; readonly steps: number; readonly order: Int32Array }
  /**
   * With operations among which the impossible ones are, or the one at whose return, at the latest, it was impossible.
   */
  | { readonly verdict: "violated"; readonly steps: number; readonly clash: readonly number[] }
  | { readonly verdict: "violated"; readonly steps: number; readonly stuck: number }
  /** With whether more steps would be of no use. */
  | { readonly verdict: "unknown"; readonly steps: number; readonly full: boolean }

/** Judges operations of one key in so many steps of the search. */
export const decide = (model: Model, part: Part, steps: number): Decision => {
  if (isSequence(part)) return replay(model, part)
  const versions = model.versions?.(part.operations)
  return versions === undefined ? search(model, part, steps) : { steps: 0, ...zones(part, versions) }
}

/** Whether each operation returned before the next was called. */
const isSequence = ({ operations, calledAt, deadline, pendings }: Part): boolean => {
  if (pendings > 0) return false
  for (let i = 1; i < operations.length; i++) {
    if ((calledAt[i] as number) <= (deadline[i - 1] as number)) return false
  }
  return true
}

const replay = (model: Model, { operations }: Part): Decision => {
  let state = model.initial
  for (let i = 0; i < operations.length; i++) {
    const { input, outcome } = operations[i] as Recorded
    const after = outcome._tag === "ok" ? model.step(state, input, outcome.value) : illegal
    if (after === illegal) return { verdict: "violated", steps: 0, stuck: i }
    state = after
  }
  return { verdict: "holds", steps: 0, order: Int32Array.from(operations.keys()) }
}
