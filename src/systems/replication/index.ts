/**
 * A replicated log: one primary orders entries, followers copy them, a majority makes them permanent.
 *
 * Promises: an acknowledged entry survives the loss of a minority; what a replica shows is a prefix of the primary's
 * log; a session sees its own writes and never goes back in time.
 * Does not promise: progress without a majority, or that a disk which lies about its syncs is survived: no majority
 * protocol can tell a promise that a disk has forgotten from one that was never made.
 * Breaks when: a write is acknowledged before a majority holds it on disk (`ack=local`, `ack=memory`), a primary is made
 * without a majority's vote (`promote=latest`), a fork is not cut off (`rejoin=resume`), entries are applied as they
 * arrive (`apply=on-arrival`), a torn tail is believed (`recover=trust-length`), a backlog may grow without bound
 * (`backlog=unbounded`), or a replica answers without knowing what the session has seen (`read=…`).
 */
import type { System } from "#system"
import { type Session, session } from "./client.ts"
import { choices, knobs, majorityOf } from "./design.ts"
import { invariants } from "./invariants.ts"
import { measure } from "./measure.ts"
import { picture } from "./picture.ts"
import { isTurningPoint, Message, say } from "./protocol.ts"
import { boot } from "./roles.ts"
import { Call, calls, perform } from "./workload.ts"

const regions = ["east", "west", "north"] as const

const names = (size: Readonly<Record<string, number>>): readonly string[] =>
  Array.from({ length: size.nodes ?? knobs.nodes.default }, (_, i) => `n${i + 1}`)

/** Every set of nodes with a majority. */
const majorities = (nodes: readonly string[]): readonly (readonly string[])[] => {
  const sets: string[][] = []
  for (let bits = 1; bits < 1 << nodes.length; bits++) {
    const set = nodes.filter((_, i) => (bits & (1 << i)) !== 0)
    if (set.length >= majorityOf(nodes.length)) sets.push(set)
  }
  return sets
}

export const replication: System<Call, Session> = {
  name: "replication",
  sentence: "One primary orders entries, followers copy them, a majority makes them permanent.",
  designs: choices,
  size: knobs,
  nodes: (size) => names(size).map((id, i) => ({ id, role: "replica", region: regions[i % regions.length] as string })),
  clients: (size) => size.clients ?? knobs.clients.default,
  boot,
  message: Message,
  call: Call,
  calls,
  session,
  perform,
  invariants,
  tolerates: (size) => {
    const spare = names(size).length - majorityOf(names(size).length)
    return {
      absent: spare,
      damaged: Math.min(1, spare),
      damages: ["wipe", "rot", "misdirect"],
      drift: 200_000,
      jump: 3_600_000_000,
    }
  },
  cores: (size) => majorities(names(size)),
  measure,
  picture,
  say,
  isTurningPoint,
}
