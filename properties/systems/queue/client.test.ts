/** A producer says what it knows and no more: after an attempt without an answer, a refusal of the next one proves nothing. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import type { Outcome } from "#invariants"
import { queue } from "#systems"
import { CallTimeout, Network } from "#world"
import type { Message } from "../../../src/systems/queue/protocol.ts"

type Script = readonly (Message | "silence")[]

const taken: Message = { _tag: "Taken", dropped: [], request: "m1#1", epoch: 1, lsn: 1 }
const full: Message = { _tag: "Full" }
const notPrimary: Message = { _tag: "NotPrimary", hint: "" }

/** Publishes to brokers that answer as the script says, and tells the outcome and what was asked. */
const published = async (script: Script, design: Record<string, string> = {}) => {
  const asked: Message[] = []
  const network: Network["Service"] = {
    self: "c1",
    send: () => Effect.void,
    serve: () => Effect.void,
    call: (to, message, { timeout }) => {
      const answer = script[asked.length] ?? full
      asked.push(message as Message)
      return answer === "silence" ? Effect.fail(new CallTimeout({ to, millis: timeout })) : Effect.succeed(answer)
    },
  }
  const peers = queue.nodes({}).map(({ id }) => id)
  const session = queue.session({ id: "c1", peers, size: {}, design })
  const call = { _tag: "publish", poison: false, delay: 0 } as const
  const outcome: Outcome = await Effect.runPromise(
    Effect.provideService(queue.perform(call, session, "m1"), Network, network),
  )
  const ids = asked.flatMap((message) => (message._tag === "Publish" ? [message.task.id] : []))
  return { outcome: outcome._tag, ids }
}

describe("a producer", () => {
  it.each<readonly [string, Script, Outcome["_tag"]]>([
    ["is taken", [taken], "ok"],
    ["is refused", [full], "refused"],
    ["hears nothing, and is taken", ["silence", taken], "ok"],
    ["hears nothing, and is refused then", ["silence", full], "unknown"],
    ["asks one that leads no more, and is refused then", [notPrimary, full], "unknown"],
  ])("that %s", async (_, script, outcome) => {
    expect((await published(script)).outcome).toBe(outcome)
  })

  it("sends the same message again, unless it knows no better", async () => {
    const script: Script = ["silence", "silence", taken]
    expect((await published(script, { producer: "same-id" })).ids).toEqual(["m1", "m1", "m1"])
    expect(new Set((await published(script, { producer: "new-id" })).ids).size).toBe(3)
  })
})
