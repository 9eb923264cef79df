/**
 * Shrinking to one-minimal: the smallest input found that breaks the same promise, of which nothing can be left out.
 *
 * Faults first, then nodes, operations, keys and values, and times last (to round numbers), again and again until nothing
 * gets smaller. Dice are named by their causes, so what is left out re-rolls nothing else.
 */
import type { Input } from "../input.ts"
import type { Scenario } from "../scenario.ts"
import { makeFamiliar, merge } from "./faults.ts"
import { halve, nameMessages } from "./messages.ts"
import { mergeOperations, simplifyCalls } from "./operations.ts"
import { Reduction } from "./reduction.ts"
import { cutShort, giveTime, leaveOut, tellTimes } from "./removal.ts"
import { oneFault } from "./single.ts"
import { lowerSize, simplifyRest, trade } from "./size.ts"
import { roundTimes, shiftEarlier } from "./times.ts"

export interface Shrunk {
  readonly input: Input
  /** How many smaller inputs were accepted, and how many were played. */
  readonly steps: number
  readonly tried: number
}

export interface ShrinkOptions {
  /** How many candidates may be played. */
  readonly most?: number
  readonly onTry?: () => void
}

const mostCandidates = 800

const passes = [
  cutShort,
  (reduction: Reduction) => leaveOut(reduction, "faults"),
  tellTimes,
  lowerSize,
  (reduction: Reduction) => leaveOut(reduction, "operations"),
  cutShort,
  shiftEarlier,
  simplifyRest,
  merge,
  mergeOperations,
  trade,
  makeFamiliar,
  nameMessages,
  halve,
  simplifyCalls,
  lowerSize,
  roundTimes,
]

const untilNothingGetsSmaller = (reduction: Reduction): void => {
  for (let before = -1; before !== reduction.steps; ) {
    before = reduction.steps
    for (const pass of passes) pass(reduction)
  }
}

/** The input must break the invariant, named `part.name` where there are several parts. */
export const shrink = (scenario: Scenario, input: Input, invariant: string, options: ShrinkOptions = {}): Shrunk => {
  const { most = mostCandidates, onTry = () => {} } = options
  const reduction = new Reduction(scenario, input, invariant, most, onTry)
  untilNothingGetsSmaller(reduction)
  // A search, not a step down, so it comes last; what it finds may get smaller again.
  while (oneFault(reduction)) untilNothingGetsSmaller(reduction)
  giveTime(reduction, input)
  return { input: reduction.smallest, steps: reduction.steps, tried: reduction.tried }
}
