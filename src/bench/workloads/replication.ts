/**
 * Whole runs of the replicated log, judged as they go. The inputs are drawn once from a fixed seed, as `shake` draws them,
 * but for the size, which stays. A pass plays each input once.
 */
import * as fc from "fast-check"
import { type Input, ordinaryStorm, type RunOptions, run, type Scenario, type StormOptions, storm } from "#run"
import { scenarios } from "#scenarios"
import { claim, type Workload } from "../measure.ts"

const original = scenarios.find(({ name }) => name === "replication/storm") as Scenario

const resized = (size: Readonly<globalThis.Record<string, number>>): Scenario => ({
  ...original,
  parts: Object.fromEntries(
    Object.entries(original.parts).map(([as, part]) => [as, { ...part, size: { ...part.size, ...size } }]),
  ),
})

/** What is kept of a run: all, as `snowglobe run` does, or what `shake` needs. */
export const told: RunOptions = { keep: "everything" }
export const swept: RunOptions = { keep: "nothing", digest: false, stopAtViolation: true }

export interface Passes {
  readonly scenario: Scenario
  readonly inputs: readonly Input[]
}

const drawn = (
  size: { readonly nodes: number; readonly clients: number },
  options: StormOptions,
  runs: number,
): Passes => {
  const scenario = resized({ ...size, keys: 4, apply: 0 })
  return { scenario, inputs: fc.sample(storm(scenario, options), { seed: 1, numRuns: runs }) }
}

/** Five nodes and four clients, in storms as `shake` draws them. */
export const largeRuns = (runs: number): Passes =>
  drawn({ nodes: 5, clients: 4 }, { ...ordinaryStorm, knobs: [] }, runs)

/** Three nodes, two clients, fifty operations in five virtual seconds: the last of them are for settling. */
export const smallRuns = (runs: number): Passes => {
  const operations = 50
  const options = { ...ordinaryStorm, millis: 4800, operations: operations * 3, knobs: [] }
  const { scenario, inputs } = drawn({ nodes: 3, clients: 2 }, options, runs * 3 + 8)
  const enough = inputs.filter((input) => input.operations.length >= operations).slice(0, runs)
  claim("small runs", enough.length, runs)
  return {
    scenario,
    inputs: enough.map((input) => ({ ...input, operations: input.operations.slice(0, operations) })),
  }
}

export const withoutFaults = ({ scenario, inputs }: Passes): Passes => ({
  scenario,
  inputs: inputs.map((input) => ({ ...input, faults: [] })),
})

const mistakes = ["quiescent", "budget", "escape", "defect"]

/** An operation is a run, or a virtual second. */
export const passes = (
  name: string,
  { scenario, inputs }: Passes,
  options: RunOptions,
  per: "run" | "virtual second",
): Workload => ({
  name,
  play: (size) => {
    // As `shake` does: nobody reads the stack of a time-out under the glass.
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    try {
      let micros = 0
      for (let pass = 0; pass < size; pass++) {
        for (const input of inputs) {
          const result = run(scenario, input, options)
          if (mistakes.includes(result.outcome)) throw new Error(`A run ended ${result.outcome}: ${result.defect}`)
          micros += result.virtualMicros
        }
      }
      return per === "run" ? size * inputs.length : micros / 1_000_000
    } finally {
      Error.stackTraceLimit = limit
    }
  },
})
