/**
 * Shaking: many runs under one seed until one breaks, and the smallest input found that breaks the same promise.
 *
 * The story comes first, then what the scenario's arbitrary draws: run i is a function of the seed and i alone. fast-check
 * shrinks, with the violated invariant kept; then every operation and fault that can be left out is left out.
 */
import * as fc from "fast-check"
import type { Design } from "#system"
import type { Input } from "./input.ts"
import { firstViolated, type RunOptions, type RunResult, run } from "./run.ts"
import type { Scenario } from "./scenario.ts"
import { applyDesign, inPart } from "./stage.ts"
import { normalise } from "./storm.ts"

export interface ShakeOptions {
  readonly seed: number
  readonly runs: number
  /** The longest it may take before it stops with what it has, in real milliseconds. */
  readonly timeMillis?: number
  readonly design?: Design
  /** Judges this invariant alone. */
  readonly invariant?: string
  readonly onProgress?: (progress: { readonly runs: number; readonly shrinks: number }) => void
}

export interface ShakeResult {
  readonly verdict: RunResult["verdict"]
  readonly runs: number
  /** In how many runs each invariant was put to the test. */
  readonly exercised: Readonly<Record<string, number>>
  /** How many faults of each kind changed something. */
  readonly faultsFired: Readonly<Record<string, number>>
  /** Runs in which every invariant was judged, because the storm stayed within what the design tolerates. */
  readonly survivable: number
  readonly violation?: {
    readonly invariant: string
    /** Which run found it; 0 is the story. */
    readonly run: number
    readonly input: Input
    /** The smallest input, played once more with everything kept. */
    readonly result: RunResult
    readonly shrinks: number
  }
  /** A run that ended by our own mistake. */
  readonly defect?: { readonly input: Input; readonly line: string }
}

/** How many smaller inputs fast-check may try: past that it mostly moves instants about, and a person waits. */
const mostCandidates = 2000

/** An invariant must be put to the test in so many runs of a batch before the batch can be said to hold. */
export const leastExercised = (runs: number): number => Math.max(3, Math.ceil(runs / 100))

const isDefect = ({ outcome }: RunResult): boolean =>
  outcome === "defect" || outcome === "escape" || outcome === "budget" || outcome === "quiescent"

const violated = (result: RunResult): string | undefined => {
  const first = firstViolated(result)
  return first === undefined ? undefined : inPart(first.part, first.name)
}

/** Leaves out, one at a time, every operation and fault without which the input still fails. */
const withoutNeedless = (input: Input, fails: (candidate: Input) => boolean): { input: Input; steps: number } => {
  let smallest = input
  let steps = 0
  for (let changed = true; changed; ) {
    changed = false
    for (const list of ["faults", "operations"] as const) {
      for (let i = smallest[list].length - 1; i >= 0; i--) {
        const candidate: Input = { ...smallest, [list]: smallest[list].filter((_, at) => at !== i) }
        if (!fails(candidate)) continue
        smallest = candidate
        steps++
        changed = true
      }
    }
  }
  return { input: smallest, steps }
}

export const shake = (scenario: Scenario, options: ShakeOptions): ShakeResult => {
  const exercised: Record<string, number> = {}
  const faultsFired: Record<string, number> = {}
  let runs = 0
  let shrinks = 0
  let survivable = 0
  let broken: string | undefined
  let defect: ShakeResult["defect"]
  const sweep: RunOptions = {
    keep: "nothing",
    stopAtViolation: true,
    digest: false,
    ...(options.invariant !== undefined && { only: options.invariant }),
  }

  const under = (input: Input): Input => {
    const applied = applyDesign(scenario, input, options.design ?? {})
    return applied._tag === "ok" ? normalise(scenario, applied.input) : input
  }

  const count = (result: RunResult): void => {
    runs++
    for (const each of result.invariants) {
      const name = inPart(each.part, each.name)
      exercised[name] = (exercised[name] ?? 0) + (each.exercised > 0 && each.verdict !== "unknown" ? 1 : 0)
    }
    if (result.invariants.every(({ waits, verdict }) => verdict !== "unknown" || waits === undefined)) survivable++
    for (const [kind, times] of Object.entries(result.faultsFired)) faultsFired[kind] = (faultsFired[kind] ?? 0) + times
  }

  /** Whether an input is a counterexample: the first one decides which promise it is about. */
  const fails = (input: Input): boolean => {
    const result = run(scenario, input, sweep)
    if (isDefect(result)) {
      // A mistake of ours that only a shrunk candidate meets must not hide what was found before it.
      if (broken !== undefined) return false
      defect ??= { input, line: `${result.outcome}: ${result.defect ?? ""}` }
      return true
    }
    // What is left without the mistake belongs to no batch.
    if (defect !== undefined) return false
    if (broken === undefined) {
      count(result)
      broken = violated(result)
    } else {
      shrinks++
      if (!result.invariants.some((each) => inPart(each.part, each.name) === broken && each.verdict === "violated")) {
        options.onProgress?.({ runs, shrinks })
        return false
      }
    }
    options.onProgress?.({ runs, shrinks })
    return broken !== undefined
  }

  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    const story = under(scenario.story(options.seed))
    let found: Input | undefined
    let foundAt = 0
    if (fails(story)) found = story
    else if (options.runs > 1) {
      const details = fc.check(
        fc.property(scenario.inputs, (drawn) => shrinks >= mostCandidates || !fails(under(drawn))),
        {
          seed: options.seed | 0,
          numRuns: options.runs - 1,
          ...(options.timeMillis !== undefined && { interruptAfterTimeLimit: options.timeMillis }),
        },
      )
      if (details.failed && details.counterexample !== null) {
        found = under(details.counterexample[0])
        foundAt = runs - 1
      }
    }
    const summary = { runs, exercised, faultsFired, survivable }
    if (defect !== undefined) return { ...summary, verdict: "violated", defect }
    if (found === undefined || broken === undefined) {
      const about = options.invariant === undefined ? scenario.about : [options.invariant]
      const thin = about.some((name) => (exercised[name] ?? 0) < leastExercised(runs))
      return { ...summary, verdict: thin ? "unknown" : "holds" }
    }
    const { input, steps } = withoutNeedless(found, fails)
    const result = run(scenario, input, options.invariant === undefined ? {} : { only: options.invariant })
    return {
      ...summary,
      verdict: "violated",
      violation: { invariant: broken, run: foundAt, input, result, shrinks: shrinks + steps },
    }
  } finally {
    Error.stackTraceLimit = limit
  }
}
