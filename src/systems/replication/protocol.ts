/** The words between the nodes of a replicated log, and between a client and a node. */
import * as Schema from "effect/Schema"
import type { Version } from "#invariants"
import { Entry } from "./record.ts"

const Lsn = Schema.Int
const Epoch = Schema.Int

/** A client asks the primary to append; the request's id makes a retry harmless. */
export const Write = Schema.TaggedStruct("Write", { request: Schema.String, key: Schema.String, value: Schema.String })
export const Written = Schema.TaggedStruct("Written", { epoch: Epoch, lsn: Lsn })

/** A client asks for a key; the node must have applied `token`, and be what `as` says. */
export const Read = Schema.TaggedStruct("Read", {
  key: Schema.String,
  token: Lsn,
  as: Schema.Literals(["any", "primary", "confirmed"]),
})
/** The value, and the entry that wrote it; LSN 0 for a key that was never written. */
export const Value = Schema.TaggedStruct("Value", {
  value: Schema.NullOr(Schema.String),
  epoch: Epoch,
  lsn: Lsn,
})

/** Not here; perhaps there. */
export const NotPrimary = Schema.TaggedStruct("NotPrimary", { hint: Schema.String })
/** Too much is waiting to be applied. */
export const Busy = Schema.TaggedStruct("Busy", {})
/** This node has not yet applied what was asked for. */
export const Behind = Schema.TaggedStruct("Behind", { applied: Lsn })

/** The primary ships entries that follow `prevLsn`; without entries it is a sign of life. */
export const Ship = Schema.TaggedStruct("Ship", {
  epoch: Epoch,
  prevLsn: Lsn,
  prevEpoch: Epoch,
  entries: Schema.Array(Entry),
  /** Up to here entries are permanent. */
  commit: Lsn,
  /** The primary's last entry. */
  last: Lsn,
  /** Which round of confirmation this belongs to. */
  round: Schema.Int,
  /** Repeats the nonce that the follower sent last. */
  nonce: Schema.Int,
  /** Whether an answer is wanted even if there is nothing new. */
  beat: Schema.Boolean,
})

/** A follower holds the primary's log on disk up to `lsn`; or it does not fit and `lsn` is where to try next. */
export const Acked = Schema.TaggedStruct("Acked", {
  epoch: Epoch,
  fits: Schema.Boolean,
  lsn: Lsn,
  applied: Lsn,
  /** Permanent entries that it does not show yet. */
  waiting: Schema.Int,
  round: Schema.Int,
  /** It has lost its disk and must not count towards a majority. */
  rebuilding: Schema.Boolean,
  /** Drawn when a lost disk begins to be rebuilt; 0 otherwise. */
  nonce: Schema.Int,
})

/** A node stands for election with a log that ends here. */
export const Stand = Schema.TaggedStruct("Stand", { epoch: Epoch, lastLsn: Lsn, lastEpoch: Epoch })
export const Vote = Schema.TaggedStruct("Vote", { epoch: Epoch, granted: Schema.Boolean })

/** Where are you? Asked by a node that would promote itself, or that lost its disk. */
export const Poll = Schema.TaggedStruct("Poll", {})
export const Position = Schema.TaggedStruct("Position", {
  epoch: Epoch,
  last: Lsn,
  primary: Schema.Boolean,
  rebuilding: Schema.Boolean,
})

export const Message = Schema.Union([
  Write,
  Written,
  Read,
  Value,
  NotPrimary,
  Busy,
  Behind,
  Ship,
  Acked,
  Stand,
  Vote,
  Poll,
  Position,
])
export type Message = typeof Message.Type
export type Ship = typeof Ship.Type
export type Acked = typeof Acked.Type
export type Stand = typeof Stand.Type
export type Vote = typeof Vote.Type
export type Written = typeof Written.Type
export type NotPrimary = typeof NotPrimary.Type
export type Busy = typeof Busy.Type
export type Read = typeof Read.Type
export type Position = typeof Position.Type

/** What a node did, for the trace. */
export type Fact =
  | {
      readonly _tag: "Appended"
      readonly lsn: number
      readonly epoch: number
      readonly author: string
      readonly request: string
    }
  | { readonly _tag: "Synced"; readonly lsn: number }
  | { readonly _tag: "Truncated"; readonly lsn: number }
  | {
      readonly _tag: "Recovered"
      readonly entries: readonly { readonly epoch: number; readonly request: string }[]
      readonly tail: "whole" | "torn" | "damaged"
    }
  | { readonly _tag: "Applied"; readonly lsn: number; readonly epoch: number; readonly request: string }
  | { readonly _tag: "Reset"; readonly lsn: number }
  | { readonly _tag: "Followed"; readonly epoch: number; readonly primary: string }
  | { readonly _tag: "Led"; readonly epoch: number }
  | { readonly _tag: "Rebuilt"; readonly lsn: number }

