/** A register with compare-and-set. A cas that failed says what the register did not hold. */
import type { Outcome, Recorded } from "../../history.ts"
import { illegal, type Model, type Value } from "../model.ts"
import type { Narrow } from "../narrow.ts"
import { none, Versions } from "../versions.ts"
import { Directory } from "./directory.ts"
import { sayAnswer, sayValue } from "./words.ts"

export type CasRegisterInput =
  /** Answered with the value. */
  | { readonly _tag: "read"; readonly key?: string }
  /** The answer says nothing. */
  | { readonly _tag: "write"; readonly key?: string; readonly value: Value }
  /** Answered with whether the register held what was expected, and so was set. */
  | { readonly _tag: "cas"; readonly key?: string; readonly expected: Value; readonly value: Value }

/** As many registers as inputs name keys. */
export const casRegister = (initial: Value = null): Model<Value, CasRegisterInput, unknown> => ({
  name: "cas-register",
  initial,
  step: (state, input, output) => {
    switch (input._tag) {
      case "read":
        return output === state ? state : illegal
      case "write":
        return input.value
      case "cas":
        if ((state === input.expected) !== output) return illegal
        return output ? input.value : state
    }
  },
  unseen: (state, input) => {
    switch (input._tag) {
      case "read":
        return state
      case "write":
        return input.value
      case "cas":
        return state === input.expected ? input.value : illegal
    }
  },
  say: (input, outcome) => {
    const answer = outcome._tag === "ok" ? sayValue(outcome.value) : undefined
    switch (input._tag) {
      case "read":
        return sayAnswer("read", outcome, answer)
      case "write":
        return sayAnswer(`write ${sayValue(input.value)}`, outcome)
      case "cas":
        return sayAnswer(`cas ${sayValue(input.expected)} ${sayValue(input.value)}`, outcome, answer)
    }
  },
  sayState: sayValue,
  keyOf: ({ key = "" }) => key,
  observes: (input, outcome) =>
    input._tag === "read" || (input._tag === "cas" && (input.expected === input.value || failed(outcome))),
  resets: (input, outcome) =>
    input._tag === "write" || (input._tag === "cas" && outcome._tag === "ok" && outcome.value === true),
  owes: (input, outcome) => {
    if (input._tag === "write") return undefined
    if (input._tag === "cas" && failed(outcome)) return (mutation) => makes(mutation) !== input.expected
    const seen = input._tag === "cas" ? input.expected : outcome._tag === "ok" ? outcome.value : undefined
    return (mutation) => makes(mutation) === seen
  },
  narrow: (operations) => narrow(initial, operations),
  versions: (operations) => versions(initial, operations),
})

/** The value that the register holds after a mutation. */
const makes = (mutation: CasRegisterInput): Value | undefined => (mutation._tag === "read" ? undefined : mutation.value)

const failed = (outcome: Outcome): boolean => outcome._tag === "ok" && outcome.value === false

const kinds = { read: 0, write: 1, set: 2, failed: 3, unseen: 4 }

/** Values that no operation tells apart are one, with the number 0. */
const narrow = (
  initial: Value,
  operations: readonly Recorded<CasRegisterInput>[],
): Narrow<CasRegisterInput, unknown, number> => {
  const numbers = new Map<unknown, number>()
  const numberOf = (value: unknown): number => numbers.get(value) ?? 0
  /** Of each number: an operation that needs the register to hold its value. */
  const needed: (number | undefined)[] = [undefined]
  let anyFailed = false
  operations.forEach(({ input, outcome }, i) => {
    if (input._tag === "write") return
    const told = input._tag === "cas" ? input.expected : outcome._tag === "ok" ? outcome.value : undefined
    const number = numberOf(told) || needed.push(undefined) - 1
    numbers.set(told, number)
    if (input._tag === "cas" && failed(outcome)) anyFailed = true
    else if (outcome._tag === "ok") needed[number] = i
  })
  needed[numberOf(initial)] = undefined
  for (const { input } of operations) if (input._tag !== "read") needed[numberOf(input.value)] = undefined
  const radix = numbers.size + 1
  return {
    initial: numberOf(initial),
    step: (state, input, output) => {
      switch (input._tag) {
        case "read":
          return state === numberOf(output) ? state : illegal
        case "write":
          return numberOf(input.value)
        case "cas":
          if ((state === numberOf(input.expected)) !== output) return illegal
          return output ? numberOf(input.value) : state
      }
    },
    unseen: (state, input) => {
      switch (input._tag) {
        case "read":
          return state
        case "write":
          return numberOf(input.value)
        case "cas":
          return state === numberOf(input.expected) ? numberOf(input.value) : illegal
      }
    },
    classOf: (input, outcome) => {
      switch (input._tag) {
        case "read":
          return kinds.read + 5 * numberOf(outcome._tag === "ok" ? outcome.value : undefined)
        case "write":
          return kinds.write + 5 * numberOf(input.value)
        case "cas": {
          const kind = outcome._tag !== "ok" ? kinds.unseen : outcome.value === true ? kinds.set : kinds.failed
          return kind + 5 * (numberOf(input.expected) + radix * numberOf(input.value))
        }
      }
    },
    impossible: needed.find((operation) => operation !== undefined),
    // What failed to set anything is legal in every state but one.
    ...(!anyFailed && { dead: 0 }),
  }
}

/** Each value is a version. A cas that failed saw none in particular. */
const versions = (initial: Value, operations: readonly Recorded<CasRegisterInput>[]): Versions | undefined => {
  const versionOf = new Directory(operations.length)
  versionOf.add(initial, 0)
  let count = 1
  for (let i = 0; i < operations.length; i++) {
    const { input, outcome } = operations[i] as Recorded<CasRegisterInput>
    if (input._tag === "cas" && failed(outcome)) return undefined
    if (makesVersion(input) && !versionOf.add(input.value, count++)) return undefined
  }
  const found = new Versions(operations.length)
  for (let i = 0; i < operations.length; i++) {
    const { input, outcome } = operations[i] as Recorded<CasRegisterInput>
    if (makesVersion(input)) found.make(i)
    if (input._tag === "write") continue
    const saw = versionOf.get(input._tag === "cas" ? input.expected : outcome._tag === "ok" ? outcome.value : undefined)
    found.saw[i] = saw
    if (saw !== none) continue
    if (outcome._tag !== "ok") return undefined
    found.clash ??= [i]
  }
  return found
}

const makesVersion = (input: CasRegisterInput): input is Extract<CasRegisterInput, { readonly value: Value }> =>
  input._tag === "write" || (input._tag === "cas" && input.expected !== input.value)
