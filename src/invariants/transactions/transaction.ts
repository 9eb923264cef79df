/**
 * Transactions over lists: each appends elements to keys and reads whole keys.
 *
 * A list remembers every append before it, so a read tells not only which version it saw but the order of all versions up
 * to that one (Kingsbury & Alvaro, VLDB 2020). For that, an element may be appended to a key only once.
 */
import type { History, Recorded } from "../history.ts"

/** What is appended: compared with `===`, so 1 and "1" are two elements. */
export type Element = number | string

/** One thing that a transaction does. */
export type MicroOperation =
  | { readonly _tag: "append"; readonly key: string; readonly element: Element }
  | {
      readonly _tag: "read"
      readonly key: string
      /** All that the key held, oldest first, the transaction's own appends among it; absent where nobody knows what was read. */
      readonly seen?: readonly Element[]
    }

/** What one transaction does, in this order. */
export type Transaction = readonly MicroOperation[]

/** The answer is what was asked, with what the reads saw. */
export type RecordedTransaction = Recorded<Transaction, Transaction>

export type TransactionHistory = History<Transaction, Transaction>
