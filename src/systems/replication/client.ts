/**
 * The hands: a session of one client, with deadlines, retries and what it remembers between two calls.
 *
 * A write that got no answer in time is *unknown*: it may be in the log. Every retry of it carries the same request id,
 * so the log holds it at most once. Which replica a read asks first is part of the call, never hidden in the session.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Outcome, ok, refused, unknown } from "#invariants"
import type { ClientSpec } from "#system"
import { Network } from "#world"
import { type ReplicationDesign, timing } from "./design.ts"
import type { Answer, Message, Read } from "./protocol.ts"

export interface Session {
  readonly peers: readonly string[]
  readonly design: ReplicationDesign
  /** Who answered as primary last. */
  primary: string
  /** The node a sticky reader stays with. */
  sticky: string
  /** The highest LSN this session has written or seen. */
  token: number
  /** When it last wrote, in milliseconds of its own clock. */
  wroteAt: number
}

export const session = (client: ClientSpec): Session => {
  const first = client.peers[0] as string
  const ordinal = Number(/\d+$/.exec(client.id)?.[0] ?? 1) - 1
  return {
    peers: client.peers,
    design: client.design as ReplicationDesign,
    primary: first,
    sticky: client.peers[(ordinal + 1) % client.peers.length] as string,
    token: 0,
    wroteAt: Number.NEGATIVE_INFINITY,
  }
}

const after = (session: Session, node: string): string =>
  session.peers[(session.peers.indexOf(node) + 1) % session.peers.length] as string

const ask = Effect.fnUntraced(function* (to: string, message: Message) {
  const network = yield* Network
  const answer = yield* network.call(to, message, { timeout: timing.attempt })
  return answer as Message
})

/** Appends a value under a key; `request` names it in every retry. */
export const write = Effect.fn("write")(function* (
  session: Session,
  key: string,
  value: string,
  request: string,
): Effect.fn.Return<Outcome, never, Network> {
  const clock = yield* Clock.Clock
  const deadline = clock.currentTimeMillisUnsafe() + timing.writeDeadline
  let mayBeIn = false
  let to = session.primary
  while (clock.currentTimeMillisUnsafe() < deadline) {
    const answer = yield* Effect.option(ask(to, { _tag: "Write", request, key, value }))
    if (answer._tag === "None") {
      mayBeIn = true
      to = after(session, to)
      continue
    }
    switch (answer.value._tag) {
      case "Written": {
        const { epoch, lsn } = answer.value
        session.primary = to
        session.token = Math.max(session.token, lsn)
        session.wroteAt = clock.currentTimeMillisUnsafe()
        return ok({ wrote: { epoch, lsn } } satisfies Answer)
      }
      case "Busy":
        if (!mayBeIn) return refused("busy")
        break
      case "NotPrimary":
        // It may have been primary when it took the write, and have lost its office since.
        mayBeIn = true
        to = answer.value.hint === "" ? after(session, to) : answer.value.hint
        break
    }
    yield* Effect.sleep(timing.backoff)
  }
  return unknown("no answer in time")
})

/** Whom a read asks, in what capacity, and from which LSN on. */
const question = (session: Session, replica: string, now: number): { to: string; as: Read["as"]; token: number } => {
  switch (session.design.read) {
    case "session":
      return { to: replica, as: "any", token: session.token }
    case "confirmed":
      return { to: session.primary, as: "confirmed", token: 0 }
    case "primary":
      return { to: replica, as: "primary", token: 0 }
    case "sticky":
      return { to: session.sticky, as: "any", token: 0 }
    case "cookie":
      return now - session.wroteAt < timing.cookie
        ? { to: session.primary, as: "primary", token: 0 }
        : { to: replica, as: "any", token: 0 }
    default:
      return { to: replica, as: "any", token: 0 }
  }
}

/** Reads a key, asking the replica with this ordinal first where the design leaves a choice. */
export const read = Effect.fn("read")(function* (
  session: Session,
  key: string,
  replica: number,
): Effect.fn.Return<Outcome, never, Network> {
  const clock = yield* Clock.Clock
  const start = clock.currentTimeMillisUnsafe()
  const asked = question(session, session.peers[replica % session.peers.length] as string, start)
  const { as, token } = asked
  let to = asked.to
  while (clock.currentTimeMillisUnsafe() < start + timing.readDeadline) {
    const answer = yield* Effect.option(ask(to, { _tag: "Read", key, token, as }))
    if (answer._tag === "None") {
      to = after(session, to)
      if (session.design.read === "sticky") session.sticky = to
      continue
    }
    switch (answer.value._tag) {
      case "Value": {
        const { value, epoch, lsn } = answer.value
        if (as !== "any") session.primary = to
        session.token = Math.max(session.token, lsn)
        return ok({ saw: { value, epoch, lsn } } satisfies Answer)
      }
      case "Behind":
        to = to === session.primary ? after(session, to) : session.primary
        break
      case "NotPrimary":
        to = answer.value.hint === "" ? after(session, to) : answer.value.hint
        break
    }
    yield* Effect.sleep(timing.backoff)
  }
  return refused("nobody could answer in time")
})

/** Writes, and reads back what it has just written: the page that reloads after "saved". */
export const readOwnWrite = Effect.fn("readOwnWrite")(function* (
  session: Session,
  key: string,
  replica: number,
  request: string,
): Effect.fn.Return<Outcome, never, Network> {
  const written = yield* write(session, key, request, request)
  if (written._tag !== "ok") return written
  const seen = yield* read(session, key, replica)
  return seen._tag === "ok" ? ok({ ...(written.value as Answer), ...(seen.value as Answer) }) : written
})
