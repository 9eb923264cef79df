/**
 * Decides small histories by trying every order of begins and commits in a store that shows each transaction what had been
 * committed when it began. Serializable is where each commits at once.
 */
import type { RecordedTransaction, TransactionHistory } from "#invariants"

export const permutations = <A>(list: readonly A[]): readonly (readonly A[])[] =>
  list.length === 0
    ? [[]]
    : list.flatMap((first, nth) => permutations(list.toSpliced(nth, 1)).map((others) => [first, ...others]))

type Lists = Readonly<Record<string, readonly (number | string)[]>>

export interface Demand {
  /** Each transaction commits before another begins. */
  readonly serial: boolean
  readonly sessions: boolean
  readonly realtime: boolean
}

/** What a transaction leaves of a snapshot, or nothing if it read something else. */
const play = ({ input, outcome }: RecordedTransaction, snapshot: Lists): Lists | undefined => {
  let lists = snapshot
  for (const step of outcome._tag === "ok" ? outcome.value : input) {
    const list = lists[step.key] ?? []
    if (step._tag === "append") lists = { ...lists, [step.key]: [...list, step.element] }
    else if (step.seen !== undefined && JSON.stringify(step.seen) !== JSON.stringify(list)) return undefined
  }
  return lists
}

/** Whether some order explains the answers. */
export const explains = (history: TransactionHistory, { serial, sessions, realtime }: Demand): boolean => {
  const all = history.filter(({ outcome }) => outcome._tag !== "refused")
  const precedes = (a: RecordedTransaction, b: RecordedTransaction): boolean =>
    a.outcome._tag === "ok" &&
    ((realtime && a.returnedAt < b.calledAt) ||
      (sessions && a.process === b.process && history.indexOf(a) < history.indexOf(b) && a.returnedAt <= b.calledAt))

  const search = (
    waiting: readonly RecordedTransaction[],
    underWay: readonly { readonly transaction: RecordedTransaction; readonly result: Lists; readonly since: Lists }[],
    lists: Lists,
  ): boolean => {
    if (underWay.length === 0 && waiting.every(({ outcome }) => outcome._tag === "unknown")) return true
    for (const [nth, { transaction, result, since }] of underWay.entries()) {
      const keys = new Set(transaction.input.filter(({ _tag }) => _tag === "append").map(({ key }) => key))
      // Somebody else appended to what this one appends to.
      if ([...keys].some((key) => lists[key] !== since[key])) continue
      const after = { ...lists, ...Object.fromEntries([...keys].map((key) => [key, result[key] ?? []])) }
      if (search(waiting, underWay.toSpliced(nth, 1), after)) return true
    }
    if (serial && underWay.length > 0) return false
    for (const [nth, transaction] of waiting.entries()) {
      const earlier = [...waiting, ...underWay.map((begun) => begun.transaction)]
      if (earlier.some((other) => other !== transaction && precedes(other, transaction))) continue
      const result = play(transaction, lists)
      if (result === undefined) continue
      if (search(waiting.toSpliced(nth, 1), [...underWay, { transaction, result, since: lists }], lists)) return true
    }
    return false
  }
  return search(all, [], {})
}

const stepsOf = ({ input, outcome }: RecordedTransaction) => (outcome._tag === "ok" ? outcome.value : input)

const appendsOf = (transaction: RecordedTransaction, key: string) =>
  stepsOf(transaction).flatMap((step) => (step._tag === "append" && step.key === key ? [step.element] : []))

const same = (a: readonly unknown[], b: readonly unknown[]): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Whether a transaction read nothing but itself and what some of those before it left, each seen whole. */
const seesWhole = (transaction: RecordedTransaction, before: TransactionHistory): boolean => {
  const stateAfter = (key: string, last: number) => before.slice(0, last + 1).flatMap((each) => appendsOf(each, key))
  const known = new Map<string, readonly (number | string)[]>()
  /** For each key that was read first and then perhaps appended to, the last one seen of those who appended to it. */
  const seen = new Map<string, number>()
  for (const step of stepsOf(transaction)) {
    const { key } = step
    if (step._tag === "append") {
      known.set(key, [...(known.get(key) ?? stateAfter(key, before.length)), step.element])
      continue
    }
    if (step.seen === undefined) continue
    const { seen: read } = step
    const state = known.get(key)
    if (state !== undefined && !same(state, read)) return false
    known.set(key, read)
    if (state !== undefined) continue
    const last = read.length === 0 ? -1 : before.findIndex((each) => appendsOf(each, key).at(-1) === read.at(-1))
    if ((read.length > 0 && last < 0) || !same(stateAfter(key, last), read)) return false
    seen.set(key, last)
  }
  return [...seen].every(([key, last]) =>
    [...seen.values()].every(
      (other) => other <= last || appendsOf(before[other] as RecordedTransaction, key).length === 0,
    ),
  )
}

/** Whether some order of commits explains the answers if each transaction sees others whole, or not at all. */
export const readsAtomically = (history: TransactionHistory): boolean => {
  const open = history.filter(({ outcome }) => outcome._tag === "unknown")
  return Array.from({ length: 2 ** open.length }, (_, which) => open.filter((_, nth) => (which >> nth) % 2 === 1)).some(
    (happened) => {
      const committed = history.filter((each) => each.outcome._tag === "ok" || happened.includes(each))
      return permutations(committed).some((order) => order.every((each, nth) => seesWhole(each, order.slice(0, nth))))
    },
  )
}
