/** A map from keys to texts, each "" at first. */
import type { Recorded } from "../../history.ts"
import { illegal, type Model } from "../model.ts"
import type { Narrow } from "../narrow.ts"
import { Versions } from "../versions.ts"
import { lost, Prefixes } from "./prefixes.ts"
import { sayAnswer, sayValue } from "./words.ts"

export type KeyValueInput =
  /** Answered with the text. */
  | { readonly _tag: "get"; readonly key: string }
  /** The answers of these say nothing. */
  | { readonly _tag: "put"; readonly key: string; readonly value: string }
  | { readonly _tag: "append"; readonly key: string; readonly value: string }

export const keyValue = (): Model<string, KeyValueInput, unknown> => ({
  name: "key-value",
  initial: "",
  step: (state, input, output) => (input._tag === "get" && output !== state ? illegal : after(state, input)),
  unseen: after,
  say: (input, outcome) =>
    input._tag === "get"
      ? sayAnswer("get", outcome, outcome._tag === "ok" ? sayValue(outcome.value) : undefined)
      : sayAnswer(`${input._tag} ${sayValue(input.value)}`, outcome),
  sayState: sayValue,
  keyOf: ({ key }) => key,
  observes: ({ _tag }) => _tag === "get",
  resets: ({ _tag }) => _tag === "put",
  owes: (input, outcome) => {
    if (input._tag !== "get" || outcome._tag !== "ok") return undefined
    const text = outcome.value as string
    return (mutation) =>
      mutation._tag === "put"
        ? text.startsWith(mutation.value)
        : mutation._tag === "append" && text.includes(mutation.value)
  },
  narrow,
  versions,
})

const after = (state: string, input: KeyValueInput): string => {
  switch (input._tag) {
    case "get":
      return state
    case "put":
      return input.value
    case "append":
      return state + input.value
  }
}

const narrow = (operations: readonly Recorded<KeyValueInput>[]): Narrow<KeyValueInput, unknown, number> => {
  const prefixes = new Prefixes(
    operations.flatMap(({ input, outcome }) =>
      input._tag === "get" && outcome._tag === "ok" ? [outcome.value as string] : [],
    ),
  )
  const unseen = (state: number, input: KeyValueInput): number => {
    switch (input._tag) {
      case "get":
        return state
      case "put":
        return prefixes.of(input.value)
      case "append":
        return prefixes.grown(state, input.value)
    }
  }
  return {
    initial: prefixes.of(""),
    dead: lost,
    step: (state, input, output) =>
      input._tag === "get" && !prefixes.is(state, output as string) ? illegal : unseen(state, input),
    unseen,
    leads: (state, _, output) => prefixes.leads(state, output as string),
    classOf: (input, outcome) => {
      switch (input._tag) {
        case "get":
          return outcome._tag === "ok" ? 2 * prefixes.rank(outcome.value as string) : null
        case "put":
          return 2 * prefixes.of(input.value) + 1
        case "append":
          return input.value
      }
    },
  }
}

/** Each text that was written is a version: the text up to it. Which ones a text consists of must be plain to see. */
const versions = (operations: readonly Recorded<KeyValueInput>[]): Versions | undefined => {
  const found = new Versions(operations.length)
  const versionOf = new Map<string, number>()
  for (let i = 0; i < operations.length; i++) {
    const { input } = operations[i] as Recorded<KeyValueInput>
    if (input._tag === "get") continue
    if (input.value === "" || versionOf.has(input.value)) return undefined
    versionOf.set(input.value, found.make(i))
  }
  const written = [...versionOf.keys()].sort((a, b) => (a < b ? -1 : 1))
  if (written.some((text, i) => i > 0 && text.startsWith(written[i - 1] as string))) return undefined
  const lengths = [...new Set(written.map(({ length }) => length))]
  /** The version that is written at a place of a text. */
  const at = (text: string, from: number): number | undefined => {
    for (const length of lengths) {
      const version = versionOf.get(text.slice(from, from + length))
      if (version !== undefined) return version
    }
    return undefined
  }
  const isPut = (version: number): boolean =>
    (operations[found.maker[version] as number] as Recorded<KeyValueInput>).input._tag === "put"

  /** Texts that were taken apart, with their last versions. */
  const known = new Map<string, number>([["", 0]])
  let latest = ""
  for (let i = 0; i < operations.length && found.clash === undefined; i++) {
    const { input, outcome } = operations[i] as Recorded<KeyValueInput>
    if (input._tag !== "get" || outcome._tag !== "ok") continue
    const text = outcome.value as string
    let from = text.startsWith(latest) ? latest.length : 0
    let before = known.get(text.slice(0, from)) as number
    while (from < text.length && found.clash === undefined) {
      const version = at(text, from)
      if (version === undefined) {
        found.clash = [i]
        break
      }
      if (!isPut(version)) found.clash = found.link(before, version, i)
      else if (from > 0) found.clash = [i]
      before = version
      from += (operations[found.maker[version] as number] as Recorded<{ readonly value: string }>).input.value.length
    }
    known.set(text, before)
    latest = text
    found.saw[i] = before
  }
  return found
}
