/**
 * Staleness against its definition: the least span by which reads might have begun earlier for the history to be
 * linearizable.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type AccessHistory, checkStaleness, decideLinearizable, register } from "#invariants"
import { accesses, histories, replicatedHistories, without } from "./histories.ts"
import { isAtomicWithin } from "./oracles.ts"

const drawn = (operations: number) =>
  fc.oneof(histories({ operations, processes: 3, keys: 1 }), histories({ operations, processes: 4, keys: 2 }))

describe("how stale reads are", () => {
  it("is the least for which there is an order", () => {
    const seen = new Map<boolean, number>()
    fc.assert(
      fc.property(drawn(6), (history) => {
        const { staleness, verdict, exercised } = checkStaleness(history)
        seen.set(staleness > 0, (seen.get(staleness > 0) ?? 0) + 1)
        if (staleness === Number.POSITIVE_INFINITY) {
          expect(verdict).toBe("violated")
          expect(isAtomicWithin(history, 1_000_000)).toBe(false)
          return
        }
        expect(verdict).toBe(exercised > 0 ? "holds" : "unknown")
        expect(isAtomicWithin(history, staleness)).toBe(true)
        if (staleness > 0) expect(isAtomicWithin(history, staleness - 1)).toBe(false)
      }),
      { numRuns: 2500, seed: 1 },
    )
    expect(seen.get(false)).toBeGreaterThan(500)
    expect(seen.get(true)).toBeGreaterThan(500)
  })

  const lasts = fc.nat({ max: 40 })

  it("is the least for which a checker of linearizability finds an order, in histories of any length", () => {
    let stale = 0
    const isLinearizable = (history: AccessHistory, earlier: number) =>
      decideLinearizable(
        register(),
        history.map((each) => (each.input._tag === "read" ? { ...each, calledAt: each.calledAt - earlier } : each)),
      ) === "holds"
    fc.assert(
      fc.property(
        replicatedHistories({ operations: 60, processes: 6, keys: 1 }),
        fc.infiniteStream(lasts),
        (drawn, stream) => {
          const history = drawn.map((each) => ({ ...each, returnedAt: each.calledAt + (stream.next().value ?? 0) }))
          const { staleness } = checkStaleness(history)
          if (staleness === Number.POSITIVE_INFINITY) return
          if (staleness > 0) stale++
          expect(isLinearizable(history, staleness)).toBe(true)
          expect(staleness === 0 || !isLinearizable(history, staleness - 1)).toBe(true)
        },
      ),
      { numRuns: 400, seed: 3 },
    )
    expect(stale).toBeGreaterThan(50)
  })

  it("is violated beyond a bound by its evidence alone, which is as stale, and by nothing less", () => {
    let violated = 0
    fc.assert(
      fc.property(drawn(20), fc.nat({ max: 12 }), (history, bound) => {
        const { verdict, staleness, evidence } = checkStaleness(history, { bound })
        expect(verdict === "violated").toBe(staleness > bound)
        if (verdict !== "violated") return
        violated++
        const alone = history.filter(({ id }) => evidence.includes(id))
        expect(evidence).toEqual(alone.map(({ id }) => id))
        const least = Math.min(staleness, 1_000_000) - 1
        expect(isAtomicWithin(alone, least)).toBe(false)
        for (const each of alone) expect(isAtomicWithin(without(alone, each), least)).toBe(true)
      }),
      { numRuns: 400, seed: 2 },
    )
    expect(violated).toBeGreaterThan(50)
  })

  it("is told with the moments that prove it", () => {
    expect(checkStaleness(accesses("p w x 1, q w x 2, r r y nil, p r x 1"), { bound: 4 })).toEqual({
      verdict: "violated",
      exercised: 2,
      evidence: ["w1", "w2", "r4"],
      because: [
        "q wrote x=2 (w2), and that was over at 15.",
        "p read x=1 (r4), and that began at 30.",
        "p wrote x=1 (w1), and that was over at 5.",
        "q wrote x=2 (w2), and that began at 10.",
        "So whichever of x=1 and x=2 came first, a read was stale by 15 or more; the bound is 4.",
      ],
      staleness: 15,
    })
  })

  it("is without bound where a read was over before its write began", () => {
    expect(checkStaleness(accesses("p r x 1, q w x 1"))).toEqual({
      verdict: "violated",
      exercised: 1,
      evidence: ["r1", "w2"],
      because: ["p read x=1 (r1) before q began to write it (w2)."],
      staleness: Number.POSITIVE_INFINITY,
    })
  })
})
