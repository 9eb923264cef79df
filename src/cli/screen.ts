/**
 * Opens the screen, and says in plain text afterwards what came of it: verdict, token, and the line that plays it again. It
 * ends in 0 whatever was broken; only a signal or a defect of ours has another code.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { asciiOnly, type Scenario, saveInput } from "#run"
import type { Ended, ShowOptions } from "#ui"
import { tellEnding } from "./ending.ts"
import { exitWith, ourDefect } from "./status.ts"
import { accept, note, refuse } from "./usage.ts"

/** Whether there is a terminal that can show a screen, and somebody who can press keys. */
export const hasScreen = (): boolean =>
  process.stdin.isTTY === true &&
  process.stdout.isTTY === true &&
  process.env.TERM !== "dumb" &&
  !process.env.CI &&
  !process.env.INK_SCREEN_READER

const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** What the screen covered while it was open, and how it ended if nobody quit. */
const explain = Effect.fnUntraced(function* (ended: Ended) {
  for (const line of ended.printed) yield* Console.error(line)
  if (ended.by === "signal") yield* exitWith(signalCodes[ended.signal])
  if (ended.by === "error") {
    const { error } = ended
    yield* ourDefect(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
})

type ScreenOptions = Pick<ShowOptions, "scenarios" | "session" | "ascii" | "at"> & {
  readonly save: Option.Option<string>
}

/** The screen, where it was asked for by name. */
export const screenOnly = Effect.fnUntraced(function* (
  scenario: Scenario,
  { json, ...options }: ScreenOptions & { readonly json: boolean },
) {
  if (json) return yield* refuse("--tui and --json cannot both be had: the screen is for people")
  if (!hasScreen()) return yield* refuse("--tui needs a terminal; without it the run is told as text")
  yield* screen(scenario, options)
})

export const screen = Effect.fnUntraced(function* (scenario: Scenario, options: ScreenOptions) {
  const { show } = yield* Effect.promise(() => import("#ui"))
  const { stdin, stdout } = process
  const { save, ...rest } = options
  const { ended, ending, frame } = yield* Effect.promise(() => show({ stdin, stdout, process, scenario, ...rest }))
  const { outcome, defect } = ending.result
  if (outcome === "escape" || outcome === "defect") yield* ourDefect(defect ?? outcome)
  yield* explain(ended)
  const told = [...(frame === undefined ? [] : [frame, ""]), ...tellEnding(ending)]
  yield* Console.log((options.ascii ? asciiOnly(told) : told).join("\n"))
  if (Option.isSome(save)) {
    yield* accept(saveInput(save.value, ending.result.input, ending.result.digest))
    yield* note(`saved; snowglobe replay ${save.value} plays it again`)
  }
})
