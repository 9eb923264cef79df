/**
 * The replicated log: its sound designs under storms, each unsound one caught, and the log against the model that has no
 * network, no disk and no failure.
 */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { holds, type Input, type RunResult, run } from "#run"
import { scenarios } from "#scenarios"
import { replication } from "#systems"
import { readModel } from "../../../src/systems/replication/model.ts"
import type { Answer } from "../../../src/systems/replication/protocol.ts"
import type { Call } from "../../../src/systems/replication/workload.ts"

const find = (name: string) => {
  const scenario = scenarios.find((each) => each.name === name)
  if (scenario === undefined) throw new Error(`The catalogue has lost ${name}.`)
  return scenario
}
const storm = find("replication/storm")

describe("the sound designs", () => {
  test.for(["ack=quorum", "ack=applied", "read=confirmed"])(
    "hold in 200 runs under every family of faults: %s",
    (spelled) => {
      const [choice = "", value = ""] = spelled.split("=")
      holds(storm, { numRuns: 200, seed: 20, design: { [choice]: value } })
    },
  )
})

/** Plays drawn inputs until one violates one of these invariants. */
const hunt = (choice: string, value: string, names: readonly string[], runs: number): RunResult | undefined => {
  const design = { [choice]: value }
  const inputs: Input[] = [storm.story(1)]
  for (let tried = 0; tried < runs; tried++) {
    if (inputs.length === 0) inputs.push(...fc.sample(storm.inputs, { seed: 4 + tried, numRuns: 50 }))
    const input = { ...(inputs.shift() as Input), design }
    const result = run(storm, input, { keep: "nothing", digest: false, stopAtViolation: true })
    if (result.invariants.some(({ name, verdict }) => verdict === "violated" && names.includes(name))) return result
  }
  return undefined
}

const unsound = Object.entries(replication.designs).flatMap(([choice, { values }]) =>
  Object.entries(values).flatMap(([value, { breaks }]) => (breaks.length === 0 ? [] : [{ choice, value, breaks }])),
)

describe("the unsound designs", () => {
  test.for(unsound)("$choice=$value breaks one of its promises", ({ choice, value, breaks }) => {
    expect(hunt(choice, value, breaks, 1000)).toBeDefined()
  })

  test("every promise has a design that is said to break it", () => {
    const broken = new Set(unsound.flatMap(({ breaks }) => breaks))
    const promised = replication.invariants.filter(({ kind }) => kind !== "sometimes").map(({ name }) => name)
    expect(promised.filter((name) => !broken.has(name))).toEqual([])
  })

  test("the defaults are sound", () => {
    for (const { default: usual, values } of Object.values(replication.designs))
      expect(values[usual]?.breaks).toEqual([])
  })
})

describe("the log without failures", () => {
  test("answers one client as the model does", () => {
    const calls = fc.array(replication.calls({ nodes: 3, keys: 3, clients: 1 }), { maxLength: 12 })
    fc.assert(
      fc.property(calls, fc.constantFrom("session", "confirmed", "primary"), fc.nat(), (asked, read, seed) => {
        const input: Input = {
          ...storm.story(seed),
          design: { read },
          size: { clients: 1, keys: 3 },
          // Slow enough for an election before, and for each answer between.
          operations: asked.map((call, nth) => ({ id: `o${nth}`, client: "c1", at: (500 + nth * 200) * 1000, call })),
          faults: [],
          calmAt: 4_000_000,
        }
        const model: { key: number; value: string }[] = []
        const result = run(storm, input)
        const returned = [...result.trace].flatMap(({ value }) => {
          const { id, outcome } = (value ?? {}) as { id?: string; outcome?: { _tag: string; value: Answer } }
          return id === undefined || outcome === undefined ? [] : [{ id, outcome }]
        })
        expect(returned.map(({ id }) => id)).toEqual(input.operations.map(({ id }) => id))
        returned.forEach(({ id, outcome }, nth) => {
          const call = asked[nth] as Call
          expect(outcome._tag).toBe("ok")
          if (call._tag !== "read") model.push({ key: call.key, value: id })
          if (call._tag !== "write") expect(outcome.value.saw?.value).toBe(readModel(model, call.key))
        })
      }),
      { numRuns: 30 },
    )
  })
})
