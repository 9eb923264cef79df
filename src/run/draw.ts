/**
 * The inputs of a shake. Run 0 is the scenario's story, run i what its arbitrary draws from a seed of run i's own: a function
 * of (seed, i) alone, so that any process can play any run, in any order.
 */
import * as fc from "fast-check"
import { draw, hashText } from "#sim"
import type { Input } from "./input.ts"
import type { Scenario } from "./scenario.ts"

const stream = hashText("run")

/** The seed that fast-check draws run i from. */
const seedOfRun = (seed: number, run: number): number => draw(seed, stream, run) | 0

/** The input of run i under a seed, before a design is applied. */
export const inputOfRun = (scenario: Scenario, seed: number, run: number): Input =>
  run === 0
    ? scenario.story(seed)
    : (fc.sample(scenario.inputs, { seed: seedOfRun(seed, run), numRuns: 1 })[0] as Input)
