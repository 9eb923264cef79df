/** What a report is made of: one violated run with all it kept, and, where it comes from a batch, how it was found. */
import type { Input } from "../input.ts"
import type { RunResult } from "../run.ts"
import type { Scenario } from "../scenario.ts"

/** The batch in which a violation was found. */
export interface Batch {
  readonly seed: number
  /** Which run found it; 0 is the story. */
  readonly run: number
  /** How many runs there were. */
  readonly runs: number
  /** Real milliseconds until it was found. */
  readonly millis: number
  /** How many smaller inputs were tried. */
  readonly steps: number
  /** In how many runs the promise was broken, where they were all played. */
  readonly seenIn?: number
  /** In how many runs each invariant was put to the test. */
  readonly exercised: Readonly<Record<string, number>>
  /** How many faults of each kind changed something. */
  readonly faultsFired: Readonly<Record<string, number>>
  /** The input as it was drawn, before it was shrunk. */
  readonly drawnFrom?: Input
}

export interface Finding {
  readonly scenario: Scenario
  readonly input: Input
  /** The input's run, played with everything kept. */
  readonly result: RunResult
  /** The promise that is violated, by the name that the whole world has for it. */
  readonly invariant: string
  readonly batch?: Batch
}
