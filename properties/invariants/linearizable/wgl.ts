/**
 * The oracle: the search of Wing & Gong (1993) with the cache of Lowe (2017), as Porcupine has it, written for reading.
 * It shares nothing with the engines and knows nothing of a model but its steps.
 */
import type { History } from "../../../src/invariants/history.ts"
import { illegal, type Model } from "../../../src/invariants/linearizable/index.ts"

interface Event {
  readonly operation: number
  readonly isCall: boolean
  readonly at: number
}

const isAnswered = (history: History, operation: number): boolean => history[operation]?.outcome._tag === "ok"

/** Whether some order explains the operations of one object; undefined if that takes more configurations. */
export const isLinearizable = <State, Input, Output>(
  model: Model<State, Input, Output>,
  history: History<Input, Output>,
  most = Number.POSITIVE_INFINITY,
): boolean | undefined => {
  const events: Event[] = history.flatMap(({ calledAt, returnedAt, outcome }, operation) =>
    outcome._tag === "refused"
      ? []
      : [
          { operation, isCall: true, at: calledAt },
          { operation, isCall: false, at: outcome._tag === "ok" ? returnedAt : Number.POSITIVE_INFINITY },
        ],
  )
  events.sort((a, b) => (a.at === b.at ? Number(b.isCall) - Number(a.isCall) : a.at - b.at))

  const lifted = new Set<number>()
  const seen = new Set<string>()
  const trail: { readonly operation: number; readonly state: State; readonly event: number }[] = []
  let state = model.initial
  let next = 0
  const isThere = (event: Event | undefined): event is Event => event !== undefined && !lifted.has(event.operation)

  for (;;) {
    while (next < events.length && !isThere(events[next])) next++
    const event = events[next]
    if (event === undefined || (!event.isCall && !isAnswered(history, event.operation))) return true
    if (event.isCall) {
      const { input, outcome } = history[event.operation] as History<Input, Output>[number]
      const after = outcome._tag === "ok" ? model.step(state, input, outcome.value) : model.unseen(state, input)
      if (after !== illegal) {
        const done = [...lifted, event.operation].sort((a, b) => a - b)
        const configuration = JSON.stringify([done, after])
        if (!seen.has(configuration)) {
          seen.add(configuration)
          if (seen.size > most) return undefined
          trail.push({ operation: event.operation, state, event: next })
          lifted.add(event.operation)
          state = after
          next = 0
          continue
        }
      }
      next++
    } else {
      const last = trail.pop()
      if (last === undefined) return false
      lifted.delete(last.operation)
      state = last.state
      next = last.event + 1
    }
  }
}
