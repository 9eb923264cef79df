/**
 * Histories: calls and returns, as clients saw them. A call that timed out is *unknown*, not failed: it may have taken
 * effect, may yet, or never will.
 */

/** How an operation ended, for the client that asked. */
export type Outcome =
  /** It happened, and this is the answer. */
  | { readonly _tag: "ok"; readonly value: unknown }
  /** It did not happen and never will. */
  | { readonly _tag: "refused"; readonly reason: string }
  /** Nobody can say. */
  | { readonly _tag: "unknown"; readonly reason: string }

export const ok = (value: unknown): Outcome => ({ _tag: "ok", value })
export const refused = (reason: string): Outcome => ({ _tag: "refused", reason })
export const unknown = (reason: string): Outcome => ({ _tag: "unknown", reason })

/** The value of a `call` entry. */
export interface Called {
  readonly id: string
  readonly call: unknown
}

/** The value of a `return` entry. */
export interface Returned {
  readonly id: string
  readonly call: unknown
  readonly outcome: Outcome
}
