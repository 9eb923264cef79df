/** What clients ask of a sharded store. A written text is the operation's own id, so no two are alike. */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import type { Outcome } from "#invariants"
import type { Size } from "#system"
import type { Network } from "#world"
import { get, put, resize, type Session } from "./client.ts"
import { knobs } from "./design.ts"
import { mostShards } from "./map.ts"

const Ordinal = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

export const Call = Schema.Union([
  Schema.TaggedStruct("put", { key: Ordinal }),
  Schema.TaggedStruct("get", { key: Ordinal }),
  /** An operator's wish: from now on so many shards. */
  Schema.TaggedStruct("resize", { shards: Ordinal }),
])
export type Call = typeof Call.Type

export const calls = (size: Size): fc.Arbitrary<Call> => {
  const key = fc.nat({ max: (size.keys ?? knobs.keys.default) - 1 })
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ _tag: fc.constant("put" as const), key }) },
    { weight: 6, arbitrary: fc.record({ _tag: fc.constant("get" as const), key }) },
    {
      weight: 1,
      arbitrary: fc.record({
        _tag: fc.constant("resize" as const),
        shards: fc.integer({ min: 1, max: mostShards(size) }),
      }),
    },
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
  }
}
