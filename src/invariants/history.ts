/**
 * Histories: calls and returns, as clients saw them. A call that timed out is *unknown*, not failed: it may have taken
 * effect, may yet, or never will.
 */

/** How an operation ended, for the client that asked. */
export type Outcome<Value = unknown> =
  /** It happened, and this is the answer. */
  | { readonly _tag: "ok"; readonly value: Value }
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

/** An operation from its call to its return, as a checker sees it. */
export interface Recorded<Input = unknown, Output = unknown> {
  /** Names it in an explanation; unique in its history. */
  readonly id: string
  /** Who asked: a session, which asks for one thing after another. */
  readonly process: string
  /**
   * When it was called and when it returned, in any unit that orders them; `Infinity` where nobody saw it return. One
   * operation precedes another if it returned strictly before the other was called.
   */
  readonly calledAt: number
  readonly returnedAt: number
  readonly input: Input
  /** One that was refused did not happen; one whose end is unknown may take effect at any time after its call, or never. */
  readonly outcome: Outcome<Output>
}

/** A history in the order of its calls. */
export type History<Input = unknown, Output = unknown> = readonly Recorded<Input, Output>[]
