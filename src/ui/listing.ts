/**
 * The trace as a list of rows, filtered. What matched is remembered and only what is new is looked at, so that a filter over a
 * long run costs no more per frame than one over a short run.
 */
import { isNotable, type Sayable, wordsOf } from "#run"
import { type Entry, Kind } from "#sim"
import type { Row } from "./scene.ts"

/** What rows are wanted. */
export interface Wanted {
  /** Part of a row, in any case; with `!` in front, what is not part of it; empty for what a story would tell. */
  readonly filter: string
  /** Every entry, and not only what a story would tell. */
  readonly every: boolean
  /** Only these, if given: the entries that led to a broken promise. */
  readonly only: ReadonlySet<number> | undefined
}

/** So many entries are looked at in one frame at most. */
const patience = 20_000

const told = new Set<number>([Kind.call, Kind.return, Kind.drop, Kind.refuse, Kind.defect])
const quiet = new Set<number>([Kind.write, Kind.sync, Kind.send, Kind.hold, Kind.duplicate, Kind.log])
const grave = new Set<number>([Kind.crash, Kind.fault, Kind.damage, Kind.stopped, Kind.defect])
const relief = new Set<number>([Kind.heal, Kind.boot, Kind.resume, Kind.calm])

const toneOf = (entry: Entry, notable: boolean): Row["tone"] => {
  const { kind, value } = entry
  if (grave.has(kind)) return "bad"
  if (relief.has(kind)) return "ok"
  if (kind === Kind.drop || kind === Kind.refuse || kind === Kind.hold) return "warn"
  if (kind === Kind.return) {
    return (value as { readonly outcome: { readonly _tag: string } }).outcome._tag === "ok" ? "plain" : "warn"
  }
  if (kind === Kind.fact) return notable ? "info" : "plain"
  return quiet.has(kind) ? "dim" : "plain"
}

/** Who an entry is about: a node, or the two ends of a message. */
export const whoOf = (run: Sayable, { kind, node, peer, cause }: Entry): string => {
  const name = (index: number) => run.world.nodes[index]?.id ?? "world"
  if (kind === Kind.send) return `${name(node)}→${name(peer)}`
  if (kind === Kind.deliver) return `${name(peer)}→${name(node)}`
  if (kind === Kind.drop || kind === Kind.hold || kind === Kind.duplicate) {
    const sent = run.trace.entry(cause)
    return `${name(sent.node)}→${name(sent.peer)}`
  }
  return name(node)
}

export class Listing {
  readonly #run: Sayable
  readonly #wanted: Wanted
  readonly #notable: (entry: Entry) => boolean
  readonly #say: (entry: Entry) => string
  /** Entries from `low` to `high` were looked at; these of them matched, in order. */
  #low: number
  #high: number
  #matches: number[] = []

  constructor(run: Sayable, wanted: Wanted, index: number) {
    this.#run = run
    this.#wanted = wanted
    this.#notable = isNotable(run)
    this.#say = wordsOf(run)
    this.#low = index
    this.#high = index
  }

  /** Whether it lists what is wanted of that run. */
  suits(run: Sayable, { filter, every, only }: Wanted): boolean {
    const { filter: had, every: all, only: chosen } = this.#wanted
    return this.#run === run && filter === had && every === all && only === chosen
  }

  /** The rows among the first `index` entries, the latest first, after skipping some; those that are lit are marked. */
  rows(index: number, most: number, skip: number, lit: ReadonlySet<number>): readonly Row[] {
    this.#cover(index, most + skip)
    const end = this.#end(index)
    const chosen = this.#matches.slice(Math.max(0, end - skip - most), Math.max(0, end - skip)).reverse()
    return chosen.map((entry) => this.#row(this.#run.trace.entry(entry), lit.has(entry)))
  }

  /** How many are known to match among the first `index` entries. */
  count(index: number): number {
    this.#cover(index, 0)
    return this.#end(index)
  }

  /** Whether all that came before has been looked at. */
  get whole(): boolean {
    return this.#low === 0
  }

  /** How many of the matches are among the first `index` entries. */
  #end(index: number): number {
    let low = 0
    let high = this.#matches.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#matches[middle] as number) < index) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The first entry from `index` on, and before `end`, that is shown. */
  after(index: number, end: number): number | undefined {
    for (let entry = index; entry < end; entry++) if (this.#matchesEntry(entry)) return entry
    return undefined
  }

  /** What an entry says. */
  say(entry: Entry): string {
    return this.#say(entry)
  }

  #cover(index: number, most: number): void {
    let left = patience
    if (index < this.#low || index - this.#high > patience) {
      this.#low = index
      this.#high = index
      this.#matches = []
    }
    for (; this.#high < index; this.#high++) if (this.#matchesEntry(this.#high)) this.#matches.push(this.#high)
    const earlier: number[] = []
    // With a filter everything is looked at in the end, to say how much matches.
    const enough = this.#wanted.filter === "" ? most - this.#end(index) : Number.POSITIVE_INFINITY
    while (this.#low > 0 && earlier.length < enough && left-- > 0) {
      this.#low--
      if (this.#matchesEntry(this.#low)) earlier.push(this.#low)
    }
    if (earlier.length > 0) this.#matches = [...earlier.reverse(), ...this.#matches]
  }

  #matchesEntry(index: number): boolean {
    const { filter, every, only } = this.#wanted
    if (only !== undefined) return only.has(index)
    const entry = this.#run.trace.entry(index)
    if (filter === "") return every || told.has(entry.kind) || this.#notable(entry)
    const inverse = filter.startsWith("!")
    const sought = (inverse ? filter.slice(1) : filter).toLowerCase()
    return `${whoOf(this.#run, entry)} ${this.#say(entry)}`.toLowerCase().includes(sought) !== inverse
  }

  #row(entry: Entry, lit: boolean): Row {
    return {
      entry,
      who: whoOf(this.#run, entry),
      words: this.#say(entry),
      tone: toneOf(entry, this.#notable(entry)),
      lit,
    }
  }
}
