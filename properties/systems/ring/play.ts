/** How runs of the sharded store are played in its tests. */
import { type Input, parseFaults, type RunResult, run, type Scenario } from "#run"
import { scenarios } from "#scenarios"
import type { Fault } from "#world"

export const named = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === `ring/${name}`)
  if (found === undefined) throw new Error(`No scenario ring/${name}.`)
  return found
}

export const faults = (text: string): readonly Fault[] => {
  const parsed = parseFaults(text)
  if (parsed._tag === "Failure") throw new Error(parsed.failure)
  return parsed.success
}

export const play = (name: string, more: Partial<Input> = {}, scenario = named(name)): RunResult =>
  run(scenario, { ...scenario.story(1), ...more }, { keep: "nothing", digest: false })

export const figure = (result: RunResult, name: string): number => {
  const found = result.figures.find((each) => each.name === name)
  if (found === undefined) throw new Error(`No figure ${name}: ${result.figures.map((each) => each.name).join(", ")}.`)
  return found.value
}

export const violated = ({ invariants }: RunResult): readonly string[] =>
  invariants.filter(({ verdict }) => verdict === "violated").map(({ name }) => name)
