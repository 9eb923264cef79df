/**
 * Rates become the messages they really hit. "30 % of all messages are lost" says little; "this one is lost" is a story, and
 * what is left out of a list of messages is left out for good.
 */
import { Kind, reasons } from "#sim"
import { endOf, type Fault, faultShape, linkEnds } from "#world"
import type { RunResult } from "../run.ts"
import type { Reduction } from "./reduction.ts"
import { leaveOut } from "./removal.ts"

/** Above so many messages a rate is the shorter story. */
const mostMessages = 40

interface Hit {
  readonly at: number
  readonly from: string
  readonly to: string
  readonly key: string
}

const whole = 1000

const matches = (pattern: string, id: string): boolean => pattern === "*" || pattern === id

/** Why a message that such a fault hits does not arrive. */
const reasonOf: Partial<Record<Fault["kind"], string>> = { loss: "lost", corrupt: "corrupt" }

/** The messages that a fault hit: what was lost, damaged or doubled on its links while it was in force. */
const hitsOf = (fault: Fault, { trace, keyOf, world, input }: RunResult): readonly Hit[] => {
  const ends = linkEnds(fault.target)
  if (ends === undefined) return []
  const sent = new Map<number, Hit>()
  const hit: Hit[] = []
  const until = endOf(fault, input.calmAt)
  for (const { kind, at, node, peer, n, detail } of trace) {
    if (kind === Kind.send) {
      const [from, to, key] = [world.nodes[node]?.id, world.nodes[peer]?.id, keyOf(n)]
      if (from === undefined || to === undefined || key === undefined) continue
      if (at >= fault.at && at < until && matches(ends[0], from) && matches(ends[1], to))
        sent.set(n, { at, from, to, key })
      continue
    }
    const struck =
      fault.kind === "duplicate"
        ? kind === Kind.duplicate
        : kind === Kind.drop && reasons[detail] === reasonOf[fault.kind]
    const message = struck ? sent.get(n) : undefined
    if (message !== undefined) hit.push(message)
  }
  return hit
}

/** The faults that do to these messages, and to no other, what the rate did. */
const single = (fault: Fault, hits: readonly Hit[]): readonly Fault[] =>
  hits.map(({ at, from, to, key }, nth) => {
    const id = nth === 0 ? fault.id : `${fault.id}.${nth}`
    return fault.kind === "duplicate"
      ? { id, kind: "duplicate", target: `${from}->${to}`, at, for: 1, value: whole }
      : { id, kind: "drop", target: `${from}->${to}#${key}`, at }
  })

const isRate = ({ kind, value, for: lasts }: Fault): boolean =>
  faultShape(kind).unit === "permille" && !(value === whole && lasts === 1)

/** Puts single messages in the place of each rate, and leaves out those that do not matter. */
export const nameMessages = (reduction: Reduction): void => {
  for (const fault of reduction.smallest.faults.filter(isRate)) {
    const played = reduction.replay()
    const hits = hitsOf(fault, played)
    played.trace.release()
    if (hits.length === 0 || hits.length > mostMessages) continue
    const input = reduction.smallest
    const faults = input.faults.flatMap((each) => (each.id === fault.id ? single(fault, hits) : [each]))
    const taken = reduction.take({ ...input, faults })
    if (taken) leaveOut(reduction, "faults")
  }
}

/** Lets what lasts strike for half as long, from its start or to its end, while that does. */
export const halve = (reduction: Reduction): void => {
  for (let i = 0; i < reduction.smallest.faults.length; i++) {
    for (let shorter = true; shorter; ) {
      const { faults, calmAt } = reduction.smallest
      const fault = faults[i] as Fault
      const lasts = endOf(fault, calmAt) - fault.at
      if (!isRate(fault) || lasts < 2) break
      const half = lasts >> 1
      shorter = [
        { ...fault, for: half },
        { ...fault, at: fault.at + half, for: lasts - half },
      ].some((each) => reduction.take({ ...reduction.smallest, faults: faults.with(i, each) }))
    }
  }
}
