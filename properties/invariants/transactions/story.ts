/**
 * Histories of transactions in short: `ax1` appends 1 to x, `rx12` reads x as 1 and 2, `rx` reads it empty. A transaction is
 * `process:outcome:steps`, where the outcome is ok, fail (refused) or info (unknown).
 */
import { ok, type RecordedTransaction, refused, type Transaction, type TransactionHistory, unknown } from "#invariants"

export const transactionOf = (steps: string): Transaction =>
  [...steps.matchAll(/([ar])([a-z])(\d*)/g)].map(([, what, key = "", digits = ""]) =>
    what === "a"
      ? { _tag: "append", key, element: Number(digits) }
      : { _tag: "read", key, seen: [...digits].map(Number) },
  )

/** The operation as asked for: nobody knows yet what the reads will see. */
const asked = (transaction: Transaction): Transaction =>
  transaction.map((step) => (step._tag === "read" ? { _tag: "read", key: step.key } : step))

export interface When {
  readonly calledAt: number
  readonly returnedAt: number
}

/** A recorded transaction, named after its place: t0, t1, … */
export const recorded = (place: number, text: string, { calledAt, returnedAt }: When): RecordedTransaction => {
  const [process = "", outcome, steps = ""] = text.split(":")
  const value = transactionOf(steps)
  return {
    id: `t${place}`,
    process,
    calledAt,
    returnedAt,
    input: asked(value),
    outcome: (outcome === "ok"
      ? ok(value)
      : outcome === "fail"
        ? refused("aborted")
        : unknown("timed out")) as RecordedTransaction["outcome"],
  }
}

/** Transactions one after the other. */
export const inTurn = (texts: readonly string[]): TransactionHistory =>
  texts.map((text, place) => recorded(place, text, { calledAt: 2 * place, returnedAt: 2 * place + 1 }))

/** Transactions all under way at once. */
export const atOnce = (texts: readonly string[]): TransactionHistory =>
  texts.map((text, place) => recorded(place, text, { calledAt: place, returnedAt: texts.length + place }))
