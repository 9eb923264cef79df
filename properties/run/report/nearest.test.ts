/** The nearest pass: it passes, one thing is different, and what is told as the first difference is the first. */
import { describe, expect, it } from "vitest"
import { decodeToken, diff, type Finding, inPart, readable, reportOf, run } from "#run"
import { scenarios } from "#scenarios"
import { coneOf } from "../../../src/run/report/cone.ts"
import { search } from "../../../src/run/report/nearest.ts"
import { type Broken, proofOf, trailOf } from "../../../src/run/report/trail.ts"
import { findingOf, scenarioOf, smallestOf, unsound } from "./findings.ts"

const ownWrite = scenarioOf("replication/own-write")
const findings: readonly (readonly [string, Finding])[] = [
  ...unsound.map((design) => [design, smallestOf(design)] as const),
  ["the story of an own write", findingOf(run(ownWrite, ownWrite.story(1)))],
]

const searched = findings.map(([design, finding]) => {
  const broken = finding.result.invariants.find(({ name }) => name === finding.invariant) as Broken
  const cone = coneOf(finding.result, proofOf(broken))
  return [
    design,
    { finding, cone, found: search(finding, cone, trailOf(finding.result.trace, proofOf(broken))) },
  ] as const
})

describe("the nearest pass", () => {
  it.each(searched)(
    "is found in no more than 60 runs, and is a run that breaks nothing: %s",
    (_, { finding, found }) => {
      expect(found.runs).toBeLessThanOrEqual(58)
      const { neighbour } = found
      expect(neighbour).toBeDefined()
      const again = run(finding.scenario, neighbour?.result.input ?? finding.input)
      expect(again.digest).toBe(neighbour?.result.digest)
      expect(again.verdict).not.toBe("violated")
      const promise = again.invariants.find(({ part, name }) => inPart(part, name) === finding.invariant)
      expect(["holds", "unknown"]).toContain(promise?.verdict)
    },
  )

  it.each(searched)("differs in one fault or one operation, which is the one it names: %s", (_, { finding, found }) => {
    const { change, result } = found.neighbour ?? expect.fail("there is none")
    const { faults, operations, ...rest } = finding.input
    const { faults: theirs, operations: asked, ...same } = result.input
    expect(same).toEqual(rest)
    const differing = [
      ...faults.filter((each) => !theirs.some((other) => JSON.stringify(other) === JSON.stringify(each))),
      ...operations.filter((each) => !asked.some((other) => JSON.stringify(other) === JSON.stringify(each))),
    ]
    expect(differing.map(({ id }) => id)).toEqual([change.id])
    expect(theirs.length + asked.length).toBe(
      faults.length + operations.length - (change.how === "is left out" ? 1 : 0),
    )
  })

  it.each(searched)("cannot be had a millisecond nearer, where it was moved: %s", (_, { finding, found }) => {
    const { change, result } = found.neighbour ?? expect.fail("there is none")
    const moved = (all: readonly { readonly id: string; readonly at: number; readonly for?: number | undefined }[]) =>
      all.find(({ id }) => id === change.id)
    const list = change.of === "fault" ? "faults" : "operations"
    const [here, there] = [moved(finding.input[list]), moved(result.input[list])]
    if (here === undefined || there === undefined) return
    const nearer = (from: number, to: number) => to - Math.sign(to - from) * 1000
    const closer = {
      ...there,
      at: here.at === there.at ? there.at : nearer(here.at, there.at),
      ...(there.for !== undefined && { for: here.for === there.for ? there.for : nearer(here.for ?? 0, there.for) }),
    }
    const input = {
      ...finding.input,
      [list]: finding.input[list].map((each) => (each.id === change.id ? closer : each)),
    }
    const { invariants } = run(finding.scenario, input)
    const promise = invariants.find(({ part, name }) => inPart(part, name) === finding.invariant)
    expect(promise?.verdict).not.toBe("holds")
  })

  it.each(searched)("is told with the first row in which something else happens: %s", (_, { finding, found }) => {
    const { first, result } = found.neighbour ?? expect.fail("there is none")
    expect(first).toBeDefined()
    const changeItself = new Set(["fault", "heal", "call", "crash", "boot", "stop", "stopped", "pause", "resume"])
    expect(changeItself).not.toContain((first?.a ?? first?.b)?.kind)
    const rows = readable(diff(finding.result, result))
    const position = rows.findIndex(({ a, b }) => (first?.a ?? first?.b)?.meaning === (a ?? b)?.meaning)
    expect(position).toBeGreaterThanOrEqual(0)
    for (const { mark, a, b } of rows.slice(0, position)) {
      const told = a ?? b
      if (mark !== "<" && mark !== ">") expect(["=", "~"]).toContain(mark)
      // What comes before is the change itself, or nothing that decides anything.
      else if (told?.notable)
        expect(["fault", "heal", "crash", "boot", "stop", "stopped", "pause"]).toContain(told.kind)
    }
  })

  it("is brought as near as it still passes, where the first that passes is far", () => {
    const [, { found }] = searched.at(-1) ?? expect.fail("there is none")
    expect(found.neighbour?.change).toEqual({ id: "f1", of: "fault", how: "begins at 1006ms instead of 900ms" })
  })

  it("is told with two tokens that play the two runs", () => {
    const report = reportOf(smallestOf("promote=latest"))
    const [here, there] = report.nearest?.tokens ?? expect.fail("there are none")
    const play = (token: string) => {
      const decoded = decodeToken(token, scenarios)
      if (decoded._tag === "Failure") throw new Error(decoded.failure)
      const { input, digest } = decoded.success
      const result = run(scenarios.find(({ name }) => name === input.scenario) ?? expect.fail(), input)
      expect(result.digest.slice(0, 8)).toBe(digest)
      return result
    }
    expect(play(here).verdict).toBe("violated")
    expect(play(there).verdict).not.toBe("violated")
    expect(report.nearest?.change).toBe("fault ① lasts 730ms instead of 731ms")
  })
})
