/** Whom to ask where several nodes speak as one: the members of a shard, or of the authority. Remembers who led last. */
import * as Effect from "effect/Effect"
import type { Size } from "#system"
import { Network } from "#world"
import { knobs } from "./design.ts"
import { groupOf, prefixOf } from "./map.ts"
import type { Message } from "./protocol.ts"

export class Contacts {
  readonly #prefix: string
  readonly #replicas: number
  readonly #chiefs = new Map<string, string>()

  /** `node` is some node of the part. */
  constructor(node: string, size: Size) {
    this.#prefix = prefixOf(node)
    this.#replicas = size.replicas ?? knobs.replicas.default
  }

  /** Asks once. Undefined if nobody answered in time, or if whoever was asked does not lead; then another is asked next time. */
  ask(name: string, message: Message, timeout: number): Effect.Effect<Message | undefined, never, Network> {
    return Effect.flatMap(Network, (network) => {
      const members = groupOf(name, this.#replicas).map((id) => `${this.#prefix}${id}`)
      const to = this.#chiefs.get(name) ?? (members[0] as string)
      const next = members[(members.indexOf(to) + 1) % members.length] as string
      return network.call(to, message, { timeout }).pipe(
        Effect.map((answer) => {
          const said = answer as Message
          if (said._tag !== "NotPrimary") return said
          this.#chiefs.set(name, said.hint === "" ? next : said.hint)
          return undefined
        }),
        Effect.catch(() => {
          this.#chiefs.set(name, next)
          return Effect.undefined
        }),
      )
    })
  }
}
