/**
 * `snowglobe replay TOKEN|FILE`: that very run again. Where the digest is another one the code has changed since, and
 * the run is judged anew; where two runs in a row differ, that is our defect.
 */
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { encodeToken, run as runInput, spellTime, tellRun } from "#run"
import { knownScenarios } from "./catalogue.ts"
import * as flags from "./flags.ts"
import { underDesign } from "./input.ts"
import { recordedIn } from "./recorded.ts"
import { printed, reportOn } from "./report.ts"
import { root } from "./root.ts"
import { screenOnly } from "./screen.ts"
import { runJson } from "./shape.ts"
import { exitAfter, ourDefect } from "./status.ts"
import { accept, note, parseSpan, refuse } from "./usage.ts"

export const replay = Command.make(
  "replay",
  {
    what: Argument.String("token-or-file").pipe(Argument.withDescription("What a report ended with, or --save wrote")),
    at: flags.text("at", "TIME", "Tells the run up to then, like 2s"),
    design: flags.design,
    save: flags.save,
    tui: flags.tui,
    json: flags.json,
  },
  Effect.fnUntraced(function* ({ what, at, design, save, tui, json }) {
    const { ascii, load } = yield* root
    const scenarios = yield* knownScenarios(load)
    const { scenario, ...recorded } = yield* recordedIn(what, scenarios)
    const input = yield* underDesign(scenario, recorded.input, design)
    const instant = Option.isNone(at) ? undefined : yield* accept(parseSpan("at", at.value, 0))
    if (tui) {
      const seen = instant === undefined ? {} : { at: instant }
      return yield* screenOnly(scenario, { scenarios, session: { input }, ascii, json, save, ...seen })
    }
    if (Option.isSome(save))
      return yield* refuse("--save goes with --tui: a replay changes nothing that could be saved")

    const result = runInput(scenario, input)
    if (instant !== undefined && instant > result.virtualMicros) {
      return yield* refuse(
        `--at ${spellTime(instant)} is beyond the end of the run at ${spellTime(result.virtualMicros)}`,
      )
    }
    const digest = result.digest.slice(0, 8)
    const sameDesign = design.length === 0
    const changed = sameDesign && digest !== recorded.digest
    const unstable = changed && runInput(scenario, input, { keep: "nothing" }).digest !== result.digest
    if (changed && !unstable) {
      yield* note(
        `the code has changed since this was recorded (digest ${recorded.digest} then, ${digest} now); judged anew`,
      )
    }
    // Who asks what had happened by an instant is not told what came of it.
    const report = instant === undefined ? reportOn(result, load) : undefined
    const told = {
      ascii,
      ...(instant === undefined ? {} : { at: instant }),
      ...(report === undefined ? {} : { reported: report.invariant }),
    }
    yield* Console.log(
      json
        ? JSON.stringify({
            ...runJson(result, encodeToken(result.input, result.digest, scenario)),
            ...(sameDesign ? { recorded: recorded.digest, changed } : {}),
            ...(instant === undefined
              ? {}
              : { atMillis: instant / 1000, eventsUntilThen: result.trace.since(instant + 1) }),
            ...(report === undefined ? {} : { report }),
          })
        : [...tellRun(result, told), ...(report === undefined ? [] : ["", ...printed(report, ascii)])].join("\n"),
    )
    if (unstable) return yield* ourDefect("two runs of one input have different digests")
    yield* exitAfter(result)
  }),
).pipe(Command.withDescription("That very run again"))
