/** The stories say what happens in them, and their figures follow from what they set: change the cause, and they change. */
import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Input, inPart, parseFaults, type RunResult, run, type Scenario, wrongWith } from "#run"
import { scenarios } from "#scenarios"
import type { Fault } from "#world"

const named = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === `replication/${name}`)
  if (found === undefined) throw new Error(`No scenario ${name}.`)
  return found
}

const faults = (text: string): readonly Fault[] => {
  const parsed = parseFaults(text)
  if (parsed._tag === "Failure") throw new Error(parsed.failure)
  return parsed.success
}

const seeds = [1, 2, 3]

const play = (name: string, more: Partial<Input> = {}, seed = 1): RunResult =>
  run(named(name), { ...named(name).story(seed), ...more }, { keep: "nothing", digest: false })

const figure = (result: RunResult, name: string): number => {
  const found = result.figures.find((each) => each.name === name)
  if (found === undefined) throw new Error(`No figure ${name}: ${result.figures.map((each) => each.name).join(", ")}.`)
  return found.value
}

/** What is violated of what a scenario is about. */
const broken = (scenario: Scenario, { invariants }: RunResult): readonly string[] =>
  invariants
    .filter(({ verdict }) => verdict === "violated")
    .map(({ part, name }) => inPart(part, name))
    .filter((name) => scenario.about.includes(name))

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (name, scenario) => {
  it("has a name and one sentence, and is about promises that there are", () => {
    expect(name).toMatch(/^[a-z-]+\/[a-z-]+$/)
    const systems = Object.values(scenario.parts).map(({ system }) => system.name)
    if (systems.length === 1) expect(name.split("/")[0]).toBe(systems[0])
    expect(scenario.summary).toMatch(/^[^\n.]{20,119}$/)
    const promises = Object.entries(scenario.parts).flatMap(([as, { system }]) =>
      system.invariants.map((each) => inPart(as, each.name)),
    )
    expect(scenario.about.length).toBeGreaterThan(0)
    for (const each of scenario.about) expect(promises).toContain(each)
  })

  it("has designs and sizes that its systems know", () => {
    for (const { system, design, size } of Object.values(scenario.parts)) {
      for (const [choice, value] of Object.entries(design)) {
        expect(Object.keys(system.designs[choice]?.values ?? {}), choice).toContain(value)
      }
      for (const [knob, value] of Object.entries(size)) {
        expect(value, knob).toBeGreaterThanOrEqual(system.size[knob]?.min ?? Number.NaN)
        expect(value, knob).toBeLessThanOrEqual(system.size[knob]?.max ?? Number.NaN)
      }
    }
  })

  it("tells a story that can be run, of which the seed changes only the dice", () => {
    for (const seed of seeds) {
      const story = scenario.story(seed)
      expect(Schema.decodeUnknownSync(Input)(JSON.parse(JSON.stringify(story)))).toEqual(story)
      expect(wrongWith(scenario, story)).toBeUndefined()
      expect(story).toEqual({ ...scenario.story(0), seed })
      expect(story.scenario).toBe(name)
      expect(Math.max(...story.operations.map(({ at }) => at))).toBeLessThan(story.calmAt)
    }
  })
})

it("no two scenarios have the same name", () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
})

describe("a story", () => {
  // Whether the deaf replica is elected, or the power goes in the middle of a write, is up to the dice of these two.
  it.each([
    ["staleness", seeds],
    ["two-primaries", seeds],
    ["own-write", [1, 3]],
    ["torn-tail", [1, 2]],
  ] as const)("of what breaks, breaks what it is about: %s", (name, seeds) => {
    for (const seed of seeds) {
      const result = play(name, {}, seed)
      expect(result.verdict).toBe("violated")
      expect(broken(named(name), result), `seed ${seed}`).toEqual(named(name).about)
    }
  })

  it.each(["promise", "failover", "storm"])("of what is survived holds: %s", (name) => {
    for (const seed of seeds) expect(play(name, {}, seed).verdict).toBe("holds")
  })

  it.each(["promise", "own-write", "staleness", "two-primaries", "torn-tail"])(
    "of what breaks, holds under the sound design: %s",
    (name) => {
      const [part] = Object.values(named(name).parts)
      const sound = Object.keys(part?.design ?? {}).map((choice) => [choice, part?.system.designs[choice]?.default])
      expect(sound.length).toBeGreaterThan(0)
      const { invariants } = play(name, { design: Object.fromEntries(sound) })
      expect(invariants.filter(({ verdict }) => verdict === "violated")).toEqual([])
    },
  )
})

