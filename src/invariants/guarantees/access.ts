/**
 * Reads and writes as clients saw them: what session guarantees, causal, sequential and linearizable consistency are
 * judged by. They are those of the model `register`: a read is answered with the value it saw, and inputs without a key
 * all ask the one key "".
 *
 * A read names the write it saw by its value, so no two writes of a key should write the same one. A read of a value
 * that was written twice is left out and makes a verdict `unknown` that would be `holds`; it never makes one
 * `violated`.
 */
import type { History } from "../history.ts"
import type { RegisterInput, Value } from "../linearizable/index.ts"

export type Access = RegisterInput

/** Of each process, its accesses in the order in which it made them. */
export type AccessHistory = History<Access, unknown>

export interface AccessOptions {
  /** What every key holds at first; `null` unless said otherwise. */
  readonly initial?: Value
}

export const keyOf = ({ key = "" }: Access): string => key
