/**
 * `snowglobe matrix [SYSTEM]`: every design against every invariant, judged in storms. It ends in 1 where what is observed
 * is not what the design declares.
 */
import { availableParallelism } from "node:os"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { asciiOnly, type Cell, encodeToken, run as runInput, type Scenario, variantsOf } from "#run"
import { knownScenarios } from "./catalogue.ts"
import * as flags from "./flags.ts"
import { seedOf } from "./input.ts"
import { root } from "./root.ts"
import { judgeRows, type RowTask } from "./rows.ts"
import { defectCode } from "./shape.ts"
import { exitWith } from "./status.ts"
import { spellDesign, tellMatrix } from "./tell-matrix.ts"
import { accept, find, note, parseWhole, refuse } from "./usage.ts"

const ordinaryRuns = 300
const mostRuns = 1_000_000

/** How long a row may be silent, in real milliseconds. */
const watchdogMillis = 120_000

/** The system of a storm, which has only one part. */
const systemOf = (storm: Scenario) => {
  const [part] = Object.values(storm.parts)
  if (part === undefined) throw new Error(`${storm.name} has no part.`)
  return part.system
}

/** The scenario that each system is judged on. */
const stormsOf = (scenarios: readonly Scenario[]): readonly Scenario[] =>
  scenarios.filter((each) => Object.keys(each.parts).length === 1 && each.name === `${systemOf(each).name}/storm`)

/** Sound variants play all of their runs, and unsound ones stop early: the former first. */
const longestFirst = (tasks: readonly RowTask[]): readonly RowTask[] => {
  const isUnsound = ({ variant }: RowTask) => Object.values(variant.declared).includes("violated")
  return [...tasks.filter((each) => !isUnsound(each)), ...tasks.filter(isUnsound)]
}

/** A cell as `--json` tells it. */
const cellJson = ({ input: _, design, ...cell }: Cell, token: string | undefined) => ({
  system: cell.system,
  design: spellDesign(design),
  invariant: cell.invariant,
  declared: cell.declared,
  observed: cell.observed,
  runs: cell.runs,
  exercised: cell.exercised,
  agrees: cell.agrees,
  ...(token === undefined ? {} : { token }),
})

export const matrix = Command.make(
  "matrix",
  {
    system: Argument.String("system").pipe(
      Argument.withDescription("Which system; without it, all"),
      Argument.optional,
    ),
    runs: flags.text("runs", "N", `In how many runs each design is judged at most (default ${ordinaryRuns})`),
    seed: flags.seed,
    jobs: flags.text("jobs", "N", "In how many processes (default: as many as there are cores)"),
    json: flags.json,
  },
  Effect.fnUntraced(function* (typed) {
    const { ascii, load } = yield* root
    const storms = stormsOf(yield* knownScenarios(load))
    const systems = storms.map((storm) => ({ name: systemOf(storm).name, storm }))
    const chosen = Option.isNone(typed.system) ? systems : [yield* accept(find("system", typed.system.value, systems))]
    if (chosen.length === 0) return yield* refuse("there is no system with a storm")
    const seed = yield* seedOf(typed.seed)
    const runs = Option.isNone(typed.runs)
      ? ordinaryRuns
      : yield* accept(parseWhole("runs", typed.runs.value, 1, mostRuns))
    const jobs = Option.isNone(typed.jobs)
      ? availableParallelism()
      : yield* accept(parseWhole("jobs", typed.jobs.value, 1, 64))

    const tasks = chosen.flatMap(({ storm }) =>
      variantsOf(systemOf(storm)).map((variant): RowTask => {
        return { _tag: "judge", scenario: storm.name, variant, seed, runs }
      }),
    )
    const isTold = process.stderr.isTTY && !typed.json
    const { rows, cut } = yield* judgeRows({
      setting: { load },
      tasks: longestFirst(tasks),
      jobs,
      watchdogMillis,
      see: (done) => isTold && process.stderr.write(`\r${done} of ${tasks.length} designs `),
    })
    if (isTold) process.stderr.write("\r\u001b[K")

    const scenarioOf = new Map(chosen.map(({ name, storm }) => [name, storm]))
    const tokenOf = ({ system, input }: Cell): string | undefined => {
      const scenario = scenarioOf.get(system)
      if (input === undefined || scenario === undefined) return undefined
      return encodeToken(input, runInput(scenario, input, { keep: "nothing" }).digest, scenario)
    }
    const cells = tasks.flatMap((task) => {
      const row = rows.get(task)
      return row === undefined || "lost" in row ? [] : row.cells.map((cell) => ({ cell, token: tokenOf(cell) }))
    })
    const mistakes = tasks.flatMap((task) => {
      const row = rows.get(task)
      const design = spellDesign(task.variant.design)
      if (row === undefined) return []
      if ("lost" in row) return [`${task.scenario} with ${design}: ${row.lost}`]
      return row.defect === undefined ? [] : [`${task.scenario} with ${design}: ${row.defect.line}`]
    })
    const agrees = cells.every(({ cell }) => cell.agrees)
    const told = chosen.flatMap(({ name }) =>
      tellMatrix(
        name,
        cells.filter(({ cell }) => cell.system === name),
        { runs, seed },
      ),
    )
    yield* Console.log(
      typed.json
        ? JSON.stringify({ seed, runs, agrees, cells: cells.map(({ cell, token }) => cellJson(cell, token)) })
        : (ascii ? asciiOnly(told) : told).join("\n"),
    )
    for (const mistake of mistakes) yield* note(mistake)
    if (cut) yield* note(`cut short after ${rows.size} of ${tasks.length} designs`)
    yield* exitWith(mistakes.length > 0 ? defectCode : !agrees ? 1 : cut ? 2 : 0)
  }),
).pipe(Command.withDescription("Every design against every invariant"))
