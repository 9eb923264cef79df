/**
 * The nearest passing run: one thing changed, as little as possible, and the promise is kept. A violation seen beside a run
 * that only just escapes it shows what matters; alone, a minimal story can mislead.
 *
 * One thing is moved in time, fault before operation, by one millisecond, then by 32 times as much, and so on; what then
 * passes is brought back as near as it still passes. Failing that, one fault or operation is left out. The number of runs
 * is bounded, and nothing is drawn: one violation always has one neighbour.
 */
import { type Entry, Kind } from "#sim"
import { type Fault, faultShape } from "#world"
import { diff, firstThatMatters, type Row, readable, type Told } from "../diff/index.ts"
import type { Input } from "../input.ts"
import { checkFault, spellTime } from "../notation.ts"
import { type RunResult, run } from "../run.ts"
import { applyDesign, inPart, stage, targetsOf } from "../stage.ts"
import type { Cone } from "./cone.ts"
import type { Finding } from "./finding.ts"

const millisecond = 1000
/** By how much things are moved, in milliseconds. */
const strides = [1, 32, 1024]
/** The most runs: to move things, before one passes that is brought nearer, and to leave things out. */
const mostMoves = 24
const mostRemovals = 20
/** So many faults and operations are moved: those that the proof leads back to, and those that come last. */
const mostMoved = 2

export interface Neighbour {
  /** What was changed, and how: `lasts 432ms instead of 433ms`. */
  readonly change: { readonly id: string; readonly of: "fault" | "operation"; readonly how: string }
  readonly result: RunResult
  /** The first thing that happens in one of the two runs and not in the other. */
  readonly first?: Row
}

export interface Search {
  readonly neighbour?: Neighbour
  /** Whether every fault and operation is needed; undefined where there are too many to try. */
  readonly minimal?: boolean
  /** How many runs it took. */
  readonly runs: number
}

/** One thing that can be moved in time, by so many microseconds. */
interface Move {
  readonly id: string
  readonly of: "fault" | "operation"
  readonly input: (delta: number) => Input | undefined
  readonly how: (delta: number) => string
}

/** A value moved, in words. */
const instead = (verb: string, from: number, delta: number): string =>
  `${verb} ${spellTime(from + delta)} instead of ${spellTime(from)}`

const movesOf = ({ scenario, input }: Finding, cone: Cone, asked: ReadonlySet<string>): readonly Move[] => {
  const targets = targetsOf(scenario, input)
  const within = (at: number) => at >= 0 && at < input.calmAt
  const changed = (old: Fault, fresh: Fault): Input | undefined =>
    within(fresh.at) && checkFault(fresh, targets) === undefined
      ? { ...input, faults: input.faults.map((each) => (each === old ? fresh : each)) }
      : undefined
  const last = <A extends { readonly id: string; readonly at: number }>(all: readonly A[]) =>
    all.toSorted((a, b) => Number(asked.has(b.id)) - Number(asked.has(a.id)) || b.at - a.at).slice(0, mostMoved)
  const faults = last(input.faults.filter(({ id }) => cone.faults.has(id))).flatMap((fault): readonly Move[] => {
    const { id, at } = fault
    const lasts = fault.for
    const start: Move = {
      id,
      of: "fault",
      input: (delta) => changed(fault, { ...fault, at: at + delta }),
      how: (delta) => instead("begins at", at, delta),
    }
    if (lasts === undefined || faultShape(fault.kind).instant) return [start]
    const length: Move = {
      id,
      of: "fault",
      input: (delta) => (lasts + delta >= millisecond ? changed(fault, { ...fault, for: lasts + delta }) : undefined),
      how: (delta) => instead("lasts", lasts, delta),
    }
    return [start, length]
  })
  const operations = last(input.operations.filter(({ id }) => cone.operations.has(id))).map(
    (operation): Move => ({
      id: operation.id,
      of: "operation",
      input: (delta) =>
        within(operation.at + delta)
          ? {
              ...input,
              operations: input.operations.map((each) =>
                each === operation ? { ...operation, at: operation.at + delta } : each,
              ),
            }
          : undefined,
      how: (delta) => instead("is called at", operation.at, delta),
    }),
  )
  return [...faults, ...operations]
}

interface Found {
  readonly move: Move
  readonly delta: number
}

class Searching {
  readonly #finding: Finding
  readonly #only: string | undefined
  runs = 0

  constructor(finding: Finding) {
    this.#finding = finding
    this.#only = finding.result.invariants.length === 1 ? finding.invariant : undefined
  }

  #play(input: Input): RunResult {
    this.runs++
    const only = this.#only === undefined ? {} : { only: this.#only }
    return run(this.#finding.scenario, input, { keep: "nothing", digest: false, stopAtViolation: true, ...only })
  }

  /** Whether nothing is broken, and the promise in question was put to the test. */
  keeps(input: Input): boolean {
    const { verdict, outcome, invariants } = this.#play(input)
    const promise = invariants.find(({ part, name }) => inPart(part, name) === this.#finding.invariant)
    return verdict !== "violated" && (outcome === "done" || outcome === "horizon") && promise?.verdict === "holds"
  }

  breaks(input: Input): boolean {
    return this.#play(input).invariants.some(
      ({ part, name, verdict }) => inPart(part, name) === this.#finding.invariant && verdict === "violated",
    )
  }

