/**
 * How something is measured: CPU time of the main thread, several rounds, in alternation with whatever it is compared to.
 *
 * Each contender is warmed, and a round of it made long enough not to be noise (the counter of some machines moves in steps
 * of 4 ms); then all play one round after the other, again and again. A ratio is taken within each round, so that a machine
 * which slows down for a while slows both sides; what is told is the median.
 */

export interface Workload {
  readonly name: string
  /** Does work of this size and says how many operations that was; an operation costs the same whatever the size. */
  readonly play: (size: number) => number | Promise<number>
  /** The smallest round that says something, where CPU time alone does not tell. */
  readonly least?: number
}

export interface Effort {
  readonly rounds: number
  /** The least CPU time of a round, in milliseconds. */
  readonly roundMillis: number
  /** The least CPU time before the first: the engine takes its time to optimize a program of many small functions. */
  readonly warmMillis: number
  /** Whether workloads may insist on a least size of their own. */
  readonly thorough: boolean
}

export const thorough: Effort = { rounds: 7, roundMillis: 150, warmMillis: 1200, thorough: true }
export const quick: Effort = { rounds: 2, roundMillis: 4, warmMillis: 0, thorough: false }

/** Nanoseconds of an operation, round by round. */
export type Rounds = readonly number[]

const cpuMicros = (): number => {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

const timed = async (workload: Workload, size: number): Promise<{ micros: number; nanos: number }> => {
  const before = cpuMicros()
  const operations = await workload.play(size)
  // What is shorter than a step of the counter took some time all the same.
  const micros = Math.max(1, cpuMicros() - before)
  return { micros, nanos: (micros * 1000) / operations }
}

/** Plays ever larger rounds until one is long enough and the engine warm, and returns the size. */
const warm = async (workload: Workload, effort: Effort): Promise<number> => {
  let size = effort.thorough ? (workload.least ?? 1) : 1
  let spent = 0
  for (;;) {
    const { micros } = await timed(workload, size)
    const share = micros / 1000 / effort.roundMillis
    spent += micros / 1000
    if (share >= 1 && spent >= effort.warmMillis) return size
    if (share < 1) size = Math.ceil(size * Math.min(8, Math.max(1.3, 1.2 / share)))
  }
}

/** Measures workloads side by side; the rounds of each are in the same order. */
export const sideBySide = async <Name extends string>(
  workloads: Readonly<Record<Name, Workload>>,
  effort: Effort,
): Promise<Readonly<Record<Name, Rounds>>> => {
  const all = Object.entries(workloads) as [Name, Workload][]
  const rounds = Object.fromEntries(all.map(([name]) => [name, [] as number[]])) as Record<Name, number[]>
  const sizes = new Map<Name, number>()
  for (const [name, workload] of all) sizes.set(name, await warm(workload, effort))
  for (let round = 0; round < effort.rounds; round++) {
    for (const [name, workload] of all) {
      const { nanos } = await timed(workload, sizes.get(name) as number)
      rounds[name].push(nanos)
    }
  }
  return rounds
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** How many times as long `slow` takes as `fast`. */
export const times = (slow: Rounds, fast: Rounds): number =>
  median(slow.map((nanos, round) => nanos / (fast[round] as number)))

/** A workload that did something else than it claims measures nothing. */
export const claim = (what: string, actual: number, claimed: number): void => {
  if (actual !== claimed) throw new Error(`${what}: ${actual}, claimed were ${claimed}`)
}
