/**
 * The body of a broker: a replicated log whose machine is the queue. The primary hands out messages, keeps the leases in
 * its memory, and writes down what becomes of them.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Latch from "effect/Latch"
import * as Random from "effect/Random"
import type { Boot } from "#system"
import { type Duties, type Log, replica, soundDesign } from "#systems/replication"
import { Facts, type Network } from "#world"
import { castOf } from "../cast.ts"
import { type QueueDesign, timing } from "../design.ts"
import type { Append, Delivery, Fact, Message, Publish } from "../protocol.ts"
import type { Lanes } from "./lanes.ts"
import { Readers } from "./readers.ts"
import { BrokerState, type Command } from "./state.ts"

/** A worker that waits for a message. */
interface Waiter {
  readonly groups: readonly string[]
  readonly resume: (effect: Effect.Effect<Message>) => void
}

/** A message or answer, in this system's words. */
const word = (message: Message): Message => message

const nothing = word({ _tag: "Nothing" })

class Broker implements Duties {
  readonly #log: Log
  readonly #state: BrokerState
  readonly #design: QueueDesign
  /** Workers that wait, the one that has waited longest first. */
  readonly #waiters = new Map<string, Waiter>()
  /** Open while something can run out or come due. */
  readonly #ticking = Latch.makeUnsafe(false)
  /** The epoch in which the leases were given. */
  #reign = 0
  readonly #readers: Readers

  constructor(boot: Boot, log: Log, record: (fact: Fact) => void) {
    this.#log = log
    this.#design = boot.design as QueueDesign
    this.#state = new BrokerState(this.#design, boot.size, record)
    this.#readers = new Readers(this.#state, log, (request, command) => this.#write(request, command))
  }

  readonly machine = {
    apply: (entry: { readonly request: string; readonly value: string }): void => {
      this.#state.apply(entry.request, JSON.parse(entry.value) as Command)
      if (!this.#log.leads()) return
      this.#ticking.openUnsafe()
      this.#serveWaiters()
      this.#readers.serveWaiters()
    },
    reset: (): void => this.#state.reset(),
  }

  #notPrimary(): Message {
    return { _tag: "NotPrimary", hint: this.#log.hint() }
  }

  #write(request: string, command: Command): Effect.Effect<Message> {
    return this.#log.write(request, command._tag, JSON.stringify(command))
  }

