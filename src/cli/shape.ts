/** What the commands say in JSON, and the plain facts behind it: pure functions of scenarios and results. */
import type { InvariantKind, Verdict } from "#invariants"
import { inPart, type RunResult, type Scenario, type ShakeResult, stage, type ViolationFound } from "#run"
import type { Design, System } from "#system"

/** The exit code of a verdict. */
export const exitCodes: Readonly<Record<Verdict, number>> = { holds: 0, violated: 1, unknown: 2 }

/** Our own defects: an escape from under the glass, an uncaught error. */
export const defectCode = 4

export const exitCodeOf = ({ outcome, verdict }: Pick<RunResult, "verdict" | "outcome">): number =>
  outcome === "escape" || outcome === "defect" ? defectCode : exitCodes[verdict]

/** What each choice is under an input: the system's default, the scenario's own, the input's. */
export const designOf = (scenario: Scenario, design: Design): Design =>
  Object.fromEntries(
    stage(scenario, { design, size: {} }).flatMap((part) =>
      Object.entries(part.design).map(([choice, value]) => [inPart(part.as, choice), value]),
    ),
  )

export interface Promised {
  readonly name: string
  readonly kind: InvariantKind
  readonly sentence: string
}

/** Every invariant of a scenario, by the name that `--invariant` takes. */
export const invariantsOf = (scenario: Scenario): readonly Promised[] =>
  Object.entries(scenario.parts).flatMap(([as, part]) =>
    part.system.invariants.map(({ name, kind, sentence }) => ({ name: inPart(as, name), kind, sentence })),
  )

const systemsOf = (scenario: Scenario): string =>
  [...new Set(Object.values(scenario.parts).map((part) => part.system.name))].join("+")

// biome-ignore lint/suspicious/noExplicitAny: systems of any vocabulary
type AnySystem = System<any, any>

export const listJson = (scenarios: readonly Scenario[], systems: readonly AnySystem[]) => ({
  scenarios: scenarios.map((scenario) => ({
    name: scenario.name,
    system: systemsOf(scenario),
    summary: scenario.summary,
    design: designOf(scenario, {}),
    expects: scenario.expects,
    about: scenario.about,
  })),
  systems: systems.map((system) => ({
    name: system.name,
    sentence: system.sentence,
    designs: Object.entries(system.designs).map(([choice, { sentence, default: sound, values }]) => ({
      choice,
      sentence,
      default: sound,
      values: Object.entries(values).map(([name, value]) => ({
        name,
        sentence: value.sentence,
        sound: value.breaks.length === 0,
        breaks: value.breaks,
        notPromised: value.notPromised ?? [],
      })),
    })),
    invariants: system.invariants.map(({ name, kind, sentence }) => ({ name, kind, sentence })),
  })),
})

const millis = (micros: number): number => micros / 1000

export const runJson = (result: RunResult, token: string | undefined) => ({
  scenario: result.scenario.name,
  seed: result.input.seed,
  design: designOf(result.scenario, result.input.design),
  digest: result.digest,
  outcome: result.outcome,
  ...(result.defect === undefined ? {} : { defect: result.defect }),
  events: result.events,
  virtualMillis: millis(result.virtualMicros),
  wallMillis: Math.round(result.wallMillis * 1000) / 1000,
  verdict: result.verdict,
  invariants: result.invariants.map((each) => ({
    name: inPart(each.part, each.name),
    kind: each.kind,
    sentence: each.sentence,
    verdict: each.verdict,
    exercised: each.exercised,
    ...(each.violation === undefined
      ? {}
      : { violation: { atMillis: millis(each.violation.at), because: each.violation.because } }),
    ...(each.waits === undefined ? {} : { waits: each.waits }),
    ...(each.closest === undefined ? {} : { closest: each.closest }),
  })),
  faultsFired: result.faultsFired,
  measured: result.figures.map(({ name, value, unit }) => ({ name, value, unit })),
  /** Null where the input is too long for a token. */
  token: token ?? null,
})

const violationJson = ({ invariant, run, input, shrinks }: ViolationFound, token: string | undefined) => ({
  invariant,
  run,
  token: token ?? null,
  operations: input.operations.length,
  faults: input.faults.length,
  shrinks,
})

/** A batch, with the token of each violation it found. */
export const shakeJson = (
  scenario: Scenario,
  seed: number,
  result: ShakeResult,
  tokens: readonly (string | undefined)[],
) => {
  const violations = result.violations.map((each, nth) => ({
    ...violationJson(each, tokens[nth]),
    seenIn: result.broken[each.invariant] ?? 0,
  }))
  return {
    scenario: scenario.name,
    seed,
    verdict: result.verdict,
    runs: result.runs,
    verdicts: result.verdicts,
    exercised: result.exercised,
    survivable: result.survivable,
    faultsFired: result.faultsFired,
    ...(result.defect === undefined ? {} : { defect: result.defect.line }),
    ...(violations[0] === undefined ? {} : { violation: violations[0], violations }),
  }
}
