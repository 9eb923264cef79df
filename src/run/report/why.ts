/**
 * Why a promise broke, in a few sentences with instants: the steps that its judge names, what the faults did meanwhile, and
 * the turning points on the way. The judge knows the system; everything else here is read off the trace.
 */
import { Kind } from "#sim"
import type { RunResult } from "../run.ts"
import { isNotable } from "../tell.ts"
import { wordsOf } from "../words.ts"
import type { Cone } from "./cone.ts"
import { circled } from "./lanes.ts"
import { Strikes } from "./strikes.ts"
import { type Broken, proofOf, trailOf } from "./trail.ts"

export interface Reason {
  /** The entry of the trace. */
  readonly entry: number
  /** Microseconds. */
  readonly at: number
  readonly what: string
}

/** More sentences than this are a tale, not a reason. */
const mostReasons = 8

/** The decisive steps, in the order in which they happened. Of the faults, by id: their numbers, and what they did. */
export const whyOf = (
  result: RunResult,
  broken: Broken,
  cone: Cone,
  numbers: ReadonlyMap<string, number>,
  effects: ReadonlyMap<string, string>,
): readonly Reason[] => {
  const { trace, world } = result
  const say = wordsOf(result)
  const strikes = new Strikes(result)
  const { steps = [], entry: last } = broken.violation
  const named = new Map(steps.map(({ entry, what }) => [entry, what]))
  const reasons: { readonly reason: Reason; readonly rank: number }[] = []
  const add = (entry: number, what: string, rank: number) =>
    reasons.push({ reason: { entry, at: trace.entry(entry).at, what }, rank })
  for (const { entry, what } of steps) add(entry, what, 0)
  const notable = isNotable(result)
  const proof = proofOf(broken)
  const trail = trailOf(trace, proof)
  for (let index = 0; index <= last; index++) {
    if (named.has(index) || !(cone.has(index) || trail.has(index))) continue
    const entry = trace.entry(index)
    if (entry.kind === Kind.fault) {
      const fault = strikes.begunBy(entry)
      const number = fault && numbers.get(fault.id)
      if (fault === undefined || number === undefined) continue
      const effect = effects.get(fault.id) || undefined
      add(
        index,
        `fault ${circled(number)} (${fault.kind} ${fault.target})${effect === undefined ? " begins" : `: ${effect}`}`,
        1,
      )
    } else if (entry.kind === Kind.fact && (proof.includes(index) || notable(entry))) {
      const rank = proof.includes(index) ? 1 : trail.has(index) ? 2 : 3
      add(index, `${world.nodes[entry.node]?.id} ${say(entry)}`, rank)
    } else if (steps.length === 0 && proof.includes(index)) {
      add(index, `${world.nodes[entry.node]?.id ?? ""} ${say(entry)}`.trimStart(), 1)
    }
  }
  // Turning points before anything went wrong are only the way the world began.
  const begins = Math.min(...reasons.filter(({ rank }) => rank < 2).map(({ reason }) => reason.entry))
  return reasons
    .filter(({ rank, reason }) => rank < 2 || reason.entry > begins)
    .sort((a, b) => a.rank - b.rank || b.reason.entry - a.reason.entry)
    .slice(0, mostReasons)
    .map(({ reason }) => reason)
    .sort((a, b) => a.entry - b.entry)
}
