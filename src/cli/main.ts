/** The commands put together, and what becomes of them: an exit code, and one line where the invocation was wrong. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { check } from "./check.ts"
import { diff } from "./diff.ts"
import { list } from "./list.ts"
import { matrix } from "./matrix.ts"
import { replay } from "./replay.ts"
import { root } from "./root.ts"
import { run } from "./run.ts"
import { shake } from "./shake.ts"
import { defectCode } from "./shape.ts"
import { Status } from "./status.ts"
import { complain, joinNegatives, note, sayCliError } from "./usage.ts"
import { version } from "./version.ts"

/** The exit code of what the user got wrong. */
const usageCode = 3

const snowglobe = Command.runWith(root.pipe(Command.withSubcommands([run, shake, replay, diff, matrix, list, check])), {
  version,
})

const presenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? complain(`${event.errors[0] === undefined ? "that is no command" : sayCliError(event.errors[0])} (try --help)`)
      : CliOutput.defaultPresenter.present(event),
}

const settings = Layer.mergeAll(
  NodeServices.layer,
  CliOutput.layerPresenter(presenter),
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] }),
)

/** Runs a command line and succeeds with its exit code. */
export const invoke = (args: readonly string[]) =>
  Effect.gen(function* () {
    const status = { code: 0 }
    const ended = yield* snowglobe(joinNegatives(args)).pipe(
      Effect.as(undefined),
      Effect.provideService(Status, status),
      Effect.catchTags({
        ShowHelp: (error) => Effect.succeed(error.errors.length > 0 ? usageCode : 0),
        UsageError: (error) => Effect.as(complain(error.line), usageCode),
      }),
      Effect.catchCause((cause) => Effect.as(note(`this is our defect: ${Cause.pretty(cause)}`), defectCode)),
    )
    return ended ?? status.code
  }).pipe(Effect.provide(settings))

export const main = async (args: readonly string[]): Promise<void> => {
  process.exitCode = await Effect.runPromise(invoke(args))
}
