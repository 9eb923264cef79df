/** Answers from many shards: what is missing is said, and pages neither skip nor repeat. */
import { type Called, type Invariant, isBefore, type Returned, type Version, type Violation } from "#invariants"
import { type Entry, Kind } from "#world"
import { promised } from "../design.ts"
import { isPlain } from "../keys.ts"
import type { Answer } from "../protocol.ts"
import { Acknowledged } from "./fresh.ts"

type Known = ReturnType<Acknowledged["all"]>

interface Gathered {
  readonly id: string
  readonly tag: string
  readonly answer: Answer
  /** What had been acknowledged when it was called. */
  readonly known: Known
}

/** Hands on the answered calls that saw many keys. */
const gathered = (judge: (answered: Gathered, entry: Entry) => Violation | undefined) => {
  const acknowledged = new Acknowledged()
  const begun = new Map<string, Known>()
  return (entry: Entry): Violation | undefined => {
    if (entry.kind === Kind.call) {
      const { id, call } = entry.value as Called
      const { _tag } = call as { readonly _tag: string }
      if (_tag === "scan" || _tag === "list") begun.set(id, new Map(acknowledged.all()))
    }
    if (entry.kind !== Kind.return) return undefined
    const returned = entry.value as Returned
    acknowledged.see(returned, entry.index)
    const known = begun.get(returned.id)
    begun.delete(returned.id)
    if (known === undefined || returned.outcome._tag !== "ok") return undefined
    const { _tag: tag } = returned.call as { readonly _tag: string }
    return judge({ id: returned.id, tag, answer: returned.outcome.value as Answer, known }, entry)
  }
}

export const aPartialAnswerSaysSo: Invariant = {
  name: promised.partial,
  kind: "always",
  sentence:
    "A scan that does not say who is missing has every key that was acknowledged before it began, as new as then.",
  assumes: ["damage", "time"],
  judge: () => {
    let exercised = 0
    const see = gathered(({ id, tag, answer, known }, entry) => {
      if (tag !== "scan" || (answer.missing?.length ?? 0) > 0) return undefined
      const seen = new Map<string, Version>(answer.pages?.flat().map(({ key, version }) => [key, version]))
      for (const [key, { version, entry: saved, id: writer }] of known) {
        if (!isPlain(key)) continue
        exercised++
        const found = seen.get(key)
        if (found !== undefined && !isBefore(found, version)) continue
        return {
          because: `${writer} was told that ${key} is saved, and ${id}, which came after it and names no missing shard, ${found === undefined ? "does not have it" : "has an older one"}`,
          evidence: [saved, entry.index],
        }
      }
      return undefined
    })
    return { exercised: () => exercised, see }
  },
}

export const pagesNeitherSkipNorRepeat: Invariant = {
  name: promised.pages,
  kind: "always",
  sentence: "Page after page, keys come in order and once each, and none is skipped that was there from the beginning.",
  assumes: ["damage", "time"],
  judge: () => {
    let exercised = 0
    const see = gathered(({ id, tag, answer, known }, entry) => {
      if (tag !== "list") return undefined
      const keys = (answer.pages ?? []).flat().map(({ key }) => key)
      if ((answer.pages?.length ?? 0) > 1) exercised++
      const repeated = keys.find((key, at) => at > 0 && key <= (keys[at - 1] as string))
      if (repeated !== undefined) {
        return { because: `${id} shows ${repeated} behind a key that is not before it`, evidence: [entry.index] }
      }
      const shown = new Set(keys)
      for (const [key, { id: writer, entry: saved }] of known) {
        if (isPlain(key) && !shown.has(key)) {
          return {
            because: `${writer} was told that ${key} is saved, and ${id}, which came after it, skips it`,
            evidence: [saved, entry.index],
          }
        }
      }
      return undefined
    })
    return { exercised: () => exercised, see }
  },
}
