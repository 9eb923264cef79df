/**
 * `snowglobe` alone: the story of the first scenario, in plain text. It ends in 0 whatever was broken, since nobody
 * asked for a verdict; the verdict is printed all the same.
 */
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { run, tellRun } from "#run"
import { scenarios } from "#scenarios"
import { accept, find } from "./usage.ts"

export const root = Command.make("snowglobe").pipe(
  Command.withSharedFlags({
    ascii: Flag.Boolean("ascii").pipe(
      Flag.withoutNegation,
      Flag.withDefault(false),
      Flag.withDescription("Draw with plain ASCII only"),
    ),
  }),
  Command.withHandler(({ ascii }) =>
    Effect.gen(function* () {
      const scenario = yield* accept(find("scenario", "replication/promise", scenarios))
      const result = run(scenario, scenario.story(1))
      yield* Console.log(tellRun(result, { ascii }).join("\n"))
    }),
  ),
  Command.withDescription("A distributed system you can hold in your hand, and shake."),
)
