/**
 * The hands of a producer: a message is sent until it is known to be taken or refused. What got no answer is *unknown*: it
 * may be in the queue. A retry bears the same id, so the queue takes the message once.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Outcome, ok, refused, unknown } from "#invariants"
import type { ClientSpec } from "#system"
import type { Network } from "#world"
import { Brokers } from "./asking.ts"
import { castOf } from "./cast.ts"
import { type QueueDesign, timing } from "./design.ts"
import type { Answer, Task } from "./protocol.ts"

export interface Session {
  readonly design: QueueDesign
  readonly brokers: Brokers
}

export const session = (client: ClientSpec): Session => ({
  design: client.design as QueueDesign,
  brokers: new Brokers(castOf(client.peers, client.size).brokers),
})

/** Publishes a message, to be handed out after so many milliseconds. */
export const publish = Effect.fn("publish")(function* (
  { design, brokers }: Session,
  task: Task,
  delay: number,
): Effect.fn.Return<Outcome, never, Network> {
  const clock = yield* Clock.Clock
  const deadline = clock.currentTimeMillisUnsafe() + timing.deadline
  let mayBeIn = false
  for (let attempt = 1; clock.currentTimeMillisUnsafe() < deadline; attempt++) {
    const again = attempt > 1 && design.producer === "new-id"
    const named = again ? { ...task, id: `${task.id}.${attempt}` } : task
    const answer = yield* brokers.ask({ _tag: "Publish", task: named, delay, attempt }, timing.attempt)
    switch (answer?._tag) {
      case "Taken":
        return ok({ dropped: answer.dropped } satisfies Answer)
      case "Full":
        return mayBeIn ? unknown("full now, but an earlier attempt may have been taken") : refused("full")
      default:
        // No answer, or one from a broker that may have taken it before it lost its office, or may yet.
        mayBeIn = true
    }
  }
  return unknown("no answer in time")
})
