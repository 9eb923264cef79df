/** The steps of shrinking, each on an input in which it is plain what must come of it. */
import { describe, expect, it } from "vitest"
import { firstViolated, type Input, inPart, parseFaults, run, type Scenario } from "#run"
import { scenarios } from "#scenarios"
import { storm as counter } from "../../../demos/counter.ts"
import { nameMessages } from "../../../src/run/shrink/messages.ts"
import { Reduction } from "../../../src/run/shrink/reduction.ts"
import { shrink } from "../../../src/run/shrink/shrink.ts"

const storm = scenarios.find(({ name }) => name === "replication/storm") as Scenario

const faultsOf = (spelled: string): Input["faults"] => {
  const parsed = parseFaults(spelled)
  if (parsed._tag === "Failure") throw new Error(parsed.failure)
  return parsed.success
}

/** What is left of an input of a scenario. */
const left = (scenario: Scenario, input: Input, more: { readonly most?: number } = {}) => {
  const broken = firstViolated(run(scenario, input))
  if (broken === undefined) throw new Error("Nothing is broken.")
  return shrink(scenario, input, inPart(broken.part, broken.name), more)
}

const adds = (...times: readonly number[]): Input["operations"] =>
  times.map((at, i) => ({ id: `o${i}`, client: i % 2 === 0 ? "c1" : "c2", at: at * 1000, call: { _tag: "add" } }))

/** A counter that does not sync, under some faults. */
const counting = (faults: string, ...times: readonly number[]): Input => ({
  ...counter.story(1),
  design: { save: "written" },
  operations: adds(...times),
  faults: faultsOf(faults),
  calmAt: 4_000_000,
  until: 8_000_000,
})

describe("shrinking", () => {
  it("leaves two additions and one loss of power, whatever else there was", () => {
    const many = counting(
      "latency:*->*=20ms@0+3s,pause:n1@900+200,power:east@1500+300,loss:c2->n1=20%@2s+1s,skew:n1=+1s@0",
      ...Array.from({ length: 24 }, (_, i) => 100 + i * 137),
    )
    const { input, steps, tried } = left(counter, many)
    expect(input.operations).toHaveLength(2)
    expect(input.faults).toHaveLength(1)
    expect(["crash", "bounce"]).toContain(input.faults[0]?.kind)
    expect(steps).toBeGreaterThan(0)
    expect(tried).toBeGreaterThanOrEqual(steps)
  })

  it("keeps ids and the seed, for dice are named by them", () => {
    const many = counting("crash:n1@700+200,isolate:n1@2s+200", 100, 300, 500, 1500, 1700)
    const { input } = left(counter, many)
    expect(input.seed).toBe(many.seed)
    for (const { id } of input.operations) expect(many.operations.map((each) => each.id)).toContain(id)
    for (const { id } of input.faults) expect(many.faults.map((each) => each.id)).toContain(id)
  })

  it("rounds instants, and begins early", () => {
    const { input } = left(counter, counting("crash:n1@2713+217", 2349, 3391))
    for (const { at } of [...input.operations, ...input.faults]) expect(at % 10_000).toBe(0)
    expect(Math.min(...input.operations.map(({ at }) => at))).toBeLessThan(1_000_000)
  })

  it("gives the run as long to settle as it had", () => {
    const many = counting("crash:n1@700+200", 100, 1500)
    const { input } = left(counter, many)
    expect(input.until - input.calmAt).toBe(many.until - many.calmAt)
    expect(input.calmAt).toBeLessThan(many.calmAt)
  })

  it("turns a rate into the messages that it really hit, and leaves out those that do not matter", () => {
    const lossy = (seed: number): Input => ({
      ...storm.story(seed),
      design: { ack: "local" },
      operations: [{ id: "w", client: "c1", at: 500_000, call: { _tag: "write", key: 0 } }],
      faults: faultsOf("loss:n1->n2=90%@100+700,loss:n1->n3=90%@100+700,crash:n1@800"),
      calmAt: 5_000_000,
      until: 9_000_000,
    })
    const found = Array.from({ length: 60 }, (_, seed) => lossy(seed)).filter(
      (input) => firstViolated(run(storm, input, { keep: "nothing" }))?.name === "acknowledged-writes-survive",
    )
    expect(found.length).toBeGreaterThan(2)
    for (const input of found.slice(0, 5)) {
      const reduction = new Reduction(storm, input, "acknowledged-writes-survive", 500, () => {})
      nameMessages(reduction)
      const { faults } = reduction.smallest
      expect(faults.filter(({ kind }) => kind === "loss")).toEqual([])
      const drops = faults.filter(({ kind }) => kind === "drop")
      expect(drops.length).toBeGreaterThan(0)
      for (const { target } of drops) expect(target).toMatch(/^n1->n[23]#[0-9a-f]+$/)
      for (const gone of drops) {
        expect(reduction.take({ ...reduction.smallest, faults: faults.filter((each) => each !== gone) })).toBe(false)
      }
    }
  })

  it("ends where its patience does, with what it has", () => {
    const many = counting("crash:n1@700+200,isolate:n1@2s+200", 100, 300, 500, 1500, 1700)
    const some = left(counter, many, { most: 3 })
    // The calm is given back whatever it takes.
    expect(some.tried).toBeLessThanOrEqual(24)
    expect(firstViolated(run(counter, some.input))?.name).toBe("answered-once")
  })

  it("is a function of its input", () => {
    const many = counting("crash:n1@700+200,isolate:n1@2s+200,latency:*->*=9ms@0", 100, 300, 500, 1500)
    expect(left(counter, many)).toEqual(left(counter, many))
  })

  it("refuses an input that breaks nothing", () => {
    expect(() => shrink(counter, counter.story(1), "answered-once")).toThrow(/does not break/)
  })
})
