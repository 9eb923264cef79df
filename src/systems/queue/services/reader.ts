/**
 * A reader of partitions: it takes a batch, makes its effects durable, and commits the offset behind it. Whoever takes the
 * partition over begins at the last commit, so what was done and not committed is done again, in the same order.
 */
import * as Effect from "effect/Effect"
import type { Boot } from "#system"
import { Network } from "#world"
import { Brokers } from "../asking.ts"
import { castOf } from "../cast.ts"
import { type QueueDesign, type QueueSize, sizeOf, timing } from "../design.ts"
import type { Batch, Deed, Message } from "../protocol.ts"

/** A message, in this system's words. */
const word = (message: Message): Message => message

class Reader {
  readonly #network: Network["Service"]
  readonly #design: QueueDesign
  readonly #size: QueueSize
  readonly #brokers: Brokers
  readonly #database: string
  #generation = 0

  constructor(boot: Boot, network: Network["Service"]) {
    const { brokers, database } = castOf(boot.peers, boot.size)
    this.#network = network
    this.#design = boot.design as QueueDesign
    this.#size = sizeOf(boot.size)
    this.#brokers = new Brokers(brokers)
    this.#database = database
  }

  #ask(message: Message, timeout: number): Effect.Effect<Message | undefined> {
    return Effect.provideService(this.#brokers.ask(message, timeout), Network, this.#network)
  }

  readonly program: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    for (;;) {
      const assigned = yield* this.#ask(word({ _tag: "Join" }), timing.attempt)
      if (assigned?._tag !== "Assigned") continue
      this.#generation = assigned.generation
      while (yield* this.#turn()) {
        // As long as the partitions are its own.
      }
    }
  })

  /** Reads one batch, if there is one; false if the partitions are no longer its own. */
  #turn(): Effect.Effect<boolean> {
    return Effect.gen({ self: this }, function* () {
      const answer = yield* this.#ask(word({ _tag: "Fetch", generation: this.#generation }), timing.poll)
      if (answer?._tag !== "Batch") return answer?._tag !== "Rejoin"
      if (this.#design.offsets === "before-effect") {
        return (yield* this.#commit(answer)) && (yield* this.#read(answer))
      }
      return (yield* this.#read(answer)) && (yield* this.#commit(answer))
    })
  }

  #read({ partition, offset, entries }: Batch): Effect.Effect<boolean> {
    return Effect.gen({ self: this }, function* () {
      for (const [nth, op] of entries.entries()) {
        if (this.#size.work > 0) yield* Effect.sleep(this.#size.work)
        const place = { partition, offset: offset + nth, generation: this.#generation }
        const key = `read/${place.generation}/${place.partition}/${place.offset}`
        if (!(yield* this.#effect({ kind: "read", key, op, group: "", place }))) return false
      }
      return true
    })
  }

  /** Until the database has answered; false if it no longer takes anything of this generation. */
  #effect(deed: Deed): Effect.Effect<boolean> {
    return Effect.gen({ self: this }, function* () {
      for (;;) {
        const message = word({ _tag: "Do", deeds: [deed], once: true, declines: "" })
        const answer = yield* Effect.option(this.#network.call(this.#database, message, { timeout: timing.attempt }))
        if (answer._tag === "Some") return (answer.value as Message)._tag === "Did"
        yield* Effect.sleep(timing.pause)
      }
    })
  }

  #commit({ partition, offset, entries }: Batch): Effect.Effect<boolean> {
    const commit = word({ _tag: "Commit", generation: this.#generation, partition, offset: offset + entries.length })
    return Effect.gen({ self: this }, function* () {
      for (;;) {
        const answer = yield* this.#ask(commit, timing.attempt)
        if (answer?._tag === "Noted") return true
        if (answer?._tag === "Rejoin") return false
      }
    })
  }
}

export const reader = (boot: Boot): Effect.Effect<void, never, Network> =>
  Effect.flatMap(Network, (network) => new Reader(boot, network).program)
