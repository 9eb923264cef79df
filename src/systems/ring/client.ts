/** A session: one client's router, and how many updates it has asked for. A call that got no answer is *unknown*. */
import * as Effect from "effect/Effect"
import { type Outcome, ok, refused, unknown } from "#invariants"
import type { ClientSpec } from "#system"
import type { Network } from "#world"
import { knobs, type RingDesign } from "./design.ts"
import { keyName } from "./map.ts"
import type { Answer } from "./protocol.ts"
import { type Ended, Router } from "./router.ts"

export interface Session {
  readonly id: string
  readonly keys: number
  readonly router: Router
  /** Numbers its updates, each once: an update that comes again is known by it. */
  updates: number
}

export const session = (client: ClientSpec): Session => ({
  id: client.id,
  keys: client.size.keys ?? knobs.keys.default,
  router: new Router(client.id, client.size, client.design as RingDesign),
  updates: 0,
})

const outcome = <A>(ended: Ended<A>, told: (answer: A) => Answer, ifSilent: Outcome): Outcome => {
  switch (ended._tag) {
    case "answered":
      return ok(told(ended.answer))
    case "refused":
      return refused(ended.reason)
    case "silent":
      return ifSilent
  }
}

const nobody = refused("nobody could answer in time")
const unsure = unknown("no answer in time")

export const put = (session: Session, ordinal: number, text: string): Effect.Effect<Outcome, never, Network> => {
  const key = keyName(ordinal, session.keys)
  return Effect.map(session.router.update(key, session.id, ++session.updates, { _tag: "put", text }), (ended) =>
    outcome(ended, (wrote) => ({ key, wrote }), unsure),
  )
}

export const get = (session: Session, ordinal: number): Effect.Effect<Outcome, never, Network> => {
  const key = keyName(ordinal, session.keys)
  return Effect.map(session.router.get(key), (ended) =>
    outcome(
      ended,
      ({ version, content }) => ({ key, saw: { version, text: content?._tag === "text" ? content.text : null } }),
      nobody,
    ),
  )
}

export const resize = (session: Session, shards: number, id: string): Effect.Effect<Outcome, never, Network> =>
  Effect.map(session.router.resize(id, shards), (ended) => outcome(ended, (announced) => ({ announced }), unsure))
