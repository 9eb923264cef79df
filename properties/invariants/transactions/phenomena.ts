/**
 * Decides the levels that are defined by what they forbid, for small histories without garbage: tries every choice of which
 * transactions of unknown outcome committed, where nobody saw them, and every order of what was appended in which all reads
 * are prefixes, and looks for what is forbidden in the plainest way.
 */
import type { Element, RecordedTransaction, Transaction, TransactionHistory } from "#invariants"
import { permutations } from "./oracle.ts"

export interface Phenomena {
  /** Of two transactions, each appended something before something of the other's. */
  readonly writeCycle: boolean
  readonly informationCycle: boolean
  readonly anyCycle: boolean
  readonly lostUpdate: boolean
  /** Reads of what was refused, of what was appended later, or that end within a transaction. */
  readonly dirtyRead: boolean
  readonly turned: boolean
}

const product = <A>(choices: readonly (readonly A[])[]): readonly (readonly A[])[] =>
  choices.reduce<readonly (readonly A[])[]>(
    (chosen, next) => chosen.flatMap((before) => next.map((one) => [...before, one])),
    [[]],
  )

const stepsOf = ({ input, outcome }: RecordedTransaction): Transaction =>
  outcome._tag === "ok" ? outcome.value : input

const hasCycle = (size: number, edges: readonly (readonly [number, number])[]): boolean => {
  const reach = Array.from({ length: size }, () => new Set<number>())
  for (const [from, to] of edges) if (from !== to) reach[from]?.add(to)
  for (let through = 0; through < size; through++) {
    for (const from of reach) if (from.has(through)) for (const to of reach[through] ?? []) from.add(to)
  }
  return reach.some((from, node) => from.has(node))
}

/** What is wrong with each way in which the history may have come about; none if its reads agree with no order. */
export const waysOf = (history: TransactionHistory): readonly Phenomena[] => {
  const keys = [...new Set(history.flatMap((each) => stepsOf(each).map(({ key }) => key)))]
  const wasSeen = (each: RecordedTransaction) =>
    stepsOf(each).some(
      ({ _tag, key, ...step }) =>
        _tag === "append" &&
        history.some(
          ({ outcome }) =>
            outcome._tag === "ok" &&
            outcome.value.some(
              (other) =>
                other._tag === "read" && other.key === key && "element" in step && other.seen?.includes(step.element),
            ),
        ),
    )
  const open = history.filter(({ outcome }) => outcome._tag === "unknown")
  const subsets = product(open.map((each) => (wasSeen(each) ? [[each]] : [[each], []]))).map((chosen) => chosen.flat())
  return subsets.flatMap((happened) => {
    const committed = history.filter((each) => each.outcome._tag === "ok" || happened.includes(each))
    const author = (key: string, element: Element): number =>
      committed.findIndex((each) =>
        stepsOf(each).some((step) => step._tag === "append" && step.key === key && step.element === element),
      )
    const reads = (key: string) =>
      committed.flatMap((each, by) =>
        each.outcome._tag !== "ok"
          ? []
          : stepsOf(each).flatMap((step, at) =>
              step._tag === "read" && step.key === key ? [{ by, at, seen: step.seen ?? [] }] : [],
            ),
      )
    const ordersOf = (key: string): readonly (readonly Element[])[] => {
      const appended = committed.flatMap((each) =>
        stepsOf(each).flatMap((step) => (step._tag === "append" && step.key === key ? [step.element] : [])),
      )
      const lists = reads(key).map(({ seen }) => seen.filter((element) => author(key, element) >= 0))
      const longest = lists.reduce((a, b) => (b.length > a.length ? b : a), [])
      if (lists.some((list) => list.some((element, nth) => longest[nth] !== element))) return []
      const unread = appended.filter((element) => !longest.includes(element))
      return permutations(unread).map((others) => [...longest, ...others])
    }
    return product(keys.map(ordersOf)).map((orders) => phenomenaOf(committed, keys, orders, author, reads))
  })
}

const phenomenaOf = (
  committed: TransactionHistory,
  keys: readonly string[],
  orders: readonly (readonly Element[])[],
  author: (key: string, element: Element) => number,
  reads: (key: string) => readonly { readonly by: number; readonly at: number; readonly seen: readonly Element[] }[],
): Phenomena => {
  const ww: [number, number][] = []
  const wr: [number, number][] = []
  const rw: [number, number][] = []
  let dirtyRead = false
  let turned = false
  let lostUpdate = false
  for (const [nth, key] of keys.entries()) {
    const order = orders[nth] ?? []
    const authors = order.map((element) => author(key, element))
    for (const [later, to] of authors.entries()) for (const from of authors.slice(0, later)) ww.push([from, to])
    for (const [by, each] of committed.entries()) {
      const own = stepsOf(each).flatMap((step) => (step._tag === "append" && step.key === key ? [step.element] : []))
      if (own.some((element, at) => at > 0 && order.indexOf(element) < order.indexOf(own[at - 1] as Element)))
        turned = true
      const steps = stepsOf(each).filter((step) => step.key === key)
      const [first] = steps
      const update = steps.find(({ _tag }) => _tag === "append")
      if (first?._tag !== "read" || first.seen === undefined || update?._tag !== "append") continue
      const known = first.seen.filter((element) => author(key, element) >= 0).length
      if (authors.slice(known, order.indexOf(update.element)).some((other) => other !== by)) lostUpdate = true
    }
    for (const { by, at, seen } of reads(key)) {
      const last = seen.at(-1)
      if (seen.some((element) => author(key, element) < 0)) dirtyRead = true
      const known = seen.filter((element) => author(key, element) >= 0)
      for (const other of authors.slice(known.length)) rw.push([by, other])
      const mine = stepsOf(committed[by] as RecordedTransaction)
      if (
        mine.some(
          (step, later) => later > at && step._tag === "append" && step.key === key && seen.includes(step.element),
        )
      ) {
        dirtyRead = true
      }
      const from = last === undefined ? -1 : author(key, last)
      if (from < 0 || from === by) continue
      wr.push([from, by])
      const whole = stepsOf(committed[from] as RecordedTransaction)
      const final = whole.findLast((step) => step._tag === "append" && step.key === key)
      if (final?._tag === "append" && final.element !== last) dirtyRead = true
    }
  }
  const size = committed.length
  return {
    writeCycle: hasCycle(size, ww),
    informationCycle: hasCycle(size, [...ww, ...wr]),
    anyCycle: hasCycle(size, [...ww, ...wr, ...rw]),
    lostUpdate,
    dirtyRead,
    turned,
  }
}
