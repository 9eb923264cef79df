/**
 * Who appended what, who read what, and the order of the versions of each key.
 *
 * The longest list read of a key is the order of its appends; every other read should be a prefix of it (Kingsbury & Alvaro,
 * 2020, section 4). What was committed and never read comes after all that was read, in an order that nobody knows: each
 * version up to the longest read is a prefix of that read, and holds none of it.
 *
 * A transaction of unknown outcome committed if somebody read what it appended. If nobody did, it may have aborted, and it
 * constrains nothing.
 */
import type { Element, Transaction, TransactionHistory } from "./transaction.ts"

/** An append. */
export interface Written {
  /** Who appended it, as a place in the history. */
  readonly by: number
  readonly element: Element
  /** Its place among the micro-operations of its transaction. */
  readonly at: number
  /** Its place in the version order, or -1 if nobody read it. */
  place: number
  /** Appended more than once, by transactions that may both have committed: nobody can say whose append was read. */
  shared: boolean
}

/** A read, by a transaction that committed. */
export interface Sighting {
  readonly by: number
  readonly key: Key
  readonly seen: readonly Element[]
  /** Whether it is a prefix of the version order. */
  fits: boolean
}

/** What is known of one key. */
export interface Key {
  readonly name: string
  /** Its place among the keys. */
  readonly index: number
  /** By element, in the order of the history. */
  readonly appends: Map<Element, Written>
  /** The last append of each transaction. */
  readonly finals: Map<number, Written>
  readonly sightings: Sighting[]
  /** The version order: the elements of the longest read, each once. */
  order: readonly Element[]
  /** For each place in the version order, a read that shows it and what is before it. */
  seenBy: readonly Sighting[]
  /** The committed appends in the version order. */
  chain: readonly Written[]
  /** For each length of a read, which of `chain` is the first that it lacks. */
  next: Int32Array
  /** The committed appends that nobody read. */
  unread: readonly Written[]
}

/** What became of a transaction: it did not happen, nobody can say, or it did. */
export const Fate = { refused: 0, open: 1, committed: 2 } as const

export interface Ledger {
  readonly history: TransactionHistory
  readonly fates: Uint8Array
  readonly keys: readonly Key[]
  readonly key: (name: string) => Key
  /** The first element found that was appended more than once. */
  readonly ambiguous: { readonly key: string; readonly element: Element } | undefined
}

/** What a transaction did: its answer, or what it was asked where there is none. */
export const doneBy = (history: TransactionHistory, transaction: number): Transaction => {
  const recorded = history[transaction]
  if (recorded === undefined) return []
  return recorded.outcome._tag === "ok" ? recorded.outcome.value : recorded.input
}

/** The id of an operation, by its place in the history. */
export const idOf = ({ history }: Ledger, transaction: number): string => history[transaction]?.id ?? ""

/** The elements of a list, each where it is first. */
export const distinct = (seen: readonly Element[]): readonly Element[] => {
  const elements = new Set(seen)
  return elements.size === seen.length ? seen : [...elements]
}

export const isPrefix = (short: readonly Element[], long: readonly Element[]): boolean => {
  if (short.length > long.length) return false
  for (let i = 0; i < short.length; i++) if (short[i] !== long[i]) return false
  return true
}

/** Notes an append, and whether it can be told from others. */
const register = (key: Key, by: number, element: Element, at: number, fates: Uint8Array): Written => {
  const before = key.appends.get(element)
  const written: Written = { by, element, at, place: -1, shared: false }
  if (before === undefined || fates[before.by] === Fate.refused) {
    // Of two appends of which one was refused, only the other can have been read. It comes in its own place.
    key.appends.delete(element)
    key.appends.set(element, written)
  } else if (fates[by] !== Fate.refused) {
    before.shared = true
    written.shared = true
  }
  key.finals.set(by, written)
  return written
}

/** The first read of the most elements; lists are rarely looked through, since few have an element twice. */
const longestOf = (sightings: readonly Sighting[]): Sighting | undefined => {
  const longestBy = (length: (seen: readonly Element[]) => number): Sighting | undefined => {
    let longest: Sighting | undefined
    let most = 0
    for (const sighting of sightings) {
      const elements = length(sighting.seen)
      if (elements <= most) continue
      longest = sighting
      most = elements
    }
    return longest
  }
  const longest = longestBy((seen) => seen.length)
  const isPlain = longest === undefined || distinct(longest.seen) === longest.seen
  return isPlain ? longest : longestBy((seen) => distinct(seen).length)
}

/** Lays the versions of a key in a row and finds out who must have committed. */
const arrange = (key: Key, fates: Uint8Array): void => {
  const longest = longestOf(key.sightings)
  if (longest === undefined) {
    for (const sighting of key.sightings) sighting.fits = true
    return
  }
  key.order = distinct(longest.seen)
  const commit = (element: Element): Written | undefined => {
    const written = key.appends.get(element)
    if (written !== undefined && fates[written.by] === Fate.open) fates[written.by] = Fate.committed
    return written
  }
  const seenBy: Sighting[] = []
  for (const sighting of key.sightings) {
    sighting.fits = isPrefix(sighting.seen, key.order)
    if (!sighting.fits) for (const element of sighting.seen) commit(element)
    else while (seenBy.length < sighting.seen.length) seenBy.push(sighting)
  }
  for (const [place, element] of key.order.entries()) {
    const written = commit(element)
    if (written !== undefined) written.place = place
    seenBy[place] ??= longest
  }
  key.seenBy = seenBy
}

/** Sorts the appends of a key into those that were read and those that were not, once it is known who committed. */
const sort = (key: Key, fates: Uint8Array): void => {
  const chain: Written[] = []
  const next = new Int32Array(key.order.length + 1)
  for (const [place, element] of key.order.entries()) {
    next[place] = chain.length
    const written = key.appends.get(element)
    if (written !== undefined && !written.shared && fates[written.by] === Fate.committed) chain.push(written)
  }
  next[key.order.length] = chain.length
  const unread: Written[] = []
  for (const written of key.appends.values()) {
    if (written.place < 0 && !written.shared && fates[written.by] === Fate.committed) unread.push(written)
  }
  key.chain = chain
  key.next = next
  key.unread = unread
}

export const ledgerOf = (history: TransactionHistory): Ledger => {
  const fates = new Uint8Array(history.length)
  const keys: Key[] = []
  const named = new Map<string, Key>()
  const keyOf = (name: string): Key => {
    let key = named.get(name)
    if (key === undefined) {
      key = {
        name,
        index: keys.length,
        appends: new Map(),
        finals: new Map(),
        sightings: [],
        order: [],
        seenBy: [],
        chain: [],
        next: new Int32Array(1),
        unread: [],
      }
      named.set(name, key)
      keys.push(key)
    }
    return key
  }
  let ambiguous: Ledger["ambiguous"]
  for (const [by, { outcome }] of history.entries()) {
    fates[by] = outcome._tag === "ok" ? Fate.committed : outcome._tag === "unknown" ? Fate.open : Fate.refused
    for (const [at, operation] of doneBy(history, by).entries()) {
      const key = keyOf(operation.key)
      if (operation._tag === "append") {
        const { element, shared } = register(key, by, operation.element, at, fates)
        if (shared) ambiguous ??= { key: key.name, element }
      } else if (operation.seen !== undefined && outcome._tag === "ok") {
        key.sightings.push({ by, key, seen: operation.seen, fits: false })
      }
    }
  }
  for (const key of keys) arrange(key, fates)
  for (const key of keys) sort(key, fates)
  return { history, fates, keys, key: keyOf, ambiguous }
}
