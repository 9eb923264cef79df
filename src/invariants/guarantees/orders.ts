/** The order of versions, from what knows it: places in a log, or lists that show what was appended before what. */
import type { History } from "../history.ts"
import type { ListAppendInput, Value } from "../linearizable/index.ts"
import { isBefore, type Version } from "../sessions.ts"
import type { AccessHistory } from "./access.ts"
import type { VersionOrder } from "./relations.ts"

/** Where a log holds a value that was written to a key. */
export interface Placed {
  readonly key: string
  readonly value: Value
  readonly version: Version
}

const orderFrom = (ranks: ReadonlyMap<string, ReadonlyMap<Value, number>>): VersionOrder => {
  return (key, value) => ranks.get(key)?.get(value)
}

/** The order in which a log holds the values of each key. */
export const orderOfVersions = (placed: Iterable<Placed>): VersionOrder => {
  const ranks = new Map<string, Map<Value, number>>()
  for (const [key, values] of Map.groupBy(placed, (each) => each.key)) {
    const sorted = values.sort((a, b) => (isBefore(a.version, b.version) ? -1 : isBefore(b.version, a.version) ? 1 : 0))
    let rank = 0
    let before: Version | undefined
    const ofKey = new Map<Value, number>()
    for (const { value, version } of sorted) {
      if (before !== undefined && isBefore(before, version)) rank++
      ofKey.set(value, rank)
      before = version
    }
    ranks.set(key, ofKey)
  }
  return orderFrom(ranks)
}

const listOf = ({ input, outcome }: History<ListAppendInput>[number]): readonly Value[] | undefined =>
  input._tag === "read" && outcome._tag === "ok" ? (outcome.value as readonly Value[]) : undefined

/** The order of the longest list that was read of each key; of what nobody read nothing is known. */
export const orderOfLists = (history: History<ListAppendInput>): VersionOrder => {
  const longest = new Map<string, readonly Value[]>()
  for (const recorded of history) {
    const list = listOf(recorded)
    const { key = "" } = recorded.input
    if (list !== undefined && list.length > (longest.get(key)?.length ?? 0)) longest.set(key, list)
  }
  return orderFrom(new Map([...longest].map(([key, list]) => [key, new Map(list.map((value, rank) => [value, rank]))])))
}

/**
 * Lists as versions: an append writes one, and a read sees the one that its last element made. The elements must be
 * unique.
 */
export const accessesOfLists = (history: History<ListAppendInput>): AccessHistory =>
  history.map((recorded) => {
    const { input, outcome } = recorded
    const key = input.key ?? ""
    if (input._tag === "append") return { ...recorded, input: { _tag: "write", key, value: input.value } }
    const value = listOf(recorded)?.at(-1) ?? null
    return {
      ...recorded,
      input: { _tag: "read", key },
      outcome: outcome._tag === "ok" ? { _tag: "ok", value } : outcome,
    }
  })
