/** What producers ask of a queue. */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import type { Outcome } from "#invariants"
import type { Size } from "#system"
import type { Network } from "#world"
import { publish, type Session } from "./client.ts"

/** The longest delay of a message, in milliseconds. */
const longestDelay = 1000

export const Call = Schema.Union([
  /** A message, to be handed out after so many milliseconds; whoever works on a poisonous one fails. */
  Schema.TaggedStruct("publish", {
    poison: Schema.Boolean,
    delay: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: longestDelay })),
  }),
])
export type Call = typeof Call.Type

export const calls = (_size: Size): fc.Arbitrary<Call> =>
  fc.record({
    _tag: fc.constant("publish" as const),
    poison: fc.nat({ max: 9 }).map((n) => n === 9),
    delay: fc.nat({ max: 2 * longestDelay }).map((n) => Math.max(0, n - longestDelay)),
  })

export const perform = (call: Call, session: Session, id: string): Effect.Effect<Outcome, never, Network> => {
  const { poison, delay } = call
  return publish(session, { id, op: id, topic: "tasks", poison, declines: "" }, delay)
}
