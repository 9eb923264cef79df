/** What clients ask of a sharded store. A written text is the operation's own id, so no two are alike. */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import type { Outcome } from "#invariants"
import type { Size } from "#system"
import type { Network } from "#world"
import { crowd, feed, get, list, post, put, resize, type Session, scan, transfer } from "./client.ts"
import { knobs } from "./design.ts"
import { mostShards } from "./map.ts"

const Ordinal = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

export const Call = Schema.Union([
  Schema.TaggedStruct("put", { key: Ordinal }),
  Schema.TaggedStruct("get", { key: Ordinal }),
  /** An operator's wish: from now on so many shards. */
  Schema.TaggedStruct("resize", { shards: Ordinal }),
  Schema.TaggedStruct("transfer", { from: Ordinal, to: Ordinal, amount: Ordinal }),
  Schema.TaggedStruct("scan", {}),
  /** All keys, so many a page. */
  Schema.TaggedStruct("list", { size: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)) }),
  Schema.TaggedStruct("post", { author: Ordinal }),
  Schema.TaggedStruct("feed", { reader: Ordinal }),
  /** So many people at once; `hot` percent of them want the first key, or Zipf's law says what they want. */
  Schema.TaggedStruct("crowd", { people: Ordinal, hot: Ordinal }),
])
export type Call = typeof Call.Type

export const calls = (size: Size): fc.Arbitrary<Call> => {
  const key = fc.nat({ max: (size.keys ?? knobs.keys.default) - 1 })
  const person = fc.nat({ max: (size.people ?? knobs.people.default) - 1 })
  const tag = <Tag extends string>(name: Tag) => fc.constant(name)
  return fc.oneof(
    { weight: 12, arbitrary: fc.record({ _tag: tag("put"), key }) },
    { weight: 12, arbitrary: fc.record({ _tag: tag("get"), key }) },
    { weight: 3, arbitrary: fc.record({ _tag: tag("resize"), shards: fc.integer({ min: 1, max: mostShards(size) }) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        _tag: tag("transfer"),
        from: person,
        to: person,
        amount: fc.integer({ min: 1, max: 80 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ _tag: tag("scan") }) },
    { weight: 1, arbitrary: fc.record({ _tag: tag("list"), size: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 2, arbitrary: fc.record({ _tag: tag("post"), author: person }) },
    { weight: 2, arbitrary: fc.record({ _tag: tag("feed"), reader: person }) },
  )
}

export const perform = (call: Call, session: Session, id: string): Effect.Effect<Outcome, never, Network> => {
  switch (call._tag) {
    case "put":
      return put(session, call.key, id)
    case "get":
      return get(session, call.key)
    case "resize":
      return resize(session, call.shards, id)
    case "transfer":
      return transfer(session, call.from, call.to, call.amount, id)
    case "scan":
      return scan(session)
    case "list":
      return list(session, call.size)
    case "post":
      return post(session, call.author, id)
    case "feed":
      return feed(session, call.reader)
    case "crowd":
      return crowd(session, call.people, call.hot)
  }
}
