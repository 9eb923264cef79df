/**
 * The report of a failure, as plain data: what was promised, how little it takes to break it, what happened, why, and the
 * nearest run in which it holds. It is made from the recorded trace alone, so the same finding always has the same report.
 */
import type { InvariantKind, Returned, Verdict } from "#invariants"
import { Kind } from "#sim"
import { type Fault, faultKinds, faultShape } from "#world"
import { sayTold } from "../diff/index.ts"
import type { Input } from "../input.ts"
import { spellFault } from "../notation.ts"
import { replayCommand } from "../replay-line.ts"
import { type RunResult, run } from "../run.ts"
import { inPart, stage } from "../stage.ts"
import { encodeToken } from "../token.ts"
import { wordsOf } from "../words.ts"
import { type Cone, coneOf } from "./cone.ts"
import { effectsOf } from "./effect.ts"
import type { Batch, Finding } from "./finding.ts"
import { circled } from "./lanes.ts"
import { repaired, search } from "./nearest.ts"
import { type Row, Rows } from "./rows.ts"
import { type Broken, proofOf, trailOf } from "./trail.ts"
import { type Reason, whyOf } from "./why.ts"

/** A choice of the design that is not the sound default. */
export interface Chosen {
  readonly choice: string
  readonly value: string
  readonly sentence: string
  readonly question: string
  readonly sound: string
  readonly soundSentence: string
}

export interface Asked {
  readonly id: string
  readonly client: string
  /** Microseconds: when it was to be called at the earliest, and when it returned. */
  readonly at: number
  readonly call: string
  /** What the client was told; absent where it never returned. */
  readonly answer?: string
  readonly returnedAt?: number
}

export interface Befell {
  /** Its number in the report. */
  readonly number: number
  readonly id: string
  readonly spelled: string
  readonly sentence: string
  /** What it did to the past of the violation. */
  readonly effect: string
  /** Whether the past of the violation has anything to do with it. */
  readonly matters: boolean
}

export interface Coverage {
  readonly runs: number
  /** In how many runs each invariant was put to the test, the most often first. */
  readonly exercised: readonly (readonly [name: string, runs: number])[]
  readonly fired: readonly (readonly [kind: string, times: number])[]
  readonly neverExercised: readonly string[]
  readonly neverFired: readonly string[]
}

export interface Report {
  readonly scenario: string
  readonly seed: number
  readonly invariant: string
  readonly kind: InvariantKind
  readonly sentence: string
  readonly because: string
  readonly design: readonly Chosen[]
  /** What differs from the scenario's size. */
  readonly size: Readonly<Record<string, number>>
  readonly found?: Omit<Batch, "exercised" | "faultsFired" | "drawnFrom" | "seed"> & {
    /** How many of each were drawn, and are not needed. */
    readonly shrunkAway?: { readonly operations: number; readonly faults: number; readonly families: readonly string[] }
  }
  /** Whether leaving out any operation or fault makes it pass; absent where that was not tried. */
  readonly minimal?: boolean
  /** The operations that matter, and how many there are in all. */
  readonly workload: readonly Asked[]
  readonly operations: number
  readonly faults: readonly Befell[]
  readonly cast: readonly string[]
  readonly diagram: {
    readonly rows: readonly Row[]
    /** How many entries lie in the past of the violation. */
    readonly past: number
  }
  readonly rule: {
    readonly required?: string
    readonly seen?: string
    /** Microseconds: when it was judged to be broken, and since when it was, if that is known. */
    readonly at: number
    readonly since?: number
    /** Whether it broke in what a client was told: then nobody had to look for it. */
    readonly told: boolean
    /** When the storm was over, where that is when it was judged. */
    readonly calmAt?: number
  }
  readonly why: readonly Reason[]
  readonly nearest?: {
    readonly change: string
    readonly first?: { readonly here?: { at: number; what: string }; readonly there?: { at: number; what: string } }
    readonly tokens?: readonly [here: string, there: string]
  }
  /** How many runs the search for the nearest pass took. */
  readonly searched: number
  readonly repaired?: { readonly design: Readonly<Record<string, string>>; readonly verdict: Verdict }
  readonly coverage?: Coverage
  /** The command that plays it again; absent where it is too long for one. */
  readonly replay?: string
  readonly build: {
    readonly format: number
    readonly digest: string
    /** Whether a second run left the same trace. */
    readonly same: boolean
  }
}

