/**
 * Shaking: many runs under one seed until one breaks, and the smallest input found that breaks the same promise.
 *
 * The story comes first, then what the scenario's arbitrary draws: run i is a function of the seed and i alone, and the
 * failure that is reported is that of the lowest i.
 */
import type { Verdict } from "#invariants"
import type { Input } from "./input.ts"
import { type RunResult, run } from "./run.ts"
import type { Scenario } from "./scenario.ts"
import { shrink } from "./shrink/shrink.ts"
import { type BatchOptions, type Discovery, distinct, inputOfBatch, sweep, type Tally, verdictOf } from "./sweep.ts"

export interface ShakeOptions extends BatchOptions {
  readonly runs: number
  /** The longest it may take before it stops with what it has, in real milliseconds. */
  readonly timeMillis?: number
  /** Goes on to the end, and finds the first violation of each promise. */
  readonly keepGoing?: boolean
  readonly onProgress?: (progress: { readonly runs: number; readonly shrinks: number }) => void
}

/** A broken promise, and the smallest input found that breaks it. */
export interface ViolationFound {
  readonly invariant: string
  /** Which run found it; 0 is the story, and what is below came from the corpus. */
  readonly run: number
  readonly input: Input
  /** As it was before it was shrunk. */
  readonly drawnFrom: Input
  /** How many smaller inputs were accepted, and how many were played. */
  readonly shrinks: number
  readonly tried: number
}

export interface ShakeResult extends Tally {
  readonly verdict: Verdict
  /** The violation of the lowest run. */
  readonly violation?: ViolationFound & {
    /** The smallest input, played once more with everything kept. */
    readonly result: RunResult
  }
  /** The first violation of each promise, in the order of the runs; one, unless it was to keep going. */
  readonly violations: readonly ViolationFound[]
  /** A run that ended by a mistake instead of a verdict. */
  readonly defect?: { readonly run: number; readonly input: Input; readonly line: string; readonly hung: boolean }
}

/** Makes what a run found as small as it gets, with the same promise broken. */
export const shrinkFound = (
  scenario: Scenario,
  options: BatchOptions,
  { run: nth, invariant }: Discovery & { readonly _tag: "violation" },
  onTry: () => void = () => {},
): ViolationFound => {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    const drawnFrom = inputOfBatch(scenario, options, nth)
    const { input, steps, tried } = shrink(scenario, drawnFrom, invariant, { onTry })
    return { invariant, run: nth, input, drawnFrom, shrinks: steps, tried }
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** A batch's result from what was swept: findings are taken in the order of the runs. */
export const concluded = (
  scenario: Scenario,
  options: BatchOptions,
  tally: Tally,
  findings: readonly Discovery[],
  violations: readonly ViolationFound[],
): ShakeResult => {
  const mistake = findings.find((each) => each._tag === "defect")
  const defect = mistake && {
    run: mistake.run,
    input: inputOfBatch(scenario, options, mistake.run),
    line: mistake.line,
    hung: mistake.hung,
  }
  const [first] = violations
  const only = options.invariant === undefined ? {} : { only: options.invariant }
  return {
    ...tally,
    verdict: findings.length > 0 ? "violated" : verdictOf(scenario, tally, options.invariant),
    violations,
    ...(first !== undefined && { violation: { ...first, result: run(scenario, first.input, only) } }),
    ...(defect !== undefined && { defect }),
  }
}

export const shake = (scenario: Scenario, options: ShakeOptions): ShakeResult => {
  const { runs, timeMillis, keepGoing = false, onProgress, corpus = [] } = options
  const started = performance.now()
  const onRun = (_: number, { runs: done }: Tally): boolean => {
    if (done > 0) onProgress?.({ runs: done, shrinks: 0 })
    return timeMillis === undefined || performance.now() - started < timeMillis
  }
  const { tally, findings } = sweep(scenario, { ...options, keepGoing, onRun }, 0 - corpus.length, runs)
  onProgress?.({ runs: tally.runs, shrinks: 0 })
  let shrinks = 0
  const found = distinct(findings).filter((each) => each._tag === "violation")
  const violations = found.map((each) =>
    shrinkFound(scenario, options, each, () => onProgress?.({ runs: tally.runs, shrinks: ++shrinks })),
  )
  return concluded(scenario, options, tally, findings, violations)
}
