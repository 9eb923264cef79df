/** The message queue: its sound designs under storms, each unsound one caught, and the queue against the model that has no failure. */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { holds, type Input, type RunResult, run } from "#run"
import { scenarios } from "#scenarios"
import { queue } from "#systems"
import { QueueModel } from "../../../src/systems/queue/model.ts"
import type { Fact } from "../../../src/systems/queue/protocol.ts"

const storm = scenarios.find(({ name }) => name === "queue/storm")
if (storm === undefined) throw new Error("The catalogue has lost queue/storm.")

describe("the sound designs", () => {
  test("hold in 200 runs under every family of faults", () => {
    holds(storm, { numRuns: 200, seed: 20, unknown: "allow" })
  })

  test.for(["full=block", "full=drop-oldest", "backoff=fixed"])("hold in 15 runs: %s", (spelled) => {
    const [choice = "", value = ""] = spelled.split("=")
    holds(storm, { numRuns: 15, seed: 21, design: { [choice]: value }, unknown: "allow" })
  })

  test("put every promise to the test in the story", () => {
    const { invariants, verdict } = run(storm, storm.story(1), { keep: "nothing", digest: false })
    expect(invariants.filter(({ exercised }) => exercised === 0).map(({ name }) => name)).toEqual([])
    expect(verdict).toBe("holds")
  })
})

test("every message is what its Schema says, and no node keeps what another may change", () => {
  for (const input of [storm.story(1), ...fc.sample(storm.inputs, { seed: 3, numRuns: 5 })]) {
    const checked = run(storm, input, { keep: "nothing", check: true })
    expect(checked.defect).toBeUndefined()
    expect(checked.digest).toBe(run(storm, input, { keep: "nothing" }).digest)
  }
})

const drawn = fc.sample(storm.inputs, { seed: 1, numRuns: 300 })

/** Plays drawn inputs until one violates this invariant. */
const hunt = (choice: string, value: string, name: string): RunResult | undefined => {
  for (const input of [storm.story(1), ...drawn]) {
    const design = { [choice]: value }
    const result = run(storm, { ...input, design }, { keep: "nothing", digest: false, only: name })
    if (result.invariants.some((each) => each.name === name && each.verdict === "violated")) return result
  }
  return undefined
}

const unsound = Object.entries(queue.designs).flatMap(([choice, { values }]) =>
  Object.entries(values).flatMap(([value, { breaks }]) => breaks.map((name) => ({ choice, value, name }))),
)

describe("the unsound designs", () => {
  test.for(unsound)("$choice=$value breaks $name", ({ choice, value, name }) => {
    expect(hunt(choice, value, name)).toBeDefined()
  })

  test("every promise has a design that is said to break it", () => {
    const broken = new Set(unsound.map(({ name }) => name))
    const promised = queue.invariants.filter(({ kind }) => kind !== "sometimes").map(({ name }) => name)
    expect(promised.filter((name) => !broken.has(name))).toEqual([])
  })

  test("the defaults are sound", () => {
    for (const { default: usual, values } of Object.values(queue.designs)) expect(values[usual]?.breaks).toEqual([])
  })
})

describe("the queue without failures", () => {
  test("does for one worker what the model does", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 12 }), fc.nat(), (poisons, seed) => {
        const tries = 2
        const input: Input = {
          ...storm.story(seed),
          size: { clients: 1, groups: 1, workers: 1, partitions: 0, shop: 0, flushers: 0, tries, depth: 100 },
          operations: poisons.map((poison, nth) => ({
            id: `m${nth}`,
            client: "c1",
            at: (500 + nth * 200) * 1000,
            call: { _tag: "publish", poison, delay: 0 },
          })),
          faults: [],
          calmAt: 4_000_000,
        }
        const model = new QueueModel(tries)
        for (const [nth, poison] of poisons.entries()) {
          model.publish(`m${nth}`)
          for (let id = model.take(); id !== undefined; id = model.take()) {
            if (poison) model.fail(id)
            else model.finish(id)
          }
        }
        const { trace } = run(storm, input)
        const ended = (lane: string) =>
          [...trace].flatMap(({ node, value }) => {
            const fact = value as Fact | undefined
            return node === 0 && fact?._tag === "Moved" && fact.to === lane ? [fact.id] : []
          })
        expect(ended("done")).toEqual(model.done)
        expect(ended("dead")).toEqual(model.dead)
      }),
      { numRuns: 20 },
    )
  })
})
