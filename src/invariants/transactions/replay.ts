/**
 * Plays transactions again, in a store without failures in which each sees what was committed when it began, and answers
 * whether everybody reads what they did read. It shares nothing with what found the order.
 */
import type { Element, TransactionHistory } from "./transaction.ts"

export interface WitnessEvent {
  readonly event: "begin" | "commit"
  readonly id: string
}

/** What must keep its order besides. */
export interface Precedence {
  /** In each session, who had returned when another was called. */
  readonly sessions: boolean
  /** Everywhere, who had returned strictly before another was called. */
  readonly realtime: boolean
}

interface List {
  readonly elements: Element[]
  /** When each element was committed. */
  readonly committedAt: number[]
}

/** How long a list was at an instant: its elements were committed one after the other. */
const lengthAt = ({ committedAt }: List, instant: number): number => {
  let low = 0
  let high = committedAt.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((committedAt[middle] as number) < instant) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Whether begins and commits of all transactions that committed, and perhaps of some that nobody can say of, give the very
 * answers: no two that append to one key are under way at once, and what precedes another commits before it begins.
 */
export const plays = (history: TransactionHistory, events: readonly WitnessEvent[], keeps: Precedence): boolean => {
  const places = new Map(history.map(({ id }, place) => [id, place]))
  const lists = new Map<string, List>()
  const begunAt = new Map<string, number>()
  const done = new Set<string>()
  /** The latest call of those that have begun, and in each session the last of them. */
  let lastCall = Number.NEGATIVE_INFINITY
  const lastOf = new Map<string, number>()

  const commits = (place: number, began: number, now: number): boolean => {
    const { input, outcome } = history[place] as (typeof history)[number]
    const own = new Map<string, Element[]>()
    for (const step of outcome._tag === "ok" ? outcome.value : input) {
      const mine = own.get(step.key) ?? []
      if (step._tag === "append") {
        own.set(step.key, mine)
        mine.push(step.element)
        continue
      }
      if (outcome._tag !== "ok" || step.seen === undefined) continue
      const list = lists.get(step.key)
      const length = list === undefined ? 0 : lengthAt(list, began)
      const { seen } = step
      if (seen.length !== length + mine.length) return false
      for (const [nth, element] of seen.entries()) {
        if (element !== (nth < length ? list?.elements[nth] : mine[nth - length])) return false
      }
    }
    for (const [key, elements] of own) {
      const list = lists.get(key) ?? { elements: [], committedAt: [] }
      lists.set(key, list)
      if (lengthAt(list, began) < list.elements.length) return false
      for (const element of elements) {
        list.elements.push(element)
        list.committedAt.push(now)
      }
    }
    return true
  }

  for (const [now, { event, id }] of events.entries()) {
    const place = places.get(id)
    const operation = place === undefined ? undefined : history[place]
    if (place === undefined || operation === undefined || operation.outcome._tag === "refused") return false
    const { process, calledAt, returnedAt, outcome } = operation
    const began = begunAt.get(id)
    if (event === "begin") {
      if (began !== undefined) return false
      begunAt.set(id, now)
      lastCall = Math.max(lastCall, calledAt)
      lastOf.set(process, Math.max(lastOf.get(process) ?? -1, place))
      continue
    }
    if (began === undefined || done.has(id) || !commits(place, began, now)) return false
    done.add(id)
    if (outcome._tag !== "ok") continue
    // Somebody began whom this one precedes.
    if (keeps.realtime && Math.max(calledAt, returnedAt) < lastCall) return false
    const last = lastOf.get(process) as number
    if (keeps.sessions && last > place && returnedAt <= (history[last]?.calledAt ?? 0)) return false
  }
  return history.every(({ id, outcome }) => outcome._tag !== "ok" || done.has(id))
}
