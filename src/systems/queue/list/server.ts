/** A list server: one command after the other, each that changes something on disk before it is answered. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Semaphore from "effect/Semaphore"
import { Facts, Network } from "#world"
import type { Fact, Message } from "../protocol.ts"
import { openJournal } from "../services/journal.ts"
import { type ListCommand, Lists } from "./lists.ts"

export const listServer: Effect.Effect<void, never, Network | Facts | FileSystem.FileSystem> = Effect.scoped(
  Effect.gen(function* () {
    const network = yield* Network
    const facts = yield* Facts
    const journal = yield* openJournal<ListCommand>("/list")
    const one = Semaphore.makeUnsafe(1)
    const lists = new Lists()
    for (const command of journal.restored) lists.run(command)
    facts.record({ _tag: "Listed", lists: lists.all } satisfies Fact)

    const carryOut = (command: ListCommand): Effect.Effect<Message> =>
      Effect.suspend(() => {
        const changes = lists.changes(command)
        return Effect.map(changes ? journal.write(command) : Effect.void, () => {
          if (changes) facts.record({ _tag: "Ran", command } satisfies Fact)
          return { _tag: "Reply", ...lists.run(command) } satisfies Message
        })
      })

    yield* network.serve((message) => {
      const said = message as Message
      return said._tag === "Command" ? one.withPermits(1)(carryOut(said.command)) : Effect.void
    })
    return yield* Effect.never
  }),
)
