/**
 * The hands: finds the shard of a key by a map of its own, which may be old, and asks again until somebody who owns the key
 * has answered.
 *
 * Nobody tells a router of a new map; it hears of one when it is refused, or asks the authority when it gets no answer. Every
 * attempt of an update carries the same source and number, so it is carried out once, whichever shards it reaches.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Size } from "#system"
import type { Network } from "#world"
import { Contacts } from "./contacts.ts"
import { type RingDesign, timing } from "./design.ts"
import { foundingMap, isNewer, placementOf, type ShardMap, shardNames } from "./map.ts"
import type { Got, Listed, Message } from "./protocol.ts"
import type { Change, Version } from "./row.ts"

/** How the request for a key ended. */
export type Ended<A> =
  | { readonly _tag: "answered"; readonly answer: A }
  | { readonly _tag: "refused"; readonly reason: string }
  | { readonly _tag: "silent" }

export class Router {
  readonly design: RingDesign
  readonly #contacts: Contacts
  readonly #cache = new Map<string, { readonly ended: Ended<Got>; readonly until: number }>()
  readonly #flights = new Map<string, Deferred.Deferred<Ended<Got>>>()
  map: ShardMap

  /** `node` is some node of the part. */
  constructor(node: string, size: Size, design: RingDesign) {
    this.design = design
    this.map = foundingMap(size)
    this.#contacts = new Contacts(node, size)
  }

  learn(map: ShardMap): void {
    if (isNewer(map, this.map)) this.map = map
  }

  owner(key: string): string {
    return placementOf(this.design.placement, this.map.shards).owner(key)
  }

  ask(name: string, message: Message): Effect.Effect<Message | undefined, never, Network> {
    return this.#contacts.ask(name, message, timing.attempt)
  }

  /** Asks the authority for its map. */
  readonly refresh: Effect.Effect<void, never, Network> = Effect.suspend(() =>
    Effect.map(this.ask("authority", { _tag: "AskMap" }), (answer) => {
      if (answer?._tag === "MapIs") this.learn(answer.map)
    }),
  )

  /** Asks whoever owns the key, by map after map, until there is an answer that is one or the time is over. */
  #request<A>(
    key: string,
    message: () => Message,
    read: (answer: Message) => Ended<A> | undefined,
    millis: number,
  ): Effect.Effect<Ended<A>, never, Network> {
    return Effect.gen({ self: this }, function* () {
      const clock = yield* Clock.Clock
      const deadline = clock.currentTimeMillisUnsafe() + millis
      while (clock.currentTimeMillisUnsafe() < deadline) {
        const answer = yield* this.ask(this.owner(key), message())
        if (answer?._tag === "Elsewhere") {
          const { epoch } = this.map
          this.learn(answer.map)
          if (this.map.epoch > epoch) continue
        }
        const ended = answer === undefined ? undefined : read(answer)
        if (ended !== undefined) return ended
        if (answer === undefined && this.design.check === "epoch") yield* this.refresh
        yield* Effect.sleep(timing.backoff)
      }
      return { _tag: "silent" }
    })
  }

  update(key: string, source: string, nth: number, change: Change, millis: number = timing.writeDeadline) {
    return this.#request<Version>(
      key,
      () => ({ _tag: "Update", key, epoch: this.map.epoch, source, nth, change }),
      (answer) =>
        answer._tag === "Done"
          ? { _tag: "answered", answer: answer.version }
          : answer._tag === "Refused"
            ? { _tag: "refused", reason: answer.reason }
            : undefined,
      millis,
    )
  }

  /** Reads a key, or shares what was read of it, as the design has it. */
  get(key: string): Effect.Effect<Ended<Got>, never, Network> {
    if (this.design.hot === "cache") return this.#cached(key)
    return this.design.hot === "single-flight" ? this.#shared(key) : this.read(key)
  }

  #cached(key: string): Effect.Effect<Ended<Got>, never, Network> {
    return Effect.gen({ self: this }, function* () {
      const clock = yield* Clock.Clock
      const known = this.#cache.get(key)
      if (known !== undefined && clock.currentTimeMillisUnsafe() < known.until) return known.ended
      const ended = yield* this.read(key)
      if (ended._tag === "answered") {
        this.#cache.set(key, { ended, until: clock.currentTimeMillisUnsafe() + timing.cache })
      }
      return ended
    })
  }

  /** Waits for a read that is under way, if there is one. It may have begun before a write that the asker knows of. */
  #shared(key: string): Effect.Effect<Ended<Got>, never, Network> {
    return Effect.suspend(() => {
      const flight = this.#flights.get(key)
      if (flight !== undefined) return Deferred.await(flight)
      const landing = Deferred.makeUnsafe<Ended<Got>>()
      this.#flights.set(key, landing)
      return Effect.tap(this.read(key), (ended) => {
        this.#flights.delete(key)
        return Deferred.succeed(landing, ended)
      })
    })
  }

  /** Reads a key from its owner. */
  read(key: string) {
    return this.#request<Got>(
      key,
      () => ({ _tag: "Get", key, epoch: this.map.epoch }),
      (answer) => (answer._tag === "Got" ? { _tag: "answered", answer } : undefined),
      timing.readDeadline,
    )
  }

  /**
   * Asks every shard of the map for its keys behind one, all at once, and again those that are late; from the beginning where
   * the map changed meanwhile. After `millis` it has what it has, and says who is missing.
   */
  gather(question: { readonly after: string; readonly skip: number; readonly limit: number }, millis: number) {
    return Effect.gen({ self: this }, function* () {
      const clock = yield* Clock.Clock
      const deadline = clock.currentTimeMillisUnsafe() + millis
      const listed = new Map<string, Listed["rows"]>()
      let { epoch } = this.map
      for (;;) {
        const missing = shardNames(this.map.shards).filter((shard) => !listed.has(shard))
        if (missing.length === 0 || clock.currentTimeMillisUnsafe() >= deadline) {
          return { rows: [...listed.values()].flat().sort((a, b) => (a.key < b.key ? -1 : 1)), missing }
        }
        const answers = yield* Effect.forEach(
          missing,
          (shard) =>
            Effect.map(this.ask(shard, { _tag: "List", epoch, ...question }), (answer) => [shard, answer] as const),
          { concurrency: "unbounded" },
        )
        for (const [shard, answer] of answers) {
          if (answer?._tag === "Listed") listed.set(shard, answer.rows)
          else if (answer?._tag === "Elsewhere") this.learn(answer.map)
        }
        const isSilent = answers.some(([, answer]) => answer === undefined)
        if (isSilent && this.design.check === "epoch") yield* this.refresh
        if (this.map.epoch !== epoch) {
          epoch = this.map.epoch
          listed.clear()
        } else if (listed.size < this.map.shards) yield* Effect.sleep(timing.backoff)
      }
    })
  }

  /** Asks for so many shards; the answer is the epoch in which that is announced. */
  resize(request: string, shards: number): Effect.Effect<Ended<number>, never, Network> {
    return Effect.gen({ self: this }, function* () {
      const clock = yield* Clock.Clock
      const deadline = clock.currentTimeMillisUnsafe() + timing.writeDeadline
      while (clock.currentTimeMillisUnsafe() < deadline) {
        const answer = yield* this.ask("authority", { _tag: "Resize", request, shards })
        if (answer?._tag === "Announced") return { _tag: "answered", answer: answer.epoch }
        if (answer?._tag === "Refused") return { _tag: "refused", reason: answer.reason }
        yield* Effect.sleep(timing.backoff)
      }
      return { _tag: "silent" }
    })
  }
}
