/** Storms: the sound store survives them, each unsound choice breaks what it says it breaks, and every family of faults strikes. */
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Input, run } from "#run"
import { ring } from "#systems"
import { faultShape } from "#world"
import { named, violated } from "./play.ts"

const storm = named("storm")
const sweep = { keep: "nothing", digest: false, stopAtViolation: true } as const

// As `shake` does: nobody reads the stack of a time-out under the glass.
const limit = Error.stackTraceLimit
beforeAll(() => {
  Error.stackTraceLimit = 0
})
afterAll(() => {
  Error.stackTraceLimit = limit
})

describe("in 200 storms", () => {
  it("the sound store keeps every promise, and every promise and family of faults is put to the test", () => {
    const exercised = new Map<string, number>()
    const families = new Set<string>()
    for (const input of fc.sample(storm.inputs, { seed: 1, numRuns: 200 })) {
      const result = run(storm, input, { keep: "nothing", digest: false })
      expect(result.defect).toBeUndefined()
      expect(violated(result)).toEqual([])
      for (const each of result.invariants) {
        if (each.exercised > 0) exercised.set(each.name, (exercised.get(each.name) ?? 0) + 1)
      }
      for (const kind of Object.keys(result.faultsFired)) families.add(faultShape(kind as "crash").family)
    }
    for (const { name } of ring.invariants) expect(exercised.get(name) ?? 0, name).toBeGreaterThan(10)
    expect([...families].sort()).toEqual(["clock", "disk", "network", "node", "region"])
  })
})

const unsound = Object.entries(ring.designs).flatMap(([choice, { values }]) =>
  Object.entries(values).flatMap(([value, { breaks }]) => breaks.map((name) => [choice, value, name] as const)),
)

describe("within 300 storms", () => {
  const inputs = [storm.story(1), ...fc.sample(storm.inputs, { seed: 1, numRuns: 299 })]

  it.each(unsound)("%s=%s breaks %s", (choice, value, name) => {
    const breaks = (input: Input) =>
      violated(run(storm, { ...input, design: { [choice]: value } }, { ...sweep, only: name })).length > 0
    expect(inputs.some(breaks)).toBe(true)
  })
})

describe("in some storms", () => {
  const sound = Object.entries(ring.designs).flatMap(([choice, { default: usual, values }]) =>
    Object.entries(values)
      .filter(([value, { breaks }]) => breaks.length === 0 && value !== usual)
      .map(([value, { notPromised }]) => [choice, value, notPromised ?? []] as const),
  )
  it.each(sound)("%s=%s keeps what it promises", (choice, value, notPromised) => {
    for (const input of fc.sample(storm.inputs, { seed: 3, numRuns: 5 })) {
      const broken = violated(run(storm, { ...input, design: { [choice]: value } }, { keep: "nothing", digest: false }))
      expect(broken.filter((name) => !(notPromised as readonly string[]).includes(name))).toEqual([])
    }
  })
})

it("shards, keepers and clients speak only the words that there are, and share nothing", () => {
  for (const design of [{}, { fanout: "push", hot: "replicate", transfer: "saga" }]) {
    const input = { ...storm.story(1), design }
    const [plain, checked] = [false, true].map((check) => run(storm, input, { keep: "nothing", check }))
    expect(checked?.defect).toBeUndefined()
    expect(checked?.digest).toBe(plain?.digest)
  }
})

it("every unsound choice and every default says what it is", () => {
  for (const { default: usual, values } of Object.values(ring.designs)) {
    expect((values as Record<string, { breaks: readonly string[] }>)[usual]?.breaks).toEqual([])
  }
})
