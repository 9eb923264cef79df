/**
 * `snowglobe diff A B`: two runs side by side, from where they part. It ends in 0 where the runs are the same, whatever their
 * inputs are, and in 1 where they differ.
 */
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { diff as compare, type Difference, readable, run, tellDiff } from "#run"
import { knownScenarios } from "./catalogue.ts"
import * as flags from "./flags.ts"
import { recordedIn } from "./recorded.ts"
import { root } from "./root.ts"
import { exitWith } from "./status.ts"

/** As plain data; of the rows only those in which the runs differ. */
const diffJson = (difference: Difference) => {
  const { before: _, rows: __, ...rest } = difference
  return { ...rest, rows: readable(difference).filter(({ mark }) => mark !== "=") }
}

export const diff = Command.make(
  "diff",
  {
    a: Argument.String("a").pipe(Argument.withDescription("A token, or a file that --save wrote")),
    b: Argument.String("b").pipe(Argument.withDescription("Another one")),
    json: flags.json,
  },
  Effect.fnUntraced(function* ({ a, b, json }) {
    const { ascii, load } = yield* root
    const scenarios = yield* knownScenarios(load)
    const [one, other] = [yield* recordedIn(a, scenarios), yield* recordedIn(b, scenarios)]
    const difference = compare(run(one.scenario, one.input), run(other.scenario, other.input))
    yield* Console.log(json ? JSON.stringify(diffJson(difference)) : tellDiff(difference, { ascii }).join("\n"))
    yield* exitWith(difference.same ? 0 : 1)
  }),
).pipe(Command.withDescription("Two runs side by side"))
