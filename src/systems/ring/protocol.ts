/** The words between clients, shards and the authority that keeps the map. */
import * as Schema from "effect/Schema"
import { type LogFact, LogMessage, sayLog } from "#systems/replication"
import type { RingDesign } from "./design.ts"
import { ShardMap } from "./map.ts"
import { Change, Content, Row, Version } from "./row.ts"

const Epoch = Schema.Int

/** A client, routed by its map of an epoch, changes a row; source and number make a retry harmless. */
export const Update = Schema.TaggedStruct("Update", {
  key: Schema.String,
  epoch: Epoch,
  source: Schema.String,
  nth: Schema.Int,
  change: Change,
})
/** It is done, and this is the version it made, or left. */
export const Done = Schema.TaggedStruct("Done", { version: Version })
/** It is not done, and never will be. */
export const Refused = Schema.TaggedStruct("Refused", { reason: Schema.String })

export const Get = Schema.TaggedStruct("Get", { key: Schema.String, epoch: Epoch })
export const Got = Schema.TaggedStruct("Got", { version: Version, content: Schema.NullOr(Content) })

/** So many plain keys behind one, in order, after passing some over; a limit of 0 asks for all. */
export const List = Schema.TaggedStruct("List", {
  epoch: Epoch,
  after: Schema.String,
  skip: Schema.Int,
  limit: Schema.Int,
})
export const Listed = Schema.TaggedStruct("Listed", {
  rows: Schema.Array(Schema.Struct({ key: Schema.String, version: Version })),
})

/** The request was routed by an old map: here is a newer one. */
export const Elsewhere = Schema.TaggedStruct("Elsewhere", { map: ShardMap })
/** Come again: this node does not know that epoch yet, or cannot say yet. */
export const Later = Schema.TaggedStruct("Later", {})

const NamedRow = Schema.Struct({ key: Schema.String, row: Row })

/** A shard hands rows to the one that will own them. */
export const Rows = Schema.TaggedStruct("Rows", { epoch: Epoch, rows: Schema.Array(NamedRow) })
export const Took = Schema.TaggedStruct("Took", {})

/** A giver asks a taker which of these it lacks, or holds an older version of. */
export const Compare = Schema.TaggedStruct("Compare", {
  epoch: Epoch,
  held: Schema.Array(Schema.Struct({ key: Schema.String, version: Version })),
})
export const Lacks = Schema.TaggedStruct("Lacks", { keys: Schema.Array(Schema.String) })

/** The authority to a shard: take up this map; copy, verify, drop what moves in this epoch. */
export const Adopt = Schema.TaggedStruct("Adopt", { map: ShardMap })
export const Copy = Schema.TaggedStruct("Copy", { epoch: Epoch })
export const Verify = Schema.TaggedStruct("Verify", { epoch: Epoch })
export const Drop = Schema.TaggedStruct("Drop", { epoch: Epoch })
/** The shard has durably done so. */
export const Ready = Schema.TaggedStruct("Ready", { epoch: Epoch })

/** An operator asks for so many shards. */
export const Resize = Schema.TaggedStruct("Resize", { request: Schema.String, shards: Schema.Int })
export const Announced = Schema.TaggedStruct("Announced", { epoch: Epoch })
export const AskMap = Schema.TaggedStruct("AskMap", {})
export const MapIs = Schema.TaggedStruct("MapIs", { map: ShardMap })

const own = [
  Update,
  Done,
  Refused,
  Get,
  Got,
  List,
  Listed,
  Elsewhere,
  Later,
  Rows,
  Took,
  Compare,
  Lacks,
  Adopt,
  Copy,
  Verify,
  Drop,
  Ready,
  Resize,
  Announced,
  AskMap,
  MapIs,
] as const

