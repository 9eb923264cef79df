/**
 * Looks at evidence again, without anything that found it: what an anomaly claims must follow from the operations that it
 * names, as their clients saw them.
 *
 * From the whole history it takes only who appended an element: evidence rests on there being one.
 */
import type { Anomaly, Cycle, CycleName, Dependency, Observed } from "./anomaly.ts"
import type { Element, RecordedTransaction, Transaction, TransactionHistory } from "./transaction.ts"

type Operation = RecordedTransaction
type List = readonly Element[]

const stepsOf = ({ input, outcome }: Operation): Transaction => (outcome._tag === "ok" ? outcome.value : input)

const listsRead = ({ outcome }: Operation, key: string): readonly List[] =>
  (outcome._tag === "ok" ? outcome.value : []).flatMap((step) =>
    step._tag === "read" && step.key === key && step.seen !== undefined ? [step.seen] : [],
  )

const listAppended = (operation: Operation, key: string): List =>
  stepsOf(operation).flatMap((step) => (step._tag === "append" && step.key === key ? [step.element] : []))

/** Whether a list shows that one element was there before another: it has the first, and not the other before it. */
const shows = (list: List, earlier: Element, later: Element): boolean => {
  const place = list.indexOf(earlier)
  return place >= 0 && !list.slice(0, place).includes(later)
}

const startsWith = (list: List, start: List): boolean => start.every((element, nth) => list[nth] === element)

const isSame = (a: List, b: List): boolean => a.length === b.length && startsWith(a, b)

/** The elements of a list, each where it is first. */
const once = (list: List): List => [...new Set(list)]

/** Whether two lists cannot be states of one list that only grows. */
const areApart = (a: List, b: List): boolean => (a.length < b.length ? !startsWith(b, a) : !startsWith(a, b))

const isAnswered = ({ outcome }: Operation): boolean => outcome._tag === "ok"
const isRefused = ({ outcome }: Operation): boolean => outcome._tag === "refused"

/** The name of a cycle: how many rw it has, whether two are in a row, and which links it has besides data. */
const nameOfCycle = (kinds: readonly Dependency["kind"][]): CycleName => {
  const rw = kinds.filter((kind) => kind === "rw").length
  const inARow = kinds.some((kind, nth) => kind === "rw" && kinds[(nth + 1) % kinds.length] === "rw")
  const ofReads = inARow ? "G2" : rw === 1 ? "G-single" : "G-nonadjacent"
  const name = rw > 0 ? ofReads : kinds.includes("wr") ? "G1c" : "G0"
  return kinds.includes("realtime") ? `${name}-realtime` : kinds.includes("process") ? `${name}-process` : name
}

/** For each key what a transaction did with it, up to each read: what it had read last and appended since, and what it read. */
const rereads = (operation: Operation, key: string): readonly { before: List; whole: boolean; seen: List }[] => {
  let read: List | undefined
  let own: List = []
  return stepsOf(operation).flatMap((step) => {
    if (step.key !== key) return []
    if (step._tag === "append") own = [...own, step.element]
    if (step._tag === "append" || step.seen === undefined) return []
    const reread = { before: [...(read ?? []), ...own], whole: read !== undefined, seen: step.seen }
    read = step.seen
    own = []
    return [reread]
  })
}

