/**
 * The primary's side of a consumer group: it hands out batches, keeps idle readers waiting, and gives up whoever has been
 * silent for too long. Who reads what is in the log; who was heard when is not.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Log } from "#systems/replication"
import { timing } from "../design.ts"
import type { Message } from "../protocol.ts"
import type { BrokerState, Command } from "./state.ts"

/** A message or answer, in this system's words. */
const word = (message: Message): Message => message

const nothing = word({ _tag: "Nothing" })
const rejoin = word({ _tag: "Rejoin" })

export class Readers {
  readonly #state: BrokerState
  readonly #log: Log
  readonly #write: (request: string, command: Command) => Effect.Effect<Message>
  /** When a reader was last heard, in milliseconds of this node's clock. */
  readonly #heard = new Map<string, number>()
  readonly #waiters = new Map<string, (effect: Effect.Effect<Message>) => void>()

  constructor(state: BrokerState, log: Log, write: (request: string, command: Command) => Effect.Effect<Message>) {
    this.#state = state
    this.#log = log
    this.#write = write
  }

  get isWaiting(): boolean {
    return this.#state.partitions.readers.size > 0
  }

  /** Another reign begins: everybody gets time to be heard. */
  reign(): void {
    this.#heard.clear()
  }

  join(reader: string): Effect.Effect<Message> {
    return Effect.gen({ self: this }, function* () {
      this.#heard.set(reader, yield* Clock.currentTimeMillis)
      if (!this.#state.partitions.readers.has(reader)) {
        const request = `${reader} joins after ${this.#state.partitions.generation}`
        const written = yield* this.#write(request, { _tag: "join", reader })
        if (written._tag !== "Written") return written
      }
      return word({ _tag: "Assigned", generation: this.#state.partitions.generation })
    })
  }

  #batch(reader: string): Message | undefined {
    const { partitions } = this.#state
    const next = partitions.next(reader)
    if (next === undefined) return undefined
    const { partition, offset } = next
    const entries = partitions.logs[partition]?.slice(offset, offset + timing.batch) ?? []
    return word({ _tag: "Batch", partition, offset, entries })
  }

  fetch(reader: string, generation: number): Effect.Effect<Message> {
    return Effect.gen({ self: this }, function* () {
      this.#heard.set(reader, yield* Clock.currentTimeMillis)
      if (generation !== this.#state.partitions.generation) return rejoin
      const batch = this.#batch(reader)
      if (batch !== undefined) return batch
      const answer = yield* Effect.callback<Message>((resume) => {
        this.#waiters.get(reader)?.(Effect.succeed(nothing))
        this.#waiters.set(reader, resume)
      }).pipe(Effect.timeoutOption(timing.hold))
      return answer._tag === "Some" ? answer.value : nothing
    })
  }

  /** Answers whoever waits for what has just been appended; all of them once the partitions are shared out anew. */
  serveWaiters(): void {
    const { generation } = this.#state.partitions
    for (const [reader, resume] of this.#waiters) {
      const batch = generation === this.#served ? this.#batch(reader) : rejoin
      if (batch === undefined) continue
      this.#waiters.delete(reader)
      resume(Effect.succeed(batch))
    }
    this.#served = generation
  }

  /** The generation of those who wait. */
  #served = 0

  commit(
    reader: string,
    {
      generation,
      partition,
      offset,
    }: { readonly generation: number; readonly partition: number; readonly offset: number },
  ): Effect.Effect<Message> {
    return Effect.gen({ self: this }, function* () {
      this.#heard.set(reader, yield* Clock.currentTimeMillis)
      const stale = generation !== this.#state.partitions.generation
      if (stale && this.#state.design.fence === "generation") return rejoin
      const request = `${reader} commits ${partition}/${offset} in ${generation}`
      const written = yield* this.#write(request, { _tag: "commit", generation, partition, offset })
      if (written._tag !== "Written") return written
      return word({ _tag: "Noted" })
    })
  }

  /** Takes the partitions from whoever was not heard for too long. */
  giveUp(now: number): Effect.Effect<void> {
    const silent: Effect.Effect<Message>[] = []
    const { partitions } = this.#state
    for (const reader of partitions.readers) {
      const heard = this.#heard.get(reader)
      if (heard === undefined) this.#heard.set(reader, now)
      else if (now - heard > timing.session) {
        this.#heard.set(reader, now)
        silent.push(this.#write(`${reader} leaves ${partitions.generation}`, { _tag: "leave", reader }))
      }
    }
    return silent.length === 0 || !this.#log.leads()
      ? Effect.void
      : Effect.asVoid(Effect.forkDetach(Effect.all(silent, { concurrency: "unbounded", discard: true })))
  }
}
