/** What the checkers have to say about a recording: the verdict, what proves it, and what else holds. */
import { explainLadder, ladder } from "../guarantees/index.ts"
import type { History, Recorded } from "../history.ts"
import type { Verdict } from "../invariant.ts"
import {
  casRegister,
  checkLinearizable,
  explainLinearizability,
  keyValue,
  listAppend,
  type Model,
  mutex,
  queue,
  type RegisterInput,
  register,
  type Value,
} from "../linearizable/index.ts"
import {
  checkTransactions,
  explainTransactions,
  type IsolationLevel,
  type TransactionHistory,
} from "../transactions/index.ts"
import type { ModelName } from "./models.ts"
import type { Reading, Recording } from "./recording.ts"

/** A promise weaker than the one that was judged, or stronger. */
export interface Rung {
  readonly name: string
  readonly verdict: Verdict
}

export interface Judgement {
  readonly verdict: Verdict
  readonly model: ModelName
  /** Which checker gave the verdict. */
  readonly engine: "linearizable" | "transactions"
  /** For transactions: how isolated they should have been. */
  readonly level?: IsolationLevel
  readonly operations: number
  /** What is wrong, the gravest of it; undefined unless something is. */
  readonly anomaly: string | undefined
  /** The operations that prove it. */
  readonly evidence: readonly Recorded[]
  /** What else holds and what does not; empty where the history cannot tell. */
  readonly ladder: readonly Rung[]
  /** All of this for people. */
  readonly explanation: readonly string[]
}

export interface JudgeOptions {
  /** For transactions: what they should have been; by default strictly serializable. */
  readonly level?: IsolationLevel
  /** What the history's instants are; by default nobody knows. */
  readonly unit?: Reading["unit"] | undefined
}

type Found = Pick<Judgement, "level" | "verdict" | "anomaly" | "evidence" | "ladder" | "explanation">

const millis = (nanos: number): string => `${Math.round(nanos / 1e3) / 1e3} ms`

/** An instant for people. */
const sayInstant =
  (unit: Reading["unit"]) =>
  (instant: number): string =>
    unit === "ns" ? millis(instant) : unit === "lines" ? `line ${instant}` : String(instant)

/** What lies between two instants, for people. */
const saySpan =
  (unit: Reading["unit"]) =>
  (span: number): string =>
    unit === "ns"
      ? millis(span)
      : unit === undefined
        ? String(span)
        : `${span} ${span === 1 ? unit.slice(0, -1) : unit}`

const judgeObject = <State, Input>(
  model: Model<State, Input, unknown>,
  history: History<Input>,
  { unit }: JudgeOptions,
): Found => {
  const result = checkLinearizable(model, history)
  const violated = result.verdict === "violated"
  return {
    verdict: result.verdict,
    anomaly: violated ? result.anomaly : undefined,
    evidence: violated ? [...result.evidence, ...result.written] : [],
    ladder: [{ name: "linearizable", verdict: result.verdict }],
    explanation: explainLinearizability(model, history, result, sayInstant(unit)),
  }
}

/** So large a history is judged whole: beyond, the ladder takes longer than people wait. */
const mostAccesses = 50_000
/** What causality has to remember: for each access, of each session. */
const mostRemembered = 20_000_000

const isLadderable = (history: History<RegisterInput>): boolean =>
  history.length <= mostAccesses &&
  history.length * new Set(history.map(({ process }) => process)).size <= mostRemembered

/** Reads and writes have the whole ladder. */
const judgeRegister = (history: History<RegisterInput>, initial: Value, options: JudgeOptions): Found => {
  const found = judgeObject(register(initial), history, options)
  if (!isLadderable(history)) return found
  const whole = ladder(history, { initial })
  // What is wrong with the first rung is explained already.
  const below = whole.rungs.filter(({ name }) => name !== "linearizable")
  return {
    ...found,
    ladder: [...found.ladder, ...below.map(({ name, verdict }) => ({ name, verdict }))],
    explanation: [...found.explanation, "", ...explainLadder({ ...whole, rungs: below }, saySpan(options.unit))],
  }
}

const judgeTransactions = (history: TransactionHistory, level: IsolationLevel | undefined): Found => {
  const result = checkTransactions(history, level === undefined ? {} : { level })
  const [gravest] = result.violations
  return {
    level: result.level,
    verdict: result.verdict,
    anomaly: gravest?.name,
    evidence: history.filter(({ id }) => gravest?.operations.includes(id)),
    ladder: result.ladder.map(({ level: name, verdict }) => ({ name, verdict })),
    explanation: explainTransactions(history, result),
  }
}

const found = (recording: Recording, options: JudgeOptions): Found => {
  switch (recording.model) {
    case "register":
      return judgeRegister(recording.history, recording.initial, options)
    case "cas-register":
      return judgeObject(casRegister(recording.initial), recording.history, options)
    case "mutex":
      return judgeObject(mutex(), recording.history, options)
    case "queue":
      return judgeObject(queue(), recording.history, options)
    case "list-append":
      return judgeObject(listAppend(), recording.history, options)
    case "key-value":
      return judgeObject(keyValue(), recording.history, options)
    case "transactions":
      return judgeTransactions(recording.history, options.level)
  }
}

/** Judges a recording by its own model. */
export const judgeRecording = (recording: Recording, options: JudgeOptions = {}): Judgement => ({
  model: recording.model === "transactions" ? "list-append" : recording.model,
  engine: recording.model === "transactions" ? "transactions" : "linearizable",
  operations: recording.history.length,
  ...found(recording, options),
})
