/** Transactions over lists: which anomalies a history shows, and which isolation levels that leaves. */
export type { Anomaly, AnomalyName, Cycle, CycleName, Dependency, DependencyKind, Observed } from "./anomaly.ts"
export {
  checkTransactions,
  type IsolationRung,
  type IsolationWitness,
  type TransactionsOptions,
  type TransactionsResult,
} from "./check.ts"
export { explainTransactions } from "./explain.ts"
export { type IsolationLevel, isolationLevels } from "./level.ts"
export type { WitnessEvent } from "./replay.ts"
export type { Element, MicroOperation, RecordedTransaction, Transaction, TransactionHistory } from "./transaction.ts"
