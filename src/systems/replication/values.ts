/** The machine that a replicated log drives here: keys and their latest values, and the reads of them. */
import * as Effect from "effect/Effect"
import type { Duties, Log } from "./machine.ts"
import type { Message, Read } from "./protocol.ts"
import type { Entry } from "./record.ts"

interface Version {
  readonly value: string
  readonly epoch: number
  readonly lsn: number
}

/** A message or answer, in this system's words. */
const word = (message: Message): Message => message

/** What a node of a replicated key-value store does with its log. */
export const keyValues = (log: Log): Duties => {
  const values = new Map<string, Version>()

  const answer = (message: Read): Message => {
    if (log.applied() < message.token) return { _tag: "Behind", applied: log.applied() }
    const version = values.get(message.key)
    if (version === undefined) return { _tag: "Value", value: null, epoch: 0, lsn: 0 }
    return { _tag: "Value", value: version.value, epoch: version.epoch, lsn: version.lsn }
  }

  const read = (message: Read): Effect.Effect<Message> => {
    if (message.as === "any") return Effect.succeed(answer(message))
    if (!log.leads()) return Effect.succeed(notPrimary(log))
    return Effect.map(message.as === "primary" ? log.shown : log.confirmed, (so) =>
      so === "early" ? word({ _tag: "Behind", applied: log.applied() }) : so ? answer(message) : word(notPrimary(log)),
    )
  }

  return {
    machine: {
      apply: ({ key, value, epoch, lsn }: Entry) => {
        values.set(key, { value, epoch, lsn })
      },
      reset: () => values.clear(),
    },
    serve: (message) => {
      const said = message as Message
      if (said._tag === "Write") return log.write(said.request, said.key, said.value)
      return said._tag === "Read" ? read(said) : Effect.void
    },
  }
}

const notPrimary = (log: Log): Message => ({ _tag: "NotPrimary", hint: log.hint() })
