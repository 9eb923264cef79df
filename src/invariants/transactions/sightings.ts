/**
 * Anomalies that the reads of one key show by themselves: one piece of evidence for each element, not one for each read
 * that shows it again.
 */
import type { Observed } from "./anomaly.ts"
import { distinct, Fate, idOf, isPrefix, type Key, type Ledger, type Sighting, type Written } from "./ledger.ts"
import type { Element } from "./transaction.ts"

/** All elements that were read, each once, with who read it. */
function* elementsRead(key: Key): Generator<readonly [element: Element, reader: number]> {
  for (const [place, element] of key.order.entries()) yield [element, (key.seenBy[place] as Sighting).by]
  const known = new Set(key.order)
  for (const { by, seen, fits } of key.sightings) {
    if (fits) continue
    for (const element of seen) {
      if (known.has(element)) continue
      known.add(element)
      yield [element, by]
    }
  }
}

/** Elements that should never have been there: nobody appended them, or who did was refused. */
function* strangers(ledger: Ledger, key: Key): Generator<Observed> {
  for (const [element, reader] of elementsRead(key)) {
    const written = key.appends.get(element)
    if (written === undefined) {
      yield { name: "garbage-read", operations: [idOf(ledger, reader)], key: key.name, element }
    } else if (ledger.fates[written.by] === Fate.refused) {
      const operations = [idOf(ledger, reader), idOf(ledger, written.by)]
      yield { name: "G1a", operations, key: key.name, element }
    }
  }
}

function* duplicates(ledger: Ledger, key: Key): Generator<Observed> {
  const reported = new Set<Element>()
  for (const { by, seen, fits } of key.sightings) {
    const once = new Set<Element>()
    for (const element of fits ? [] : seen) {
      const twice = once.has(element) && !reported.has(element)
      once.add(element)
      if (!twice || key.appends.get(element)?.shared === true) continue
      reported.add(element)
      yield { name: "duplicate-elements", operations: [idOf(ledger, by)], key: key.name, element }
    }
  }
}

/** Reads that end in an append after which the same transaction appended more. */
function* intermediate(ledger: Ledger, key: Key): Generator<Observed> {
  const reported = new Set<Written>()
  for (const { by, seen } of key.sightings) {
    const written = seen.length === 0 ? undefined : key.appends.get(seen.at(-1) as Element)
    if (written === undefined || written.by === by || written.shared || reported.has(written)) continue
    if (ledger.fates[written.by] === Fate.refused || key.finals.get(written.by) === written) continue
    reported.add(written)
    const operations = [idOf(ledger, by), idOf(ledger, written.by)]
    yield { name: "G1b", operations, key: key.name, element: written.element }
  }
}

/** Committed appends on top of ones that were refused. Those between the two may be of anybody who cannot say. */
function* dirtyUpdates(ledger: Ledger, key: Key): Generator<Observed> {
  let aborted: Written | undefined
  for (const [place, element] of key.order.entries()) {
    const written = key.appends.get(element)
    const outcome = written && ledger.history[written.by]?.outcome._tag
    if (outcome === "refused") aborted ??= written
    if (written === undefined || written.shared || outcome !== "ok" || aborted === undefined) continue
    const reader = (key.seenBy[place] as Sighting).by
    yield {
      name: "dirty-update",
      operations: [idOf(ledger, reader), idOf(ledger, aborted.by), idOf(ledger, written.by)],
      key: key.name,
      aborted: aborted.element,
      committed: element,
    }
    aborted = undefined
  }
}

/** Who read appends of one transaction in another order than it did them, or a later one without an earlier one. */
const turned = ({ chain, unread, seenBy }: Key): readonly [reader: number, writer: number] | undefined => {
  const latest = new Map<number, Written>()
  for (const written of [...chain, ...unread]) {
    const before = latest.get(written.by)
    if (before !== undefined && before.at > written.at) {
      const shown = written.place < 0 ? before : written
      return [(seenBy[shown.place] as Sighting).by, written.by]
    }
    latest.set(written.by, written)
  }
  return undefined
}

/** Reads that are not of one list, or not of the list that a transaction made. */
function* incompatible(ledger: Ledger, key: Key): Generator<Observed> {
  const other = key.sightings.find(({ seen, fits }) => !fits && !isPrefix(distinct(seen), key.order))
  const pair = other === undefined ? turned(key) : [other.by, (key.seenBy.at(-1) as Sighting).by]
  if (pair === undefined) return
  yield { name: "incompatible-order", operations: pair.map((by) => idOf(ledger, by)), key: key.name }
}

/** What the reads of each key show. */
export function* anomaliesOfReads(ledger: Ledger): Generator<Observed> {
  for (const key of ledger.keys) {
    yield* strangers(ledger, key)
    yield* duplicates(ledger, key)
    yield* intermediate(ledger, key)
    yield* dirtyUpdates(ledger, key)
    yield* incompatible(ledger, key)
  }
}
