/**
 * `snowglobe shake SCENARIO`: many runs until one breaks, then the smallest story in which it does. Cut short by a
 * signal, it still says what it found: 1 if a promise broke, else 2.
 */
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { encodeToken, quote, reportOf, run as runInput, saveInput } from "#run"
import { scenarios } from "#scenarios"
import * as flags from "./flags.ts"
import { seedOf, underDesign } from "./input.ts"
import { shakeInJobs } from "./jobs.ts"
import { printed } from "./report.ts"
import { root } from "./root.ts"
import { exitCodes, invariantsOf, shakeJson } from "./shape.ts"
import { exitWith, ourDefect } from "./status.ts"
import { tellTally } from "./tell.ts"
import { accept, find, note, parsePairs, parseSpan, parseWhole } from "./usage.ts"

const ordinaryRuns = 1000
const mostRuns = 1_000_000_000
const mostJobs = 64

const progress = (runs: number): void => {
  process.stderr.write(`\r${runs} runs `)
}
const noProgress = Effect.sync(() => process.stderr.isTTY && process.stderr.write("\r\u001b[K"))

export const shake = Command.make(
  "shake",
  {
    scenario: Argument.String("scenario").pipe(Argument.withDescription("Which scenario; `list` names them")),
    seed: flags.seed,
    runs: flags.text("runs", "N", `How many runs at most (default ${ordinaryRuns}, with --time as many as fit)`),
    time: flags.text("time", "TIME", "How long at most, like 60s"),
    jobs: flags.text("jobs", "N", "In how many processes (default 1); each throws dice of its own"),
    design: flags.design,
    invariant: flags.text("invariant", "NAME", "Looks for a violation of this promise only"),
    save: flags.save,
    json: flags.json,
  },
  Effect.fnUntraced(function* (typed) {
    const { ascii } = yield* root
    const scenario = yield* accept(find("scenario", typed.scenario, scenarios))
    const seed = yield* seedOf(typed.seed)
    const runs = Option.isNone(typed.runs)
      ? Option.isSome(typed.time)
        ? mostRuns
        : ordinaryRuns
      : yield* accept(parseWhole("runs", typed.runs.value, 1, mostRuns))
    const time = Option.isNone(typed.time) ? undefined : yield* accept(parseSpan("time", typed.time.value, 1000))
    const jobs = Option.isNone(typed.jobs) ? 1 : yield* accept(parseWhole("jobs", typed.jobs.value, 1, mostJobs))
    yield* underDesign(scenario, scenario.story(seed), typed.design)
    const invariant = Option.isNone(typed.invariant)
      ? undefined
      : yield* accept(find("invariant", typed.invariant.value, invariantsOf(scenario)))

    const share = {
      scenario: scenario.name,
      seed,
      runs,
      design: yield* accept(parsePairs(typed.design)),
      ...(time === undefined ? {} : { timeMillis: Math.ceil(time / 1000) }),
      ...(invariant === undefined ? {} : { invariant: invariant.name }),
    }
    const startedAt = performance.now()
    const see = process.stderr.isTTY && !typed.json ? progress : () => {}
    const { tally, cut } = yield* Effect.ensuring(shakeInJobs(scenario, share, jobs, see), noProgress)

    const only = invariant === undefined ? {} : { only: invariant.name }
    const result = tally.violation === undefined ? undefined : runInput(scenario, tally.violation.input, only)
    const report =
      result?.verdict !== "violated" || tally.violation === undefined
        ? undefined
        : reportOf({
            scenario,
            input: result.input,
            result,
            invariant: tally.violation.invariant,
            batch: {
              seed,
              run: tally.violation.run,
              runs: tally.runs,
              millis: performance.now() - startedAt,
              steps: tally.violation.shrinks,
              exercised: tally.exercised,
              faultsFired: tally.faultsFired,
            },
          })
    const token = result === undefined ? undefined : encodeToken(result.input, result.digest, scenario)
    if (Option.isSome(typed.save)) {
      if (result === undefined) yield* note(`nothing was found, so ${quote(typed.save.value)} is not written`)
      else yield* accept(saveInput(typed.save.value, result.input, result.digest))
    }
    yield* Console.log(
      typed.json
        ? JSON.stringify({ ...shakeJson(scenario, seed, tally, token), ...(report === undefined ? {} : { report }) })
        : [
            ...(report === undefined ? tellTally(scenario, seed, tally, share.design, ascii) : printed(report, ascii)),
            ...(cut ? ["", "cut short"] : []),
          ].join("\n"),
    )
    if (tally.defect !== undefined) {
      const { input, line } = tally.defect
      const again = encodeToken(input, runInput(scenario, input, { keep: "nothing" }).digest)
      return yield* ourDefect(`${line}${again === undefined ? "" : `; snowglobe replay ${again}`}`)
    }
    if (result !== undefined && result.verdict !== "violated") {
      return yield* ourDefect("the violation did not come back when its input was run again")
    }
    yield* exitWith(exitCodes[tally.verdict])
  }),
).pipe(Command.withDescription("Many runs until one breaks"))
