/** How accesses are told to people. */
import { sayValue } from "../linearizable/models/words.ts"
import { type AccessHistory, keyOf } from "./access.ts"
import type { Step } from "./precedence.ts"
import type { Operation, ThinAir } from "./relations.ts"
import type { Run, Sight } from "./version-graph.ts"

/** `x=3`, or `3` where there is but the one key "". */
const sayKeyed = ({ key = "" }: { readonly key?: string }, value: unknown): string =>
  key === "" ? sayValue(value) : `${key}=${sayValue(value)}`

/** `x=3`. */
export const sayVersion = (version: Operation): string => sayKeyed(version, version.value)

/** `c1 wrote x=3 (o7)`. */
export const sayAccess = ({ id, process, input, outcome }: AccessHistory[number]): string => {
  if (input._tag === "write") return `${process} wrote ${sayKeyed(input, input.value)} (${id})`
  return `${process} read ${outcome._tag === "ok" ? sayKeyed(input, outcome.value) : keyOf(input)} (${id})`
}

export const sayOperation = (operation: Operation): string =>
  operation.recorded === undefined ? `${sayVersion(operation)} came first` : sayAccess(operation.recorded)

/** Several items as a sentence lists them. */
export const sayList = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`

export const sayThinAir = ({ read, refused }: ThinAir): readonly string[] => {
  if (refused === undefined) return [`${sayAccess(read)}, which nobody wrote.`]
  return [`${sayAccess(read)}, but ${refused.process} was told that its write of it did not happen (${refused.id}).`]
}

const sayStep = ({ before, after, why: { _tag, read, write } }: Step): string => {
  switch (_tag) {
    case "session":
      if (before.recorded === undefined) return `${sayOperation(before)}, before ${sayOperation(after)}.`
      return `${sayOperation(before)} before it ${after.wrote ? "wrote" : "read"} ${sayVersion(after)} (${idOf(after)}).`
    case "read":
      if (before.recorded === undefined) return `${sayOperation(after)}, what there was at first.`
      return `${sayOperation(after)}, which ${before.recorded.process} wrote (${idOf(before)}).`
    case "given":
      return `${sayVersion(before)} is older than ${sayVersion(after)} in the order that is given.`
    case "not returned":
      return `So ${sayVersion(before)} came before ${idOf(read)}, which read ${sayVersion(after)} instead: ${sayVersion(before)} is the older.`
    case "not yet":
      return `So ${sayVersion(write ?? after)} came after ${sayVersion(before)}, and after ${idOf(before)}, which still read that.`
  }
}

const idOf = (operation: Operation | undefined): string => operation?.recorded?.id ?? ""

/** A circle of operations, a sentence for each step. */
export const sayCircle = (steps: readonly Step[]): readonly string[] => {
  const last = steps.at(-1)?.after
  const end = last === undefined ? [] : [`So ${last.wrote ? sayVersion(last) : idOf(last)} would come before itself.`]
  return [...new Set(steps.map(sayStep)), ...end]
}

/** How a version became visible. */
const saySight = ({ by, with: brought, version }: Sight): string => {
  if (brought === undefined) return sayOperation(by)
  const { write, had, sight } = brought
  const how = `it had ${had.wrote ? "written" : "read"} ${sayVersion(version)} (${idOf(had)})`
  const before = `before ${write.recorded?.process} wrote ${sayVersion(write)} (${idOf(write)}), ${how}`
  return `${sight === undefined ? sayOperation(by) : saySight(sight)}; ${before}`
}

/** Why one version is not newer than another. */
export const sayRun = ({ older, newer, edges }: Run): string => {
  const [first, last] = [edges[0]?.why, edges.at(-1)?.why]
  if (first?._tag === "first") return `${sayVersion(older)} is what there was before any write.`
  if (first?._tag === "session") return `${sayOperation(older)} before it wrote ${sayVersion(newer)} (${idOf(newer)}).`
  if (first?._tag === "had read")
    return `${sayOperation(first.read)} before it wrote ${sayVersion(newer)} (${idOf(newer)}).`
  if (first?._tag === "visible" && last?._tag === "returned") {
    return `${saySight(first.sight)}. Then ${sayOperation(last.read)}: so ${sayVersion(older)} is not newer than that.`
  }
  return `${sayVersion(older)} is older than ${sayVersion(newer)} in the order that is given.`
}
