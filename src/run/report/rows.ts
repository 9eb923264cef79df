/**
 * The rows of the diagram: of all that lies in the past of a violation, what a reader needs in order to see how it came
 * about. First what proves it, then what that was caused by, then what befell the nodes, then what became of the calls.
 */
import { type Entry, Kind, reasons } from "#sim"
import type { Fault } from "#world"
import type { RunResult } from "../run.ts"
import { isNotable } from "../tell.ts"
import { wordsOf } from "../words.ts"
import type { Cone } from "./cone.ts"
import { Strikes } from "./strikes.ts"
import { type Broken, proofOf, trailOf } from "./trail.ts"

/** How a row is drawn. */
export type Drawn =
  | "arrives"
  | "leaves"
  | "dies"
  | "waits"
  | "called"
  | "returned"
  | "did"
  | "down"
  | "up"
  | "fault"
  | "broken"

export interface Row {
  /** The entry of the trace. */
  readonly entry: number
  /** Microseconds. */
  readonly at: number
  readonly drawn: Drawn
  /** Where it happened, or where a message goes to; empty for the whole world. */
  readonly node: string
  /** Where a message comes from. */
  readonly from?: string
  readonly words: string
  /** Why a message died or waits. */
  readonly reason?: string
  /** The number of the fault behind it. */
  readonly fault?: number
  /** How many more like this one are not drawn. */
  readonly more?: number
  /** How much it matters: the smaller, the more. What matters least is left out first. */
  readonly rank: number
}

interface Chosen {
  readonly entry: Entry
  readonly rank: number
  readonly more?: number
}

/** Of what is alike and more often than this, only the first and the last are drawn. */
const mostAlike = 3

/** A message that was under way for longer is drawn where it leaves as well, in microseconds. */
const longWay = 25_000

const drawnAs = new Map<number, Drawn>([
  [Kind.deliver, "arrives"],
  [Kind.drop, "dies"],
  [Kind.hold, "waits"],
  [Kind.call, "called"],
  [Kind.return, "returned"],
  [Kind.crash, "down"],
  [Kind.stopped, "down"],
  [Kind.boot, "up"],
  [Kind.fault, "fault"],
  [Kind.heal, "fault"],
  [Kind.calm, "fault"],
])

/** What says nothing that another row does not say: a message is drawn where it arrives or dies. */
const undrawn = new Set<number>([Kind.send, Kind.write, Kind.log, Kind.duplicate])

export class Rows {
  readonly #result: RunResult
  readonly #broken: Broken
  readonly #cone: Cone
  readonly #strikes: Strikes
  readonly #numbers: ReadonlyMap<string, number>

  /** `numbers` are those of the faults, by id. */
  constructor(result: RunResult, broken: Broken, cone: Cone, numbers: ReadonlyMap<string, number>) {
    this.#result = result
    this.#broken = broken
    this.#cone = cone
    this.#numbers = numbers
    this.#strikes = new Strikes(result)
  }

