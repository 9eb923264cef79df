/**
 * A message queue: producers hand messages over, and workers do them later, each at least once, their effects exactly once.
 * Beside it, for those who ask for them: partitions that are read in order, a shop whose orders go through four services, and
 * a list that buffers events.
 *
 * Promises: an acknowledged message survives the loss of any broker and is processed, or parked after its last try; its
 * effect happens once; every message is accounted for; every group gets every message; the queue is bounded, says so, and
 * drains. A partition is read without a gap. An order ends, complete or undone; nobody pays twice. A buffered event is stored
 * once.
 * Does not promise: an order among messages of a queue, or that a message is tried only once; a lost disk of the database is
 * lost.
 * Breaks when: the broker answers from memory (`durability=memory`), a message counts as done before its effect
 * (`settle=auto`), the dedupe key is not written with the effect (`dedupe=…`), a poison message is retried for ever
 * (`retry=forever`), a lease that runs out is forgotten or never does (`release=…`), the queue may grow or lies when it is
 * full (`full=…`), a producer retries under a new id (`producer=new-id`), services compete on one queue
 * (`fanout=one-queue`), an offset is committed before its effect (`offsets=before-effect`), an old reader is not stopped
 * (`fence=none`), row and event are written one after the other (`outbox=…`), nobody undoes what was done (`saga=…`), a
 * time-out is taken for a failure (`payment=timeout-is-failure`), or what was read is trimmed by its number (`flush=lrange-ltrim`).
 */
import * as Effect from "effect/Effect"
import type { System } from "#system"
import { broker } from "./broker/broker.ts"
import { coresOf, nodesOf } from "./cast.ts"
import { type Session, session } from "./client.ts"
import { choices, knobs, sizeOf } from "./design.ts"
import { invariants } from "./invariants/index.ts"
import { flusher } from "./list/flusher.ts"
import { listServer } from "./list/server.ts"
import { measure } from "./measure.ts"
import { picture } from "./picture.ts"
import { Message } from "./protocol.ts"
import { isTurningPoint, say } from "./say.ts"
import { database } from "./services/database.ts"
import { shop } from "./services/shop.ts"
import { worker } from "./services/worker.ts"
import { Call, calls, perform } from "./workload.ts"

export type { QueuePicture, QueueScene } from "./picture.ts"

export const queue: System<Call, Session> = {
  name: "queue",
  sentence: "Producers hand messages over, workers do them later, and nothing is lost or done twice.",
  designs: choices,
  size: knobs,
  nodes: nodesOf,
  clients: (size) => sizeOf(size).clients,
  boot: (options) => {
    switch (nodesOf(options.size)[options.peers.indexOf(options.id)]?.role) {
      case "broker":
        return broker(options)
      case "database":
        return database(options)
      case "worker":
        return worker(options)
      case "shop":
        return shop(options)
      case "list":
        return listServer
      case "flusher":
        return flusher(options)
      default:
        return Effect.die(`There is no ${options.id} in a queue.`)
    }
  },
  message: Message,
  call: Call,
  calls,
  session,
  perform,
  invariants,
  // One node of all may be away: a majority of brokers is left, and whoever stands alone comes back.
  tolerates: () => ({ absent: 1, damaged: 0, damages: [], drift: 200_000, jump: 10_000_000 }),
  cores: coresOf,
  measure,
  picture,
  say,
  isTurningPoint,
}
