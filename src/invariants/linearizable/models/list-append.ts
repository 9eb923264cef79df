/** Lists, each empty at first, that only grow at their end. */
import type { Recorded } from "../../history.ts"
import { illegal, type Model, type Value } from "../model.ts"
import type { Narrow } from "../narrow.ts"
import { Versions } from "../versions.ts"
import { lost, Prefixes } from "./prefixes.ts"
import { sayAnswer, sayValue } from "./words.ts"

export type ListAppendInput =
  /** Answered with the list. */
  | { readonly _tag: "read"; readonly key?: string }
  /** The answer says nothing. */
  | { readonly _tag: "append"; readonly key?: string; readonly value: Value }

/** As many lists as inputs name keys. */
export const listAppend = (): Model<readonly Value[], ListAppendInput, unknown> => ({
  name: "list-append",
  initial: [],
  step: (state, input, output) =>
    input._tag === "read" && !isSame(state, output as readonly Value[]) ? illegal : after(state, input),
  unseen: after,
  say: (input, outcome) =>
    input._tag === "read"
      ? sayAnswer("read", outcome, outcome._tag === "ok" ? sayValue(outcome.value) : undefined)
      : sayAnswer(`append ${sayValue(input.value)}`, outcome),
  sayState: sayValue,
  keyOf: ({ key = "" }) => key,
  observes: ({ _tag }) => _tag === "read",
  owes: (input, outcome) => {
    if (input._tag === "append" || outcome._tag !== "ok") return undefined
    const seen = new Set(outcome.value as readonly Value[])
    return (mutation) => mutation._tag === "append" && seen.has(mutation.value)
  },
  narrow,
  versions,
})

const after = (state: readonly Value[], input: ListAppendInput): readonly Value[] =>
  input._tag === "append" ? [...state, input.value] : state

const isSame = (state: readonly Value[], output: readonly Value[]): boolean =>
  output.length === state.length && state.every((value, i) => value === output[i])

const narrow = (operations: readonly Recorded<ListAppendInput>[]): Narrow<ListAppendInput, unknown, number> => {
  const alphabet = new Alphabet()
  const prefixes = new Prefixes(
    operations.flatMap(({ input, outcome }) =>
      input._tag === "read" && outcome._tag === "ok" ? [alphabet.word(outcome.value as readonly Value[])] : [],
    ),
  )
  const appended = new Set(operations.flatMap(({ input }) => (input._tag === "append" ? [input.value] : [])))
  const impossible = operations.findIndex(
    ({ input, outcome }) =>
      input._tag === "read" &&
      outcome._tag === "ok" &&
      (outcome.value as readonly Value[]).some((value) => !appended.has(value)),
  )
  const unseen = (state: number, input: ListAppendInput): number =>
    input._tag === "append" ? prefixes.grown(state, alphabet.letter(input.value)) : state
  return {
    initial: prefixes.of(""),
    dead: lost,
    impossible: impossible === -1 ? undefined : impossible,
    step: (state, input, output) =>
      input._tag === "read" && !prefixes.is(state, alphabet.word(output as readonly Value[]))
        ? illegal
        : unseen(state, input),
    unseen,
    leads: (state, _, output) => prefixes.leads(state, alphabet.word(output as readonly Value[])),
    classOf: (input, outcome) => {
      if (input._tag === "append") return alphabet.letter(input.value)
      return outcome._tag === "ok" ? prefixes.rank(alphabet.word(outcome.value as readonly Value[])) : null
    },
  }
}

/** Writes lists as texts, each element as two characters. */
class Alphabet {
  readonly #letters = new Map<Value, string>()
  readonly #words = new Map<readonly Value[], string>()

  /** Of a list that stays as it is. */
  word(list: readonly Value[]): string {
    let word = this.#words.get(list)
    if (word === undefined) {
      word = list.map((value) => this.letter(value)).join("")
      this.#words.set(list, word)
    }
    return word
  }

  letter(value: Value): string {
    let letter = this.#letters.get(value)
    if (letter === undefined) {
      const number = this.#letters.size
      letter = String.fromCharCode(number >>> 16, number & 0xffff)
      this.#letters.set(value, letter)
    }
    return letter
  }
}

/** Each element is a version: the list up to it. Every list that was read is the beginning of the longest one. */
const versions = (operations: readonly Recorded<ListAppendInput>[]): Versions | undefined => {
  const found = new Versions(operations.length)
  const versionOf = new Map<Value, number>()
  for (let i = 0; i < operations.length; i++) {
    const { input } = operations[i] as Recorded<ListAppendInput>
    if (input._tag === "read") continue
    if (versionOf.has(input.value)) return undefined
    versionOf.set(input.value, found.make(i))
  }
  let longest: readonly Value[] = []
  const shown = [0]
  for (let i = 0; i < operations.length && found.clash === undefined; i++) {
    const { input, outcome } = operations[i] as Recorded<ListAppendInput>
    if (input._tag !== "read" || outcome._tag !== "ok") continue
    const list = outcome.value as readonly Value[]
    for (let k = 0; k < list.length && found.clash === undefined; k++) {
      if (k < longest.length && list[k] === longest[k]) continue
      const version = versionOf.get(list[k] as Value)
      found.clash = version === undefined ? [i] : found.link(shown[k] as number, version, i)
      if (version !== undefined) shown[k + 1] = version
    }
    if (list.length > longest.length) longest = list
    found.saw[i] = shown[list.length] as number
  }
  return found
}
