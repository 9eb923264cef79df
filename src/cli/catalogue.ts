/**
 * The scenarios that the commands know: the project's own, and those of modules that a user names with `--load`. A module
 * brings what it exports: scenarios, one by one or in lists.
 */
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import type { Scenario } from "#run"
import { scenarios } from "#scenarios"
import { UsageError } from "./usage.ts"

const isScenario = (value: unknown): value is Scenario => {
  const each = value as Partial<Scenario> | null
  return (
    typeof each === "object" &&
    typeof each?.name === "string" &&
    typeof each.story === "function" &&
    typeof each.parts === "object" &&
    each.inputs !== undefined
  )
}

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split("\n")[0] ?? ""

const load = async (file: string): Promise<readonly Scenario[]> => {
  const url = pathToFileURL(resolve(file)).href
  const module: object = await import(url).catch((error: unknown) => {
    throw new UsageError({ line: `--load ${file} cannot be loaded: ${firstLine(error)}` })
  })
  const found = Object.values(module).flat().filter(isScenario)
  if (found.length === 0) throw new UsageError({ line: `--load ${file} exports no scenario` })
  return found
}

/** Every scenario there is, those of the loaded files last; two of one name are refused. */
export const catalogue = async (files: readonly string[]): Promise<readonly Scenario[]> => {
  const all = [...scenarios]
  for (const file of files) {
    for (const scenario of await load(file)) {
      if (all.some(({ name }) => name === scenario.name)) {
        throw new UsageError({
          line: `--load ${file} brings a scenario ${scenario.name}, and there is one of that name`,
        })
      }
      all.push(scenario)
    }
  }
  return all
}

/** The same, as a command asks for it. */
export const knownScenarios = (files: readonly string[]): Effect.Effect<readonly Scenario[], UsageError> =>
  Effect.tryPromise({
    try: () => catalogue(files),
    catch: (error) => (error instanceof UsageError ? error : new UsageError({ line: firstLine(error) })),
  })
