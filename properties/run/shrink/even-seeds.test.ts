/** Shrinking ends at the fewest lines known in at least 95 of 100 cases, and every end is one-minimal. The other half is next door. */
import { expect, test } from "vitest"
import { endsOf, expectMinimal, isSmallest, told } from "./ends.ts"

test("what a shake of an unsound design ends with is one-minimal, and nearly always as small as is known: even seeds", {
  timeout: 400_000,
}, () => {
  const ends = endsOf(0)
  for (const end of ends) expectMinimal(end)
  expect(ends.length).toBeGreaterThan(45)
  expect(ends.filter(isSmallest).length / ends.length, told(ends).join(", ")).toBeGreaterThanOrEqual(0.95)
})
