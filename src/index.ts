/** Snowglobe as a library: play an input, shake a scenario, and assert that its promises hold. */
export type { Invariant, Judge, Outcome, Stage, Verdict, Violation } from "#invariants"
export {
  type HoldsOptions,
  holds,
  Input,
  ordinaryStorm,
  type Part,
  type RunOptions,
  type RunResult,
  run,
  type Scenario,
  type ShakeOptions,
  type ShakeResult,
  type StormOptions,
  shake,
  storm,
  tellReport,
  tellRun,
} from "#run"
export { scenarios } from "#scenarios"
export type { Boot, Design, Size, System } from "#system"
export { systems } from "#systems"
export { CallTimeout, Facts, Network, ordinaryWiring, type Wiring } from "#world"
