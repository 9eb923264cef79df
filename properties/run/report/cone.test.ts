/** The past of a violation: closed under whatever could have had a part in it, and nothing outside of it matters. */
import { describe, expect, it } from "vitest"
import { type Finding, type Input, type RunResult, run } from "#run"
import { Kind } from "#sim"
import { type Cone, coneOf } from "../../../src/run/report/cone.ts"
import { type Broken, proofOf, trailOf } from "../../../src/run/report/trail.ts"
import { smallestOf, stormsOf, unsound } from "./findings.ts"

const brokenIn = (result: RunResult, invariant: string): Broken =>
  result.invariants.find(({ name, verdict }) => name === invariant && verdict === "violated") as Broken

const small = unsound.map((design) => [design, smallestOf(design)] as const)
const storms = (["ack=local", "read=any", "promote=latest", "apply=on-arrival"] as const).flatMap((design) =>
  stormsOf(design, 2, 11).map((finding, nth) => [`${design}, storm ${nth + 1}`, finding] as const),
)
const all: readonly (readonly [string, Finding])[] = [...small, ...storms]

const pastOf = ({ result, invariant }: Finding): { readonly cone: Cone; readonly tips: readonly number[] } => {
  const tips = proofOf(brokenIn(result, invariant))
  return { cone: coneOf(result, tips), tips }
}

/** What the network does with a message is no deed of the node at which it is noted. */
const networks = new Set<number>([Kind.drop, Kind.hold, Kind.duplicate])

describe("the cone of a violation", () => {
  it.each(all)("is closed under causes, and under what came before at the same node: %s", (_, finding) => {
    const { trace } = finding.result
    const { cone, tips } = pastOf(finding)
    for (const tip of tips) expect(cone.has(tip)).toBe(true)
    const latest = new Map<number, number>()
    let members = 0
    for (const { index, kind, node, cause } of trace) {
      if (cone.has(index)) {
        members++
        expect(cause < 0 || cone.has(cause)).toBe(true)
        const before = latest.get(node)
        if (node >= 0 && !networks.has(kind) && before !== undefined) expect(cone.has(before)).toBe(true)
      }
      if (node >= 0 && !networks.has(kind)) latest.set(node, index)
    }
    expect(members).toBe(cone.size)
  })

  it.each(all)("knows of every message that did not reach a node of it: %s", (_, finding) => {
    const { trace } = finding.result
    const { cone } = pastOf(finding)
    const last = new Map<number, number>()
    for (const { index, kind, node } of trace) if (cone.has(index) && !networks.has(kind)) last.set(node, index)
    let dead = 0
    for (const { index, kind, cause } of trace) {
      if (kind !== Kind.drop || index > (last.get(trace.entry(cause).peer) ?? -1)) continue
      dead++
      expect(cone.has(index)).toBe(true)
    }
    if (finding.input.faults.some(({ kind }) => kind === "isolate")) expect(dead).toBeGreaterThan(0)
  })

  it.each(all)("holds the trail of its proof, and ends with the violation: %s", (_, finding) => {
    const { cone, tips } = pastOf(finding)
    for (const index of trailOf(finding.result.trace, tips)) expect(cone.has(index)).toBe(true)
    const { entry } = brokenIn(finding.result, finding.invariant).violation
    for (let index = entry + 1; index < finding.result.trace.length; index++) expect(cone.has(index)).toBe(false)
  })

  it.each(small)("leads from what a client was told to the message that told it: %s", (_, { result }) => {
    const { trace } = result
    let told = 0
    for (const { index, at, kind, node } of trace) {
      if (kind !== Kind.return) continue
      const heard = [...trace].findLast(
        (entry) => entry.index < index && entry.node === node && entry.kind === Kind.deliver,
      )
      if (heard === undefined || heard.at !== at) continue
      told++
      expect(trailOf(trace, [index])).toContain(heard.index)
    }
    expect(told).toBe([...trace].filter(({ kind }) => kind === Kind.return).length)
  })

  it.each(small)("touches every fault of an input of which nothing can be left out: %s", (design, finding) => {
    const { cone } = pastOf(finding)
    expect([...cone.faults].sort()).toEqual(finding.input.faults.map(({ id }) => id).sort())
    if (design !== "backlog=unbounded") {
      expect([...cone.operations].sort()).toEqual(finding.input.operations.map(({ id }) => id).sort())
    }
  })

  it.each(storms)("loses nothing when the faults and operations outside of it are left out: %s", (_, finding) => {
    const { scenario, input, result, invariant } = finding
    const { cone } = pastOf(finding)
    const without = (input: Input): Input => ({
      ...input,
      faults: input.faults.filter(({ id }) => cone.faults.has(id)),
      operations: input.operations.filter(({ id }) => cone.operations.has(id)),
    })
    const smaller = without(input)
    const again = brokenIn(run(scenario, smaller), invariant)
    const { at, because } = brokenIn(result, invariant).violation
    expect(again?.violation.at).toBe(at)
    expect(again?.violation.because).toBe(because)
  })

  it("is less than the whole storm", () => {
    const outside = storms.flatMap(([, finding]) => {
      const { cone } = pastOf(finding)
      const { faults, operations } = finding.input
      return [faults.length - cone.faults.size, operations.length - cone.operations.size]
    })
    expect(Math.min(...outside)).toBeGreaterThanOrEqual(0)
    expect(outside.filter((number) => number > 0).length).toBeGreaterThan(storms.length)
  })
})