  /** The rows that matter most, in the order in which they happened; no more than so many. */
  choose(most: number): readonly Row[] {
    const kept = this.#condensed(this.#ranked())
      .sort((a, b) => a.rank - b.rank || b.entry.index - a.entry.index)
      .slice(0, most)
      .sort((a, b) => a.entry.index - b.entry.index)
    const rows = kept.map((chosen) => this.#row(chosen))
    const broken = this.#brokenRow()
    return [...this.#departures(kept), ...rows, broken].sort((a, b) => a.entry - b.entry || order(a) - order(b))
  }

  /** Everything that could be drawn, with how much it matters. */
  #ranked(): Chosen[] {
    const { trace } = this.#result
    const last = this.#broken.violation.entry
    const fates = new Map<number, number>()
    const fromCall = new Set<number>()
    for (let index = 0; index <= last; index++) {
      const { kind, cause } = trace.entry(index)
      if ((kind === Kind.deliver || kind === Kind.drop) && !fates.has(cause)) fates.set(cause, index)
      if (kind === Kind.call || fromCall.has(cause)) fromCall.add(index)
    }
    /** A message that was sent is drawn where it ends. */
    const shown = (index: number) => (trace.entry(index).kind === Kind.send ? (fates.get(index) ?? index) : index)
    const proof = new Set(proofOf(this.#broken).map(shown))
    const trail = new Set([...trailOf(trace, [...proof])].map(shown))
    const notable = isNotable(this.#result)
    const chosen: Chosen[] = []
    for (let index = 0; index <= last; index++) {
      const entry = trace.entry(index)
      if (undrawn.has(entry.kind) || !(this.#cone.has(index) || trail.has(index))) continue
      const rank = proof.has(index) ? 0 : trail.has(index) ? 1 : this.#rank(entry, fromCall.has(index), notable(entry))
      if (rank !== undefined && !this.#isBeginning(entry, rank)) chosen.push({ entry, rank })
    }
    return chosen
  }

  /** The first start of a node says nothing. */
  #isBeginning({ kind, n }: Entry, rank: number): boolean {
    return kind === Kind.boot && n === 0 && rank > 0
  }

  /** How much an entry matters that is no link in the chain of causes; undefined where it does not. */
  #rank(entry: Entry, isFromCall: boolean, isNotable: boolean): number | undefined {
    const { kind } = entry
    if (kind === Kind.fact) return isNotable ? 3 : isFromCall ? 5 : undefined
    if (isNotable) return 2
    if (kind === Kind.call || kind === Kind.return) return 4
    if (kind === Kind.drop || kind === Kind.hold) {
      const isStruck = this.#strikes.behind(entry).length > 0 || reasons[entry.detail] === "receiver down"
      return isStruck ? (isFromCall ? 2 : 4) : isFromCall ? 5 : undefined
    }
    if (kind === Kind.deliver) return isFromCall ? 5 : undefined
    if (kind === Kind.refuse || kind === Kind.damage || kind === Kind.defect) return 2
    return kind === Kind.sync && this.#strikes.behind(entry).length > 0 ? 2 : undefined
  }

  /** Leaves out what only repeats, and remembers how often. What proves the violation is never left out. */
  #condensed(all: readonly Chosen[]): Chosen[] {
    const { trace } = this.#result
    const say = wordsOf(this.#result)
    const alike = Map.groupBy(all, ({ entry, rank }) => {
      const { kind, node, peer, detail, cause } = entry
      if (rank < 2) return `${entry.index}`
      // Of what dies on one way for one reason, the words matter only where they are about a call.
      if (kind === Kind.drop) return `${kind} ${trace.entry(cause).node} ${trace.entry(cause).peer} ${detail} ${rank}`
      return `${kind} ${node} ${peer} ${detail} ${say(entry)}`
    })
    const kept: Chosen[] = []
    for (const group of alike.values()) {
      const [first, last] = [group[0], group.at(-1)]
      if (first === undefined || last === undefined) continue
      if (group.length <= mostAlike) kept.push(...group)
      else if (first.entry.kind === Kind.drop) kept.push({ ...first, more: group.length - 1 })
      else kept.push({ ...first, more: group.length - 2 }, { ...last, rank: last.rank + 1 })
    }
    return kept
  }

  #id(node: number): string {
    return this.#result.world.nodes[node]?.id ?? ""
  }

  #row({ entry, rank, more }: Chosen): Row {
    const { trace } = this.#result
    const { index, at, kind, node, detail, cause } = entry
    const drawn = drawnAs.get(kind) ?? "did"
    const isFate = kind === Kind.drop || kind === Kind.hold
    const sent = isFate || kind === Kind.deliver ? trace.entry(cause) : undefined
    const behind = kind === Kind.deliver ? [] : this.#strikes.behind(entry)
    const fault = behind.map(({ id }) => this.#numbers.get(id)).find((number) => number !== undefined)
    return {
      entry: index,
      at,
      drawn,
      node: sent === undefined ? this.#id(node) : this.#id(sent.peer),
      ...(sent !== undefined && { from: this.#id(sent.node) }),
      words: this.#words(entry),
      ...(isFate && { reason: reasons[detail] ?? "" }),
      ...(fault !== undefined && { fault }),
      ...(more !== undefined && { more }),
      rank,
    }
  }

  #words(entry: Entry): string {
    const say = wordsOf(this.#result)
    const { kind, cause } = entry
    if (kind === Kind.fault || kind === Kind.heal) {
      const { kind: what, target } = entry.value as Fault
      return `${what} ${this.#id(entry.node) === "" ? `${target} ` : ""}${kind === Kind.fault ? "begins" : "ends"}`
    }
    return say(kind === Kind.drop || kind === Kind.hold ? this.#result.trace.entry(cause) : entry)
  }

  #brokenRow(): Row {
    const { name, violation } = this.#broken
    const { node } = this.#result.trace.entry(violation.entry)
    return { entry: violation.entry, at: violation.at, drawn: "broken", node: this.#id(node), words: name, rank: 0 }
  }

  /** Where messages leave that are under way for long, while something else happens. */
  #departures(kept: readonly Chosen[]): readonly Row[] {
    const { trace } = this.#result
    return kept.flatMap(({ entry, rank }): readonly Row[] => {
      if (entry.kind !== Kind.deliver && entry.kind !== Kind.drop) return []
      const sent = trace.entry(entry.cause)
      const meanwhile = kept.some(({ entry: { index } }) => sent.index < index && index < entry.index)
      if (entry.at - sent.at < longWay || !meanwhile) return []
      return [
        {
          entry: sent.index,
          at: sent.at,
          drawn: "leaves",
          node: this.#id(sent.peer),
          from: this.#id(sent.node),
          words: this.#words(sent),
          rank: rank + 1,
        },
      ]
    })
  }
}

/** At one entry, what broke comes after what happened. */
const order = ({ drawn }: Row): number => (drawn === "broken" ? 1 : 0)