const Own = Schema.Union(own)
export const Message = Schema.Union([...own, LogMessage])
export type Message = typeof Own.Type | { readonly _tag: "NotPrimary"; readonly hint: string }
export type Update = typeof Update.Type
export type Get = typeof Get.Type
export type Got = typeof Got.Type
export type List = typeof List.Type
export type Listed = typeof Listed.Type
export type Rows = typeof Rows.Type
export type Compare = typeof Compare.Type

/** A message or answer, in this system's words. */
export const word = (message: Message): Message => message

/** What a node did, for the trace, besides what it did to its log. */
export type Fact =
  /** The authority's log has it that the map is this, and the work has come to this step. */
  | {
      readonly _tag: "Published"
      readonly map: ShardMap
      readonly placement: RingDesign["placement"]
      readonly step: string
    }
  /** A shard goes by this map from now on. */
  | { readonly _tag: "Adopted"; readonly map: ShardMap }
  /** A row came to a shard, from a client or from another shard, and this is the version it has there now. */
  | { readonly _tag: "Holds"; readonly key: string; readonly version: Version; readonly content: Content }
  /** A shard answered for a key, as its owner in an epoch. */
  | { readonly _tag: "Served"; readonly key: string; readonly epoch: number; readonly wrote: boolean }
  /** A shard sent rows to the one that will own them, and that one has them on disk. */
  | { readonly _tag: "Moved"; readonly to: string; readonly keys: readonly string[]; readonly by: "copy" | "mirror" }
  /** A shard let go of what it no longer owns. */
  | { readonly _tag: "Dropped"; readonly epoch: number; readonly keys: readonly string[] }

/** The answer to a call. */
export interface Answer {
  readonly key?: string
  readonly wrote?: Version
  readonly saw?: { readonly version: Version; readonly text: string | null }
  readonly announced?: number
  readonly transfer?: "committed" | "aborted"
  /** What a scan or a list saw: keys page by page, and the shards that are missing from it. */
  readonly pages?: readonly (readonly { readonly key: string; readonly version: Version }[])[]
  readonly missing?: readonly string[]
  readonly posted?: { readonly author: number; readonly nth: number }
  readonly feed?: readonly { readonly author: number; readonly nth: number }[]
  /** How many of a crowd were served. */
  readonly served?: number
}

/** What a client asks, and what it is told. */
type Talk =
  | { readonly _tag: "put"; readonly key: number }
  | { readonly _tag: "get"; readonly key: number }
  | { readonly _tag: "resize"; readonly shards: number }
  | { readonly _tag: "transfer"; readonly from: number; readonly to: number; readonly amount: number }
  | { readonly _tag: "scan" }
  | { readonly _tag: "list"; readonly size: number }
  | { readonly _tag: "post"; readonly author: number }
  | { readonly _tag: "feed"; readonly reader: number }
  | { readonly _tag: "crowd"; readonly people: number }
  | { readonly _tag: "ok"; readonly value: Answer }

const spell = ({ epoch, lsn }: Version): string => (lsn === 0 ? "nothing" : `${epoch}.${lsn}`)

const sayAnswer = ({ key, wrote, saw, announced, transfer, pages, missing, posted, feed, served }: Answer): string => {
  if (announced !== undefined) return `announced in epoch ${announced}`
  if (transfer !== undefined) return transfer
  if (posted !== undefined) return `post ${posted.nth} of person ${posted.author}`
  if (feed !== undefined) return `${feed.length} posts`
  if (served !== undefined) return `${served} served`
  if (pages !== undefined) {
    const keys = pages.reduce((sum, { length }) => sum + length, 0)
    const without = missing === undefined || missing.length === 0 ? "" : `, without ${missing.join(" and ")}`
    return `${keys} keys on ${pages.length} ${pages.length === 1 ? "page" : "pages"}${without}`
  }
  if (wrote !== undefined) return `${key} saved as ${spell(wrote)}`
  if (saw === undefined) return ""
  return `${key} is ${saw.text ?? "nothing"}${saw.text === null ? "" : ` (${spell(saw.version)})`}`
}

