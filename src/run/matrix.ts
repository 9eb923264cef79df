/**
 * The matrix: every design against every invariant. A cell is the sound default, or one choice moved away from it (or a
 * pair that breaks something only together), judged in the storms of the system; what is observed is set against
 * what the design declares.
 */
import type { Verdict } from "#invariants"
import type { Design, System } from "#system"
import type { Input } from "./input.ts"
import { run } from "./run.ts"
import type { Scenario } from "./scenario.ts"
import { shrink } from "./shrink/shrink.ts"
import { inputOfBatch, leastExercised } from "./sweep.ts"

// biome-ignore lint/suspicious/noExplicitAny: systems of any vocabulary
type AnySystem = System<any, any>

export type Declared = "holds" | "violated" | "not-promised"

/** A design that the matrix judges, and what it declares of each invariant. */
export interface Variant {
  /** What differs from the sound default; empty for the default itself. */
  readonly design: Design
  readonly declared: Readonly<Record<string, Declared>>
}

export interface Cell {
  readonly system: string
  readonly design: Design
  readonly invariant: string
  readonly declared: Declared
  readonly observed: Verdict
  /** How many runs were judged: up to the first violation, where there is one. */
  readonly runs: number
  /** In how many of them the invariant was put to the test. */
  readonly exercised: number
  readonly agrees: boolean
  /** An input that breaks it, where it was declared that there is one. */
  readonly input?: Input
}

/** The cells of a variant; none where a run ended by a mistake instead of a verdict. */
export interface Judged {
  readonly cells: readonly Cell[]
  readonly defect?: { readonly input: Input; readonly line: string }
}

const declaredBy = (
  { invariants }: AnySystem,
  { breaks, notPromised = [] }: { readonly breaks: readonly string[]; readonly notPromised?: readonly string[] },
): Readonly<Record<string, Declared>> =>
  Object.fromEntries(
    invariants.map(({ name }) => [
      name,
      breaks.includes(name) ? "violated" : notPromised.includes(name) ? "not-promised" : "holds",
    ]),
  )

/** Every variant of a system, the default first. */
export const variantsOf = (system: AnySystem): readonly Variant[] => [
  { design: {}, declared: declaredBy(system, { breaks: [] }) },
  ...Object.entries(system.designs).flatMap(([choice, { default: sound, values }]) =>
    Object.entries(values).flatMap(([value, declaration]) =>
      value === sound ? [] : [{ design: { [choice]: value }, declared: declaredBy(system, declaration) }],
    ),
  ),
  ...(system.pairs ?? []).map((pair) => ({ design: pair.values, declared: declaredBy(system, pair) })),
]

/** How many candidates the token of a cell is worth: it is to be short, not the shortest. */
const mostCandidates = 80

const agrees = (declared: Declared, observed: Verdict): boolean => declared === "not-promised" || declared === observed

/**
 * Judges a variant on its system's storm, in so many runs at most. It stops once all that is declared broken has been seen
 * broken and the rest was put to the test often enough to be said to hold.
 */
export const judgeVariant = (
  scenario: Scenario,
  { design, declared }: Variant,
  { seed, runs, onRun }: { readonly seed: number; readonly runs: number; readonly onRun?: (run: number) => void },
): Judged => {
  const system = scenario.parts[""]?.system.name ?? scenario.name
  const names = Object.keys(declared)
  const exercised = new Map<string, number>(names.map((name) => [name, 0]))
  const brokenIn = new Map<string, { readonly run: number; readonly input: Input; readonly exercised: number }>()
  const isUnsound = Object.values(declared).includes("violated")
  const least = leastExercised(runs)
  const isSettled = () =>
    isUnsound &&
    names.every((name) =>
      declared[name] === "violated"
        ? brokenIn.has(name)
        : declared[name] === "not-promised" || (exercised.get(name) ?? 0) >= least,
    )
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    let done = 0
    for (; done < runs && !isSettled(); done++) {
      onRun?.(done)
      const input = inputOfBatch(scenario, { seed, design }, done)
      const result = run(scenario, input, { keep: "nothing", digest: false })
      if (result.outcome === "defect" || result.outcome === "escape" || result.outcome === "budget") {
        return { cells: [], defect: { input, line: `${result.outcome}: ${result.defect ?? ""}` } }
      }
      for (const { name, verdict, exercised: times } of result.invariants) {
        if (verdict === "unknown" || brokenIn.has(name)) continue
        if (times > 0) exercised.set(name, (exercised.get(name) ?? 0) + 1)
        if (verdict === "violated") brokenIn.set(name, { run: done, input, exercised: exercised.get(name) ?? 0 })
      }
    }
    return {
      cells: names.map((invariant): Cell => {
        const expected = declared[invariant] as Declared
        const broken = brokenIn.get(invariant)
        const times = exercised.get(invariant) ?? 0
        const observed = broken !== undefined ? "violated" : times >= least ? "holds" : "unknown"
        const input =
          broken === undefined || expected === "not-promised"
            ? undefined
            : shrink(scenario, broken.input, invariant, { most: mostCandidates, onTry: () => onRun?.(broken.run) })
                .input
        return {
          system,
          design,
          invariant,
          declared: expected,
          observed,
          runs: broken === undefined ? done : broken.run + 1,
          exercised: broken?.exercised ?? times,
          agrees: agrees(expected, observed),
          ...(input !== undefined && { input }),
        }
      }),
    }
  } finally {
    Error.stackTraceLimit = limit
  }
}
