/**
 * `snowglobe shake SCENARIO`: many runs until one breaks, then the smallest story in which it does. Cut short by a
 * signal, it still says what it found: 1 if a promise broke, else 2.
 */
import { availableParallelism } from "node:os"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import {
  encodeToken,
  type Input,
  keepInCorpus,
  quote,
  type Report,
  type RunResult,
  readCorpus,
  reportOf,
  run as runInput,
  type Scenario,
  saveInput,
  type ViolationFound,
} from "#run"
import { knownScenarios } from "./catalogue.ts"
import * as flags from "./flags.ts"
import { seedOf, underDesign, wrongInput } from "./input.ts"
import { shakeInJobs } from "./jobs.ts"
import { progressLine } from "./progress.ts"
import { loading, printed } from "./report.ts"
import { root } from "./root.ts"
import { exitCodes, invariantsOf, shakeJson } from "./shape.ts"
import { exitWith, ourDefect } from "./status.ts"
import { tellTally } from "./tell.ts"
import { accept, find, note, parsePairs, parseSpan, parseWhole, refuse } from "./usage.ts"

const ordinaryRuns = 1000
const mostRuns = 1_000_000_000
const mostJobs = 64
/** An ordinary run takes some milliseconds, and the longest a few seconds. */
const ordinaryWatchdog = 60_000_000

/** A flag's number or time, or what it is without. */
const orElse = <A, E>(typed: Option.Option<string>, usual: A, read: (text: string) => Effect.Effect<A, E>) =>
  Option.match(typed, { onNone: () => Effect.succeed(usual), onSome: read })

/** The inputs of a corpus that this scenario can still play; of the others a note says why not. */
const corpusOf = Effect.fnUntraced(function* (folder: Option.Option<string>, scenario: Scenario) {
  if (Option.isNone(folder)) return []
  const inputs: Input[] = []
  for (const input of yield* accept(readCorpus(folder.value, scenario))) {
    const wrong = wrongInput(scenario, { ...input, design: {} })
    if (wrong === undefined) inputs.push(input)
    else yield* note(`an input of the corpus is left out: ${wrong}`)
  }
  return inputs
})

/** A violation played once more, and the line that plays it again. */
interface Played {
  readonly violation: ViolationFound
  readonly result: RunResult
  readonly token: string | undefined
  /** Absent where the violation did not come back. */
  readonly report: Report | undefined
}

