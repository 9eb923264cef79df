/** What it means to be right, over a trace. */
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
export type { Assumption, Invariant, InvariantKind, Judge, Stage, Verdict, Violation } from "./invariant.ts"
export { isBefore, monotonicReads, type Observation, type Observe, readYourWrites, type Version } from "./sessions.ts"
