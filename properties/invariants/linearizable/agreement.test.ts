/** The engines and the oracle, which know nothing of each other, say the same of thousands of random histories. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { History } from "../../../src/invariants/history.ts"
import { decideLinearizable, type Model } from "../../../src/invariants/linearizable/index.ts"
import { search } from "../../../src/invariants/linearizable/jit.ts"
import { partsOf } from "../../../src/invariants/linearizable/part.ts"
import { zones } from "../../../src/invariants/linearizable/zones.ts"
import { cases } from "./cases.ts"
import * as toys from "./histories.ts"
import { isLinearizable } from "./wgl.ts"

const verdictOf = (holds: boolean | undefined) => (holds ? "holds" : "violated")

const searched = (model: Model, history: History): string | undefined =>
  partsOf(model, history).map((part) => search(model, part, 1e7).verdict)[0]

/** Undefined where versions are not unique. */
const ordered = (model: Model, history: History): string | undefined =>
  partsOf(model, history).map((part) => {
    const versions = model.versions?.(part.operations)
    return versions && zones(part, versions).verdict
  })[0]

/** A model that knows nothing about itself. */
const bare = ({ name, initial, step, unseen, say }: Model): Model => ({ name, initial, step, unseen, say })

const runs = 2000

describe("on random histories", () => {
  it.each(cases)("of $name the engines and the oracle agree", ({ toy, shape, isUnique = false }) => {
    const seen = { holds: 0, violated: 0, ordered: 0, pending: 0 }
    fc.assert(
      fc.property(toys.histories(toy, shape), (history) => {
        const expected = verdictOf(isLinearizable(toy.model, history))
        expect(searched(toy.model, history) ?? "holds").toBe(expected)
        const byOrder = ordered(toy.model, history)
        if (byOrder !== undefined) expect(byOrder).toBe(expected)
        expect(decideLinearizable(toy.model, history)).toBe(expected)
        seen[expected as "holds" | "violated"]++
        if (byOrder !== undefined) seen.ordered++
        if (history.some(({ outcome }) => outcome._tag === "unknown")) seen.pending++
      }),
      { numRuns: runs },
    )
    expect(Math.min(seen.holds, seen.violated)).toBeGreaterThan(runs / 5)
    expect(seen.pending).toBeGreaterThan(runs / 4)
    if (isUnique) expect(seen.ordered).toBeGreaterThan(runs / 2)
  })

  it.each(cases)("of $name a model without hints gets the same verdicts", ({ toy, shape }) => {
    fc.assert(
      fc.property(toys.histories(toy, { ...shape, operations: 10 }), (history) => {
        const hinted = decideLinearizable(toy.model, history)
        expect(decideLinearizable(bare(toy.model), history)).toBe(hinted)
      }),
      { numRuns: 200 },
    )
  })
})

describe("of more than 32 operations that are open at a time", () => {
  const wide = { operations: 90, processes: 45, least: 60, takes: 40, lies: 80 }
  const shapes = [
    { name: "answered", toy: toys.readers, shape: wide },
    { name: "pending", toy: toys.uniqueRegisters, shape: { ...wide, unanswered: 2 } },
  ]

  it.each(shapes)("most of which are $name, the search says what the order of versions says", ({ toy, shape }) => {
    const seen = { holds: 0, violated: 0, unknown: 0 }
    fc.assert(
      fc.property(toys.histories(toy, shape), (history) => {
        const verdict = searched(toy.model as Model, history) as keyof typeof seen
        if (verdict !== "unknown") expect(verdict).toBe(ordered(toy.model as Model, history))
        seen[verdict]++
      }),
      { numRuns: 200 },
    )
    expect(Math.min(seen.holds, seen.violated)).toBeGreaterThan(10)
  })

  it("the search finds an order where the oracle does, of values that are not unique", () => {
    let found = 0
    fc.assert(
      fc.property(toys.histories(toys.casReaders, wide), (history) => {
        if (isLinearizable(toys.casReaders.model, history, 200) !== true) return
        expect(searched(toys.casReaders.model as Model, history)).toBe("holds")
        found++
      }),
      { numRuns: 100 },
    )
    expect(found).toBeGreaterThan(5)
  })
})
