/**
 * A corpus: a folder of inputs that broke something once. They are small files that people can read, and are tried before
 * anything new: a mistake that comes back is found at once.
 */
import { mkdirSync, readdirSync } from "node:fs"
import { join } from "node:path"
import * as Result from "effect/Result"
import type { Input } from "./input.ts"
import { quote } from "./notation.ts"
import type { Scenario } from "./scenario.ts"
import { readSaved, saveInput, trouble } from "./token.ts"

/** What a file of a corpus is called: what broke, where, and which run it is. */
const nameOf = (input: Input, invariant: string, digest: string): string =>
  `${input.scenario.replaceAll("/", "-")}.${invariant}.${digest.slice(0, 8)}.json`

/** The inputs of a scenario in a corpus, in the order of their names; none where there is no such folder yet. */
export const readCorpus = (folder: string, scenario: Scenario): Result.Result<readonly Input[], string> => {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Result.succeed([])
    return Result.fail(`cannot read the corpus ${quote(folder)}: ${trouble(error)}`)
  }
  const inputs: Input[] = []
  for (const name of [...names].filter((each) => each.endsWith(".json")).sort()) {
    const read = readSaved(join(folder, name))
    if (Result.isFailure(read)) return Result.fail(read.failure)
    if (read.success.input.scenario === scenario.name) inputs.push(read.success.input)
  }
  return Result.succeed(inputs)
}

/** Keeps an input in a corpus, under a name that says what it breaks. Returns the path of its file. */
export const keepInCorpus = (
  folder: string,
  input: Input,
  invariant: string,
  digest: string,
): Result.Result<string, string> => {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    return Result.fail(`cannot write the corpus ${quote(folder)}: ${trouble(error)}`)
  }
  const path = join(folder, nameOf(input, invariant, digest))
  return Result.map(saveInput(path, input, digest), () => path)
}