/** The most operations that are listed, and rows that are drawn. */
const mostAsked = 8
const mostRows = 30

const chosenOf = ({ scenario, input }: Finding): readonly Chosen[] =>
  stage(scenario, input).flatMap(({ as, system, design }) =>
    Object.entries(design).flatMap(([choice, value]): readonly Chosen[] => {
      const about = system.designs[choice]
      const sound = about?.default
      if (about === undefined || sound === undefined || sound === value) return []
      return [
        {
          choice: inPart(as, choice),
          value,
          sentence: about.values[value]?.sentence ?? "",
          question: about.sentence,
          sound,
          soundSentence: about.values[sound]?.sentence ?? "",
        },
      ]
    }),
  )

/** What was asked, those first that the diagram shows, in the order of the input. */
const askedOf = ({ result, input, scenario }: Finding, rows: readonly Row[], last: number): readonly Asked[] => {
  const say = wordsOf(result)
  const parts = stage(scenario, input)
  const drawn = new Set(rows.map(({ entry }) => entry))
  const answers = new Map<string, { readonly answer: string; readonly returnedAt: number }>()
  const seen = new Set<string>()
  for (let index = 0; index <= last; index++) {
    const entry = result.trace.entry(index)
    if (entry.kind !== Kind.call && entry.kind !== Kind.return) continue
    const { id } = entry.value as Returned
    if (drawn.has(index)) seen.add(id)
    if (entry.kind === Kind.return) answers.set(id, { answer: say(entry).slice(id.length + 2), returnedAt: entry.at })
  }
  const { operations } = input
  const shown = operations.length <= mostAsked ? operations : operations.filter(({ id }) => seen.has(id))
  const inTime = shown.toSorted((a, b) => a.at - b.at)
  return inTime.slice(-mostAsked).map(({ id, client, at, call }) => {
    const system = parts.find(({ clients }) => clients.some((each) => each.id === client))?.system
    return { id, client, at, call: system?.say(call) ?? "", ...answers.get(id) }
  })
}

const befellOf = ({ input }: Finding, cone: Cone, effects: ReadonlyMap<string, string>): readonly Befell[] =>
  input.faults.map((fault: Fault, nth) => ({
    number: nth + 1,
    id: fault.id,
    spelled: spellFault(fault),
    sentence: faultShape(fault.kind).sentence,
    effect: effects.get(fault.id) ?? "",
    matters: cone.faults.has(fault.id),
  }))

const shrunkAway = (from: Input, to: Input) => ({
  operations: from.operations.length - to.operations.length,
  faults: from.faults.length - to.faults.length,
  families: [...new Set(from.faults.map(({ kind }) => kind))].filter(
    (kind) => !to.faults.some((fault) => fault.kind === kind),
  ),
})

const coverageOf = ({ runs, exercised, faultsFired }: Batch): Coverage => ({
  runs,
  exercised: Object.entries(exercised).sort(([, a], [, b]) => b - a),
  fired: Object.entries(faultsFired)
    .filter(([, times]) => times > 0)
    .sort(([, a], [, b]) => b - a),
  neverExercised: Object.keys(exercised).filter((name) => exercised[name] === 0),
  // A single message is named by a key that only a trace knows: no storm draws one.
  neverFired: Object.keys(faultKinds).filter((kind) => kind !== "drop" && (faultsFired[kind] ?? 0) === 0),
})

