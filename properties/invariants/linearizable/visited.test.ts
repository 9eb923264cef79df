/** The configurations that were tried are told apart exactly, and one dominates another only if it can do as much. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Visited } from "../../../src/invariants/linearizable/visited.ts"

interface Tried {
  readonly stage: number
  readonly state: number
  readonly left: readonly number[]
  readonly used: readonly number[]
}

const word = fc.constantFrom(0, 1, 2, 3, 1 << 31)
const tried = fc.record({
  stage: fc.nat(12),
  state: fc.nat(12),
  left: fc.tuple(word, word),
  used: fc.tuple(fc.nat(3), word),
})

const isDominated = (one: Tried, by: Tried): boolean =>
  one.stage === by.stage &&
  one.state === by.state &&
  one.left.every((bits, i) => bits === by.left[i]) &&
  one.used.every((bits, i) => ((by.used[i] as number) & ~bits) === 0)

const visited = new Visited()
const add = ({ stage, state, left, used }: Tried): boolean => {
  // Half of what is left is in the other set.
  const [some, others] = [left.map((bits) => bits & 1), left.map((bits) => bits & ~1)]
  return visited.add(stage, state, Int32Array.from(some), Int32Array.from(others), Int32Array.from(used))
}

describe("what was visited", () => {
  it("is new unless the same was there with no more used", () => {
    fc.assert(
      fc.property(fc.array(tried, { minLength: 1000, maxLength: 2000, size: "max" }), (all) => {
        visited.reset(2, 2)
        const kept = new Map<string, Tried[]>()
        for (const one of all) {
          const alike = kept.get(`${one.stage} ${one.state}`) ?? []
          const isNew = !alike.some((other) => isDominated(one, other))
          expect(add(one)).toBe(isNew)
          if (isNew) kept.set(`${one.stage} ${one.state}`, [...alike, one])
        }
      }),
      { numRuns: 6 },
    )
  })

  it("has an end", () => {
    visited.reset(1, 1000)
    const used = new Int32Array(1000)
    let count = 0
    for (; !visited.full; count++) {
      used[count % 1000] = ~count
      visited.add(count, 0, Int32Array.of(0), Int32Array.of(0), used)
    }
    expect(count * 4000).toBeGreaterThan(60e6)
    expect(count * 4000).toBeLessThan(70e6)
    visited.reset(1, 1)
    expect(visited.full).toBe(false)
    expect(visited.add(0, 0, Int32Array.of(0), Int32Array.of(0), Int32Array.of(0))).toBe(true)
  })
})
