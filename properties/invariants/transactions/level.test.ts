import { describe, expect, it } from "vitest"
import { isolationLevels } from "#invariants"
import { anomalyNames } from "../../../src/invariants/transactions/anomaly.ts"
import { forbiddenAt, impliedBy, strongestOf, weakestOf } from "../../../src/invariants/transactions/level.ts"

describe("the isolation levels", () => {
  it("are listed each after all that it implies", () => {
    for (const [place, level] of isolationLevels.entries()) {
      for (const weaker of impliedBy(level)) expect(isolationLevels.indexOf(weaker)).toBeLessThanOrEqual(place)
    }
  })

  it("forbid what the levels that they imply forbid, and the strongest forbids everything", () => {
    for (const level of isolationLevels) {
      for (const weaker of impliedBy(level)) {
        for (const name of forbiddenAt(weaker)) expect(forbiddenAt(level)).toContain(name)
      }
    }
    expect([...forbiddenAt("strict-serializable")].sort()).toEqual([...anomalyNames].sort())
  })

  it("know their boundary", () => {
    expect(weakestOf(["serializable", "snapshot-isolation", "strict-serializable"])).toEqual(["snapshot-isolation"])
    expect(strongestOf(["read-committed", "read-atomic", "cursor-stability"])).toEqual([
      "read-atomic",
      "cursor-stability",
    ])
    expect(weakestOf(isolationLevels)).toEqual(["read-uncommitted"])
    expect(strongestOf(isolationLevels)).toEqual(["strict-serializable"])
  })
})
