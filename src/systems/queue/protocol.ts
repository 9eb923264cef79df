/** The words between producers, brokers, workers and the database. */
import * as Schema from "effect/Schema"
import type { Version } from "#invariants"
import { LogMessage } from "#systems/replication"
import { ListCommand } from "./list/lists.ts"

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
const Taken = Schema.TaggedStruct("Taken", {
  dropped: Schema.Array(Schema.String),
  request: Schema.String,
  epoch: Schema.Int,
  lsn: Schema.Int,
})
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

/** A producer appends to the partition of a key. */
const Append = Schema.TaggedStruct("Append", { id: Schema.String, key: Schema.Int, attempt: Schema.Int })
const Placed = Schema.TaggedStruct("Placed", {
  partition: Schema.Int,
  offset: Schema.Int,
  request: Schema.String,
  epoch: Schema.Int,
  lsn: Schema.Int,
})
/** A reader joins those who share the partitions. */
const Join = Schema.TaggedStruct("Join", {})
const Assigned = Schema.TaggedStruct("Assigned", { generation: Schema.Int })
/** It asks for what comes next in its partitions. */
const Fetch = Schema.TaggedStruct("Fetch", { generation: Schema.Int })
const Batch = Schema.TaggedStruct("Batch", {
  partition: Schema.Int,
  offset: Schema.Int,
  entries: Schema.Array(Schema.String),
})
/** Everything before this offset is done. */
const Commit = Schema.TaggedStruct("Commit", { generation: Schema.Int, partition: Schema.Int, offset: Schema.Int })
/** The partitions have been shared out anew. */
const Rejoin = Schema.TaggedStruct("Rejoin", {})

/** A place in a partition, and the generation of whoever read it. */
const Place = Schema.Struct({ partition: Schema.Int, offset: Schema.Int, generation: Schema.Int })

/** What the database is made to do: by messages, by readers, by flushers, by the steps of an order, by payments. */
export const deedKinds = [
  "task",
  "read",
  "row",
  "reserve",
  "charge",
  "ship",
  "notify",
  "release",
  "refund",
  "pay",
] as const
export type DeedKind = (typeof deedKinds)[number]

/** One change of the database. */
export const Deed = Schema.Struct({
  kind: Schema.Literals(deedKinds),
  /** Names it: where it is to happen once, the key is written with it. */
  key: Schema.String,
  op: Schema.String,
  /** The service on whose account it is; "" where none is. */
  group: Schema.String,
  place: Schema.optionalKey(Place),
})
export type Deed = typeof Deed.Type

/**
 * A transaction: all of these deeds, each of them only if its key is new where they are to happen once. The service that
 * answers for a deed of the kind `declines` says no; "" for none.
 */
const Do = Schema.TaggedStruct("Do", { deeds: Schema.Array(Deed), once: Schema.Boolean, declines: Schema.String })
const Did = Schema.TaggedStruct("Did", {})
/** The service that was asked says no. */
const Declined = Schema.TaggedStruct("Declined", {})
/** A later generation has written in that partition. */
const Fenced = Schema.TaggedStruct("Fenced", {})

/** A customer asks the shop for an order, of which this step will be declined. */
const Order = Schema.TaggedStruct("Order", { id: Schema.String, declines: Schema.String })
const Ordered = Schema.TaggedStruct("Ordered", {})
const NotOrdered = Schema.TaggedStruct("NotOrdered", {})

/** A command to the list server, and its reply. */
const Command = Schema.TaggedStruct("Command", { command: ListCommand })
const Reply = Schema.TaggedStruct("Reply", { values: Schema.Array(Schema.String), length: Schema.Int })

/** The list that events are pushed to. */
export const pushed = "events"

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
  Append,
  Placed,
  Join,
  Assigned,
  Fetch,
  Batch,
  Commit,
  Rejoin,
  Do,
  Did,
  Declined,
  Fenced,
  Order,
  Ordered,
  NotOrdered,
  Command,
  Reply,
])

export const Message = Schema.Union([Own, LogMessage])
export type Message = typeof Message.Type

export type Delivery = typeof Delivery.Type
export type Do = typeof Do.Type
export type Publish = typeof Publish.Type
export type Append = typeof Append.Type
export type Batch = typeof Batch.Type
export type Order = typeof Order.Type

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
  /** A broker has put an entry into a partition. */
  | { readonly _tag: "Stood"; readonly partition: number; readonly offset: number; readonly id: string }
  /** Partitions were shared out among these readers. */
  | { readonly _tag: "Shared"; readonly generation: number; readonly readers: readonly string[] }
  | { readonly _tag: "Committed"; readonly partition: number; readonly offset: number }
  /** The row of an order is durable at the shop. */
  | { readonly _tag: "Row"; readonly id: string }
  /** The rows that the shop found on its disk when it started. */
  | { readonly _tag: "Rows"; readonly ids: readonly string[] }
  /** The list server has carried out a command that changes a list. */
  | { readonly _tag: "Ran"; readonly command: ListCommand }
  /** What it found on its disk when it started. */
  | { readonly _tag: "Listed"; readonly lists: Readonly<Record<string, readonly string[]>> }

/** What a producer is told. */
export interface Answer {
  /** To make room for it. */
  readonly dropped?: readonly string[]
  /** The request under which the log holds it, and where. */
  readonly request?: string
  readonly wrote?: Version
}
