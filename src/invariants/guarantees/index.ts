/** What clients and replicas may expect of each other: sessions, causality, order, freshness, convergence, delivery. */
export type { Access, AccessHistory, AccessOptions } from "./access.ts"
export { checkCausal, checkCausalConvergence, checkWeaklyCausal } from "./causal.ts"
export { checkConvergence, checkStrongConvergence, type Delivered, type Shown } from "./convergence.ts"
export {
  checkAtLeastOnce,
  checkEffectivelyOnce,
  checkFirstInFirstOut,
  type Delivery,
  type MessageEffect,
  type Sent,
} from "./delivery.ts"
export { explainLadder } from "./explain.ts"
export type { Finding } from "./finding.ts"
export { type Ladder, type LadderOptions, ladder, type Rung, type RungName, rungNames } from "./ladder.ts"
export { checkLostUpdates, checkNothingLost, type Update } from "./lost-updates.ts"
export { accessesOfLists, orderOfLists, orderOfVersions, type Placed } from "./orders.ts"
export { checkPrefixes, type LogEntry } from "./prefixes.ts"
export type { OrderOptions, VersionOrder } from "./relations.ts"
export { checkSequential, type SequentialFinding, type SequentialOptions } from "./sequential.ts"
export {
  checkMonotonicReads,
  checkMonotonicWrites,
  checkPram,
  checkReadYourWrites,
  checkWritesFollowReads,
} from "./session-guarantees.ts"
export { checkStaleness, type StalenessFinding, type StalenessOptions } from "./staleness.ts"
