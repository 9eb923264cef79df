/** A row: what a shard keeps under a key, and how an update changes it. Pure. */
import * as Schema from "effect/Schema"
import { isBefore } from "#invariants"
import { Account, AccountChange, changedAccount, changedTransfer, Transfer, TransferChange } from "./account.ts"
import { changedInbox, changedPosts, Inbox, Posts, TimelineChange } from "./timeline.ts"

/** The epoch of the map in which it was written, and how many versions came before. Versions of one key are ordered. */
export const Version = Schema.Struct({ epoch: Schema.Int, lsn: Schema.Int })
export type Version = typeof Version.Type

export const Content = Schema.Union([
  Schema.TaggedStruct("text", { text: Schema.String }),
  /** The text of another key at a version of it, so that readers of that one can be spread. */
  Schema.TaggedStruct("copy", { text: Schema.String, of: Version }),
  Schema.TaggedStruct("count", { count: Schema.Int }),
  Account,
  Transfer,
  Posts,
  Inbox,
])
export type Content = typeof Content.Type

export const Row = Schema.Struct({
  version: Version,
  /** The last update of each source: an update that comes again, or too late, is not carried out again. It moves with the row. */
  seen: Schema.Record(Schema.String, Schema.Int),
  content: Content,
})
export type Row = typeof Row.Type

export const Change = Schema.Union([
  Schema.TaggedStruct("put", { text: Schema.String }),
  Schema.TaggedStruct("copy", { text: Schema.String, of: Version }),
  Schema.TaggedStruct("count", {}),
  AccountChange,
  TransferChange,
  TimelineChange,
])
export type Change = typeof Change.Type

/** The content of a kind, if it is of that kind. */
const as = <Tag extends Content["_tag"]>(content: Content | undefined, tag: Tag) =>
  content?._tag === tag ? (content as Content & { readonly _tag: Tag }) : undefined

/** The content after a change, or why there is none, in words. */
export const changed = (content: Content | undefined, change: Change): Content | string => {
  switch (change._tag) {
    case "put":
      return { _tag: "text", text: change.text }
    case "copy": {
      const held = as(content, "copy")
      return held !== undefined && !isBefore(held.of, change.of) ? held : { ...change, _tag: "copy" }
    }
    case "count":
      return { _tag: "count", count: (as(content, "count")?.count ?? 0) + 1 }
    case "ask":
    case "settle":
    case "add":
      return changedAccount(as(content, "account"), change)
    case "begin":
    case "stage":
      return changedTransfer(as(content, "transfer"), change)
    case "post":
      return changedPosts(as(content, "posts"), change.text)
    case "deliver":
      return changedInbox(as(content, "inbox"), change)
  }
}

/** What was never written. */
export const unwritten: Version = { epoch: 0, lsn: 0 }
