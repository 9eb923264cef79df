/**
 * No lost update: of two changes that were made to the same version, one was lost (Berenson et al., 1995); and what was
 * acknowledged is there in the end.
 */
import type { History } from "../history.ts"
import type { ListAppendInput, Value } from "../linearizable/index.ts"
import { sayValue } from "../linearizable/models/words.ts"
import { broken, type Finding, unbroken } from "./finding.ts"

/** Reads a key, and writes it depending on what it read; answered with the version it read once it is committed. */
export interface Update {
  readonly key: string
  readonly value: Value
}

/** No two committed updates of a key read the same version. The versions must be unique. */
export const checkLostUpdates = (history: History<Update, Value>): Finding => {
  const first = new Map<string, History<Update, Value>[number]>()
  let exercised = 0
  let found: Finding | undefined
  for (const recorded of history) {
    const { id, process, input, outcome } = recorded
    if (outcome._tag !== "ok") continue
    exercised++
    const place = JSON.stringify([input.key, outcome.value])
    const other = first.get(place)
    if (other === undefined) {
      first.set(place, recorded)
      continue
    }
    const version = `${input.key}=${sayValue(outcome.value)}`
    found ??= broken(
      0,
      [other.id, id],
      [
        `${other.process} read ${version} and made ${sayValue(other.input.value)} of it (${other.id}).`,
        `${process} read ${version} and made ${sayValue(input.value)} of it (${id}).`,
        "Both are committed, so one of them overwrote the other unseen.",
      ],
    )
  }
  return found === undefined ? unbroken(exercised) : { ...found, exercised }
}

/**
 * What was acknowledged before a key was read for the last time is in what was read. Nothing may ever be taken away.
 */
export const checkNothingLost = (history: History<ListAppendInput>): Finding => {
  let exercised = 0
  let found: Finding | undefined
  for (const ofKey of Map.groupBy(history, ({ input }) => input.key ?? "").values()) {
    const final = ofKey.findLast(({ input, outcome }) => input._tag === "read" && outcome._tag === "ok")
    if (final?.outcome._tag !== "ok") continue
    const there = new Set(final.outcome.value as readonly Value[])
    for (const { id, process, input, outcome, returnedAt } of ofKey) {
      if (input._tag !== "append" || outcome._tag !== "ok" || returnedAt >= final.calledAt) continue
      exercised++
      if (there.has(input.value)) continue
      found ??= broken(
        0,
        [id, final.id],
        [
          `${process} was told that ${sayValue(input.value)} is there (${id}).`,
          `${final.process} read everything after that, and it was not (${final.id}).`,
        ],
      )
    }
  }
  return found === undefined ? unbroken(exercised) : { ...found, exercised }
}
