/**
 * Causal consistency, in three strengths, by the bad patterns of Bouajjani, Enea, Guerraoui & Hamza (POPL 2017). An
 * operation's past is what its session did before, the writes that were read, and the pasts of these.
 *
 * Weakly causal (their CC; the name is Perrin et al.'s, 2016): no read returns what its own past has overwritten.
 * Causal (their CM: causal memory, Ahamad et al., 1995): moreover, each session can put its past into one order.
 * Causally convergent (their CCv): instead, all sessions can put the writes into the same order. Neither of these
 * implies the other.
 */
import type { AccessHistory, AccessOptions } from "./access.ts"
import { judgeCircle } from "./circular.ts"
import type { Finding } from "./finding.ts"
import { Precedence, type Step } from "./precedence.ts"
import type { OrderOptions, Relations, VersionOrder } from "./relations.ts"

/** A circle through a past, or through a read and what its past has overwritten. */
const overwritten = (relations: Relations): readonly Step[] | undefined => {
  const precedence = new Precedence(relations)
  if (precedence.order() !== undefined) precedence.forceOverwritten(relations.reads)
  return precedence.circle()
}

/** Otherwise what a session's own reads force, and what that forces in turn, for each session by itself. */
const disordered = (relations: Relations): readonly Step[] | undefined => {
  for (const session of relations.sessions) {
    const reads = session.filter(({ wrote }) => !wrote)
    const precedence = new Precedence(relations)
    while (precedence.order() !== undefined) {
      if (!precedence.forceNotReturned(reads)) break
    }
    const circle = precedence.circle()
    if (circle !== undefined) return circle
  }
  return undefined
}

/** Otherwise what all reads force of one order of the writes. */
const divergent = (relations: Relations, order: VersionOrder | undefined): readonly Step[] | undefined => {
  const precedence = new Precedence(relations)
  precedence.order()
  precedence.forceNotReturned(relations.reads)
  if (order !== undefined) precedence.give(order)
  return precedence.circle()
}

/** No read returns what its own past has overwritten. */
export const checkWeaklyCausal = (history: AccessHistory, options: AccessOptions = {}): Finding =>
  judgeCircle(history, options, overwritten)

/** Each session can put its past into one order in which every read of its own returns the latest write. */
export const checkCausal = (history: AccessHistory, options: AccessOptions = {}): Finding =>
  judgeCircle(history, options, (relations) => overwritten(relations) ?? disordered(relations))

/**
 * All sessions can put the writes into one order that keeps their pasts, in which every read returns the latest of its
 * past.
 */
export const checkCausalConvergence = (history: AccessHistory, options: OrderOptions = {}): Finding =>
  judgeCircle(history, options, (relations) => overwritten(relations) ?? divergent(relations, options.order))
