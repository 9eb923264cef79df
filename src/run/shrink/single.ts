/**
 * The same broken promise after one familiar fault. What took four faults to come about may need only the right one at the
 * right instant, and no leaving out gets there: each of the four is needed by the other three.
 */
import { Kind } from "#sim"
import { type Fault, faultShape } from "#world"
import type { Input } from "../input.ts"
import { stage } from "../stage.ts"
import { clusterOf, struck } from "./faults.ts"
import { callsOf } from "./operations.ts"
import type { Reduction } from "./reduction.ts"
import { atLeast } from "./size.ts"

/** How far apart the instants are at which a fault is tried, at least, in microseconds, and how many of them there are. */
const apart = 10_000
const mostMoments = 6

/** The same for what is tried right after a write, before it is durable. */
const betweenWrites = 1000
const mostWrites = 30

/** Above so many operations their number is not the point. */
const mostOperations = 4

/** How much longer than the smallest input a story with one fault may take, in microseconds. */
const longer = 2_000_000

/** How many ends of a fault are tried. */
const mostEnds = 3

/** An ordinary length of a fault, in microseconds. */
const ordinarySpan = 1_000_000

/** Inputs without faults and with fewer lines than the smallest has, one fault included. */
const quieter = (reduction: Reduction): readonly Input[] => {
  const { smallest, isEventual } = reduction
  const { faults, operations } = smallest
  const until = isEventual ? smallest.until : smallest.until + longer
  const quiet: Input = { ...smallest, until, calmAt: isEventual ? smallest.calmAt : until, faults: [] }
  const [first] = operations
  const silent = { ...quiet, operations: [] }
  // A promise that nobody puts to the test where nobody asks for anything is not broken there either.
  const none = operations.length > 0 && reduction.exercises(silent) ? [silent] : []
  const some = faults.length > 1 ? [quiet] : []
  if (first === undefined || operations.length + faults.length < 3) return [...none, ...some]
  const least = atLeast(reduction, quiet)
  const [client] = stage(reduction.scenario, least)[0]?.clients ?? []
  const one = callsOf(reduction, least).map((call) => [{ ...first, at: 0, client: client?.id ?? first.client, call }])
  return [
    ...none,
    ...one.map((each) => ({ ...least, operations: each })),
    ...operations.map((each) => ({ ...quiet, operations: [each] })),
    ...some,
  ]
}

/** The instants right after something was asked, answered or written in a run, and those right after each write. */
const momentsOf = (
  reduction: Reduction,
  input: Input,
): { readonly moments: readonly number[]; readonly writes: readonly number[] } => {
  const { trace } = reduction.replay(input)
  const moments: number[] = []
  const writes: number[] = []
  let begun = input.operations.length === 0
  for (const { kind, at } of trace) {
    begun ||= kind === Kind.call
    const told = kind === Kind.call || kind === Kind.return || kind === Kind.write
    if (begun && told && at + 1 - (moments.at(-1) ?? -apart) >= apart) moments.push(at + 1)
    if (begun && kind === Kind.write && at + 1 - (writes.at(-1) ?? -apart) >= betweenWrites) writes.push(at + 1)
  }
  trace.release()
  return { moments: moments.slice(0, mostMoments), writes: writes.slice(0, mostWrites) }
}

/**
 * When a fault might end: a second after it began, or right after it kept a client's message from its node, which then
 * finds the node as it was before.
 */
const endsOf = (reduction: Reduction, input: Input, begin: number): readonly number[] => {
  const { trace, world } = reduction.replay(input)
  const ends = new Set([begin + ordinarySpan])
  for (const { kind, at, node, peer } of trace) {
    if (kind !== Kind.hold && kind !== Kind.drop) continue
    if (world.nodes[node]?.client !== true && world.nodes[peer]?.client !== true) continue
    if (at > begin && ends.size <= mostEnds) ends.add(at + 1)
  }
  trace.release()
  return [...ends]
}

/** Looks for the same broken promise after a single fault, with fewer lines than there are. Returns whether it found it. */
export const oneFault = (reduction: Reduction): boolean => {
  const { faults, operations } = reduction.smallest
  const lines = faults.length + operations.length
  if (lines < 2 || operations.length > mostOperations || (lines === 2 && faults.length === 0)) return false
  const cluster = clusterOf(reduction)
  const targets = [...new Set([...cluster.nodes.slice(0, 1), ...faults.flatMap((each) => struck(each, cluster))])]
  const id = faults[0]?.id ?? "f1"
  const torn = faults.some(({ kind, mode }) => mode !== undefined || faultShape(kind).family === "disk")
  const shapes: readonly Pick<Fault, "kind" | "mode">[] = [
    { kind: "crash" },
    ...(torn ? [{ kind: "crash", mode: "torn" } as const] : []),
    { kind: "pause" },
    { kind: "isolate" },
  ]
  for (const input of quieter(reduction)) {
    const { moments, writes } = momentsOf(reduction, input)
    for (const target of targets.slice(0, 2)) {
      for (const shape of shapes) {
        for (const at of shape.mode === "torn" ? writes : moments) {
          const fault: Fault = { id, ...shape, target, at }
          const forGood: Input = { ...input, faults: [fault] }
          if (!reduction.hasPatience) return false
          if (reduction.take(forGood)) return true
          const ends = shape.kind === "crash" ? [at + ordinarySpan] : endsOf(reduction, forGood, at)
          if (ends.some((end) => reduction.take({ ...input, faults: [{ ...fault, for: end - at }] }))) return true
        }
      }
    }
  }
  return false
}
