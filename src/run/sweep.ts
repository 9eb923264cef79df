/**
 * Sweeping: playing runs of a batch one after the other, and counting what they were good for. A batch can be swept in
 * pieces, in any order and in several processes; the pieces add up to the same.
 */
import type { Margin, Verdict } from "#invariants"
import type { Design } from "#system"
import { inputOfRun } from "./draw.ts"
import type { Input } from "./input.ts"
import { firstViolated, type RunResult, run } from "./run.ts"
import type { Scenario } from "./scenario.ts"
import { applyDesign, inPart } from "./stage.ts"
import { normalise } from "./storm.ts"

export interface BatchOptions {
  readonly seed: number
  readonly design?: Design
  /** Judges this invariant alone, as `part.name`. */
  readonly invariant?: string
  /** Inputs of earlier failures, tried first: they are the runs before run 0, the last of them run -1. */
  readonly corpus?: readonly Input[]
}

/** What so many runs were good for. */
export interface Tally {
  readonly runs: number
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** In how many runs each invariant was put to the test. */
  readonly exercised: Readonly<Record<string, number>>
  /** How many faults of each kind changed something. */
  readonly faultsFired: Readonly<Record<string, number>>
  /** Runs in which every invariant was judged, because the storm stayed within what the design tolerates. */
  readonly survivable: number
  /** In how many runs each invariant was the first to break. */
  readonly broken: Readonly<Record<string, number>>
  /** Of each invariant that can say it, the nearest it came to being broken. */
  readonly closest: Readonly<Record<string, Margin>>
}

/** A run in which a promise broke, or in which something else went wrong that no run should end by. */
export type Discovery =
  | { readonly _tag: "violation"; readonly run: number; readonly invariant: string }
  | {
      readonly _tag: "defect"
      readonly run: number
      readonly line: string
      /** It never came back, and its process was ended. */
      readonly hung: boolean
    }

export interface Swept {
  readonly tally: Tally
  /** In the order of the runs. */
  readonly findings: readonly Discovery[]
}

export const emptyTally: Tally = {
  runs: 0,
  verdicts: { holds: 0, violated: 0, unknown: 0 },
  exercised: {},
  faultsFired: {},
  survivable: 0,
  broken: {},
  closest: {},
}

const sumCounts = <Name extends string>(
  left: Readonly<Record<Name, number>>,
  right: Readonly<Record<Name, number>>,
): Record<Name, number> => {
  const sum: Record<Name, number> = { ...left }
  for (const [name, number] of Object.entries(right) as [Name, number][]) sum[name] = (sum[name] ?? 0) + number
  return sum
}

/** Whether a margin is nearer than another; the order is total, so that pieces add up to the same however they are taken. */
const isNearer = (a: Margin, b: Margin): boolean =>
  a.value !== b.value ? a.value < b.value : a.at !== b.at ? a.at < b.at : a.what < b.what

const nearestOf = (
  left: Readonly<Record<string, Margin>>,
  right: Readonly<Record<string, Margin>>,
): Record<string, Margin> => {
  const nearest: Record<string, Margin> = { ...left }
  for (const [name, margin] of Object.entries(right)) {
    const known = nearest[name]
    if (known === undefined || isNearer(margin, known)) nearest[name] = margin
  }
  return nearest
}

export const addTallies = (left: Tally, right: Tally): Tally => ({
  runs: left.runs + right.runs,
  verdicts: sumCounts(left.verdicts, right.verdicts),
  exercised: sumCounts(left.exercised, right.exercised),
  faultsFired: sumCounts(left.faultsFired, right.faultsFired),
  survivable: left.survivable + right.survivable,
  broken: sumCounts(left.broken, right.broken),
  closest: nearestOf(left.closest, right.closest),
})

/** An invariant must be put to the test in so many runs of a batch before the batch can be said to hold. */
export const leastExercised = (runs: number): number => Math.max(3, Math.ceil(runs / 100))

/** The verdict on a batch in which nothing broke: unknown, if something that it is about was hardly put to the test. */
export const verdictOf = (scenario: Scenario, { exercised, runs }: Tally, invariant?: string): Verdict => {
  const about = invariant === undefined ? scenario.about : [invariant]
  return about.some((name) => (exercised[name] ?? 0) < leastExercised(runs)) ? "unknown" : "holds"
}

