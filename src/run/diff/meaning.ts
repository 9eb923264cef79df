/**
 * What an entry of a trace means, so that it can be found again in another trace.
 *
 * A message is named by its key, which follows from its cause and not from when it was sent: the same message in two runs
 * of one seed. Under different seeds no key is the same, and words must do. Everything else is named by who did it and by
 * the words for it. What means the same several times is counted.
 */
import type { Returned } from "#invariants"
import { type Entry, Kind, kindName, reasons } from "#sim"
import type { Fault } from "#world"
import { spellFault } from "../notation.ts"
import type { RunResult } from "../run.ts"
import { isNotable } from "../tell.ts"
import { wordsOf } from "../words.ts"

/** An entry as two runs can share it. */
export interface Told {
  readonly index: number
  /** Microseconds. */
  readonly at: number
  readonly kind: string
  /** The node it happened at; empty for the whole world. */
  readonly node: string
  /** The other end of a message; empty where it is about none. */
  readonly peer: string
  readonly words: string
  /** Why the network did not deliver it, or not yet; empty where it did. */
  readonly reason: string
  /** The same in two runs if and only if it means the same there. */
  readonly meaning: string
  /** The message it is about, or the call that it answers: the same in two runs, whatever becomes of it. */
  readonly subject?: string
  /** Whether it is worth a line where a run is told in short. */
  readonly notable: boolean
}

const messageKinds = new Set<number>([Kind.send, Kind.deliver, Kind.drop, Kind.hold, Kind.duplicate])

/** What the network does with a message happens at neither of its ends; it is told from sender to receiver. */
const ends = (entry: Entry, result: RunResult): readonly [from: number, to: number] => {
  const sent = entry.kind === Kind.send ? entry : result.trace.entry(entry.cause)
  return [sent.node, sent.peer]
}

/** Every entry of a run, in order. `keyed` where messages of the other run bear the same keys. */
export const meaningsOf = (result: RunResult, keyed: boolean): readonly Told[] => {
  const { trace, world } = result
  const say = wordsOf(result)
  const notable = isNotable(result)
  const id = (node: number) => world.nodes[node]?.id ?? ""
  /** How long a fault lasts shows where it ends; what the network does is told of the message itself. */
  const wordsFor = (entry: Entry): string => {
    if (entry.kind === Kind.fault) return `${spellFault(entry.value as Fault)} begins`
    if (entry.kind === Kind.heal) return `${spellFault(entry.value as Fault)} ends`
    const fate = entry.kind === Kind.drop || entry.kind === Kind.hold || entry.kind === Kind.duplicate
    return say(fate ? trace.entry(entry.cause) : entry)
  }
  const times = new Map<string, number>()
  return Array.from(trace, (entry): Told => {
    const { index, at, kind } = entry
    const words = wordsFor(entry)
    const name = kindName(kind)
    const about = messageKinds.has(kind)
    const [from, to] = about ? ends(entry, result) : [entry.node, -1]
    const key = about ? (keyed ? (result.keyOf(entry.n) ?? words) : words) : ""
    const message = about ? `${id(from)}>${id(to)} ${key}` : undefined
    const reason = kind === Kind.drop || kind === Kind.hold ? (reasons[entry.detail] ?? "") : ""
    const said = message === undefined ? `${id(entry.node)} ${words}` : `${message} ${words} ${reason}`
    const subject = kind === Kind.return ? `return of ${(entry.value as Returned).id}` : message
    const meaning = `${name} ${said}`
    const nth = (times.get(meaning) ?? 0) + 1
    times.set(meaning, nth)
    return {
      index,
      at,
      kind: name,
      node: id(kind === Kind.deliver ? to : from),
      peer: about ? id(kind === Kind.deliver ? from : to) : "",
      words,
      reason,
      meaning: `${meaning} ${nth}`,
      ...(subject !== undefined && { subject }),
      notable: notable(entry),
    }
  })
}