export const shake = Command.make(
  "shake",
  {
    scenario: Argument.String("scenario").pipe(Argument.withDescription("Which scenario; `list` names them")),
    seed: flags.seed,
    runs: flags.text("runs", "N", `How many runs at most (default ${ordinaryRuns}, with --time as many as fit)`),
    time: flags.text("time", "TIME", "How long at most, like 60s"),
    jobs: flags.text("jobs", "N", "In how many processes (default: as many as there are cores)"),
    design: flags.design,
    invariant: flags.text("invariant", "NAME", "Looks for a violation of this promise only"),
    keepGoing: Flag.Boolean("keep-going").pipe(
      Flag.withoutNegation,
      Flag.withDefault(false),
      Flag.withDescription("Goes on to the end, and tells of each promise that broke"),
    ),
    corpus: flags.text("corpus", "DIR", "Keeps what it finds in a folder, and tries first what is in there"),
    watchdog: flags.text("watchdog", "TIME", "How long a run may take before it is killed and reported (default 60s)"),
    save: flags.save,
    json: flags.json,
  },
  Effect.fnUntraced(function* (typed) {
    const { ascii, load } = yield* root
    const scenario = yield* accept(find("scenario", typed.scenario, yield* knownScenarios(load)))
    const seed = yield* seedOf(typed.seed)
    const usual = Option.isSome(typed.time) ? mostRuns : ordinaryRuns
    const runs = yield* orElse(typed.runs, usual, (text) => accept(parseWhole("runs", text, 1, mostRuns)))
    const time = yield* orElse(typed.time, undefined, (text) => accept(parseSpan("time", text, 1000)))
    const cores = Math.min(availableParallelism(), mostJobs)
    const jobs = yield* orElse(typed.jobs, cores, (text) => accept(parseWhole("jobs", text, 1, mostJobs)))
    const watchdog = yield* orElse(typed.watchdog, ordinaryWatchdog, (text) =>
      accept(parseSpan("watchdog", text, 100_000)),
    )
    yield* underDesign(scenario, scenario.story(seed), typed.design)
    const invariant = yield* orElse(typed.invariant, undefined, (text) =>
      Effect.map(accept(find("invariant", text, invariantsOf(scenario))), ({ name }) => name),
    )
    if (typed.keepGoing && Option.isSome(typed.save)) {
      return yield* refuse("--save takes one input, and --keep-going may find several; --corpus keeps them all")
    }
    const design = yield* accept(parsePairs(typed.design))
    const batch = {
      scenario: scenario.name,
      seed,
      design,
      keepGoing: typed.keepGoing,
      corpus: yield* corpusOf(typed.corpus, scenario),
      ...(invariant !== undefined && { invariant }),
    }

    const limited = runs === mostRuns ? undefined : runs
    const line = process.stderr.isTTY && !typed.json ? progressLine(scenario, limited, process.stderr) : undefined
    const startedAt = performance.now()
    const { result, cut } = yield* Effect.ensuring(
      shakeInJobs(scenario, {
        batch,
        load,
        runs,
        jobs: Math.min(jobs, runs + batch.corpus.length),
        watchdogMillis: watchdog / 1000,
        see: line?.see ?? (() => {}),
        ...(time !== undefined && { timeMillis: time / 1000 }),
      }),
      Effect.sync(() => line?.wipe()),
    )

    const only = invariant === undefined ? {} : { only: invariant }
    const millis = performance.now() - startedAt
    const played = result.violations.map((violation): Played => {
      const again = runInput(scenario, violation.input, only)
      const token = encodeToken(again.input, again.digest, scenario)
      if (again.verdict !== "violated") return { violation, result: again, token, report: undefined }
      const { run, shrinks, drawnFrom } = violation
      const { runs: count, exercised, faultsFired } = result
      const batch = {
        seed,
        run,
        runs: count,
        millis,
        steps: shrinks,
        exercised,
        faultsFired,
        drawnFrom,
        ...(typed.keepGoing && { seenIn: result.broken[violation.invariant] ?? 0 }),
      }
      const finding = { scenario, input: again.input, result: again, invariant: violation.invariant, batch }
      return { violation, result: again, token, report: loading(reportOf(finding), load) }
    })
    if (Option.isSome(typed.save)) {
      const [first] = played
      if (first === undefined) yield* note(`nothing was found, so ${quote(typed.save.value)} is not written`)
      else yield* accept(saveInput(typed.save.value, first.result.input, first.result.digest))
    }
    if (Option.isSome(typed.corpus)) {
      for (const { violation, result: again } of played) {
        const path = yield* accept(keepInCorpus(typed.corpus.value, again.input, violation.invariant, again.digest))
        if (!typed.json) yield* note(`kept in ${path}`)
      }
    }
    const verdict = cut && result.verdict === "holds" ? "unknown" : result.verdict
    const told = { ...result, verdict }
    const tokens = played.map(({ token }) => token)
    const reports = played.flatMap(({ report }) => (report === undefined ? [] : [report]))
    yield* Console.log(
      typed.json
        ? JSON.stringify({
            ...shakeJson(scenario, seed, told, tokens),
            ...(reports[0] && { report: reports[0], reports }),
          })
        : [
            ...(reports.length === 0
              ? tellTally(scenario, seed, told, design, ascii)
              : reports.flatMap((report, nth) => [...(nth === 0 ? [] : ["", ""]), ...printed(report, ascii)])),
            ...(cut ? ["", "cut short"] : []),
          ].join("\n"),
    )
    if (result.defect !== undefined) {
      const { input, line: what, hung } = result.defect
      // What does not come back has no digest, and must not be played here to get one.
      const digest = hung ? "0".repeat(8) : runInput(scenario, input, { keep: "nothing" }).digest
      const token = encodeToken(input, digest, scenario)
      const told = `${what}${token === undefined ? "" : `; snowglobe replay ${token}`}`
      if (!hung) return yield* ourDefect(told)
      yield* note(told)
    }
    if (played.some(({ result: again }) => again.verdict !== "violated")) {
      return yield* ourDefect("a violation did not come back when its input was run again")
    }
    yield* exitWith(exitCodes[verdict])
  }),
).pipe(Command.withDescription("Many runs until one breaks"))