/** The input of a run of a batch. Run 0 is the story; runs below it are those of the corpus. */
export const inputOfBatch = (scenario: Scenario, options: BatchOptions, nth: number): Input => {
  const { seed, design = {}, corpus = [] } = options
  const drawn = nth < 0 ? { ...(corpus[corpus.length + nth] as Input), design: {} } : inputOfRun(scenario, seed, nth)
  return underBatch(scenario, drawn, design)
}

/** A drawn input as a batch plays it: under its design, and without what points outside of its size. */
export const underBatch = (scenario: Scenario, drawn: Input, design: Design): Input => {
  const applied = applyDesign(scenario, drawn, design)
  return applied._tag === "ok" ? normalise(scenario, applied.input) : drawn
}

/** Whether a run ended by a mistake of the simulator's, or of a node's code, rather than by a verdict. */
const isDefect = ({ outcome }: RunResult): boolean =>
  outcome === "defect" || outcome === "escape" || outcome === "budget" || outcome === "quiescent"

const tallyOf = (result: RunResult, broken: string | undefined): Tally => {
  const exercised: Record<string, number> = {}
  const closest: Record<string, Margin> = {}
  for (const each of result.invariants) {
    if (each.closest !== undefined) closest[inPart(each.part, each.name)] = each.closest
    exercised[inPart(each.part, each.name)] = each.exercised > 0 && each.verdict !== "unknown" ? 1 : 0
  }
  return {
    runs: 1,
    verdicts: { ...emptyTally.verdicts, [result.verdict]: 1 },
    exercised,
    faultsFired: result.faultsFired,
    survivable: result.invariants.every(({ waits, verdict }) => verdict !== "unknown" || waits === undefined) ? 1 : 0,
    broken: broken === undefined ? {} : { [broken]: 1 },
    closest,
  }
}

/** Plays an input as run `nth` of a batch. */
export const playOne = (scenario: Scenario, input: Input, nth: number, invariant: string | undefined): Swept => {
  const result = run(scenario, input, {
    keep: "nothing",
    stopAtViolation: true,
    digest: false,
    ...(invariant !== undefined && { only: invariant }),
  })
  // A run that ended by mistake has tested nothing.
  if (isDefect(result)) {
    const line = `${result.outcome}: ${result.defect ?? ""}`
    return { tally: emptyTally, findings: [{ _tag: "defect", run: nth, line, hung: false }] }
  }
  const first = firstViolated(result)
  const broken = first === undefined ? undefined : inPart(first.part, first.name)
  return {
    tally: tallyOf(result, broken),
    findings: broken === undefined ? [] : [{ _tag: "violation", run: nth, invariant: broken }],
  }
}

export interface SweepOptions extends BatchOptions {
  /** Goes on after a finding. */
  readonly keepGoing?: boolean
  /** Called before each run; the sweep ends where it answers false. */
  readonly onRun?: (run: number, so: Tally) => boolean
}

/** Plays the runs from `from` to before `to`, up to the first finding unless it is to keep going. */
export const sweep = (scenario: Scenario, options: SweepOptions, from: number, to: number): Swept => {
  const { keepGoing = false, onRun } = options
  const findings: Discovery[] = []
  let tally = emptyTally
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    for (let nth = from; nth < to && (keepGoing || findings.length === 0); nth++) {
      if (onRun?.(nth, tally) === false) break
      const one = playOne(scenario, inputOfBatch(scenario, options, nth), nth, options.invariant)
      tally = addTallies(tally, one.tally)
      findings.push(...one.findings)
    }
  } finally {
    Error.stackTraceLimit = limit
  }
  return { tally, findings }
}

/** The first finding of each kind: one for each promise that broke, and one mistake. */
export const distinct = (findings: readonly Discovery[]): readonly Discovery[] => {
  const first = new Map<string, Discovery>()
  for (const finding of [...findings].sort((a, b) => a.run - b.run)) {
    const kind = finding._tag === "defect" ? "" : finding.invariant
    if (!first.has(kind)) first.set(kind, finding)
  }
  return [...first.values()]
}
