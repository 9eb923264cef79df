/**
 * What is known of the unsound designs of the replicated log: how few lines (operations and faults) break the first promise that
 * each of them breaks, in a way that does not hang on the dice; and under seeds 1, 2, 3 …, a run of a shake that does.
 */
import { ordinaryStorm, type Scenario, shrinkFound, storm, sweep, type ViolationFound } from "#run"
import { scenarios } from "#scenarios"
import { systems } from "#systems"
import { found } from "./found.ts"

const usual = scenarios.find(({ name }) => name === "replication/storm") as Scenario
const small = { ...ordinaryStorm, millis: 2000, operations: 24, faults: 8, settleMillis: 6000 }

/** The storms are small: what breaks in them is soon found. */
export const smallStorm: Scenario = { ...usual, inputs: storm(usual, small) }

/** How few lines break each unsound design's first promise. */
export const fewest: Readonly<Record<string, number>> = {
  // A write, and a crash of the primary before the others have it.
  "ack=local": 2,
  "ack=memory": 2,
  // A client that reads its own write, and a primary that pauses meanwhile.
  "read=primary": 2,
  // A write and a read, or one call that does both.
  "read=any": 2,
  "read=sticky": 2,
  // A write, a read once the two seconds are over, and whatever keeps the replica behind for that long.
  "read=cookie": 3,
  // Whoever does not see the primary.
  "promote=latest": 1,
  // A write that only the primary has, and a crash.
  "rejoin=resume": 2,
  // Entries that come before those they follow: any change of office.
  "apply=on-arrival": 1,
  // A write that lands elsewhere, and a crash; a write that a crash tears is less, where the dice tear it in the right place.
  "recover=trust-length": 3,
  // As many writes as take longer to apply than there is time.
  "backlog=unbounded": 4,
}

/** Of how many seeds the properties shrink what each design's shakes find: of those that take seconds, fewer. */
export const seedsInTests: Readonly<Record<string, number>> = {
  "ack=local": 6,
  "ack=memory": 6,
  "read=primary": 2,
  "read=any": 22,
  "read=sticky": 22,
  "read=cookie": 2,
  "promote=latest": 18,
  "rejoin=resume": 6,
  "apply=on-arrival": 18,
  "recover=trust-length": 2,
  "backlog=unbounded": 1,
}

/** The unsound values, by their first broken promise. */
export const unsound = Object.entries(systems[0]?.designs ?? {}).flatMap(([choice, { values }]) =>
  Object.entries(values).flatMap(([value, { breaks }]) =>
    breaks[0] === undefined ? [] : [{ name: `${choice}=${value}`, design: { [choice]: value }, invariant: breaks[0] }],
  ),
)

export type Unsound = (typeof unsound)[number]

/** The first run of a shake under a seed that breaks the promise, from a run on. */
export const firstBroken = ({ design, invariant }: Unsound, seed: number, from: number): number => {
  const { findings } = sweep(smallStorm, { seed, design, invariant }, from, from + 20_000)
  const [first] = findings
  if (first === undefined) throw new Error(`Seed ${seed} breaks nothing.`)
  return first.run
}

/** The run that is known to break the promise; where it no longer does, the next one that does. */
const brokenBy = (value: Unsound, seed: number): number => firstBroken(value, seed, found[value.name]?.[seed - 1] ?? 1)

/** What a shake under a seed ends with, and how long it took to get there from what it had found, in real milliseconds. */
export const shrunk = (
  value: Unsound,
  seed: number,
): { readonly violation: ViolationFound; readonly millis: number } => {
  const { design, invariant } = value
  const run = brokenBy(value, seed)
  const started = performance.now()
  const violation = shrinkFound(smallStorm, { seed, design, invariant }, { _tag: "violation", run, invariant })
  return { violation, millis: performance.now() - started }
}

export const linesOf = ({ input }: ViolationFound): number => input.operations.length + input.faults.length
