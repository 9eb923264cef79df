/**
 * Who takes buffered events from the list and stores them, every so often.
 *
 * The stopgap of article 001 (lines 92 to 98) reads a range from the head, stores it, and trims as many from the head:
 * whatever was pushed meanwhile is trimmed unread, and one of what it keeps was stored already. The sound way moves events,
 * one by one and oldest first, to a list of the flusher's own (redis.io, LMOVE, "reliable queue"), and removes them from
 * there when they are stored.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { Boot } from "#system"
import { type CallTimeout, Network } from "#world"
import { castOf } from "../cast.ts"
import { type QueueDesign, type QueueSize, sizeOf, timing } from "../design.ts"
import { type Message, pushed } from "../protocol.ts"
import type { ListCommand, ListReply } from "./lists.ts"

class Flusher {
  readonly #network: Network["Service"]
  readonly #size: QueueSize
  readonly #list: string
  readonly #database: string
  /** The list that it moves events to. */
  readonly #own: string

  constructor(boot: Boot, network: Network["Service"]) {
    const { list, database } = castOf(boot.peers, boot.size)
    this.#network = network
    this.#size = sizeOf(boot.size)
    this.#list = list as string
    this.#database = database
    this.#own = `processing:${boot.id}`
  }

  #run(command: ListCommand): Effect.Effect<ListReply, CallTimeout> {
    const message: Message = { _tag: "Command", command }
    return Effect.map(
      this.#network.call(this.#list, message, { timeout: timing.attempt }),
      (answer) => answer as ListReply,
    )
  }

  /** Stores a batch; with `once`, what is there already is left alone. */
  #store(values: readonly string[], once: boolean): Effect.Effect<void, CallTimeout> {
    const deeds = values.map((value) => ({ kind: "row", key: `row/${value}`, op: value, group: "" }) as const)
    const message: Message = { _tag: "Do", deeds, once, declines: "" }
    return Effect.sleep(this.#size.insert).pipe(
      Effect.andThen(this.#network.call(this.#database, message, { timeout: timing.attempt })),
      Effect.asVoid,
    )
  }

  /** The stopgap, as it is printed. */
  readonly stopgap: Effect.Effect<void, CallTimeout> = Effect.gen({ self: this }, function* () {
    const { batch } = this.#size
    const { values } = yield* this.#run({ _tag: "LRANGE", key: pushed, start: 0, stop: batch })
    if (values.length === 0) return
    yield* this.#store(values, false)
    yield* this.#run({ _tag: "LTRIM", key: pushed, start: batch, stop: -1 })
  })

  /** What is in its own list is stored, however it came there, and only then removed. */
  readonly drain: Effect.Effect<void, CallTimeout> = Effect.gen({ self: this }, function* () {
    const { batch } = this.#size
    for (let isMore = true; isMore; ) {
      const held = yield* this.#run({ _tag: "LRANGE", key: this.#own, start: 0, stop: -1 })
      for (let moved = held.length; moved < batch; moved++) {
        const { length } = yield* this.#run({
          _tag: "LMOVE",
          source: pushed,
          destination: this.#own,
          from: "RIGHT",
          to: "LEFT",
        })
        if (length === 0) break
      }
      const { values } = yield* this.#run({ _tag: "LRANGE", key: this.#own, start: 0, stop: -1 })
      if (values.length > 0) yield* this.#store(values, true)
      for (const value of values) yield* this.#run({ _tag: "LREM", key: this.#own, count: 0, value })
      isMore = values.length >= batch
    }
  })

  /** For ever; what fails is tried again the next time. */
  program(design: QueueDesign): Effect.Effect<never> {
    const rest = Effect.sleep(this.#size.flush)
    const failed = (_: Cause.Cause<CallTimeout>) => Effect.void
    // Timers do not wait for each other: a flush that takes longer than the pause meets the next one.
    const turn =
      design.flush === "lrange-ltrim"
        ? Effect.andThen(rest, Effect.forkChild(Effect.catchCause(this.stopgap, failed)))
        : Effect.andThen(rest, Effect.catchCause(this.drain, failed))
    return Effect.forever(turn)
  }
}

export const flusher = (boot: Boot): Effect.Effect<void, never, Network> =>
  Effect.flatMap(Network, (network) => new Flusher(boot, network).program(boot.design as QueueDesign))
