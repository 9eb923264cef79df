/** A lock that nobody holds at first, and that one at a time may hold. */
import { illegal, type Model } from "../model.ts"
import { sayAnswer } from "./words.ts"

/** The answers say nothing: what was answered was granted. */
export interface MutexInput {
  readonly _tag: "acquire" | "release"
  readonly key?: string
}

/** As many locks as inputs name keys. */
export const mutex = (): Model<"free" | "held", MutexInput, unknown> => {
  const unseen = (state: "free" | "held", { _tag }: MutexInput) => {
    if (_tag === "acquire") return state === "free" ? "held" : illegal
    return state === "held" ? "free" : illegal
  }
  return {
    name: "mutex",
    initial: "free",
    step: unseen,
    unseen,
    say: ({ _tag }, outcome) => sayAnswer(_tag, outcome),
    sayState: (state) => state,
    keyOf: ({ key = "" }) => key,
    resets: (_, outcome) => outcome._tag === "ok",
    owes:
      ({ _tag }) =>
      (mutation) =>
        mutation._tag !== _tag,
    classOf: ({ _tag }) => _tag,
  }
}
