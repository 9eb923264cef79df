/**
 * A checker against the definition. On small histories every order is tried, and the verdicts must agree; on larger
 * ones the definition is asked about the evidence alone, which must be impossible, and possible without any one of its
 * operations.
 */
import * as fc from "fast-check"
import { expect, it } from "vitest"
import type { AccessHistory, Finding, OrderOptions } from "#invariants"
import { histories, replicatedHistories, type Shape, without } from "./histories.ts"
import type { Given } from "./oracles.ts"

export interface Agreement {
  readonly check: (history: AccessHistory, options?: OrderOptions) => Finding
  readonly holds: (history: AccessHistory, given?: Given) => boolean
  /** Whether an order of versions that is given matters. */
  readonly ordered: boolean
  /** Enough for every kind of violation, and not too much to try all orders. */
  readonly small: Shape
}

export const few: Shape = { operations: 6, processes: 3, keys: 2 }

/** Half of them at random, half what clients of replicas see. */
const either = (shape: Shape) => fc.oneof(histories(shape), replicatedHistories(shape))

/** An order of versions as good as any: by a hash of the value, some in the same place, and one in five in none. */
const someOrder = fc.nat().map((salt): Given => {
  return (_, value) => {
    const hash = Math.imul((value as number) + salt, 0x9e3779b1) >>> 8
    return hash % 5 === 0 ? undefined : hash % 7
  }
})

/** The tests that a checker and the definition agree. */
export const agree = ({ check, holds, ordered, small }: Agreement): void => {
  it("is violated in a small history if no order explains it, and only then", () => {
    let violated = 0
    fc.assert(
      fc.property(either(small), (history) => {
        const isViolated = check(history).verdict === "violated"
        if (isViolated) violated++
        expect(isViolated).toBe(!holds(history))
      }),
      { numRuns: 2300, seed: 1 },
    )
    expect(violated).toBeGreaterThan(10)
  })

  if (ordered)
    it("is violated if no order explains it that keeps the order of versions that is given", () => {
      let violated = 0
      fc.assert(
        fc.property(either(few), someOrder, (history, order) => {
          const isViolated = check(history, { order }).verdict === "violated"
          if (isViolated && check(history).verdict !== "violated") violated++
          expect(isViolated).toBe(!holds(history, order))
        }),
        { numRuns: 400, seed: 2 },
      )
      expect(violated).toBeGreaterThan(0)
    })

  it("is violated by its evidence alone, and by nothing less", () => {
    let violated = 0
    fc.assert(
      fc.property(either({ operations: 24, processes: 4, keys: 3 }), (history) => {
        const { verdict, evidence, because } = check(history)
        if (verdict !== "violated") return
        violated++
        const alone = history.filter(({ id }) => evidence.includes(id))
        expect(alone.map(({ id }) => id)).toEqual(evidence)
        expect(holds(alone)).toBe(false)
        for (const each of alone) expect(holds(without(alone, each))).toBe(true)
        for (const { id, input } of alone) if (input._tag === "read") expect(because.join()).toContain(`(${id})`)
      }),
      { numRuns: 200, seed: 3 },
    )
    expect(violated).toBeGreaterThan(10)
  })
}