const foundOf = ({ batch, input }: Finding): Pick<Report, "found" | "coverage"> => {
  if (batch === undefined) return {}
  const { run, runs, millis, steps, seenIn, drawnFrom } = batch
  return {
    found: {
      run,
      runs,
      millis,
      steps,
      ...(seenIn !== undefined && { seenIn }),
      ...(drawnFrom !== undefined && { shrunkAway: shrunkAway(drawnFrom, input) }),
    },
    coverage: coverageOf(batch),
  }
}

const nearestOf = (
  finding: Finding,
  cone: Cone,
  trail: ReadonlySet<number>,
): Pick<Report, "nearest" | "minimal" | "searched" | "repaired"> => {
  const { neighbour, minimal, runs } = search(finding, cone, trail)
  const repair = repaired(finding)
  const counted = {
    searched: runs + (repair === undefined ? 0 : 1),
    ...(minimal !== undefined && { minimal }),
    ...(repair !== undefined && { repaired: repair }),
  }
  if (neighbour === undefined) return counted
  const { change, result, first } = neighbour
  const told = (which: "a" | "b") => {
    const each = first?.[which]
    return each === undefined ? undefined : { at: each.at, what: sayTold(each) }
  }
  const [here, there] = [told("a"), told("b")]
  const { scenario, input } = finding
  const [ours, theirs] = [
    encodeToken(input, finding.result.digest, scenario),
    encodeToken(result.input, result.digest, scenario),
  ]
  return {
    ...counted,
    nearest: {
      change: changeOf(finding, change),
      ...(first !== undefined && {
        first: { ...(here !== undefined && { here }), ...(there !== undefined && { there }) },
      }),
      ...(ours !== undefined && theirs !== undefined && { tokens: [ours, theirs] as const }),
    },
  }
}

const changeOf = (
  { input }: Finding,
  { id, of, how }: { readonly id: string; readonly of: "fault" | "operation"; readonly how: string },
): string => {
  if (of === "operation") return `operation ${id} ${how}`
  const number = input.faults.findIndex((fault) => fault.id === id) + 1
  return `fault ${circled(number)} ${how}`
}

export const reportOf = (finding: Finding): Report => {
  const { scenario, input, result, invariant } = finding
  const broken = result.invariants.find(
    (each): each is Broken => inPart(each.part, each.name) === invariant && each.violation !== undefined,
  )
  if (broken === undefined) throw new Error(`This run does not violate ${invariant}: there is nothing to report.`)
  const { violation } = broken
  const { trace } = result
  const cone = coneOf(result, proofOf(broken))
  const numbers = new Map(input.faults.map(({ id }, nth) => [id, nth + 1]))
  const effects = effectsOf(result, cone, violation.entry)
  const rows = new Rows(result, broken, cone, numbers).choose(mostRows)
  const replay = replayCommand(result)
  return {
    scenario: scenario.name,
    seed: input.seed,
    invariant,
    kind: broken.kind,
    sentence: broken.sentence,
    because: violation.because,
    design: chosenOf(finding),
    size: input.size,
    ...foundOf(finding),
    workload: askedOf(finding, rows, violation.entry),
    operations: input.operations.length,
    faults: befellOf(finding, cone, effects),
    cast: result.world.nodes.map(({ id }) => id),
    diagram: { rows, past: cone.size },
    rule: {
      ...(violation.required !== undefined && { required: violation.required }),
      ...(violation.seen !== undefined && { seen: violation.seen }),
      at: violation.at,
      ...(violation.since !== undefined && { since: trace.entry(violation.since).at }),
      told: broken.kind === "always" && trace.entry(violation.entry).kind === Kind.return,
      ...(broken.kind === "eventually" && { calmAt: input.calmAt }),
    },
    why: whyOf(result, broken, cone, numbers, effects),
    ...nearestOf(finding, cone, trailOf(trace, proofOf(broken))),
    ...(replay !== undefined && { replay }),
    build: { format: input.format, digest: result.digest, same: isSame(result) },
  }
}

/** Whether the input, run once more, leaves the same trace. */
const isSame = ({ scenario, input, digest }: RunResult): boolean =>
  run(scenario, input, { keep: "nothing" }).digest === digest
