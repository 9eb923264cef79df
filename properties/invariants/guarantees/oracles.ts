/**
 * What the guarantees mean, as definitions that are tried out one by one: every order of the operations, every order of
 * the versions. Slow, plain, and nothing in common with the checkers but the form of a history.
 */
import type { AccessHistory } from "#invariants"

/** An operation that happened. */
interface Happened {
  readonly id: string
  readonly process: string
  readonly wrote: boolean
  readonly key: string
  readonly value: unknown
  /** Whether its session knew that it had happened before it went on. */
  readonly known: boolean
  readonly calledAt: number
  readonly returnedAt: number
}

/** What happened: nothing that was refused, no read without an answer, and no write without one that nobody read. */
const happenedIn = (history: AccessHistory): readonly Happened[] =>
  history.flatMap(({ id, process, input, outcome, calledAt, returnedAt }): readonly Happened[] => {
    const { key = "" } = input
    if (outcome._tag === "ok") {
      const value = input._tag === "write" ? input.value : outcome.value
      return [{ id, process, wrote: input._tag === "write", key, value, known: true, calledAt, returnedAt }]
    }
    if (outcome._tag === "refused" || input._tag === "read") return []
    const isSeen = history.some(
      (each) =>
        each.input._tag === "read" &&
        each.input.key === key &&
        each.outcome._tag === "ok" &&
        each.outcome.value === input.value,
    )
    const { value } = input
    return isSeen
      ? [{ id, process, wrote: true, key, value, known: false, calledAt, returnedAt: Number.POSITIVE_INFINITY }]
      : []
  })

type Before = (a: Happened, b: Happened) => boolean

/** Session order: `all` is in the order of the calls. */
const sessionOrder =
  (all: readonly Happened[]): Before =>
  (a, b) =>
    a.process === b.process && a.known && all.indexOf(a) < all.indexOf(b)

const reads = (read: Happened, write: Happened): boolean =>
  !read.wrote && write.wrote && read.key === write.key && read.value === write.value

/** The least transitive relation above one. */
const closure = (all: readonly Happened[], before: Before): Before => {
  const past = new Map(all.map((each) => [each, new Set(all.filter((other) => before(other, each)))]))
  for (let grew = true; grew; ) {
    grew = false
    for (const set of past.values()) {
      for (const each of [...set]) {
        for (const older of past.get(each) ?? []) {
          if (!set.has(older)) {
            set.add(older)
            grew = true
          }
        }
      }
    }
  }
  return (a, b) => past.get(b)?.has(a) === true
}

/**
 * Whether the operations have an order that keeps `before`, in which every read for which it is `asked` returns the
 * latest write.
 */
const isOrderable = (
  all: readonly Happened[],
  before: Before,
  asked: (read: Happened) => boolean = () => true,
): boolean => {
  const extend = (left: readonly Happened[], state: ReadonlyMap<string, unknown>): boolean =>
    left.length === 0 ||
    left.some((next) => {
      if (left.some((other) => other !== next && before(other, next))) return false
      if (!next.wrote && asked(next) && (state.get(next.key) ?? null) !== next.value) return false
      const rest = left.filter((each) => each !== next)
      return extend(rest, next.wrote ? new Map([...state, [next.key, next.value]]) : state)
    })
  return extend(all, new Map())
}

/** The places of versions from old to new, where they are known. */
export type Given = (key: string, value: unknown) => number | undefined

/** Whether it is given that one write is older than another. */
const isGiven = (given: Given | undefined, older: Happened, newer: Happened): boolean => {
  if (given === undefined || !older.wrote || !newer.wrote || older.key !== newer.key) return false
  const [a, b] = [given(older.key, older.value), given(newer.key, newer.value)]
  return a !== undefined && b !== undefined && a < b
}

export const isSequential = (history: AccessHistory, given?: Given): boolean => {
  const all = happenedIn(history)
  const session = sessionOrder(all)
  return isOrderable(all, (a, b) => session(a, b) || isGiven(given, a, b))
}

/** Linearizable, if every read might have begun so much earlier. */
export const isAtomicWithin = (history: AccessHistory, delta: number): boolean => {
  const all = happenedIn(history)
  return isOrderable(all, (a, b) => a.returnedAt < b.calledAt - (b.wrote ? 0 : delta))
}

const causality = (all: readonly Happened[]): Before => {
  const session = sessionOrder(all)
  return closure(all, (a, b) => session(a, b) || reads(b, a))
}

const isAcyclic = (all: readonly Happened[], before: Before): boolean => !all.some((each) => before(each, each))

/** Each read can order its own past. More causality than session order and reads-from would only make this harder. */
export const isWeaklyCausal = (history: AccessHistory): boolean => {
  const all = happenedIn(history)
  const before = causality(all)
  return (
    isAcyclic(all, before) &&
    all.every((read) => {
      const past = all.filter((each) => each === read || before(each, read))
      return read.wrote || isOrderable(past, before, (each) => each === read)
    })
  )
}

/** Each session can order its own past. */
export const isCausal = (history: AccessHistory): boolean => {
  const all = happenedIn(history)
  const before = causality(all)
  return (
    isAcyclic(all, before) &&
    all.every((last) => {
      const past = all.filter((each) => each === last || before(each, last))
      return isOrderable(past, before, (read) => read === last || (read.process === last.process && read.known))
    })
  )
}

