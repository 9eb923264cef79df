/**
 * A shop: an order is a row in its database and an event in the queue, and there is no transaction over both. The outbox
 * writes row and event in one record and has a relay publish the event until the queue has it; the other ways do one after
 * the other, and a crash between leaves the gap.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Latch from "effect/Latch"
import * as Semaphore from "effect/Semaphore"
import type { Boot } from "#system"
import { Facts, Network, named } from "#world"
import { Brokers } from "../asking.ts"
import { castOf } from "../cast.ts"
import { type QueueDesign, timing } from "../design.ts"
import type { Fact, Message, Order, Task } from "../protocol.ts"
import { type Journal, openJournal } from "./journal.ts"

type Line =
  /** An order's row, with the event that is still to be published where there is an outbox. */
  | { readonly _tag: "row"; readonly id: string; readonly event?: Task }
  /** An event is in the queue. */
  | { readonly _tag: "sent"; readonly id: string }

const eventOf = ({ id, declines }: Order): Task => ({ id, op: id, topic: "orders", poison: false, declines })

class Shop {
  readonly #network: Network["Service"]
  readonly #record: (fact: Fact) => void
  readonly #journal: Journal<Line>
  readonly #design: QueueDesign
  readonly #brokers: Brokers
  readonly #one = Semaphore.makeUnsafe(1)
  readonly #rows = new Set<string>()
  /** Events that the queue may not have, the oldest first. */
  readonly #outbox = new Map<string, Task>()
  readonly #waiting = Latch.makeUnsafe(false)
  #attempt = 0

  constructor(boot: Boot, network: Network["Service"], journal: Journal<Line>, record: (fact: Fact) => void) {
    this.#network = network
    this.#record = record
    this.#journal = journal
    this.#design = boot.design as QueueDesign
    this.#brokers = new Brokers(castOf(boot.peers, boot.size).brokers)
    for (const line of journal.restored) {
      if (line._tag === "sent") this.#outbox.delete(line.id)
      else {
        this.#rows.add(line.id)
        if (line.event !== undefined) this.#outbox.set(line.id, line.event)
      }
    }
    record({ _tag: "Rows", ids: [...this.#rows] })
    if (this.#outbox.size > 0) this.#waiting.openUnsafe()
  }

  #write(line: Line): Effect.Effect<void> {
    return this.#one.withPermits(1)(this.#journal.write(line))
  }

  #writeRow(id: string, event?: Task): Effect.Effect<void> {
    return Effect.map(this.#write(event === undefined ? { _tag: "row", id } : { _tag: "row", id, event }), () => {
      this.#rows.add(id)
      this.#record({ _tag: "Row", id })
    })
  }

  /** Asks until the queue has an event, at most so often; whether it has. */
  #publish(task: Task, times: number): Effect.Effect<boolean> {
    return Effect.gen({ self: this }, function* () {
      for (let asked = 0; asked < times; asked++) {
        const attempt = ++this.#attempt
        const answer = yield* this.#brokers
          .ask({ _tag: "Publish", task, delay: 0, attempt }, timing.attempt)
          .pipe(Effect.provideService(Network, this.#network))
        if (answer?._tag === "Taken") return true
        if (answer?._tag === "Full") yield* Effect.sleep(timing.backoff)
      }
      return false
    })
  }

  /** Publishes what is in the outbox, for ever. */
  readonly relay: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    for (;;) {
      yield* this.#waiting.await
      for (const [id, task] of this.#outbox) {
        yield* this.#publish(task, Number.POSITIVE_INFINITY)
        this.#outbox.delete(id)
        yield* this.#write({ _tag: "sent", id })
      }
      this.#waiting.closeUnsafe()
    }
  })

  readonly serve = (message: unknown): Effect.Effect<unknown> => {
    const said = message as Message
    if (said._tag !== "Order") return Effect.void
    return Effect.map(
      this.#rows.has(said.id) ? Effect.succeed(true) : this.#order(said),
      (so): Message => (so ? { _tag: "Ordered" } : { _tag: "NotOrdered" }),
    )
  }

  #order(order: Order): Effect.Effect<boolean> {
    const { id } = order
    const event = eventOf(order)
    switch (this.#design.outbox) {
      case "relay":
        return Effect.map(this.#writeRow(id, event), () => {
          this.#outbox.set(id, event)
          this.#waiting.openUnsafe()
          return true
        })
      case "write-then-enqueue":
        return Effect.andThen(this.#writeRow(id), this.#publish(event, 1))
      default:
        return Effect.flatMap(this.#publish(event, 1), (so) =>
          so ? Effect.as(this.#writeRow(id), true) : Effect.succeed(false),
        )
    }
  }
}

export const shop = (boot: Boot): Effect.Effect<void, never, Network | Facts | FileSystem.FileSystem> =>
  Effect.scoped(
    Effect.gen(function* () {
      const network = yield* Network
      const facts = yield* Facts
      const journal = yield* openJournal<Line>("/orders")
      const counter = new Shop(boot, network, journal, (fact) => facts.record(fact))
      yield* network.serve(counter.serve)
      return yield* named("relay", counter.relay)
    }),
  )
