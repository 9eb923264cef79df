/**
 * `snowglobe` alone: the screen, or where there is no terminal the first minute in plain text. A running log, a fault that kills an acknowledged write, and the
 * same fault survived under the other design. It ends in 0 whatever was broken, since nobody asked for a verdict; the
 * verdicts are printed all the same.
 */
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { asciiOnly, type Input, parseFaults, type RunResult, run, type Scenario, tellStory } from "#run"
import { knownScenarios } from "./catalogue.ts"
import { save } from "./flags.ts"
import { hasScreen, screen } from "./screen.ts"
import { accept, find } from "./usage.ts"

const seed = 1
const pressed = "crash:n1@3s"
const sound = { ack: "quorum", promote: "fenced" }

const design = (chosen: Readonly<Record<string, string>>): string =>
  Object.entries(chosen)
    .map(([choice, value]) => `${choice}=${value}`)
    .join(" ")

const figure = (result: RunResult, name: string): string => {
  const found = result.figures.find((each) => each.name === name)
  return found === undefined ? "none" : `${found.value} ${found.unit}`
}

/** The verdict on what the scenario is about, and what the design cost. */
const verdict = (result: RunResult, name: string | undefined): readonly string[] => {
  const promise = result.invariants.find((each) => each.name === name)
  const sign = promise?.verdict === "violated" ? "✗" : "✔"
  return [
    `  ${sign} ${promise?.sentence}`,
    `    acknowledged writes lost: ${figure(result, "RPO").split(" ")[0]} · write latency, median: ${figure(result, "write latency p50")}`,
  ]
}

const tellFirstMinute = (
  scenario: Scenario,
  before: RunResult,
  broken: RunResult,
  kept: RunResult,
): readonly string[] => [
  "SNOWGLOBE  a distributed system you can hold in your hand, and shake.",
  "",
  "Three nodes keep one log. n1 leads and n2 and n3 copy it; c1 writes, c2 reads.",
  `n1 says “saved” as soon as its own disk holds a write (${design(scenario.parts[""]?.design ?? {})}).`,
  "",
  ...tellStory(before, 3_000_000),
  "",
  "Now n1 loses power. Is all that was saved still there?",
  "",
  ...tellStory(broken).slice(tellStory(before, 3_000_000).length),
  "",
  ...verdict(broken, scenario.about[0]),
  "",
  `The same writes and the same crash, but “saved” waits for a majority (${design(sound)}):`,
  "",
  ...tellStory(kept),
  "",
  ...verdict(kept, scenario.about[0]),
  "",
  "Try it yourself:",
  `  npx snowglobe run ${scenario.name} --faults ${pressed}`,
  `  npx snowglobe shake replication/storm --design ack=local`,
  "  npx snowglobe list",
]

export const root = Command.make("snowglobe", { save }).pipe(
  Command.withSharedFlags({
    ascii: Flag.Boolean("ascii").pipe(
      Flag.withoutNegation,
      Flag.withDefault(false),
      Flag.withDescription("Draw with plain ASCII only"),
    ),
    load: Flag.String("load").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Brings the scenarios that a module of your own exports; repeatable"),
      Flag.atLeast(0),
    ),
  }),
  Command.withHandler(({ ascii, load, save: file }) =>
    Effect.gen(function* () {
      const scenarios = yield* knownScenarios(load)
      const scenario = yield* accept(find("scenario", "replication/promise", scenarios))
      if (hasScreen()) return yield* screen(scenario, { scenarios, session: { seed }, ascii, save: file })
      const story = scenario.story(seed)
      const faults = yield* accept(parseFaults(pressed))
      const struck: Input = { ...story, faults: [...story.faults, ...faults] }
      const told = tellFirstMinute(
        scenario,
        run(scenario, story),
        run(scenario, struck),
        run(scenario, { ...struck, design: sound }),
      )
      yield* Console.log((ascii ? asciiOnly(told) : told).join("\n"))
    }),
  ),
  Command.withDescription("A distributed system you can hold in your hand, and shake."),
)
