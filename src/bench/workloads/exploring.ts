/** What an explorer waits for: a shake in one process and in two, and what shrinking ends with. By the wall clock. */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { fewest, linesOf, shrunk, unsound } from "../shrinking/known.ts"

const bin = fileURLToPath(new URL("../../../dist/cli/bin.js", import.meta.url))

/** The real seconds that a command takes. */
const secondsOf = (args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(process.execPath, [bin, ...args], { stdio: "ignore" })
    child.on("error", reject)
    child.on("close", () => resolve((performance.now() - started) / 1000))
  })

/** How many times as fast two processes are as one, in so many runs. */
export const twoJobs = async (runs: number, rounds: number): Promise<readonly number[]> => {
  const ratios: number[] = []
  const shake = (jobs: number) =>
    secondsOf(["shake", "replication/storm", "--runs", `${runs}`, "--jobs", `${jobs}`, "--json"])
  for (let round = 0; round < rounds; round++) {
    const one = await shake(1)
    ratios.push(one / (await shake(2)))
  }
  return ratios
}

export interface Ends {
  /** Of every unsound design, how many seeds ended with so many lines. */
  readonly distribution: readonly {
    readonly name: string
    readonly lines: readonly (readonly [lines: number, seeds: number])[]
  }[]
  /** The share of all seeds that ended with as few lines as are known to do. */
  readonly atFewest: number
  /** Milliseconds of a shrink, sorted. */
  readonly millis: readonly number[]
}

/** Shrinks what so many seeds find, dealt out to the unsound designs. */
export const shrinkSeeds = (seeds: number): Ends => {
  const ends = unsound.map(() => new Map<number, number>())
  const millis: number[] = []
  let atFewest = 0
  for (let nth = 0; nth < seeds; nth++) {
    const which = nth % unsound.length
    const value = unsound[which] as (typeof unsound)[number]
    const { lines, took } = timed(value, 1 + Math.floor(nth / unsound.length))
    const counts = ends[which] as Map<number, number>
    counts.set(lines, (counts.get(lines) ?? 0) + 1)
    millis.push(took)
    if (lines <= (fewest[value.name] ?? 0)) atFewest++
  }
  return {
    distribution: unsound.map(({ name }, which) => ({
      name,
      lines: [...(ends[which] as Map<number, number>)].sort(([a], [b]) => a - b),
    })),
    atFewest: atFewest / seeds,
    millis: millis.sort((a, b) => a - b),
  }
}

const timed = (value: (typeof unsound)[number], seed: number) => {
  const found = shrunk(value, seed)
  return { lines: linesOf(found.violation), took: found.millis }
}
