/**
 * The database that effects go to: transactions on one log on one disk. A key that is written with a deed, in the same
 * record, makes the deed happen once, whoever asks for it how often.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Semaphore from "effect/Semaphore"
import type { Boot } from "#system"
import { Facts, Network } from "#world"
import { type QueueDesign, sizeOf } from "../design.ts"
import type { Deed, Do, Fact, Message } from "../protocol.ts"
import { type Journal, openJournal } from "./journal.ts"

/** A message or answer, in this system's words. */
const word = (message: Message): Message => message

class Database {
  readonly #design: QueueDesign
  readonly #stock: number
  readonly #journal: Journal<readonly Deed[]>
  readonly #record: (fact: Fact) => void
  readonly #one = Semaphore.makeUnsafe(1)
  readonly #keys = new Set<string>()
  #reserved = 0
  /** The latest generation that has written in a partition. */
  readonly #generations = new Map<number, number>()

  constructor(boot: Boot, journal: Journal<readonly Deed[]>, record: (fact: Fact) => void) {
    this.#design = boot.design as QueueDesign
    this.#stock = sizeOf(boot.size).stock
    this.#journal = journal
    this.#record = record
    const deeds = journal.restored.flat()
    for (const deed of deeds) this.#know(deed)
    record({ _tag: "Restored", deeds })
  }

  #know({ key, kind, place }: Deed): void {
    this.#keys.add(key)
    if (kind === "reserve") this.#reserved++
    if (kind === "release") this.#reserved--
    if (place !== undefined)
      this.#generations.set(place.partition, Math.max(place.generation, this.#latest(place.partition)))
  }

  #latest(partition: number): number {
    return this.#generations.get(partition) ?? 0
  }

  /** Those that have not happened; what is asked for twice in one breath is asked for once. */
  #fresh(deeds: readonly Deed[]): readonly Deed[] {
    const fresh = new Map(deeds.map((deed) => [deed.key, deed]))
    return [...fresh.values()].filter(({ key }) => !this.#keys.has(key))
  }

  /** Why a transaction is refused as a whole. */
  #refuses(deeds: readonly Deed[], declines: string): Message | undefined {
    for (const { kind, place } of deeds) {
      const isStale = place !== undefined && place.generation < this.#latest(place.partition)
      if (isStale && this.#design.fence === "generation") return { _tag: "Fenced" }
      if (kind === declines || (kind === "reserve" && this.#reserved >= this.#stock)) return { _tag: "Declined" }
    }
    return undefined
  }

  readonly serve = (message: unknown): Effect.Effect<unknown> => {
    const said = message as Message
    return said._tag === "Do" ? this.#one.withPermits(1)(this.#transact(said)) : Effect.void
  }

  #transact({ deeds: asked, once, declines }: Do): Effect.Effect<Message> {
    return Effect.suspend(() => {
      const deeds = once ? this.#fresh(asked) : asked
      const refusal = this.#refuses(deeds, declines)
      if (refusal !== undefined) return Effect.succeed(refusal)
      if (deeds.length === 0) return Effect.succeed(word({ _tag: "Did" }))
      return Effect.map(this.#journal.write(deeds), () => {
        for (const deed of deeds) this.#know(deed)
        this.#record({ _tag: "Done", deeds })
        return word({ _tag: "Did" })
      })
    })
  }
}

export const database = (boot: Boot): Effect.Effect<void, never, Network | Facts | FileSystem.FileSystem> =>
  Effect.scoped(
    Effect.gen(function* () {
      const network = yield* Network
      const facts = yield* Facts
      const journal = yield* openJournal<readonly Deed[]>("/deeds")
      yield* network.serve(new Database(boot, journal, (fact) => facts.record(fact)).serve)
      return yield* Effect.never
    }),
  )
