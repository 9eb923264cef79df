/**
 * The whole ladder for one history: from linearizable down to what a session may expect, each rung with a verdict.
 * Names and implications are those of Viotti & Vukolić (2016); that PRAM does not imply writes follow reads, and
 * neither form of causality the other, is Brzezinski et al. (2004) and Bouajjani et al. (2017).
 */
import { checkLinearizable, register } from "../linearizable/index.ts"
import type { AccessHistory } from "./access.ts"
import { checkCausal, checkCausalConvergence, checkWeaklyCausal } from "./causal.ts"
import { broken, type Finding, unbroken } from "./finding.ts"
import { checkSequential } from "./sequential.ts"
import {
  checkMonotonicReads,
  checkMonotonicWrites,
  checkPram,
  checkReadYourWrites,
  checkWritesFollowReads,
} from "./session-guarantees.ts"
import { checkStaleness, type StalenessFinding, type StalenessOptions } from "./staleness.ts"
import { sayAccess } from "./words.ts"

/** From the strongest down. */
export const rungNames = [
  "linearizable",
  "sequential",
  "causally convergent",
  "causal",
  "weakly causal",
  "PRAM",
  "writes follow reads",
  "monotonic writes",
  "monotonic reads",
  "read your writes",
  "bounded staleness",
] as const
export type RungName = (typeof rungNames)[number]

/** What each rung implies at once. */
export const implied: Readonly<Record<RungName, readonly RungName[]>> = {
  linearizable: ["sequential", "bounded staleness"],
  sequential: ["causally convergent", "causal"],
  "causally convergent": ["weakly causal", "PRAM", "writes follow reads"],
  causal: ["weakly causal", "PRAM", "writes follow reads"],
  "weakly causal": ["read your writes"],
  PRAM: ["monotonic writes", "monotonic reads", "read your writes"],
  "writes follow reads": [],
  "monotonic writes": [],
  "monotonic reads": [],
  "read your writes": [],
  "bounded staleness": [],
}

export interface LadderOptions extends StalenessOptions {
  /** How much each search may do before it answers `unknown`. */
  readonly steps?: number
}

export interface Rung extends Finding {
  readonly name: RungName
}

export interface Ladder {
  readonly rungs: readonly Rung[]
  /** How stale reads were, in the history's unit of time. */
  readonly staleness: number
}

const judgeLinearizable = (history: AccessHistory, { initial, steps, sayInstant = String }: LadderOptions): Finding => {
  const exercised = history.filter(({ input, outcome }) => input._tag === "read" && outcome._tag === "ok").length
  const result = checkLinearizable(register(initial), history, steps === undefined ? {} : { steps })
  if (result.verdict === "holds") return unbroken(exercised)
  if (result.verdict === "unknown") return unbroken(exercised, [`Gave up after ${result.steps} steps.`])
  const involved = new Set<unknown>([...result.evidence, ...result.written])
  const evidence = history.filter((each) => involved.has(each))
  return broken(
    exercised,
    evidence.map(({ id }) => id),
    [
      ...evidence.map((each) => `${sayAccess(each)}, ${sayInterval(each, sayInstant)}.`),
      "No order of these, each between its call and its return, explains what was read.",
    ],
  )
}

const sayInterval = (
  { calledAt, returnedAt, outcome }: AccessHistory[number],
  sayInstant: (instant: number) => string,
): string =>
  outcome._tag === "ok"
    ? `from ${sayInstant(calledAt)} to ${sayInstant(returnedAt)}`
    : `at ${sayInstant(calledAt)} or at any time after`

export type Findings = Readonly<Record<RungName, Finding>> & { readonly "bounded staleness": StalenessFinding }

/** What each checker finds by itself. */
export const findings = (history: AccessHistory, options: LadderOptions = {}): Findings => ({
  linearizable: judgeLinearizable(history, options),
  sequential: checkSequential(history, options),
  "causally convergent": checkCausalConvergence(history, options),
  causal: checkCausal(history, options),
  "weakly causal": checkWeaklyCausal(history, options),
  PRAM: checkPram(history, options),
  "writes follow reads": checkWritesFollowReads(history, options),
  "monotonic writes": checkMonotonicWrites(history, options),
  "monotonic reads": checkMonotonicReads(history, options),
  "read your writes": checkReadYourWrites(history, options),
  "bounded staleness": checkStaleness(history, options),
})

/**
 * What follows where a checker gave up, or where clocks are too coarse to tell that an operation returned before its
 * session went on: a rung is violated if what it implies is, and what is implied by a rung that holds, holds.
 */
const completed = (found: Readonly<Record<RungName, Finding>>): Readonly<Record<RungName, Finding>> => {
  const known: Record<RungName, Finding> = { ...found }
  for (const name of rungNames.toReversed()) {
    const weaker = implied[name].find((each) => known[each].verdict === "violated")
    if (weaker === undefined || known[name].verdict === "violated") continue
    const { evidence, because } = known[weaker]
    known[name] = broken(known[name].exercised, evidence, [...because, `So it is not ${weaker}, which it has to be.`])
  }
  for (const name of rungNames) {
    for (const weaker of known[name].verdict === "holds" ? implied[name] : []) {
      if (known[weaker].verdict === "unknown") known[weaker] = unbroken(known[weaker].exercised)
    }
  }
  return known
}

/** Judges every rung. */
export const ladder = (history: AccessHistory, options: LadderOptions = {}): Ladder => {
  const found = findings(history, options)
  const known = completed(found)
  return {
    rungs: rungNames.map((name) => ({ name, ...known[name] })),
    staleness: found["bounded staleness"].staleness,
  }
}
