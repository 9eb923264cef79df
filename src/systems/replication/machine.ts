/**
 * What a replicated log drives, and what it offers in return (Schneider 1990, "Implementing fault-tolerant services using the
 * state machine approach"). Replication's own machine holds keys and values; other systems bring theirs.
 */
import type * as Effect from "effect/Effect"
import type { Busy, NotPrimary, Written } from "./protocol.ts"
import type { Entry } from "./record.ts"

/** A state machine: a pure function of the entries it was given since it was last reset. */
export interface Machine {
  /** Takes in the next permanent entry. Entries that only open an epoch are not handed on. */
  readonly apply: (entry: Entry) => void
  /** Forgets everything: the log was cut back behind what had been applied, or the node begins. */
  readonly reset: () => void
}

/** The log as the code beside it sees it. */
export interface Log {
  readonly id: string
  readonly leads: () => boolean
  readonly epoch: () => number
  /** Up to which LSN the machine has come. */
  readonly applied: () => number
  /** Who else may be primary; "" when nobody is known, or this node is itself. */
  readonly hint: () => string
  /**
   * Appends a command under a request id, which makes a retry harmless, and waits until the design acknowledges it. Refused
   * where this node is not, or no longer, primary; the command may then still become permanent.
   */
  readonly write: (request: string, key: string, value: string) => Effect.Effect<Written | NotPrimary | Busy>
  /** Waits until the machine shows all that is permanent now; false if this node lost its office meanwhile. */
  readonly shown: Effect.Effect<boolean>
  /**
   * The same, and until a majority has said that nobody else can have made more permanent: what the machine shows then is
   * linearizable. "early" where nothing of this node's own epoch is permanent yet.
   */
  readonly confirmed: Effect.Effect<boolean | "early">
}

/** What a node does besides keeping its log. */
export interface Duties {
  readonly machine: Machine
  /** Answers whatever is not about the log itself. */
  readonly serve: (message: unknown, from: string) => Effect.Effect<unknown>
  /** Work of its own, for ever: leases that run out, timers that fire. */
  readonly works?: Effect.Effect<never>
}
