/**
 * Nodes share one heap, and must not share an object. In check mode every message takes the way through its Schema; a
 * program that changes what it received is then told apart from one that does not, and all ours do not.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Outcome, ok } from "#invariants"
import { type Input, inputFormat, ordinaryStorm, run, type Scenario, storm } from "#run"
import { scenarios } from "#scenarios"
import type { System } from "#system"
import { Network, ordinaryWiring } from "#world"
import { millis, quickly, second } from "./globe.ts"

const storms = scenarios.filter(({ name }) => name.endsWith("/storm"))
const each = Math.ceil(30 / storms.length)
const short = { ...ordinaryStorm, millis: 1600, operations: 40, faults: 8 }

interface Counter {
  count: number
}

/** One node that counts, in the very object it was sent or in one of its own, and a client that sends what it got back. */
const counting = (how: "in place" | "in a copy"): System<null, Counter> => ({
  name: "counting",
  sentence: "Counts how often a message was handled.",
  designs: {},
  size: {},
  nodes: () => [{ id: "n1", role: "counter", region: "east" }],
  clients: () => 1,
  boot: () =>
    Effect.gen(function* () {
      const network = yield* Network
      yield* network.serve((message) =>
        Effect.sync(() => {
          const counter = how === "in place" ? (message as Counter) : { ...(message as Counter) }
          counter.count++
          return "counted"
        }),
      )
      return yield* Effect.forever(Effect.sleep(100))
    }),
  message: Schema.Union([Schema.Struct({ count: Schema.Int }), Schema.Literal("counted")]),
  call: Schema.Null,
  calls: () => fc.constant(null),
  session: () => ({ count: 0 }),
  perform: (_, counter): Effect.Effect<Outcome, never, Network> =>
    Effect.gen(function* () {
      const network = yield* Network
      yield* Effect.ignore(network.call("n1", counter, { timeout: 100 }))
      return ok(counter.count)
    }),
  invariants: [],
  tolerates: () => ({ absent: 0, damaged: 0, damages: [], drift: 0, jump: 0 }),
  cores: () => [["n1"]],
  measure: () => ({ see: () => {}, figures: () => [] }),
  isTurningPoint: () => false,
  say: String,
})

const counted = (how: "in place" | "in a copy", check: boolean): string => {
  const input: Input = {
    format: inputFormat,
    scenario: "counting/twice",
    seed: 1,
    design: {},
    size: {},
    strategy: "fifo",
    operations: [10, 20].map((at) => ({ id: `o${at}`, client: "c1", at: at * millis, call: null })),
    faults: [],
    calmAt: second,
    core: ["n1"],
    until: 2 * second,
  }
  const scenario: Scenario = {
    name: "counting/twice",
    summary: "a message is counted twice",
    parts: { "": { system: counting(how), size: {}, design: {}, wiring: ordinaryWiring } },
    expects: "holds",
    about: [],
    story: () => input,
    inputs: fc.constant(input),
  }
  const result = run(scenario, input, { check })
  expect(result.defect).toBeUndefined()
  return result.digest
}

describe("check mode", () => {
  it.each(storms)("changes nothing in $name: no two nodes share an object", (scenario) => {
    for (const input of fc.sample(storm(scenario, short), { seed: 30, numRuns: each })) {
      const digest = (check: boolean) => quickly(() => run(scenario, input, { keep: "nothing", check }).digest)
      expect(digest(true)).toBe(digest(false))
    }
  })

  it("tells a program that changes what it received from one that does not", () => {
    expect(counted("in a copy", true)).toBe(counted("in a copy", false))
    expect(counted("in place", true)).not.toBe(counted("in place", false))
  })
})
