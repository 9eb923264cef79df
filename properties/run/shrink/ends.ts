/** What shakes of the unsound designs end with under some seeds, and what must be so of each. */
import { expect } from "vitest"
import { encodeToken, inPart, run, type ViolationFound } from "#run"
import {
  fewest,
  linesOf,
  seedsInTests,
  shrunk,
  smallStorm,
  type Unsound,
  unsound,
} from "../../../src/bench/shrinking/known.ts"

export interface End {
  readonly value: Unsound
  readonly seed: number
  readonly violation: ViolationFound
}

/** The ends of every other seed, from the first or the second on. */
export const endsOf = (half: 0 | 1): readonly End[] =>
  unsound.flatMap((value) =>
    Array.from({ length: seedsInTests[value.name] ?? 0 }, (_, nth) => nth + 1)
      .filter((seed) => seed % 2 === half)
      .map((seed) => ({ value, seed, violation: shrunk(value, seed).violation })),
  )

const isBroken = (violation: ViolationFound, input = violation.input): boolean =>
  run(smallStorm, input, { keep: "nothing", digest: false, only: violation.invariant }).invariants.some(
    ({ part, name, verdict }) => inPart(part, name) === violation.invariant && verdict === "violated",
  )

/** Whether it ends with as few lines as are known to do. */
export const isSmallest = ({ value, violation }: End): boolean => linesOf(violation) <= (fewest[value.name] ?? 0)

/** How often each number of lines was the end, for whoever reads a failure. */
export const told = (ends: readonly End[]): readonly string[] =>
  ends
    .filter((end) => !isSmallest(end))
    .map(({ value, seed, violation }) => `${value.name} ${seed}: ${linesOf(violation)}`)

/** It breaks the same promise, of which nothing can be left out, under the same dice, and fits into a line. */
export const expectMinimal = ({ value, violation }: End): void => {
  const { input, drawnFrom, invariant } = violation
  expect(invariant).toBe(value.invariant)
  expect(isBroken(violation)).toBe(true)
  expect(input.seed).toBe(drawnFrom.seed)
  for (const list of ["faults", "operations"] as const) {
    for (const gone of input[list]) {
      const rest = (input[list] as readonly { readonly id: string }[]).filter((each) => each !== gone)
      expect(isBroken(violation, { ...input, [list]: rest }), `${value.name} without ${gone.id}`).toBe(false)
    }
  }
  if (linesOf(violation) <= 3) expect((encodeToken(input, "0".repeat(8), smallStorm) ?? "").length).toBeLessThan(200)
}