  /** The first move that passes, the smaller before the larger; earlier and later are tried in turn. */
  move(moves: readonly Move[]): Found | undefined {
    let tried = 0
    const failed = new Map<Move, number>()
    for (const stride of strides) {
      for (const move of moves) {
        for (const delta of [-stride * millisecond, stride * millisecond]) {
          const input = move.input(delta)
          if (input === undefined) continue
          if (tried++ >= mostMoves) return undefined
          if (this.keeps(input)) return this.#nearer({ move, delta }, Math.sign(delta) * (failed.get(move) ?? 0))
        }
      }
      for (const move of moves) failed.set(move, stride * millisecond)
    }
    return undefined
  }

  /** What passes, brought as near to what fails as it still passes. */
  #nearer({ move, delta }: Found, failing: number): Found {
    let [bad, good] = [failing, delta]
    while (Math.abs(good - bad) > millisecond) {
      const middle = Math.round((good + bad) / 2 / millisecond) * millisecond
      const input = move.input(middle)
      if (input !== undefined && this.keeps(input)) good = middle
      else bad = middle
    }
    return { move, delta: good }
  }
}

/** The input without one fault or operation, fault before operation. */
const removals = (input: Input) => [
  ...input.faults.map(({ id }) => ({
    id,
    of: "fault" as const,
    input: { ...input, faults: input.faults.filter((each) => each.id !== id) },
  })),
  ...input.operations.map(({ id }) => ({
    id,
    of: "operation" as const,
    input: { ...input, operations: input.operations.filter((each) => each.id !== id) },
  })),
]

/** The operation that an entry calls. */
const idIn = ({ kind, value }: Entry): readonly string[] =>
  kind === Kind.call ? [(value as { readonly id: string }).id] : []

/** Looks for the nearest passing run, and for what the violation does not need; `trail` is what its proof was caused by. */
export const search = (finding: Finding, cone: Cone, trail: ReadonlySet<number>): Search => {
  const { scenario, input, result } = finding
  const searching = new Searching(finding)
  const asked = new Set([...trail].flatMap((index) => idIn(result.trace.entry(index))))
  const moved = searching.move(movesOf(finding, cone, asked))
  const all = removals(input)
  const few = all.length <= mostRemovals
  const needless = few ? all.filter((each) => searching.breaks(each.input)) : []
  const found = ((): (Pick<Neighbour, "change"> & { readonly input: Input }) | undefined => {
    if (moved !== undefined) {
      const { move, delta } = moved
      const there = move.input(delta)
      if (there !== undefined) return { input: there, change: { id: move.id, of: move.of, how: move.how(delta) } }
    }
    const left = few ? all.find((each) => !needless.includes(each)) : undefined
    return left && { input: left.input, change: { id: left.id, of: left.of, how: "is left out" } }
  })()
  const counted = { ...(few && { minimal: needless.length === 0 }), runs: searching.runs }
  if (found === undefined) return counted
  const passing = run(scenario, found.input)
  const rows = readable(diff(result, passing))
  const first = firstThatMatters(rows, isWork(found.change))
  return {
    ...counted,
    runs: counted.runs + 1,
    neighbour: { change: found.change, result: passing, ...(first !== undefined && { first }) },
  }
}

/** What is only the change itself: that a fault begins and what it does to its node, that a call is made and answered. */
const isWork =
  ({ id, of }: Neighbour["change"]) =>
  ({ kind, subject, words }: Told): boolean =>
    of === "fault" ? blows.has(kind) : kind === "call" ? words.startsWith(`${id}: `) : subject === `return of ${id}`

const blows = new Set(["fault", "heal", "crash", "boot", "stop", "stopped", "pause", "resume", "damage"])

export interface Repair {
  /** `ack=quorum`, as `--design` takes it. */
  readonly design: Readonly<Record<string, string>>
  readonly verdict: RunResult["verdict"]
}

/** The same input under the sound defaults, where the design is another. */
export const repaired = ({ scenario, input, invariant }: Finding): Repair | undefined => {
  const design = Object.fromEntries(
    stage(scenario, input).flatMap(({ as, system, design: chosen }) =>
      Object.entries(chosen)
        .map(([choice, value]) => [choice, value, system.designs[choice]?.default ?? value] as const)
        .filter(([, value, sound]) => value !== sound)
        .map(([choice, , sound]) => [inPart(as, choice), sound] as const),
    ),
  )
  if (Object.keys(design).length === 0) return undefined
  const applied = applyDesign(scenario, input, design)
  if (applied._tag === "bad") return undefined
  const { invariants } = run(scenario, applied.input, { keep: "nothing", digest: false })
  const promise = invariants.find(({ part, name }) => inPart(part, name) === invariant)
  return { design, verdict: promise?.verdict ?? "unknown" }
}
