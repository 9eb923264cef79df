/** What it means to be right, over a trace. */
export * from "./guarantees/index.ts"
export {
  type Called,
  type History,
  type Outcome,
  ok,
  type Recorded,
  type Returned,
  refused,
  unknown,
} from "./history.ts"
export type {
  Assumption,
  Invariant,
  InvariantKind,
  Judge,
  Margin,
  Proof,
  Stage,
  Step,
  Verdict,
  Violation,
} from "./invariant.ts"
export * from "./linearizable/index.ts"
export * from "./recorded/index.ts"
export { isBefore, monotonicReads, type Observation, type Observe, readYourWrites, type Version } from "./sessions.ts"
export { historyOf, type Operated, type Understand } from "./trace-history.ts"
export * from "./transactions/index.ts"
