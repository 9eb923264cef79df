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
import { replica } from "./replica.ts"
import { keyValues } from "./values.ts"
import { Call, calls, perform } from "./workload.ts"

// What other systems build on: a log on one disk, a log on many, and the promises that such a log makes.
export { type ReplicationDesign, soundDesign } from "./design.ts"
export { invariants as logInvariants } from "./invariants.ts"
export type { Duties, Log, Machine } from "./machine.ts"
export {
  type Fact as LogFact,
  isTurningPoint as isLogTurningPoint,
  Message as LogMessage,
  say as sayLog,
} from "./protocol.ts"
export type { Entry as LogEntry } from "./record.ts"
export { replica } from "./replica.ts"
export { openWal, type Recovered, type Wal } from "./wal.ts"

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
  boot: (options) => replica(options, keyValues),
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
