/** How everybody finds the broker that leads: whoever answered last, or whom that one named. */
import * as Effect from "effect/Effect"
import { Network } from "#world"
import { timing } from "./design.ts"
import type { Message } from "./protocol.ts"

export class Brokers {
  readonly #brokers: readonly string[]
  #chief: string

  constructor(brokers: readonly string[]) {
    this.#brokers = brokers
    this.#chief = brokers[0] as string
  }

  get chief(): string {
    return this.#chief
  }

  #next(): void {
    this.#chief = this.#brokers[(this.#brokers.indexOf(this.#chief) + 1) % this.#brokers.length] as string
  }

  /** Asks once; nothing where no answer came in time, or none that is about the question. */
  ask(message: Message, timeout: number): Effect.Effect<Message | undefined, never, Network> {
    return Effect.gen({ self: this }, function* () {
      const network = yield* Network
      const asked = yield* Effect.option(network.call(this.#chief, message, { timeout }))
      if (asked._tag === "None") {
        this.#next()
        return undefined
      }
      const answer = asked.value as Message
      if (answer._tag !== "NotPrimary" && answer._tag !== "Busy") return answer
      if (answer._tag === "NotPrimary") {
        if (answer.hint === "") this.#next()
        else this.#chief = answer.hint
      }
      yield* Effect.sleep(timing.pause)
      return answer
    })
  }
}
