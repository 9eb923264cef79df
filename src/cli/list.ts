/** `snowglobe list`: scenarios, systems, designs, invariants. */
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { systems } from "#systems"
import { knownScenarios } from "./catalogue.ts"
import * as flags from "./flags.ts"
import { root } from "./root.ts"
import { listJson } from "./shape.ts"
import { tellList } from "./tell.ts"

export const list = Command.make(
  "list",
  { json: flags.json },
  Effect.fnUntraced(function* ({ json }) {
    const { load } = yield* root
    const scenarios = yield* knownScenarios(load)
    const theirs = scenarios.flatMap(({ parts }) => Object.values(parts).map(({ system }) => system))
    const all = listJson(scenarios, [...new Set([...systems, ...theirs])])
    yield* Console.log(json ? JSON.stringify(all) : tellList(all).join("\n"))
  }),
).pipe(Command.withDescription("Scenarios, systems, designs, invariants"))
