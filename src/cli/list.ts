/** `snowglobe list`: scenarios, systems, designs, invariants. */
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import { scenarios } from "#scenarios"
import { systems } from "#systems"
import * as flags from "./flags.ts"
import { listJson } from "./shape.ts"
import { tellList } from "./tell.ts"

export const list = Command.make("list", { json: flags.json }, ({ json }) => {
  const all = listJson(scenarios, systems)
  return Console.log(json ? JSON.stringify(all) : tellList(all).join("\n"))
}).pipe(Command.withDescription("Scenarios, systems, designs, invariants"))
