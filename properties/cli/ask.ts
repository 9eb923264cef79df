/** Command lines carried out inside the test: what they print, and their exit code. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { expect } from "vitest"
import { invoke } from "../../src/cli/main.ts"

export interface Answer {
  readonly code: number
  readonly out: string
  readonly err: readonly string[]
}

export const ask = async (...args: readonly string[]): Promise<Answer> => {
  const out: string[] = []
  const err: string[] = []
  const console: Console.Console = {
    ...globalThis.console,
    log: (...said) => out.push(said.join(" ")),
    error: (...said) => err.push(said.join(" ")),
  }
  const code = await Effect.runPromise(Effect.provideService(invoke(args), Console.Console, console))
  return { code, out: out.join("\n"), err }
}

export const askJson = async (...args: readonly string[]) => {
  const answer = await ask(...args, "--json")
  expect(answer.out.split("\n")).toHaveLength(1)
  return { ...answer, json: JSON.parse(answer.out) }
}
