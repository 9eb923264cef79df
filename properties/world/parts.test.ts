/**
 * Two systems side by side in one world: each has its own nodes, design and verdict, and neither notices the other. What
 * is judged of one part is judged of that part alone.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Input, inputFormat, type Part, type RunResult, run, type Scenario, storm } from "#run"
import { strategies } from "#sim"
import { replication } from "#systems"
import { type Fault, ordinaryWiring } from "#world"
import { fault, millis, quickly, second, told } from "./globe.ts"

const log: Part = { system: replication, size: {}, design: {}, wiring: ordinaryWiring }

const scenario = (...names: readonly string[]): Scenario => {
  const parts = Object.fromEntries(names.map((as) => [as, log]))
  return {
    name: "replication/beside",
    summary: "replicated logs side by side",
    parts,
    expects: "holds",
    about: [],
    story: () => input(names),
    inputs: storm({ name: "replication/beside", parts }),
  }
}

const nodes = (as: string) => ["n1", "n2", "n3"].map((id) => `${as}.${id}`)
const ids = (as: string) => [...nodes(as), `${as}.c1`, `${as}.c2`]

/** A few writes and reads of each part, at the same instants. */
const input = (names: readonly string[], more: Partial<Input> = {}): Input => ({
  format: inputFormat,
  scenario: "replication/beside",
  seed: 7,
  design: {},
  size: {},
  strategy: "fifo",
  operations: names.flatMap((as) => [
    ...Array.from({ length: 12 }, (_, nth) => ({
      id: `${as}w${nth}`,
      client: `${as}.c1`,
      at: (200 + nth * 100) * millis,
      call: { _tag: "write", key: nth % 2 },
    })),
    ...Array.from({ length: 12 }, (_, nth) => ({
      id: `${as}r${nth}`,
      client: `${as}.c2`,
      at: (250 + nth * 150) * millis,
      call: { _tag: "read", key: nth % 2, replica: nth % 3 },
    })),
  ]),
  faults: [],
  calmAt: 3 * second,
  core: names.flatMap(nodes),
  until: 20 * second,
  ...more,
})

const verdicts = (result: RunResult, as: string) =>
  result.invariants
    .filter(({ part }) => part === as)
    .map(({ name, verdict, exercised }) => ({ name, verdict, exercised }))
const verdictOf = (result: RunResult, as: string, invariant: string) =>
  verdicts(result, as).find(({ name }) => name === invariant)?.verdict

/** What a part did, in words of its own. */
const slice = ({ trace, world }: RunResult, as: string) => told(trace, world.nodes, ids(as))

/** Its primary and its writer are cut off from the rest, and the primary is switched off before they meet again. */
const undoing = (as: string): readonly Fault[] => [
  fault("partition", `${as}.n1+${as}.c1|${as}.n2+${as}.n3`, 500 * millis, { id: "f1", for: 2 * second }),
  fault("crash", `${as}.n1`, 2400 * millis, { id: "f2", for: 400 * millis }),
]

describe("two parts of one world", () => {
  const both = scenario("a", "b")

  it("have verdicts of their own: the unsound one loses an acknowledged write, the other holds", () => {
    const result = run(both, input(["a", "b"], { design: { "b.ack": "local" }, faults: undoing("b") }))
    expect(verdictOf(result, "b", "acknowledged-writes-survive")).toBe("violated")
    expect(verdicts(result, "a").filter(({ verdict }) => verdict === "violated")).toEqual([])
    expect(result.verdict).toBe("violated")
    const sound = run(both, input(["a", "b"], { faults: undoing("b") }))
    expect(verdicts(sound, "b").filter(({ verdict }) => verdict === "violated")).toEqual([])
    expect(verdictOf(sound, "b", "acknowledged-writes-survive")).toBe("holds")
    const other = run(both, input(["a", "b"], { design: { "a.ack": "local" }, faults: undoing("a") }))
    expect(verdictOf(other, "a", "acknowledged-writes-survive")).toBe("violated")
    expect(verdicts(other, "b").filter(({ verdict }) => verdict === "violated")).toEqual([])
  })

  it("do and are told what they would alone, to the microsecond, whatever befalls the other", () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.constantFrom(...strategies), fc.boolean(), (seed, strategy, unsound) => {
        const design = unsound ? { "b.ack": "local" } : {}
        const more = { seed, strategy, faults: undoing("b") }
        // The end of a run is when all has been said; here it is the same for all.
        const until = 5 * second
        const side = quickly(() => run(both, input(["a", "b"], { ...more, design, until })))
        const alone = quickly(() => run(scenario("a"), input(["a"], { seed, strategy, until })))
        const unhurt = quickly(() => run(both, input(["a", "b"], { ...more, design, until, faults: [] })))
        const shared = Math.min(side.virtualMicros, alone.virtualMicros, unhurt.virtualMicros)
        const upTo = (lines: readonly unknown[]) => lines.filter((line) => (line as [number])[0] <= shared)
        expect(shared).toBeGreaterThanOrEqual(3 * second)
        expect(upTo(slice(side, "a")).length).toBeGreaterThan(500)
        expect(upTo(slice(side, "a"))).toEqual(upTo(slice(alone, "a")))
        expect(upTo(slice(unhurt, "a"))).toEqual(upTo(slice(alone, "a")))
        expect(verdicts(side, "a").map(({ name, verdict }) => [name, verdict])).toEqual(
          verdicts(alone, "a").map(({ name, verdict }) => [name, verdict]),
        )
      }),
      { numRuns: 4 },
    )
  })

  it("are judged as they would be alone, by the same evidence, where one of them fails", () => {
    const faults = undoing("b")
    const design = { "b.ack": "local" }
    const side = run(both, input(["a", "b"], { design, faults }))
    const alone = run(scenario("b"), input(["b"], { design, faults }))
    const broken = (result: RunResult) =>
      result.invariants
        .filter(({ part, verdict }) => part === "b" && verdict === "violated")
        .map(({ name, violation }) => [name, violation?.at, violation?.because])
    expect(broken(side).length).toBeGreaterThan(0)
    expect(broken(side)).toEqual(broken(alone))
  })
})
