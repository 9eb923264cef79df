/**
 * Anomalies that show in the steps of one transaction. It read otherwise than it had read or appended itself (the axiom INT
 * of Cerone, Bernardi & Gotsman, 2015); it read what it appended only later; it appended to what it had read, though somebody
 * had appended in between (Berenson et al., 1995; Adya's G-cursor); it saw one append of a transaction and missed another
 * (Bailis et al., 2014).
 */
import type { Observed } from "./anomaly.ts"
import { doneBy, Fate, idOf, type Key, type Ledger, type Sighting, type Written } from "./ledger.ts"
import type { Element } from "./transaction.ts"

type Step =
  | { readonly key: Key; readonly read: Sighting }
  | { readonly key: Key; readonly read?: undefined; readonly appended: Element }

interface Program {
  readonly by: number
  readonly steps: readonly Step[]
}

/** What each answered transaction did, with what is known of its reads. */
function* programsOf({ history, fates, key, keys }: Ledger): Generator<Program> {
  // A key's sightings are in the order of the history, and so are we.
  const cursors = new Int32Array(keys.length)
  for (const by of history.keys()) {
    if (fates[by] !== Fate.committed || history[by]?.outcome._tag !== "ok") continue
    const steps = doneBy(history, by).flatMap((operation): readonly Step[] => {
      const of = key(operation.key)
      if (operation._tag === "append") return [{ key: of, appended: operation.element }]
      if (operation.seen === undefined) return []
      return [{ key: of, read: of.sightings[(cursors[of.index] as number)++] as Sighting }]
    })
    yield { by, steps }
  }
}

const contains = ({ seen, fits }: Sighting, { place, element }: Written): boolean =>
  fits ? place >= 0 && place < seen.length : seen.includes(element)

const endsIn = (list: readonly Element[], end: readonly Element[]): boolean =>
  list.length >= end.length && end.every((element, nth) => list[list.length - end.length + nth] === element)

/** The first read that disagrees with what the transaction itself had read and appended before. */
const internal = (ledger: Ledger, { by, steps }: Program): Observed | undefined => {
  const known = new Map<Key, { read: readonly Element[] | undefined; readonly own: Element[] }>()
  for (const step of steps) {
    const { key } = step
    const before = known.get(key)
    if (step.read === undefined) {
      if (before === undefined) known.set(key, { read: undefined, own: [step.appended] })
      else before.own.push(step.appended)
      continue
    }
    const { seen } = step.read
    if (before !== undefined) {
      const { read, own } = before
      const start = read?.length ?? seen.length - own.length
      const agrees =
        seen.length === start + own.length && endsIn(seen, own) && (read?.every((e, i) => e === seen[i]) ?? true)
      if (!agrees) {
        const expected = [...(read ?? []), ...own]
        return { name: "internal", operations: [idOf(ledger, by)], key: key.name, expected, whole: read !== undefined }
      }
    }
    known.set(key, { read: seen, own: [] })
  }
  return undefined
}

/** The first append that the transaction had read already. */
const futureRead = (ledger: Ledger, { by, steps }: Program): Observed | undefined => {
  const reads = new Map<Key, Sighting[]>()
  for (const step of steps) {
    const { key, read } = step
    const before = reads.get(key)
    if (read !== undefined) {
      if (before === undefined) reads.set(key, [read])
      else before.push(read)
    } else {
      const written = key.appends.get(step.appended)
      if (written === undefined || written.shared || !before?.some((earlier) => contains(earlier, written))) continue
      return { name: "future-read", operations: [idOf(ledger, by)], key: key.name, element: step.appended }
    }
  }
  return undefined
}

/** A transaction of which this one read an append to one key and missed its last append to another. */
const fracturedRead = (ledger: Ledger, { by, steps }: Program): Observed | undefined => {
  const reads = new Map<Key, Sighting>()
  for (const { key, read } of steps) if (read !== undefined && !reads.has(key)) reads.set(key, read)
  const others = new Set<number>()
  for (const { key: seenKey, read } of steps) {
    const seen = read?.seen.at(-1)
    const written = seen === undefined ? undefined : seenKey.appends.get(seen)
    if (seen === undefined || written === undefined || written.shared) continue
    const other = written.by
    if (other === by || ledger.fates[other] !== Fate.committed || others.has(other)) continue
    others.add(other)
    const appends = doneBy(ledger.history, other)
    const both = appends.length < reads.size ? appends.map(({ key }) => ledger.key(key)) : reads.keys()
    for (const key of both) {
      const missed = key.finals.get(other)
      const sighting = reads.get(key)
      if (key === seenKey || missed === undefined || missed.shared || sighting === undefined) continue
      if (contains(sighting, missed)) continue
      const operations = [idOf(ledger, by), idOf(ledger, other)]
      const { element } = missed
      return { name: "fractured-read", operations, key: key.name, element, seenKey: seenKey.name, seen }
    }
  }
  return undefined
}

/** An append to what was read before. */
interface Update {
  readonly by: number
  /** How long the list was that it read. */
  readonly length: number
  readonly written: Written
}

/** The first append of the transaction to each key, if it had read the key before. */
function* updatesOf({ by, steps }: Program): Generator<readonly [Key, Update]> {
  const first = new Map<Key, Sighting | undefined>()
  for (const step of steps) {
    const { key } = step
    if (step.read !== undefined) {
      if (!first.has(key)) first.set(key, step.read)
      continue
    }
    const read = first.get(key)
    first.set(key, undefined)
    const written = key.appends.get(step.appended)
    if (read?.fits && written !== undefined && !written.shared) yield [key, { by, length: read.seen.length, written }]
  }
}

/** Updates of one version of a key by more than one transaction; one piece of evidence for each version. */
function* lostUpdates(ledger: Ledger, key: Key, updates: readonly Update[]): Generator<Observed> {
  const reported = new Set<number>()
  /** For each length of a read, an append by a reader of it that nobody read. */
  const unread = new Map<number, Written>()
  for (const { by, length, written } of updates) {
    if (reported.has(length)) continue
    const next = key.chain[key.next[length] as number]
    let other: Written | undefined
    let seenBy: number | undefined
    if (next !== undefined) {
      if (next.by === by || (written.place >= 0 && written.place < next.place)) continue
      other = next
      seenBy = (key.seenBy[Math.max(written.place, next.place)] as Sighting).by
    } else if (written.place < 0) {
      // Both come after all that was read, and one of them before the other.
      other = unread.get(length)
      unread.set(length, written)
    }
    if (other === undefined) continue
    reported.add(length)
    const operations = [by, other.by, ...(seenBy === undefined ? [] : [seenBy])]
    yield {
      name: "lost-update",
      operations: [...new Set(operations)].map((transaction) => idOf(ledger, transaction)),
      key: key.name,
      element: written.element,
      lost: other.element,
    }
  }
}

/** What the steps of each transaction show. */
export function* anomaliesOfPrograms(ledger: Ledger): Generator<Observed> {
  const updates = ledger.keys.map((): Update[] => [])
  for (const program of programsOf(ledger)) {
    for (const find of [internal, futureRead, fracturedRead]) {
      const anomaly = find(ledger, program)
      if (anomaly !== undefined) yield anomaly
    }
    for (const [key, update] of updatesOf(program)) updates[key.index]?.push(update)
  }
  for (const key of ledger.keys) yield* lostUpdates(ledger, key, updates[key.index] ?? [])
}
