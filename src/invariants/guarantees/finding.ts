/** What a checker found, and what proves it. */
import type { Verdict } from "../invariant.ts"

export interface Finding {
  /** `unknown` where nothing was put to the test, or where the search was given up. */
  readonly verdict: Verdict
  /** How often the promise was put to the test. */
  readonly exercised: number
  /** Ids of what alone breaks the promise: leaving out any of it leaves nothing broken. Empty unless violated. */
  readonly evidence: readonly string[]
  /** Why it is violated, a sentence for each step, or what left it unknown. Empty where it holds. */
  readonly because: readonly string[]
}

/** A verdict without a violation. */
export const unbroken = (exercised: number, doubts: readonly string[] = []): Finding => {
  if (exercised === 0) return { verdict: "unknown", exercised, evidence: [], because: ["Nothing put it to the test."] }
  return { verdict: doubts.length > 0 ? "unknown" : "holds", exercised, evidence: [], because: doubts }
}

export const broken = (exercised: number, evidence: readonly string[], because: readonly string[]): Finding => ({
  verdict: "violated",
  exercised,
  evidence,
  because,
})
