/**
 * The hands of a producer: a message is sent until it is known to be taken or refused. What got no answer is *unknown*: it
 * may be in the queue. A retry bears the same id, so the queue takes the message once.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Outcome, ok, refused, unknown } from "#invariants"
import type { ClientSpec } from "#system"
import { Network } from "#world"
import { Brokers } from "./asking.ts"
import { type Cast, castOf } from "./cast.ts"
import { type QueueDesign, sizeOf, timing } from "./design.ts"
import { type Answer, type Message, pushed, type Task } from "./protocol.ts"

export interface Session {
  readonly design: QueueDesign
  readonly brokers: Brokers
  readonly cast: Cast
  /** Milliseconds that a payment is waited for. */
  readonly patience: number
}

export const session = (client: ClientSpec): Session => {
  const cast = castOf(client.peers, client.size)
  return {
    design: client.design as QueueDesign,
    brokers: new Brokers(cast.brokers),
    cast,
    patience: sizeOf(client.size).patience,
  }
}

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
      case "Taken": {
        const { dropped, request, epoch, lsn } = answer
        return ok({ dropped, request, wrote: { epoch, lsn } } satisfies Answer)
      }
      case "Full":
        return mayBeIn ? unknown("full now, but an earlier attempt may have been taken") : refused("full")
      default:
        // No answer, or one from a broker that may have taken it before it lost its office, or may yet.
        mayBeIn = true
    }
  }
  return unknown("no answer in time")
})

/** Appends to the partition of a key. */
export const append = Effect.fn("append")(function* (
  { brokers }: Session,
  id: string,
  key: number,
): Effect.fn.Return<Outcome, never, Network> {
  const clock = yield* Clock.Clock
  const deadline = clock.currentTimeMillisUnsafe() + timing.deadline
  for (let attempt = 1; clock.currentTimeMillisUnsafe() < deadline; attempt++) {
    const answer = yield* brokers.ask({ _tag: "Append", id, key, attempt }, timing.attempt)
    if (answer?._tag === "Placed") {
      const { request, epoch, lsn } = answer
      return ok({ request, wrote: { epoch, lsn } } satisfies Answer)
    }
  }
  return unknown("no answer in time")
})

/** One question to somebody who is there once; nothing where no answer came in time. */
const askOnce = Effect.fnUntraced(function* (to: string | undefined, message: Message, timeout: number) {
  const network = yield* Network
  if (to === undefined) return undefined
  const answer = yield* Effect.option(network.call(to, message, { timeout }))
  return answer._tag === "Some" ? (answer.value as Message) : undefined
})

/** Pushes so many events to the list. A push has no id: it cannot be sent again without harm. */
export const push = Effect.fn("push")(function* (
  { cast }: Session,
  id: string,
  count: number,
): Effect.fn.Return<Outcome, never, Network> {
  const values = Array.from({ length: count }, (_, nth) => (count === 1 ? id : `${id}.${nth + 1}`))
  const answer = yield* askOnce(
    cast.list,
    { _tag: "Command", command: { _tag: "LPUSH", key: pushed, values } },
    timing.attempt,
  )
  return answer === undefined ? unknown("no answer in time") : ok({} satisfies Answer)
})

/** Orders at the shop. */
export const order = Effect.fn("order")(function* (
  { cast }: Session,
  id: string,
  declines: string,
): Effect.fn.Return<Outcome, never, Network> {
  const answer = yield* askOnce(cast.shop, { _tag: "Order", id, declines }, timing.order)
  return answer?._tag === "Ordered" ? ok({} satisfies Answer) : unknown("no answer in time")
})

/** Pays for something, once. */
export const pay = Effect.fn("pay")(function* (
  { cast, design, patience }: Session,
  id: string,
): Effect.fn.Return<Outcome, never, Network> {
  const clock = yield* Clock.Clock
  const deadline = clock.currentTimeMillisUnsafe() + timing.payment
  const often = design.payment === "timeout-is-failure" ? 2 : Number.POSITIVE_INFINITY
  for (let attempt = 1; attempt <= often && clock.currentTimeMillisUnsafe() < deadline; attempt++) {
    const key = design.payment === "timeout-is-failure" ? `pay/${id}/${attempt}` : `pay/${id}`
    const deeds = [{ kind: "pay", key, op: id, group: "" } as const]
    const answer = yield* askOnce(cast.database, { _tag: "Do", deeds, once: true, declines: "" }, patience)
    if (answer !== undefined) return ok({} satisfies Answer)
    yield* Effect.sleep(timing.pause)
  }
  return design.payment === "timeout-is-failure" ? refused("the payment has failed") : unknown("no answer in time")
})
