/**
 * Judges what forbids that an operation comes before itself: looks for a circle, finds the least part of the history
 * that has one, and tells it.
 */
import type { AccessHistory, AccessOptions } from "./access.ts"
import { broken, type Finding, unbroken } from "./finding.ts"
import { minimal } from "./minimal.ts"
import type { Step } from "./precedence.ts"
import { isAnswered, type Operation, type Relations, relationsOf } from "./relations.ts"
import { sayCircle, sayThinAir } from "./words.ts"

/**
 * The operations of a circle, with what each read saw, and for a write without an answer a read that shows that it
 * happened.
 */
const operationsOf = (steps: readonly Step[], reads: readonly Operation[]): readonly Operation[] => {
  const involved = steps.flatMap(({ before, after, why: { read = before, write = after } }) => [
    before,
    after,
    read,
    write,
  ])
  return involved.flatMap((operation) => {
    if (!operation.wrote || isAnswered(operation)) return [operation, operation.source]
    return [operation, ...reads.filter(({ source }) => source === operation).slice(0, 1)]
  })
}

/** What is violated by a read of what nobody wrote, if there is one. */
export const judgeThinAir = (history: AccessHistory, { reads, thinAir }: Relations): Finding | undefined => {
  const [first] = thinAir
  if (first === undefined) return undefined
  const evidence = history.filter((each) => each === first.read || each === first.refused)
  return broken(
    reads.length + thinAir.length,
    evidence.map(({ id }) => id),
    sayThinAir(first),
  )
}

/** Tells a circle by the least part of the history in which `find` still finds one. */
export const tellCircle = (
  history: AccessHistory,
  { reads }: Relations,
  options: AccessOptions,
  circle: readonly Step[],
  find: (relations: Relations) => readonly Step[] | undefined,
): Finding => {
  const involved = new Set(operationsOf(circle, reads).flatMap(({ recorded }) => recorded ?? []))
  const part = minimal(
    history.filter((each) => involved.has(each)),
    (each) => find(relationsOf(each, options)) !== undefined,
  )
  const evidence = part.map(({ id }) => id)
  return broken(reads.length, evidence, sayCircle(find(relationsOf(part, options)) ?? circle))
}

/** Violated where `find` finds a circle, or where something was read that nobody wrote. */
export const judgeCircle = (
  history: AccessHistory,
  options: AccessOptions,
  find: (relations: Relations) => readonly Step[] | undefined,
): Finding => {
  const relations = relationsOf(history, options)
  const thinAir = judgeThinAir(history, relations)
  if (thinAir !== undefined) return thinAir
  const circle = find(relations)
  if (circle === undefined) return unbroken(relations.reads.length, relations.doubts)
  return tellCircle(history, relations, options, circle, find)
}
