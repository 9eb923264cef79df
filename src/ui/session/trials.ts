/** The designs that an input was played under, and what to call them side by side. */
import { inPart, type Scenario } from "#run"
import type { Design } from "#system"

/** A design that the same input was played under, and what came of it. */
export interface Trial {
  /** Every choice. */
  readonly design: Design
  /** What an input says of it: only what differs from the scenario's own. */
  readonly chosen: Design
  readonly verdict: "violated" | "holds" | "unknown"
  /** When it broke, in microseconds. */
  readonly brokeAt: number | undefined
}

/** What is said of a trial beside others. */
export interface TrialLabel extends Pick<Trial, "verdict" | "brokeAt"> {
  /** Only the choices that tell it from the others. */
  readonly label: string
  readonly current: boolean
}

export const sameDesign = (left: Design, right: Design): boolean => choicesApart([left, right]).length === 0

/** The choices in which designs differ from each other. */
export const choicesApart = (designs: readonly Design[]): readonly string[] =>
  Object.keys(designs[0] ?? {}).filter((choice) => new Set(designs.map((design) => design[choice])).size > 1)

const usualDesign = ({ parts }: Scenario): Design =>
  Object.fromEntries(
    Object.entries(parts).flatMap(([as, { system }]) =>
      Object.entries(system.designs).map(([choice, { default: value }]) => [inPart(as, choice), value]),
    ),
  )

/** Several trials by what tells them apart; one alone by what tells it from the sound defaults. The last one is current. */
export const labelTrials = (trials: readonly Trial[], scenario: Scenario): readonly TrialLabel[] => {
  const designs = trials.map(({ design }) => design)
  const told = choicesApart(designs.length > 1 ? designs : [...designs, usualDesign(scenario)])
  return trials.map(({ design, verdict, brokeAt }, nth) => ({
    label: told.map((choice) => `${choice}=${design[choice]}`).join(" ") || "sound defaults",
    verdict,
    brokeAt,
    current: nth === trials.length - 1,
  }))
}
