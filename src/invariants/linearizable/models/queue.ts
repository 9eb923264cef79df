/** A queue, first in, first out. */
import { illegal, type Model, type Value } from "../model.ts"
import { sayAnswer, sayValue } from "./words.ts"

export type QueueInput =
  | { readonly _tag: "enqueue"; readonly key?: string; readonly value: Value }
  /** Answered with the value, or with `empty`. */
  | { readonly _tag: "dequeue"; readonly key?: string }

/** The answer of a queue that has nothing in it. */
export const empty = { _tag: "empty" } as const

const isEmpty = (output: unknown): boolean =>
  typeof output === "object" && output !== null && "_tag" in output && output._tag === "empty"

export const queue = (): Model<readonly Value[], QueueInput, unknown> => ({
  name: "queue",
  initial: [],
  step: (state, input, output) => {
    if (input._tag === "enqueue") return [...state, input.value]
    if (isEmpty(output)) return state.length === 0 ? state : illegal
    return state.length > 0 && state[0] === output ? state.slice(1) : illegal
  },
  unseen: (state, input) => (input._tag === "enqueue" ? [...state, input.value] : state.slice(1)),
  say: (input, outcome) => {
    if (input._tag === "enqueue") return sayAnswer(`enqueue ${sayValue(input.value)}`, outcome)
    const answer = outcome._tag === "ok" ? (isEmpty(outcome.value) ? "empty" : sayValue(outcome.value)) : undefined
    return sayAnswer("dequeue", outcome, answer)
  },
  sayState: sayValue,
  keyOf: ({ key = "" }) => key,
  tie: (input, outcome) => {
    if (input._tag === "enqueue") return input.value
    return outcome._tag === "ok" && !isEmpty(outcome.value) ? (outcome.value as Value) : undefined
  },
  observes: ({ _tag }, outcome) => _tag === "dequeue" && outcome._tag === "ok" && isEmpty(outcome.value),
})
