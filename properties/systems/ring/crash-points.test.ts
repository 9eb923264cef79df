/**
 * Whoever crashes, and at whatever point of a reshard: it comes to its end, nothing acknowledged is lost, one shard holds each
 * key. A small reshard is played once; then again, once for every instant at which one of its nodes did something that a
 * crash could undo, with that node crashing right then.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Input, run, type Scenario } from "#run"
import { ring } from "#systems"
import { Kind, ordinaryWiring } from "#world"
import { named, violated } from "./play.ts"

const limit = Error.stackTraceLimit
beforeAll(() => {
  Error.stackTraceLimit = 0
})
afterAll(() => {
  Error.stackTraceLimit = limit
})

const small: Scenario = {
  ...named("storm"),
  parts: {
    "": {
      system: ring,
      design: {},
      size: { shards: 2, spare: 1, keys: 6, clients: 3, pace: 0 },
      wiring: ordinaryWiring,
    },
  },
}

const operations: Input["operations"] = [
  ...Array.from({ length: 30 }, (_, nth) => ({
    id: `p${nth}`,
    client: "c1",
    at: 350_000 + nth * 6000,
    call: { _tag: "put", key: nth % 6 },
  })),
  ...Array.from({ length: 30 }, (_, nth) => ({
    id: `g${nth}`,
    client: "c2",
    at: 353_000 + nth * 6000,
    call: { _tag: "get", key: (nth * 5) % 6 },
  })),
  { id: "r1", client: "c3", at: 400_000, call: { _tag: "resize", shards: 3 } },
  { id: "t1", client: "c3", at: 420_000, call: { _tag: "transfer", from: 0, to: 1, amount: 10 } },
]

const baseline: Input = {
  ...named("storm").story(1),
  operations,
  faults: [],
  calmAt: 1_500_000,
  core: ["m1", "m2", "m3", "s1", "s2", "s3"],
  until: 15_000_000,
}

/** What a crash could undo, or cut off from what should follow. */
const points = (): readonly { readonly at: number; readonly node: string }[] => {
  const result = run(small, baseline, { keep: "everything" })
  expect(violated(result)).toEqual([])
  const nodes = result.world.nodes
  const found = new Map<string, { readonly at: number; readonly node: string }>()
  let begun = false
  for (const { kind, node, at, value } of result.trace) {
    const { _tag } = (value ?? {}) as { readonly _tag?: string; readonly step?: string }
    if (_tag === "Published" && (value as { readonly step: string }).step === "announcing") begun = true
    const id = nodes[node]?.id
    if (!begun || id === undefined || nodes[node]?.client === true) continue
    const isPoint =
      kind === Kind.sync || (kind === Kind.fact && ["Adopted", "Moved", "Dropped", "Published"].includes(_tag ?? ""))
    if (isPoint) found.set(`${at} ${id}`, { at: at + 1, node: id })
    if (_tag === "Published" && (value as { readonly step: string }).step === "settled") break
  }
  return [...found.values()]
}

describe("a reshard", () => {
  it("survives the crash of anyone at any point", () => {
    const crashes = points()
    expect(crashes.length).toBeGreaterThan(80)
    for (const [nth, { at, node }] of crashes.entries()) {
      const crash = { id: "f", kind: "crash" as const, target: node, at, for: 60_000 }
      const result = run(small, { ...baseline, faults: [crash] }, { keep: "nothing", digest: false })
      expect([nth, node, at, result.defect, violated(result)]).toEqual([nth, node, at, undefined, []])
      const settled = result.invariants.find(({ name }) => name === "resharding-settles")
      expect([node, at, settled?.verdict]).toEqual([node, at, "holds"])
    }
  })
})
