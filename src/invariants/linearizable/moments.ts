/**
 * What some operations that explain each other say of the object, moment by moment: the states of all configurations
 * that can be reached and lead to the end. Moments are the instants at which something was called or returned, and the
 * times between them.
 */
import type { Recorded } from "../history.ts"
import { deadline } from "./debts.ts"
import { identityOf } from "./identity.ts"
import { illegal, type Model } from "./model.ts"

/** How many configurations are followed before it is too much. */
const most = 20_000

export interface Moments {
  /** The instants, in order. */
  readonly instants: readonly number[]
  /** The states at each instant and, after it, until the next one: twice as many as there are instants. */
  readonly states: readonly (readonly unknown[])[]
  /** Where it may be that nothing changed the state yet; what it is then, these operations do not tell. */
  readonly isUntold: readonly boolean[]
}

/** The moments of operations of one key; undefined where nothing explains them, or too much. */
export const momentsOf = (
  model: Model,
  operations: readonly Recorded[],
  instants: readonly number[],
): Moments | undefined => {
  const identity = model.identity?.bind(model) ?? identityOf
  const count = 2 * instants.length
  const from = operations.map(({ calledAt }) => 2 * instants.indexOf(calledAt))
  const to = operations.map((operation) => {
    const instant = instants.indexOf(deadline(operation))
    return instant === -1 ? count : 2 * instant
  })
  const after = (state: unknown, operation: number): unknown => {
    const { input, outcome } = operations[operation] as Recorded
    return outcome._tag === "ok" ? model.step(state, input, outcome.value) : model.unseen(state, input)
  }
  const states = Array.from({ length: count }, () => new Map<unknown, unknown>())
  const mutates = operations.map(({ input, outcome }) => model.observes?.(input, outcome) !== true)
  const isUntold = states.map(() => false)
  const known = new Map<string, boolean>()
  /** Whether a configuration at a moment leads to the end; notes the states of those that do. */
  const leads = (moment: number, done: readonly number[], state: unknown): boolean => {
    if (moment === count) return operations.every(({ outcome }, i) => outcome._tag !== "ok" || done.includes(i))
    const name = `${moment} ${done.join()} ${identity(state)}`
    const before = known.get(name)
    if (before !== undefined || known.size > most) return before ?? false
    known.set(name, false)
    let found = to.every((last, i) => last !== moment || done.includes(i)) && leads(moment + 1, done, state)
    for (let i = 0; i < operations.length; i++) {
      if ((from[i] as number) > moment || moment > (to[i] as number) || done.includes(i)) continue
      const next = after(state, i)
      if (
        next !== illegal &&
        leads(
          moment,
          [...done, i].sort((a, b) => a - b),
          next,
        )
      )
        found = true
    }
    known.set(name, found)
    if (found && done.some((i) => mutates[i])) states[moment]?.set(identity(state), state)
    else if (found) isUntold[moment] = true
    return found
  }
  return leads(0, [], model.initial) && known.size <= most
    ? { instants, states: states.map((each) => [...each.values()]), isUntold }
    : undefined
}
