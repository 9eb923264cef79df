/**
 * Ten inputs whose digests are committed: told stories and drawn storms, over several designs and every strategy. They
 * stand for all others: whatever changes what a run does is likely to change one of them.
 */
import * as fc from "fast-check"
import type { Input, Scenario } from "#run"
import { scenarios } from "#scenarios"
import { type Strategy, strategies } from "#sim"
import type { Design } from "#system"

export interface Fixed {
  readonly name: string
  readonly scenario: Scenario
  readonly input: Input
}

type Line = readonly [scenario: string, how: "story" | "storm", seed: number, design: Design]

const lines: readonly Line[] = [
  ["replication/promise", "story", 1, {}],
  ["replication/failover", "story", 2, {}],
  ["replication/torn-tail", "story", 3, { ack: "local" }],
  ["replication/two-primaries", "story", 4, { read: "confirmed" }],
  ["replication/storm", "story", 5, { ack: "applied" }],
  ["replication/storm", "storm", 6, {}],
  ["replication/storm", "storm", 7, { ack: "local", promote: "latest" }],
  ["replication/storm", "storm", 8, { rejoin: "resume", read: "any" }],
  ["replication/storm", "storm", 9, { apply: "on-arrival", backlog: "unbounded" }],
  ["replication/storm", "storm", 10, { recover: "trust-length", read: "sticky" }],
]

const fixed = ([name, how, seed, design]: Line, nth: number): Fixed => {
  const scenario = scenarios.find((each) => each.name === name)
  if (scenario === undefined) throw new Error(`There is no scenario ${name}.`)
  const drawn = how === "story" ? scenario.story(seed) : fc.sample(scenario.inputs, { seed, numRuns: 1 })[0]
  if (drawn === undefined) throw new Error(`Nothing was drawn for ${name}.`)
  const strategy = strategies[nth % strategies.length] as Strategy
  const spelled = Object.entries(design).map(([choice, value]) => ` ${choice}=${value}`)
  return {
    name: `${name} ${how} ${seed} ${strategy}${spelled.join("")}`,
    scenario,
    input: { ...drawn, strategy, design: { ...drawn.design, ...design } },
  }
}

export const fixedInputs = (): readonly Fixed[] => lines.map(fixed)
