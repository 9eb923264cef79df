/** A scenario as an assertion, for a test of any runner. */

import { reportOf, tellReport } from "./report/index.ts"
import type { Scenario } from "./scenario.ts"
import { leastExercised, type ShakeOptions, shake } from "./shake.ts"

export interface HoldsOptions extends Partial<ShakeOptions> {
  /** Passes a batch in which something was hardly put to the test, instead of failing it. */
  readonly unknown?: "allow"
}

/**
 * Shakes a scenario and throws where a promise breaks: the error's message is the report, down to the line that plays it
 * again. A batch that proved nothing throws too, naming what was not put to the test.
 */
export const holds = (scenario: Scenario, options: HoldsOptions = {}): void => {
  const { unknown, ...rest } = options
  const result = shake(scenario, { seed: 1, runs: 200, ...rest })
  if (result.defect !== undefined) throw new Error(`${scenario.name}: our mistake, ${result.defect.line}`)
  if (result.violation !== undefined) {
    throw new Error(tellReport(reportOf({ scenario, ...result.violation })).join("\n"))
  }
  if (result.verdict !== "unknown" || unknown === "allow") return
  const least = leastExercised(result.runs)
  const thin = scenario.about
    .filter((name) => (result.exercised[name] ?? 0) < least)
    .map((name) => `${name} in ${result.exercised[name] ?? 0}`)
  throw new Error(
    `${scenario.name}: unknown after ${result.runs} runs, put to the test too seldom (${least} needed): ${thin.join(", ")}`,
  )
}