const list = (keys: readonly string[]): string =>
  keys.length <= 3 ? keys.join(", ") : `${keys.slice(0, 2).join(", ")} and ${keys.length - 2} more`

const sayMap = ({ epoch, shards, other, phase }: ShardMap): string =>
  shards === other
    ? `epoch ${epoch}, ${shards} shards`
    : phase === "announced"
      ? `epoch ${epoch}, ${shards} shards, ${other} announced`
      : `epoch ${epoch}, ${shards} shards${phase === "sealed" ? ", sealed" : ""}`

/** A message, call, answer or fact in a few words. */
export const say = (thing: unknown): string => {
  const word = thing as Message | Fact | Talk
  switch (word._tag) {
    case "put":
      return `put key ${word.key}`
    case "get":
      return `get key ${word.key}`
    case "resize":
      return `reshard to ${word.shards}`
    case "transfer":
      return `transfer ${word.amount} from ${word.from} to ${word.to}`
    case "scan":
      return "scan all keys"
    case "list":
      return `list all keys, ${word.size} a page`
    case "post":
      return `person ${word.author} posts`
    case "feed":
      return `person ${word.reader} reads the feed`
    case "crowd":
      return `${word.people} people at once`
    case "ok":
      return sayAnswer(word.value)
    case "Update":
      return `e${word.epoch} ${word.change._tag} ${word.key}`
    case "Done":
      return `done, ${spell(word.version)}`
    case "Refused":
      return `refused: ${word.reason}`
    case "Get":
      return `e${word.epoch} get ${word.key}`
    case "Got":
      return word.content === null ? "nothing" : `${word.content._tag} ${spell(word.version)}`
    case "List":
      return `e${word.epoch} list${word.after === "" ? "" : ` behind ${word.after}`}`
    case "Listed":
      return `${word.rows.length} keys`
    case "Elsewhere":
      return `elsewhere: ${sayMap(word.map)}`
    case "Later":
      return "come again"
    case "Rows":
      return `e${word.epoch} rows ${list(word.rows.map(({ key }) => key))}`
    case "Took":
      return "took them"
    case "Compare":
      return `e${word.epoch} compare ${word.held.length}`
    case "Lacks":
      return word.keys.length === 0 ? "lacks nothing" : `lacks ${list(word.keys)}`
    case "Adopt":
      return `adopt ${sayMap(word.map)}`
    case "Copy":
    case "Verify":
    case "Drop":
      return `e${word.epoch} ${word._tag.toLowerCase()}`
    case "Ready":
      return `e${word.epoch} ready`
    case "Resize":
      return `reshard to ${word.shards}`
    case "Announced":
      return `announced in epoch ${word.epoch}`
    case "AskMap":
      return "which map?"
    case "MapIs":
      return sayMap(word.map)
    case "Published":
      return `publishes ${sayMap(word.map)}: ${word.step}`
    case "Adopted":
      return `adopts ${sayMap(word.map)}`
    case "Holds":
      return `holds ${word.key} ${spell(word.version)}`
    case "Served":
      return `serves ${word.key} in epoch ${word.epoch}`
    case "Moved":
      return `${word.by === "copy" ? "copied" : "sent on"} ${list(word.keys)} to ${word.to}`
    case "Dropped":
      return `drops ${word.keys.length} keys`
    default:
      return sayLog(thing)
  }
}

const turningPoints = new Set<unknown>(["Published", "Adopted", "Dropped"] satisfies Fact["_tag"][])

/** What a node did to its log is a turning point only where it lost or won an office. */
const logPoints = new Set<unknown>(["Truncated", "Reset"] satisfies LogFact["_tag"][])

export const isTurningPoint = (fact: unknown): boolean => {
  const { _tag } = fact as { readonly _tag: unknown }
  return turningPoints.has(_tag) || logPoints.has(_tag)
}
