/** A reduction under way: the smallest input found so far that still breaks the same promise, and what was tried. */
import type { Input } from "../input.ts"
import { type InvariantResult, type RunOptions, type RunResult, run } from "../run.ts"
import type { Scenario } from "../scenario.ts"
import { inPart } from "../stage.ts"
import { normalise } from "../storm.ts"

/** A candidate may take so many times the events of what it was made from, and then counts as passing. */
const patience = 4
const leastEvents = 200_000

export class Reduction {
  readonly scenario: Scenario
  /** The promise that every candidate must break, as `part.name`. */
  readonly invariant: string
  /** How many candidates were accepted, and how many were played. */
  steps = 0
  tried = 0
  #smallest: Input
  #broken: InvariantResult
  #events: number
  readonly #most: number
  readonly #seen = new Set<string>()
  readonly #onTry: () => void

  /** The input must break the promise. `most` bounds how many candidates are played. */
  constructor(scenario: Scenario, input: Input, invariant: string, most: number, onTry: () => void) {
    this.scenario = scenario
    this.invariant = invariant
    this.#smallest = input
    this.#most = most
    this.#onTry = onTry
    const result = this.#play(input, {})
    const broken = this.#brokenIn(result)
    if (broken === undefined) throw new Error(`The input does not break ${invariant}.`)
    this.#broken = broken
    this.#events = result.events
    this.#seen.add(JSON.stringify(input))
  }

  get smallest(): Input {
    return this.#smallest
  }

  /** When the promise breaks in the smallest input, in microseconds. */
  get brokenAt(): number {
    return this.#broken.violation?.at ?? this.#smallest.until
  }

  /** Whether the promise is asked only once the storm is over. */
  get isEventual(): boolean {
    return this.#broken.kind === "eventually"
  }

  /**
   * Takes a candidate if it breaks the promise too, and says whether it did. Without any effort, none is played twice, and none
   * once the patience is out.
   */
  take(candidate: Input, effort?: "whatever it takes"): boolean {
    const input = normalise(this.scenario, candidate)
    const key = JSON.stringify(input)
    if (effort === undefined && (this.#seen.has(key) || !this.hasPatience)) return false
    this.#seen.add(key)
    this.tried++
    this.#onTry()
    const result = this.#play(input, { budget: Math.max(leastEvents, this.#events * patience) })
    const broken = this.#brokenIn(result)
    if (broken === undefined) return false
    this.#smallest = input
    this.#broken = broken
    this.#events = result.events
    this.steps++
    return true
  }

  /** Plays an input with everything kept: the smallest, or one that may lead to a smaller. */
  replay(input = this.#smallest): RunResult {
    return this.#play(input, { keep: "everything" })
  }

  /** Whether an input puts the promise to the test at all. */
  exercises(input: Input): boolean {
    const { invariants } = this.#play(input, {})
    return invariants.some(({ part, name, exercised }) => inPart(part, name) === this.invariant && exercised > 0)
  }

  /** Whether another candidate may be played. */
  get hasPatience(): boolean {
    return this.tried < this.#most
  }

  #play(input: Input, options: RunOptions): RunResult {
    return run(this.scenario, input, {
      keep: "nothing",
      digest: false,
      stopAtViolation: true,
      only: this.invariant,
      ...options,
    })
  }

  #brokenIn({ invariants, outcome }: RunResult): InvariantResult | undefined {
    if (outcome === "defect" || outcome === "escape") return undefined
    return invariants.find(({ part, name, verdict }) => inPart(part, name) === this.invariant && verdict === "violated")
  }
}
