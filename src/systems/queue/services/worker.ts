/**
 * A worker of a service: it takes a message, does what it says, and tells the broker once the effect is durable. While it
 * works it keeps its lease alive; when it dies, the lease runs out and somebody else takes the message.
 */
import * as Effect from "effect/Effect"
import type { Boot } from "#system"
import { Facts, Network, named } from "#world"
import { Brokers } from "../asking.ts"
import { castOf, groupsOf, serviceOf } from "../cast.ts"
import { type QueueDesign, type QueueSize, sizeOf, timing } from "../design.ts"
import type { Deed, DeedKind, Delivery, Fact, Message, Task } from "../protocol.ts"
import { reader } from "./reader.ts"
import { steps, undoing } from "./saga.ts"

/** A message, in this system's words. */
const word = (message: Message): Message => message

export class Worker {
  readonly #network: Network["Service"]
  readonly #record: (fact: Fact) => void
  readonly #design: QueueDesign
  readonly #size: QueueSize
  readonly #brokers: Brokers
  readonly #database: string
  /** The service it belongs to, and the groups it takes messages from. */
  readonly #service: string
  readonly #groups: readonly string[]
  /** The messages it has seen: all that a design has that remembers in memory. */
  readonly #seen = new Set<string>()

  constructor(boot: Boot, network: Network["Service"], record: (fact: Fact) => void) {
    this.#network = network
    this.#record = record
    this.#design = boot.design as QueueDesign
    this.#size = sizeOf(boot.size)
    const cast = castOf(boot.peers, boot.size)
    this.#brokers = new Brokers(cast.brokers)
    this.#database = cast.database
    this.#service = serviceOf(boot.id, cast, boot.size)
    const queue = this.#design.fanout === "one-queue" ? (groupsOf(boot.size)[0] as string) : this.#service
    this.#groups = [queue, "saga"]
  }

  readonly #ask = (message: Message, timeout: number): Effect.Effect<Message | undefined> =>
    Effect.provideService(this.#brokers.ask(message, timeout), Network, this.#network)

  readonly program: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    for (;;) {
      const answer = yield* this.#ask(word({ _tag: "Lease", groups: this.#groups }), timing.poll)
      if (answer?._tag === "Delivery") yield* this.#deliver(answer)
    }
  })

  #deliver(delivery: Delivery): Effect.Effect<void> {
    const { group, attempt, task } = delivery
    const { id } = task
    return Effect.gen({ self: this }, function* () {
      this.#record({ _tag: "Tried", id, group, attempt })
      const done = yield* Effect.raceFirst(this.#work(delivery), this.#extend(group, id))
      if (!done) this.#record({ _tag: "Failed", id, group, attempt })
      if (!done) yield* this.#report(word({ _tag: "Fail", group, id, attempt }))
      else if (this.#design.settle === "after-effect") yield* this.#report(word({ _tag: "Finish", group, id }))
    })
  }

  /** Does what a message says; false if it cannot be done. */
  #work({ task }: Delivery): Effect.Effect<boolean> {
    return Effect.gen({ self: this }, function* () {
      if (this.#size.work > 0) yield* Effect.sleep(this.#size.work)
      if (task.poison) return false
      if (task.topic === "orders") yield* this.#carryThrough(task)
      else yield* this.#process(task)
      return true
    })
  }

  #process({ id, op }: Task): Effect.Effect<void> {
    const group = this.#service
    const { dedupe } = this.#design
    if (dedupe === "memory" && this.#seen.has(id)) return Effect.void
    const deed: Deed = { kind: "task", key: `${group}/${id}`, op, group }
    return Effect.map(this.#effect(deed, dedupe === "with-effect", ""), () => {
      this.#seen.add(id)
    })
  }

  /** An order, through all its services. */
  #carryThrough({ op, declines }: Task): Effect.Effect<void> {
    const deedOf = (kind: DeedKind): Deed => ({ kind, key: `${kind}/${op}`, op, group: "" })
    return Effect.gen({ self: this }, function* () {
      for (const [nth, { does }] of steps.entries()) {
        if (this.#design.saga === "fire-and-forget") {
          yield* this.#network.send(this.#database, word({ _tag: "Do", deeds: [deedOf(does)], once: true, declines }))
        } else if ((yield* this.#effect(deedOf(does), true, declines))._tag === "Declined") {
          if (this.#design.saga === "stop-short") return
          for (const undo of undoing(nth)) yield* this.#effect(deedOf(undo), true, "")
          return
        }
      }
    })
  }

  /** Until the database has answered: what it has not answered may have happened. */
  #effect(deed: Deed, once: boolean, declines: string): Effect.Effect<Message> {
    return Effect.gen({ self: this }, function* () {
      for (;;) {
        const message = word({ _tag: "Do", deeds: [deed], once, declines })
        const answer = yield* Effect.option(this.#network.call(this.#database, message, { timeout: timing.attempt }))
        if (answer._tag === "Some") return answer.value as Message
        yield* Effect.sleep(timing.pause)
      }
    })
  }

  /** Keeps the lease alive, for ever. */
  #extend(group: string, id: string): Effect.Effect<never> {
    return Effect.forever(
      Effect.andThen(
        Effect.sleep(Math.floor(this.#size.lease / 2)),
        Effect.suspend(() => this.#network.send(this.#brokers.chief, word({ _tag: "Extend", group, id }))),
      ),
    )
  }

  /** Tells the brokers how it ended; if nobody hears it, the lease will run out. */
  #report(message: Message): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      for (let asked = 0; asked < 4; asked++) {
        const answer = yield* this.#ask(message, timing.attempt)
        if (answer?._tag === "Noted") return
      }
    })
  }
}

export const worker = (boot: Boot): Effect.Effect<void, never, Network | Facts> =>
  Effect.gen(function* () {
    const network = yield* Network
    const facts = yield* Facts
    const works = named("work", new Worker(boot, network, (fact) => facts.record(fact)).program)
    const reads = sizeOf(boot.size).partitions === 0 ? [] : [named("read", reader(boot))]
    yield* Effect.all([works, ...reads], { concurrency: "unbounded", discard: true })
  })
