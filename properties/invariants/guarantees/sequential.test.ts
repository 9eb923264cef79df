/** The search for one order: that it is needed, what it finds, and when it gives up. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type AccessHistory, checkCausal, checkCausalConvergence, checkSequential } from "#invariants"
import { accesses, histories, replicatedHistories, without } from "./histories.ts"

/**
 * Two keys, each written twice, and readers who tie their orders together: whether x had 1 before 2 decides whether y
 * had, in four ways that can't all be. No read forces anything by itself.
 */
const knot = accesses(
  [
    "a w x 1, b w x 2, c w y 1, d w y 2",
    "e r y 1, e r x 1, f r x 2, f r y 2",
    "g r y 2, g r x 1, h r x 2, h r y 1",
    "i r y 1, i r x 2, j r x 1, j r y 2",
    "k r y 2, k r x 2, l r x 1, l r y 1",
  ].join(", "),
)

/** Replays an order: each session's is kept, and each read returns the latest write of its key. */
const replays = (history: AccessHistory, order: readonly string[]): boolean => {
  const operations = order.map((id) => history.find((each) => each.id === id))
  const state = new Map<string, unknown>()
  return operations.every((operation, nth) => {
    if (operation === undefined) return false
    const { input, outcome, process } = operation
    const overtaken = history
      .slice(0, history.indexOf(operation))
      .filter((each) => each.process === process && each.outcome._tag === "ok")
    if (overtaken.some((each) => !operations.slice(0, nth).includes(each))) return false
    const { key = "" } = input
    if (input._tag === "read") return outcome._tag === "ok" && (state.get(key) ?? null) === outcome.value
    state.set(key, input.value)
    return true
  })
}

describe("a history that forces nothing and has no order", () => {
  it("is refuted by trying them all", () => {
    expect(checkCausal(knot).verdict).toBe("holds")
    expect(checkCausalConvergence(knot).verdict).toBe("holds")
    const { verdict, evidence, because } = checkSequential(knot)
    expect(verdict).toBe("violated")
    expect(evidence).toEqual(knot.map(({ id }) => id))
    expect(because.at(-1)).toBe("None of the orders that keep each session's lets every read return the latest write.")
  })

  it("has one without any of its operations", () => {
    for (const each of knot) {
      const less = without(knot, each)
      const { verdict, witness = [] } = checkSequential(less)
      expect(verdict).toBe("holds")
      expect(replays(less, witness)).toBe(true)
    }
  })

  it("is not refuted by less that only looks impossible once one of two writes of a value is left out", () => {
    const [m, n, o, p] = accesses("m w x 5, n w x 5, o r x 5, o r x nil").map((each) => ({
      ...each,
      id: `${each.id}'`,
    }))
    if (m === undefined || n === undefined || o === undefined || p === undefined) throw new Error("There are four.")
    expect(checkSequential([m, n, o, p]).verdict).toBe("unknown")
    expect(checkSequential([m, o, p]).verdict).toBe("violated")
    expect(checkSequential([m, o, p, ...knot, n]).evidence).toEqual(knot.map(({ id }) => id))
  })

  it("is left unknown where the steps don't suffice, always after the same", () => {
    expect(checkSequential(knot, { steps: 3 })).toEqual({
      verdict: "unknown",
      exercised: 16,
      evidence: [],
      because: ["Gave up after 3 steps."],
    })
    const enough = (steps: number) => checkSequential(knot, { steps }).verdict === "violated"
    const least = Array.from({ length: 1000 }, (_, steps) => steps).find(enough) ?? 0
    expect(least).toBeGreaterThan(10)
    expect(enough(least + 1)).toBe(true)
  })
})

describe("an order that is found", () => {
  it("keeps each session's, holds what was answered, and lets every read return the latest write", () => {
    let found = 0
    const shapes = [
      histories({ operations: 16, processes: 4, keys: 2 }),
      replicatedHistories({ operations: 24, processes: 4, keys: 3 }),
    ]
    fc.assert(
      fc.property(fc.oneof(...shapes), (history) => {
        const { verdict, witness } = checkSequential(history)
        expect(witness === undefined).toBe(verdict === "violated" || verdict === "unknown")
        if (witness === undefined) return
        found++
        expect(replays(history, witness)).toBe(true)
        const happened = history.filter(({ input, outcome }) =>
          input._tag === "write" ? outcome._tag === "ok" : outcome._tag === "ok",
        )
        expect(happened.every(({ id }) => witness.includes(id))).toBe(true)
      }),
      { numRuns: 500, seed: 1 },
    )
    expect(found).toBeGreaterThan(50)
  })

  it("is found for sessions that don't know of each other, however many", () => {
    const history = Array.from({ length: 40 }, (_, p) => `p${p} w x ${p + 1}, p${p} w y ${p + 1}, p${p} r x ${p + 1}`)
    expect(checkSequential(accesses(history.join(", "))).verdict).toBe("holds")
    expect(checkCausal(accesses(history.join(", "))).verdict).toBe("holds")
  })
})