const turningPoints = new Set<unknown>(["Led", "Truncated", "Recovered", "Reset", "Rebuilt"] satisfies Fact["_tag"][])

/** Whether a fact is worth a line of its own in a story: the first recovery of an empty log is not. */
export const isTurningPoint = (thing: unknown): boolean => {
  const fact = thing as Fact
  if (fact._tag === "Recovered") return fact.entries.length > 0 || fact.tail !== "whole"
  return turningPoints.has(fact._tag)
}

/** The answer to a read, and the entry that wrote the value; LSN 0 for none. */
export interface Seen extends Version {
  readonly value: string | null
}

/** What a client is told: where the log holds what it wrote, and what it saw. */
export interface Answer {
  readonly wrote?: Version
  readonly saw?: Seen
}

/** What a client asks, and what it is told. */
type Talk =
  | { readonly _tag: "write"; readonly key: number }
  | { readonly _tag: "read"; readonly key: number; readonly replica: number }
  | { readonly _tag: "read-own-write"; readonly key: number; readonly replica: number }
  | { readonly _tag: "ok"; readonly value: Answer }

/** The name of the key with an ordinal. */
export const keyName = (key: number): string => String.fromCharCode(0x61 + (key % 26))

/** A message, call, answer or fact in a few words. */
export const say = (thing: unknown): string => {
  const word = thing as Message | Fact | Talk
  switch (word._tag) {
    case "write":
      return `write ${keyName(word.key)}`
    case "read":
      return `read ${keyName(word.key)}`
    case "read-own-write":
      return `write ${keyName(word.key)}, read it back`
    case "ok": {
      const { wrote, saw } = word.value
      const saved = wrote === undefined ? [] : [`saved at ${wrote.epoch}/${wrote.lsn}`]
      if (saw === undefined) return saved.join("")
      return [...saved, saw.value === null ? "nothing there" : `${saw.value} of ${saw.epoch}/${saw.lsn}`].join(
        ", read ",
      )
    }
    case "Write":
      return `write ${word.key}=${word.value}`
    case "Written":
      return `written at ${word.epoch}/${word.lsn}`
    case "Read":
      return `read ${word.key}${word.token > 0 ? ` at ${word.token} or later` : ""}`
    case "Value":
      return `${word.value ?? "nothing"}${word.lsn > 0 ? ` of ${word.epoch}/${word.lsn}` : ""}`
    case "NotPrimary":
      return word.hint === "" ? "not primary" : `not primary, try ${word.hint}`
    case "Busy":
      return "busy"
    case "Behind":
      return `behind, at ${word.applied}`
    case "Ship": {
      const first = word.entries[0]
      const last = word.entries[word.entries.length - 1]
      if (first === undefined || last === undefined) return `e${word.epoch} alive, commit ${word.commit}`
      return `e${word.epoch} ship ${first.lsn === last.lsn ? first.lsn : `${first.lsn}-${last.lsn}`}`
    }
    case "Acked":
      return word.fits ? `e${word.epoch} holds ${word.lsn}` : `e${word.epoch} does not fit, try ${word.lsn}`
    case "Stand":
      return `e${word.epoch} stand at ${word.lastEpoch}/${word.lastLsn}`
    case "Vote":
      return word.granted ? `e${word.epoch} vote` : `e${word.epoch} no vote`
    case "Poll":
      return "where are you?"
    case "Position":
      return `e${word.epoch} at ${word.last}`
    case "Appended":
      return `appends ${word.epoch}/${word.lsn}${word.request === "" ? " (opens the epoch)" : ` for ${word.request}`}`
    case "Synced":
      return `durable up to ${word.lsn}`
    case "Truncated":
      return `cuts its log back to ${word.lsn}`
    case "Recovered":
      return `recovers ${word.entries.length} entries${word.tail === "whole" ? "" : `, ${word.tail} tail`}`
    case "Applied":
      return `applies ${word.epoch}/${word.lsn}`
    case "Reset":
      return `takes its state back to ${word.lsn}`
    case "Followed":
      return `follows ${word.primary} in epoch ${word.epoch}`
    case "Led":
      return `leads epoch ${word.epoch}`
    case "Rebuilt":
      return `is rebuilt up to ${word.lsn}`
    default:
      return ""
  }
}
