/** What clients ask of a replicated log: writes and reads of a few keys. A written value is the operation's own id, so no two are alike. */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import type { Outcome } from "#invariants"
import type { Size } from "#system"
import type { Network } from "#world"
import { read, readOwnWrite, type Session, write } from "./client.ts"
import { keyName } from "./protocol.ts"

const Key = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const Replica = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

export const Call = Schema.Union([
  Schema.TaggedStruct("write", { key: Key }),
  /** `replica` is the ordinal of the node that a design with a choice asks first. */
  Schema.TaggedStruct("read", { key: Key, replica: Replica }),
  Schema.TaggedStruct("read-own-write", { key: Key, replica: Replica }),
])
export type Call = typeof Call.Type

export const calls = (size: Size): fc.Arbitrary<Call> => {
  const key = fc.nat({ max: (size.keys ?? 1) - 1 })
  const replica = fc.nat({ max: (size.nodes ?? 1) - 1 })
  return fc.oneof(
    fc.record({ _tag: fc.constant("write" as const), key }),
    fc.record({ _tag: fc.constant("read" as const), key, replica }),
    fc.record({ _tag: fc.constant("read-own-write" as const), key, replica }),
  )
}

export const perform = (call: Call, session: Session, id: string): Effect.Effect<Outcome, never, Network> => {
  const key = keyName(call.key)
  switch (call._tag) {
    case "write":
      return write(session, key, id, id)
    case "read":
      return read(session, key, call.replica)
    default:
      return readOwnWrite(session, key, call.replica, id)
  }
}