  readonly serve = (message: unknown, from: string): Effect.Effect<unknown> => {
    const said = message as Message
    if (!this.#log.leads()) return Effect.succeed(this.#notPrimary())
    switch (said._tag) {
      case "Publish":
        return this.#publish(said)
      case "Lease":
        return this.#lease(said.groups, from)
      case "Extend":
        return Effect.map(Clock.currentTimeMillis, (now) => {
          const lease = this.#state.lanes(said.group)?.leases.get(said.id)
          if (lease?.worker === from) lease.until = now + this.#state.size.lease
        })
      case "Finish":
        return this.#finish(said.group, said.id)
      case "Fail":
        return this.#fail(said.group, said.id, said.attempt, false)
      case "Append":
        return this.#append(said)
      case "Join":
        return this.#readers.join(from)
      case "Fetch":
        return this.#readers.fetch(from, said.generation)
      case "Commit":
        return this.#readers.commit(from, said)
      default:
        return Effect.void
    }
  }

  // Producers

  #append({ id, key, attempt }: Append): Effect.Effect<Message> {
    const request = `${id}#${attempt}`
    return Effect.map(this.#write(request, { _tag: "append", id, key }), (written) => {
      if (written._tag !== "Written") return written
      const place = this.#state.partitions.placeOf(id)
      if (place === undefined) return this.#notPrimary()
      return word({ _tag: "Placed", ...place, request, epoch: written.epoch, lsn: written.lsn })
    })
  }

  #publish({ task, delay, attempt }: Publish): Effect.Effect<Message> {
    const state = this.#state
    const request = `${task.id}#${attempt}`
    return Effect.gen({ self: this }, function* () {
      if (this.#design.full === "block") {
        for (let waited = 0; waited < timing.room && state.isFull(task); waited += timing.tick) {
          yield* Effect.sleep(timing.tick)
        }
      }
      const at = yield* Clock.currentTimeMillis
      const written = yield* this.#write(request, { _tag: "publish", task, due: at + delay, at })
      if (written._tag !== "Written") return written
      const verdict = state.verdicts.get(request)
      if (verdict === undefined) return this.#notPrimary()
      if (verdict._tag === "full") return word({ _tag: "Full" })
      return word({ _tag: "Taken", dropped: verdict.dropped, request, epoch: written.epoch, lsn: written.lsn })
    })
  }

  // Workers

  /** Leases of an earlier reign are void: who knows what has happened since. */
  #reigns(): void {
    if (this.#reign === this.#log.epoch()) return
    this.#reign = this.#log.epoch()
    for (const lanes of this.#state.groups.values()) lanes.releaseAll()
    this.#readers.reign()
    this.#ticking.openUnsafe()
  }

  #take(worker: string, groups: readonly string[], now: number): Delivery | undefined {
    this.#reigns()
    for (const group of groups) {
      const lanes = this.#state.lanes(group)
      const id = lanes?.lease(worker, now + this.#state.size.lease)
      const task = id === undefined ? undefined : this.#state.tasks.get(id)
      if (id === undefined || task === undefined) continue
      this.#ticking.openUnsafe()
      return { _tag: "Delivery", group, attempt: (lanes?.open.get(id)?.tries ?? 0) + 1, task }
    }
    return undefined
  }

  /** Some designs call a message done as soon as somebody has it. */
  #handOut(delivery: Delivery): Effect.Effect<Message> {
    if (this.#design.settle === "after-effect") return Effect.succeed(delivery)
    return Effect.map(this.#finish(delivery.group, delivery.task.id), (noted) =>
      noted._tag === "Noted" ? delivery : noted,
    )
  }

  #lease(groups: readonly string[], worker: string): Effect.Effect<Message> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      this.#waiters.get(worker)?.resume(Effect.succeed(nothing))
      this.#waiters.delete(worker)
      const delivery = this.#take(worker, groups, now)
      if (delivery !== undefined) return this.#handOut(delivery)
      return Effect.callback<Message>((resume) => {
        const waiter: Waiter = { groups, resume }
        this.#waiters.set(worker, waiter)
        return Effect.sync(() => {
          if (this.#waiters.get(worker) === waiter) this.#waiters.delete(worker)
        })
      }).pipe(
        Effect.timeoutOption(timing.hold),
        Effect.map((answer) => (answer._tag === "Some" ? answer.value : nothing)),
      )
    })
  }

  /** Gives what is ready to those who have waited longest. */
  #serveWaiters(): void {
    for (const [worker, { groups, resume }] of this.#waiters) {
      if (!groups.some((group) => this.#state.lanes(group)?.hasReady === true)) continue
      this.#waiters.delete(worker)
      resume(
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const delivery = this.#log.leads() ? this.#take(worker, groups, now) : undefined
          return delivery === undefined ? Effect.succeed(nothing) : this.#handOut(delivery)
        }),
      )
    }
  }

  #finish(group: string, id: string): Effect.Effect<Message> {
    return this.#noted(this.#write(`${group}/${id} done`, { _tag: "finish", group, id }))
  }

  #noted(writing: Effect.Effect<Message>): Effect.Effect<Message> {
    return Effect.map(writing, (written) => (written._tag === "Written" ? word({ _tag: "Noted" }) : written))
  }

  /** Writes down that a try has failed. A try fails once, whoever says so first. */
  #fail(group: string, id: string, attempt: number, ranOut: boolean): Effect.Effect<Message> {
    return Effect.gen({ self: this }, function* () {
      const doubled = timing.backoff * (1 << Math.min(attempt - 1, 10))
      const whole = this.#design.backoff === "fixed" ? timing.backoff : Math.min(doubled, timing.longestBackoff)
      const jitter = this.#design.backoff === "fixed" ? 0 : yield* Random.nextIntBetween(0, Math.floor(whole / 2))
      const due = (yield* Clock.currentTimeMillis) + whole - jitter
      this.#ticking.openUnsafe()
      return yield* this.#noted(
        this.#write(`${group}/${id} failed ${attempt}`, { _tag: "fail", group, id, attempt, due, ranOut }),
      )
    })
  }

  // Time

  #expired(lanes: Lanes, now: number): Effect.Effect<void> {
    const ended: Effect.Effect<Message>[] = []
    for (const [id, lease] of lanes.leases) {
      if (lease.until > now || lease.ending || this.#design.release === "never") continue
      lease.ending = true
      ended.push(this.#fail(lanes.group, id, (lanes.open.get(id)?.tries ?? 0) + 1, true))
    }
    return ended.length === 0
      ? Effect.void
      : Effect.asVoid(Effect.forkDetach(Effect.all(ended, { concurrency: "unbounded", discard: true })))
  }

  readonly works: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    for (;;) {
      yield* this.#ticking.await
      yield* Effect.sleep(timing.tick)
      const groups = [...this.#state.groups.values()]
      const isWaiting = groups.some((lanes) => lanes.isWaiting) || this.#readers.isWaiting
      if (!this.#log.leads() || !isWaiting) {
        this.#ticking.closeUnsafe()
        continue
      }
      this.#reigns()
      const now = yield* Clock.currentTimeMillis
      let ripe = false
      for (const lanes of groups) ripe = lanes.ripen(now) || ripe
      if (ripe) this.#serveWaiters()
      for (const lanes of groups) yield* this.#expired(lanes, now)
      yield* this.#readers.giveUp(now)
    }
  })
}

export const broker = (boot: Boot): Effect.Effect<void, never, Network | Facts | FileSystem.FileSystem> =>
  Effect.flatMap(Facts, (facts) => {
    const { durability } = boot.design as QueueDesign
    const design = { ...soundDesign, ack: durability }
    return replica(
      { ...boot, peers: castOf(boot.peers, boot.size).brokers, design },
      (log) => new Broker(boot, log, (fact) => facts.record(fact)),
    )
  })
