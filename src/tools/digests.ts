/**
 * Rewrites the committed digests of the fixed inputs; with `--print`, only says them. A change of a digest is a change of
 * what runs do: the commit that has one explains it.
 */
import { writeFileSync } from "node:fs"
import { run } from "#run"
import { fixedInputs } from "./inputs.ts"

const digests = Object.fromEntries(
  fixedInputs().map(({ name, scenario, input }) => [name, run(scenario, input, { keep: "nothing" }).digest]),
)
const text = `${JSON.stringify(digests, undefined, 2)}\n`

if (process.argv.includes("--print")) process.stdout.write(text)
else writeFileSync(new URL("../../properties/digests.json", import.meta.url), text)
