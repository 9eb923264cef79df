/** The catalogue of systems. */
import type { System } from "#system"
import { queue } from "./queue/index.ts"
import { replication } from "./replication/index.ts"
import { ring } from "./ring/index.ts"

// What a panel of its own draws.
export type { QueuePicture, QueueScene } from "./queue/index.ts"
export type { RingPicture, RingScene, ShardScene } from "./ring/index.ts"
export { queue, replication, ring }

// A catalogue holds systems of any vocabulary; each checks its own calls by its own Schema.
// biome-ignore lint/suspicious/noExplicitAny: existential over a system's Call and Session
export const systems: readonly System<any, any>[] = [replication, ring, queue]
