/** Snowglobe as a library: play an input, shake a scenario, assert that its promises hold, and judge recorded histories. */
export type {
  History,
  Invariant,
  Judge,
  Linearizability,
  Model,
  Outcome,
  Recorded,
  Stage,
  TransactionHistory,
  TransactionsResult,
  Verdict,
  Violation,
} from "#invariants"
export {
  casRegister,
  checkLinearizable,
  checkTransactions,
  explainLadder,
  explainLinearizability,
  explainTransactions,
  illegal,
  judgeRecording,
  keyValue,
  ladder,
  listAppend,
  mutex,
  ok,
  parseRecording,
  queue,
  refused,
  register,
  unknown,
  writeRecording,
} from "#invariants"
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
