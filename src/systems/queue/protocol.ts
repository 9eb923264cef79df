/** The words between producers, brokers, workers and the database. */
import * as Schema from "effect/Schema"
import { LogMessage } from "#systems/replication"

/** Where a message is, as one group sees it. */
export const lanes = ["ready", "leased", "delayed", "done", "dead", "dropped"] as const
export type Lane = (typeof lanes)[number]
/** How many messages are in each lane, in the order of the lanes. */
export type Sizes = readonly number[]

/** A message. */
export const Task = Schema.Struct({
  /** Names it: published twice, it is there once. */
  id: Schema.String,
  /** What it is about: the operation that asked for it. */
  op: Schema.String,
  topic: Schema.Literals(["tasks", "orders"]),
  /** Whoever works on it fails. */
  poison: Schema.Boolean,
  /** Which step of an order is declined; "" for none. */
  declines: Schema.String,
})
export type Task = typeof Task.Type

/** A producer asks a broker to take a message, to be handed out after so many milliseconds. */
const Publish = Schema.TaggedStruct("Publish", {
  task: Task,
  delay: Schema.Int,
  /** Which attempt of the producer this is. */
  attempt: Schema.Int,
})
/** The broker has it; to make room it has dropped these. */
const Taken = Schema.TaggedStruct("Taken", { dropped: Schema.Array(Schema.String) })
const Full = Schema.TaggedStruct("Full", {})

/** A worker asks for a message of one of these groups, and waits for one. */
const Lease = Schema.TaggedStruct("Lease", { groups: Schema.Array(Schema.String) })
const Delivery = Schema.TaggedStruct("Delivery", { group: Schema.String, attempt: Schema.Int, task: Task })
const Nothing = Schema.TaggedStruct("Nothing", {})
/** The worker still works on it. */
const Extend = Schema.TaggedStruct("Extend", { group: Schema.String, id: Schema.String })
/** The effect of a message is durable. */
const Finish = Schema.TaggedStruct("Finish", { group: Schema.String, id: Schema.String })
/** A try has failed. */
const Fail = Schema.TaggedStruct("Fail", { group: Schema.String, id: Schema.String, attempt: Schema.Int })
const Noted = Schema.TaggedStruct("Noted", {})

/** One change of the database. */
export const Deed = Schema.Struct({
  kind: Schema.Literals(["task"]),
  /** Names it: where it is to happen once, the key is written with it. */
  key: Schema.String,
  op: Schema.String,
  group: Schema.String,
})
export type Deed = typeof Deed.Type

/** A transaction: all of these deeds, each of them only if its key is new where they are to happen once. */
const Do = Schema.TaggedStruct("Do", { deeds: Schema.Array(Deed), once: Schema.Boolean })
const Did = Schema.TaggedStruct("Did", {})

const Own = Schema.Union([
  Publish,
  Taken,
  Full,
  Lease,
  Delivery,
  Nothing,
  Extend,
  Finish,
  Fail,
  Noted,
  Do,
  Did,
])
type Own = typeof Own.Type

export const Message = Schema.Union([Own, LogMessage])
export type Message = typeof Message.Type

export type Delivery = typeof Delivery.Type
export type Do = typeof Do.Type
export type Publish = typeof Publish.Type

/** What a broker of a queue, a worker or the database did, for the trace. */
export type Fact =
  /** A broker has taken in a message. */
  | { readonly _tag: "Took"; readonly id: string; readonly op: string; readonly topic: Task["topic"] }
  /** It was full, and has not. */
  | { readonly _tag: "Refused"; readonly id: string; readonly op: string }
  /** A message is in another lane now; the sizes of all lanes of its group after that. */
  | {
      readonly _tag: "Moved"
      readonly id: string
      readonly group: string
      readonly to: Lane
      readonly sizes: Sizes
    }
  /** A broker starts its state over. */
  | { readonly _tag: "Cleared" }
  | { readonly _tag: "Tried"; readonly id: string; readonly group: string; readonly attempt: number }
  | { readonly _tag: "Failed"; readonly id: string; readonly group: string; readonly attempt: number }
  /** Deeds are durable in the database. */
  | { readonly _tag: "Done"; readonly deeds: readonly Deed[] }
  /** What the database found on its disk when it started. */
  | { readonly _tag: "Restored"; readonly deeds: readonly Deed[] }

/** What a producer is told. */
export interface Answer {
  readonly dropped: readonly string[]
}