/** Whether evidence follows from the operations that it names. */
export const verifier = (history: TransactionHistory): ((anomaly: Anomaly) => boolean) => {
  const operations = new Map<string, { readonly operation: Operation; readonly place: number }>()
  const appends = new Map<string, Map<Element, Operation[]>>()
  for (const [place, operation] of history.entries()) {
    operations.set(operation.id, { operation, place })
    for (const step of stepsOf(operation)) {
      if (step._tag !== "append") continue
      const ofKey = appends.get(step.key) ?? new Map<Element, Operation[]>()
      appends.set(step.key, ofKey)
      const ofElement = ofKey.get(step.element) ?? []
      ofKey.set(step.element, ofElement)
      ofElement.push(operation)
    }
  }
  const named = (id: string | undefined): Operation => {
    const known = id === undefined ? undefined : operations.get(id)
    if (known === undefined) throw new Error(`evidence names ${id}, which is not in the history`)
    return known.operation
  }
  const appendsOf = (key: string, element: Element): readonly Operation[] => appends.get(key)?.get(element) ?? []
  /** Whether an operation, and no other that may have committed, appended an element. */
  const appended = (operation: Operation, key: string, element: Element): boolean => {
    const others = appendsOf(key, element).filter((other) => !isRefused(other))
    return isRefused(operation)
      ? others.length === 0 && appendsOf(key, element).includes(operation)
      : others.length === 1 && others[0] === operation
  }
  const follows = (step: Dependency, others: ReadonlySet<Operation>): boolean => {
    const from = named(step.from)
    const to = named(step.to)
    if (from === to) return false
    switch (step.kind) {
      case "ww":
        return (
          appended(from, step.key, step.earlier) &&
          appended(to, step.key, step.later) &&
          others.has(named(step.seenBy)) &&
          listsRead(named(step.seenBy), step.key).some((list) => shows(list, step.earlier, step.later))
        )
      case "wr":
        return (
          appended(from, step.key, step.element) && listsRead(to, step.key).some((list) => list.at(-1) === step.element)
        )
      case "rw":
        return (
          appended(to, step.key, step.element) && listsRead(from, step.key).some((list) => !list.includes(step.element))
        )
      case "process": {
        const isEarlier = (operations.get(step.from)?.place ?? 0) < (operations.get(step.to)?.place ?? 0)
        return isAnswered(from) && isEarlier && from.process === to.process && from.returnedAt <= to.calledAt
      }
      case "realtime":
        return isAnswered(from) && from.returnedAt < to.calledAt
    }
  }

  /** Those of some transactions that committed for certain: they were answered, or one of these read what they appended. */
  const committed = (some: ReadonlySet<Operation>): ReadonlySet<Operation> => {
    const seen = new Map<string, Set<Element>>()
    for (const { outcome } of some) {
      for (const step of outcome._tag === "ok" ? outcome.value : []) {
        const elements = seen.get(step.key) ?? new Set()
        seen.set(step.key, elements)
        for (const element of step._tag === "read" ? (step.seen ?? []) : []) elements.add(element)
      }
    }
    const wasSeen = (operation: Operation): boolean =>
      stepsOf(operation).some(
        (step) =>
          step._tag === "append" &&
          seen.get(step.key)?.has(step.element) === true &&
          appended(operation, step.key, step.element),
      )
    return new Set([...some].filter((operation) => isAnswered(operation) || wasSeen(operation)))
  }

  const isCycle = ({ name, steps, operations: ids }: Cycle): boolean => {
    const all = new Set(ids.map(named))
    const certain = committed(all)
    return (
      steps.length > 1 &&
      name === nameOfCycle(steps.map(({ kind }) => kind)) &&
      steps.every((step, nth) => step.to === steps[(nth + 1) % steps.length]?.from) &&
      steps.every(({ from }) => certain.has(named(from))) &&
      steps.every((step) => follows(step, all))
    )
  }

  /** What a transaction read of a key before it appended an element to it, if it did so. */
  const updated = (operation: Operation, key: string, element: Element): List | undefined => {
    const [read] = stepsOf(operation).filter((step) => step.key === key)
    return isAnswered(operation) && read?._tag === "read" && appended(operation, key, element) ? read.seen : undefined
  }

  const isObserved = (anomaly: Observed): boolean => {
    const { key } = anomaly
    const all = anomaly.operations.map(named)
    const [first, second = first, third = second] = all
    if (first === undefined || second === undefined || third === undefined) return false
    const read = listsRead(first, key)
    switch (anomaly.name) {
      case "internal":
        return rereads(first, key).some(({ before, whole, seen }) => {
          const end = seen.slice(Math.max(0, seen.length - before.length))
          return whole === anomaly.whole && isSame(before, anomaly.expected) && !isSame(before, whole ? seen : end)
        })
      case "future-read": {
        const { element } = anomaly
        const steps = stepsOf(first).filter((step) => step.key === key)
        const later = steps.findIndex((step) => step._tag === "append" && step.element === element)
        const before = steps.slice(0, later).flatMap((step) => (step._tag === "read" ? [step.seen ?? []] : []))
        return appended(first, key, element) && before.some((list) => list.includes(element))
      }
      case "garbage-read":
        return appendsOf(key, anomaly.element).length === 0 && read.some((list) => list.includes(anomaly.element))
      case "duplicate-elements": {
        const { element } = anomaly
        const isTwice = (list: List) => list.indexOf(element) !== list.lastIndexOf(element)
        return appendsOf(key, element).filter((other) => !isRefused(other)).length < 2 && read.some(isTwice)
      }
      case "G1a":
        return (
          isRefused(second) &&
          appended(second, key, anomaly.element) &&
          read.some((list) => list.includes(anomaly.element))
        )
      case "G1b":
        return (
          first !== second &&
          appended(second, key, anomaly.element) &&
          listAppended(second, key).at(-1) !== anomaly.element &&
          read.some((list) => list.at(-1) === anomaly.element)
        )
      case "dirty-update":
        return (
          isRefused(second) &&
          appended(second, key, anomaly.aborted) &&
          isAnswered(third) &&
          appended(third, key, anomaly.committed) &&
          read.some((list) => list.includes(anomaly.committed) && shows(list, anomaly.aborted, anomaly.committed))
        )
      case "incompatible-order": {
        const own = listAppended(second, key).filter((element) => appended(second, key, element))
        return read.some((list) => {
          const ofThese = once(list).filter((element) => own.includes(element))
          return !startsWith(own, ofThese) || listsRead(second, key).some((other) => areApart(once(list), once(other)))
        })
      }
      case "lost-update": {
        const { element, lost } = anomaly
        const version = updated(first, key, element)
        if (version === undefined || version.includes(lost) || !appended(second, key, lost) || first === second)
          return false
        const other = updated(second, key, lost)
        const inBetween = all.flatMap((seer) => listsRead(seer, key)).some((list) => shows(list, lost, element))
        return inBetween || (other !== undefined && isSame(version, other))
      }
      case "fractured-read": {
        const { seenKey, seen, element } = anomaly
        return (
          first !== second &&
          key !== seenKey &&
          appended(second, seenKey, seen) &&
          appended(second, key, element) &&
          listsRead(first, seenKey).some((list) => list.at(-1) === seen) &&
          read.some((list) => !list.includes(element))
        )
      }
    }
  }

  return (anomaly) => ("steps" in anomaly ? isCycle(anomaly) : isObserved(anomaly))
}
