/** The report of a pass: what it rests on, and no more than that. */
import { describe, expect, it } from "vitest"
import { type Held, tellPass } from "#run"
import { faultKinds } from "#world"
import { scenarioOf } from "./findings.ts"

const scenario = scenarioOf("replication/storm")
const held: Held = {
  scenario,
  seed: 7,
  verdict: "holds",
  runs: 400,
  survivable: 123,
  exercised: Object.fromEntries(scenario.about.map((name) => [name, 200])),
  faultsFired: { crash: 31, isolate: 4, lie: 0 },
  design: { ack: "quorum" },
  closest: {
    "acknowledged-writes-survive": {
      value: 1,
      of: "disks",
      what: "w3 was on 1 other disk when n1 lost power",
      at: 1_234_000,
    },
  },
}

describe("the report of a pass", () => {
  it("says what held, in how many runs each promise was put to the test, and what struck", () => {
    const lines = tellPass(held)
    expect(lines[0]).toBe("✔ replication/storm holds in 400 runs, seed 7")
    for (const name of scenario.about) expect(lines).toContain(`    200 runs  ${name}`)
    const text = lines.join(" ").replace(/\s+/g, " ")
    expect(text).toContain("FAULTS crash 31, isolate 4 never struck: latency,")
    expect(text).toContain("in 123 runs all of them were judged")
    expect(text).toContain("CLOSEST acknowledged-writes-survive: w3 was on 1 other disk when n1 lost power (1234 ms)")
  })

  it("names every promise that was put to the test too seldom, and claims nothing then", () => {
    const [thin = "", ...rest] = scenario.about
    const exercised = { ...held.exercised, [thin]: 3 }
    const lines = tellPass({ ...held, verdict: "unknown", exercised })
    expect(lines[0]).toBe("? replication/storm is unknown in 400 runs, seed 7")
    expect(lines).toContain(`      3 runs  ${thin}   unknown: 4 are needed`)
    for (const name of rest) expect(lines).toContain(`    200 runs  ${name}`)
    expect(tellPass({ ...held, exercised: { ...exercised, [thin]: 4 } })).toContain(`      4 runs  ${thin}`)
    expect(lines.join(" ").replace(/\s+/g, " ")).toContain("that proves nothing")
    expect(tellPass({ ...held, exercised: {} })).toContain(`      0 runs  ${thin}   unknown: 4 are needed`)
  })

  it("leaves out what it does not know", () => {
    const { closest: _, ...unmeasured } = held
    const lines = tellPass({ ...unmeasured, faultsFired: {}, design: {} })
    expect(lines.join("\n")).not.toMatch(/CLOSEST|DESIGN|never struck/)
    expect(lines).toContain(" FAULTS   none struck")
  })

  it("fits on a page of eighty columns, in ASCII too", () => {
    const faultsFired = Object.fromEntries(Object.keys(faultKinds).map((kind) => [kind, 99_999]))
    const lines = tellPass({ ...held, runs: 1_000_000, faultsFired })
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(lines.length).toBeLessThanOrEqual(60)
    expect(tellPass(held, { ascii: true }).join("")).toMatch(/^[\x20-\x7e]*$/)
  })
})
