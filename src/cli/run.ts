/** `snowglobe run SCENARIO`: one run of its story, told as text. */
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { encodeToken, run as runInput, saveInput, tellRun } from "#run"
import { knownScenarios } from "./catalogue.ts"
import * as flags from "./flags.ts"
import { seedOf, underDesign, withFaults, withUntil } from "./input.ts"
import { printed, reportOn } from "./report.ts"
import { root } from "./root.ts"
import { screenOnly } from "./screen.ts"
import { runJson } from "./shape.ts"
import { exitAfter } from "./status.ts"
import { accept, find } from "./usage.ts"

export const run = Command.make(
  "run",
  {
    scenario: Argument.String("scenario").pipe(Argument.withDescription("Which scenario; `list` names them")),
    seed: flags.seed,
    design: flags.design,
    faults: flags.text("faults", "SPEC|none", "Adds faults, like crash:n1@2s+1s,loss:n1->n2=30%@0; none removes all"),
    until: flags.text("until", "TIME", "Ends the run then, like 60s"),
    save: flags.save,
    tui: flags.tui,
    json: flags.json,
  },
  Effect.fnUntraced(function* (typed) {
    const { ascii, load } = yield* root
    const scenarios = yield* knownScenarios(load)
    const scenario = yield* accept(find("scenario", typed.scenario, scenarios))
    const seed = yield* seedOf(typed.seed)
    const designed = yield* underDesign(scenario, scenario.story(seed), typed.design)
    const ended = yield* withUntil(designed, typed.until)
    const input = yield* withFaults(scenario, ended, typed.faults, Option.isSome(typed.until))
    if (typed.tui) {
      // A story is held open, unless somebody said when it ends.
      const { design, faults } = input
      const session = Option.isSome(typed.until) ? { input } : { seed, design, faults }
      return yield* screenOnly(scenario, { scenarios, session, ascii, json: typed.json, save: typed.save })
    }

    const result = runInput(scenario, input)
    if (Option.isSome(typed.save)) yield* accept(saveInput(typed.save.value, result.input, result.digest))
    const report = reportOn(result, load)
    const reported = report === undefined ? {} : { reported: report.invariant }
    yield* Console.log(
      typed.json
        ? JSON.stringify({
            ...runJson(result, encodeToken(result.input, result.digest, scenario)),
            ...(report === undefined ? {} : { report }),
          })
        : [
            ...tellRun(result, { ascii, ...reported }),
            ...(report === undefined ? [] : ["", ...printed(report, ascii)]),
          ].join("\n"),
    )
    yield* exitAfter(result)
  }),
).pipe(Command.withDescription("One run, told as text"))
