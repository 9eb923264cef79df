/** A row: what a shard keeps under a key, and how an update changes it. Pure. */
import * as Schema from "effect/Schema"

/** The epoch of the map in which it was written, and how many versions came before. Versions of one key are ordered. */
export const Version = Schema.Struct({ epoch: Schema.Int, lsn: Schema.Int })
export type Version = typeof Version.Type

export const Content = Schema.Union([Schema.TaggedStruct("text", { text: Schema.String })])
export type Content = typeof Content.Type

export const Row = Schema.Struct({
  version: Version,
  /** The last update of each source: an update that comes again, or too late, is not carried out again. It moves with the row. */
  seen: Schema.Record(Schema.String, Schema.Int),
  content: Content,
})
export type Row = typeof Row.Type

export const Change = Schema.Union([Schema.TaggedStruct("put", { text: Schema.String })])
export type Change = typeof Change.Type

/** The content after a change, or why there is none, in words. */
export const changed = (_content: Content | undefined, change: Change): Content | string => {
  switch (change._tag) {
    case "put":
      return { _tag: "text", text: change.text }
  }
}

/** What was never written. */
export const unwritten: Version = { epoch: 0, lsn: 0 }