describe("shaking", () => {
  it.each(
    scenarios.filter(({ expects }) => expects === "violated").map((scenario) => [scenario.name, scenario] as const),
  )("%s breaks what it is about within 60 runs", (_, scenario) => {
    const breaks = (input: Input) =>
      broken(scenario, run(scenario, input, { keep: "nothing", digest: false })).length > 0
    expect(breaks(scenario.story(1)) || fc.sample(scenario.inputs, { seed: 1, numRuns: 59 }).some(breaks)).toBe(true)
  })

  it("a scenario that expects to hold draws nothing that breaks it", () => {
    for (const scenario of scenarios.filter(({ expects }) => expects === "holds")) {
      for (const input of fc.sample(scenario.inputs, { seed: 2, numRuns: 12 })) {
        expect(run(scenario, input, { keep: "nothing", digest: false }).verdict).not.toBe("violated")
      }
    }
  })
})

describe("staleness", () => {
  const story = named("staleness").story(1)
  const behind = (millis: number) => faults(`latency:n1->n2=${millis}ms@0,latency:n1->n3=${millis}ms@0`)
  const others = "stale reads of others' writes"
  const own = "stale reads of one's own write"

  it("is a matter of lag for strangers: 8 % at 40 ms, twice as much at twice the lag", () => {
    const [at40, at80] = [play("staleness", { faults: behind(40) }), play("staleness", { faults: behind(80) })]
    expect(play("staleness").figures).toEqual(at40.figures)
    expect(Math.abs(figure(at40, others) - 8)).toBeLessThan(2)
    expect(Math.abs(figure(at80, others) - 16)).toBeLessThan(2)
    expect(Math.abs(figure(at40, "replica lag p50") - 41)).toBeLessThan(2)
    expect(Math.abs(figure(at80, "replica lag p50") - 81)).toBeLessThan(2)
    expect(figure(play("staleness", { faults: [] }), others)).toBeLessThan(2)
  })

  it("is certain for the author whose page reloads after 20 ms, and nothing after 60 ms", () => {
    const late = story.operations.map((each) =>
      each.client === "c1" && each.id.startsWith("r") ? { ...each, at: each.at + 40_000 } : each,
    )
    expect(figure(play("staleness"), own)).toBe(100)
    expect(figure(play("staleness", { operations: late }), own)).toBe(0)
  })
})

describe("promise", () => {
  const crash = faults("crash:n1@3s")
  const millisPerWrite = 60

  it("loses at the press of a key what its sender had not sent on: as many writes as its lag holds", () => {
    for (const seed of seeds) {
      const lost = [100, 200, 400].map((lag) => figure(play("promise", { faults: crash, size: { lag } }, seed), "RPO"))
      for (const [nth, lag] of [100, 200, 400].entries()) {
        expect(Math.abs((lost[nth] ?? 0) - lag / millisPerWrite), `${lag} ms`).toBeLessThan(1)
      }
      expect(lost[2]).toBeGreaterThan(lost[1] ?? 0)
      const usual = play("promise", { faults: crash }, seed)
      expect(figure(usual, "RPO")).toBe(lost[1])
      expect(broken(named("promise"), usual)).toEqual(["acknowledged-writes-survive"])
    }
  })

  it("loses nothing to the same key under the sound design, however far behind its sender is", () => {
    for (const seed of seeds) {
      for (const lag of [200, 400]) {
        const design = { ack: "quorum", promote: "fenced" }
        const survived = play("promise", { faults: crash, design, size: { lag } }, seed)
        expect(figure(survived, "failovers")).toBeGreaterThan(0)
        expect(figure(survived, "RPO")).toBe(0)
        expect(survived.verdict).toBe("holds")
      }
    }
  })

  it("pays for it by the time a write takes", () => {
    const [local, quorum] = ["local", "quorum"].map((ack) =>
      figure(play("promise", { design: { ack } }), "write latency p50"),
    )
    expect(local).toBeLessThan(10)
    expect(quorum).toBeGreaterThan(200)
  })
})

describe("failover", () => {
  it("takes the longer the longer silence is borne, and loses nothing either way", () => {
    const outages = [250, 500, 1000].map((election) =>
      seeds.map((seed) => {
        const result = play("failover", { size: { election } }, seed)
        expect(figure(result, "failovers")).toBe(1)
        expect(figure(result, "RPO")).toBe(0)
        expect(figure(result, "RTO")).toBeGreaterThan(election)
        return figure(result, "RTO")
      }),
    )
    const [quick = [], middling = [], slow = []] = outages
    expect(Math.min(...slow)).toBeGreaterThan(Math.max(...quick))
    const mean = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length
    expect(mean(middling)).toBeGreaterThan(mean(quick))
    expect(mean(slow)).toBeGreaterThan(mean(middling))
  })
})
