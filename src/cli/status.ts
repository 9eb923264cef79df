/** The exit code a command ends in. Kept beside the process, so that commands can run inside a test. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { RunResult } from "#run"
import { defectCode, exitCodeOf } from "./shape.ts"
import { note } from "./usage.ts"

export class Status extends Context.Service<Status, { code: number }>()("snowglobe/Status") {}

export const exitWith = (code: number) =>
  Effect.gen(function* () {
    const status = yield* Status
    status.code = code
  })

/** Says that something is our own mistake, and ends so. */
export const ourDefect = (line: string) => Effect.andThen(note(`this is our defect: ${line}`), exitWith(defectCode))

/** Ends as a run's verdict says. */
export const exitAfter = (result: RunResult) => {
  const code = exitCodeOf(result)
  return code === defectCode ? ourDefect(result.defect ?? result.outcome) : exitWith(code)
}