const exists = <A>(all: Iterable<A>, isSo: (each: A) => boolean): boolean => {
  for (const each of all) if (isSo(each)) return true
  return false
}

function* permutations<A>(items: readonly A[]): Generator<readonly A[]> {
  if (items.length === 0) yield []
  for (const item of items) {
    for (const rest of permutations(items.filter((each) => each !== item))) yield [item, ...rest]
  }
}

/** All sessions can order the writes alike: each read returns the latest of its past. */
export const isCausallyConvergent = (history: AccessHistory, given?: Given): boolean => {
  const all = happenedIn(history)
  const before = causality(all)
  const writes = all.filter(({ wrote }) => wrote)
  const explains = (order: readonly Happened[]) =>
    order.every((later, nth) => !order.slice(nth).some((each) => before(each, later) || isGiven(given, each, later))) &&
    all.every((read) => {
      if (read.wrote) return true
      const latest = order.findLast((write) => write.key === read.key && before(write, read))
      return (latest?.value ?? null) === read.value
    })
  return isAcyclic(all, before) && exists(permutations(writes), explains)
}

/** Every order of the versions of each key. */
function* versionOrders(writes: readonly Happened[], keys: readonly string[]): Generator<readonly Happened[]> {
  const [key, ...others] = keys
  if (key === undefined) {
    yield []
    return
  }
  for (const order of permutations(writes.filter((write) => write.key === key))) {
    for (const rest of versionOrders(writes, others)) yield [...order, ...rest]
  }
}

export type Guarantee = "read your writes" | "monotonic reads" | "monotonic writes" | "writes follow reads" | "PRAM"

/**
 * Whether every session can order the versions so that it was promised no more than it got. `given`, where there is
 * one, is the order of the versions.
 */
export const keeps = (history: AccessHistory, guarantee: Guarantee, given?: Given): boolean => {
  const all = happenedIn(history)
  const session = sessionOrder(all)
  const writes = all.filter(({ wrote }) => wrote)
  const sourceOf = (read: Happened) => writes.find((write) => reads(read, write))

  /** What a session had read before each write, and what had been read before that. */
  const follows = (write: Happened, seen: ReadonlySet<Happened> = new Set()): readonly Happened[] =>
    all
      .filter((read) => !read.wrote && session(read, write))
      .flatMap((read) => sourceOf(read) ?? [])
      .flatMap((each) => (seen.has(each) ? [] : [each, ...follows(each, new Set([...seen, each]))]))

  /** Whether one process, with one order of the versions, got what the guarantee promises. */
  const satisfied = (process: string, order: readonly Happened[], what: Guarantee): boolean => {
    const place = (write: Happened | undefined) => (write === undefined ? -1 : order.indexOf(write))
    const own = all.filter((each) => each.process === process)
    const ownReads = own.filter((each) => !each.wrote && (each.value === null || sourceOf(each) !== undefined))
    const isNoOlder = (read: Happened, write: Happened | undefined) =>
      write === undefined || write.key !== read.key || place(sourceOf(read)) >= place(write)
    const broughtTo = (read: Happened, brings: (write: Happened) => readonly Happened[]) =>
      ownReads.every(
        (seen) =>
          (seen !== read && !session(seen, read)) ||
          brings(sourceOf(seen) ?? seen).every((each) => isNoOlder(read, each)),
      )
    switch (what) {
      case "read your writes":
        return ownReads.every((read) =>
          own.every((write) => !write.wrote || !session(write, read) || isNoOlder(read, write)),
        )
      case "monotonic reads":
        return ownReads.every((read) =>
          ownReads.every(
            (earlier) => !session(earlier, read) || earlier.key !== read.key || isNoOlder(read, sourceOf(earlier)),
          ),
        )
      case "monotonic writes":
        return (
          satisfied(process, order, "monotonic reads") &&
          ownReads.every((read) =>
            broughtTo(read, (write) => (write.wrote ? writes.filter((each) => session(each, write)) : [])),
          )
        )
      case "writes follow reads":
        return (
          satisfied(process, order, "monotonic reads") &&
          ownReads.every((read) => broughtTo(read, (write) => (write.wrote ? follows(write) : [])))
        )
      case "PRAM":
        return (["read your writes", "monotonic reads", "monotonic writes"] as const).every((each) =>
          satisfied(process, order, each),
        )
    }
  }

  /** Whether one version is older than another by what may be inferred, or by what is given. */
  const isOlder = (process: string, older: Happened, newer: Happened): boolean => {
    if (older.key !== newer.key) return false
    if (given === undefined) {
      const hadRead = all.some((read) => read.process === process && reads(read, older) && session(read, newer))
      return session(older, newer) || hadRead
    }
    return isGiven(given, older, newer)
  }
  const isAdmissible = (process: string, order: readonly Happened[]): boolean =>
    order.every((each, nth) => !order.slice(nth + 1).some((later) => isOlder(process, later, each)))

  const can = (process: string, what: Guarantee): boolean =>
    exists(
      versionOrders(writes, [...new Set(all.map(({ key }) => key))]),
      (order) => isAdmissible(process, order) && satisfied(process, order, what),
    )
  const isAsked = (process: string) =>
    (guarantee !== "monotonic writes" && guarantee !== "writes follow reads") || can(process, "monotonic reads")
  return [...new Set(all.map(({ process }) => process))].every(
    (process) => !isAsked(process) || can(process, guarantee),
  )
}
