/** Plain data is told apart by its contents, whatever it is. */
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { identityOf } from "../../../src/invariants/linearizable/identity.ts"

const data = fc.jsonValue({ maxDepth: 2 })

it("tells apart what is not equal, and nothing else", () => {
  fc.assert(
    fc.property(data, data, (a, b) => {
      const isEqual = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
      expect(identityOf(a) === identityOf(b)).toBe(isEqual)
      expect(identityOf(structuredClone(a))).toBe(identityOf(a))
    }),
    { numRuns: 2000 },
  )
})

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, sorted(each)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

it("tells texts from what looks like them", () => {
  const all = [
    1,
    "1",
    [1],
    ["1"],
    { a: 1 },
    "[1]",
    '{"a":1}',
    "\u0000[1]",
    null,
    "null",
    undefined,
    [undefined],
    [],
    {},
    "",
    true,
    "true",
    1n,
  ]
  expect(new Set(all.map(identityOf)).size).toBe(all.length)
})

it("refuses what has more to it than its contents", () => {
  for (const each of [new Map(), new Set(), new Date(0), [new Map()], () => 1, Symbol("x")]) {
    expect(() => identityOf(each)).toThrow(TypeError)
  }
})
