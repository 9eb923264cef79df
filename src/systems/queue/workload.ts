/** What producers ask of a queue. */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import type { Outcome } from "#invariants"
import type { Size } from "#system"
import type { Network } from "#world"
import { append, order, pay, publish, push, type Session } from "./client.ts"
import { sizeOf } from "./design.ts"

/** The longest delay of a message, in milliseconds. */
const longestDelay = 1000

export const Call = Schema.Union([
  /** A message, to be handed out after so many milliseconds; whoever works on a poisonous one fails. */
  Schema.TaggedStruct("publish", {
    poison: Schema.Boolean,
    delay: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: longestDelay })),
  }),
  /** An entry for the partition of a key. */
  Schema.TaggedStruct("append", { key: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)) }),
  /** So many events for the list. */
  Schema.TaggedStruct("push", { count: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })) }),
  /** An order at the shop, of which this step will be declined; "" for none. */
  Schema.TaggedStruct("order", { declines: Schema.Literals(["", "charge", "ship"]) }),
  Schema.TaggedStruct("pay", {}),
])
export type Call = typeof Call.Type

/** Keys of entries; more than there are partitions. */
const keys = 5

export const calls = (size: Size): fc.Arbitrary<Call> => {
  const { partitions, flushers, shop } = sizeOf(size)
  const publication = fc.record({
    _tag: fc.constant("publish" as const),
    poison: fc.nat({ max: 9 }).map((n) => n === 9),
    delay: fc.nat({ max: 2 * longestDelay }).map((n) => Math.max(0, n - longestDelay)),
  })
  const entry = fc.record({ _tag: fc.constant("append" as const), key: fc.nat({ max: keys - 1 }) })
  const order = fc.record({ _tag: fc.constant("order" as const), declines: fc.constantFrom("", "", "charge", "ship") })
  return fc.oneof<fc.MaybeWeightedArbitrary<Call>[]>(
    { weight: 2, arbitrary: publication },
    ...(partitions > 0 ? [{ weight: 2, arbitrary: entry }] : []),
    ...(flushers > 0 ? [{ weight: 1, arbitrary: fc.constant<Call>({ _tag: "push", count: 1 }) }] : []),
    ...(shop > 0 ? [{ weight: 2, arbitrary: order }] : []),
    ...(shop > 0 ? [{ weight: 1, arbitrary: fc.constant<Call>({ _tag: "pay" }) }] : []),
  )
}

export const perform = (call: Call, session: Session, id: string): Effect.Effect<Outcome, never, Network> => {
  switch (call._tag) {
    case "publish":
      return publish(session, { id, op: id, topic: "tasks", poison: call.poison, declines: "" }, call.delay)
    case "append":
      return append(session, id, call.key)
    case "push":
      return push(session, id, call.count)
    case "order":
      return order(session, id, call.declines)
    default:
      return pay(session, id)
  }
}
