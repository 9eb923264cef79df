/**
 * The database that effects go to: transactions on one log on one disk. A key that is written with a deed, in the same
 * record, makes the deed happen once, whoever asks for it how often.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Semaphore from "effect/Semaphore"
import { Facts, Network } from "#world"
import type { Deed, Do, Fact, Message } from "../protocol.ts"
import { type Journal, openJournal } from "./journal.ts"

/** A message or answer, in this system's words. */
const word = (message: Message): Message => message

class Database {
  readonly #journal: Journal<readonly Deed[]>
  readonly #record: (fact: Fact) => void
  readonly #one = Semaphore.makeUnsafe(1)
  readonly #keys = new Set<string>()

  constructor(journal: Journal<readonly Deed[]>, record: (fact: Fact) => void) {
    this.#journal = journal
    this.#record = record
    const deeds = journal.restored.flat()
    for (const { key } of deeds) this.#keys.add(key)
    record({ _tag: "Restored", deeds })
  }

  readonly serve = (message: unknown): Effect.Effect<unknown> => {
    const said = message as Message
    return said._tag === "Do" ? this.#one.withPermits(1)(this.#transact(said)) : Effect.void
  }

  #transact({ deeds: asked, once }: Do): Effect.Effect<Message> {
    return Effect.suspend(() => {
      const deeds = once ? asked.filter(({ key }) => !this.#keys.has(key)) : asked
      if (deeds.length === 0) return Effect.succeed(word({ _tag: "Did" }))
      return Effect.map(this.#journal.write(deeds), () => {
        for (const { key } of deeds) this.#keys.add(key)
        this.#record({ _tag: "Done", deeds })
        return word({ _tag: "Did" })
      })
    })
  }
}

export const database: Effect.Effect<void, never, Network | Facts | FileSystem.FileSystem> = Effect.scoped(
  Effect.gen(function* () {
    const network = yield* Network
    const facts = yield* Facts
    const journal = yield* openJournal<readonly Deed[]>("/deeds")
    yield* network.serve(new Database(journal, (fact) => facts.record(fact)).serve)
    yield* Effect.never
  }),
)
