/**
 * A sharded key-value store: keys are placed on shards by a map, and the map changes while the store is in use.
 *
 * Promises: every key has one owner in an epoch; what was acknowledged is read by whoever reads later, during a reshard too;
 * a reshard that was announced comes to its end whoever crashes at whatever point, and then one shard holds each key.
 * Does not promise: that a key can be read while its shard is down (a shard is one node unless `replicas` says otherwise),
 * nor that a read during a storm is answered at all.
 * Breaks when: a shard carries out what was routed by an old map (`check=cached`), the map changes before the data has moved
 * (`reshard=flip-first`), a copy may overwrite what was written meanwhile (`reshard=unversioned`), what is written meanwhile
 * stays behind (`reshard=no-double-write`), every resize moves nearly everything (`placement=modulo`) or one shard owns too
 * much (`placement=bare-ring`), a transfer is two updates (`transfer=naive`), a scan hides who is missing (`gather=silent`),
 * pages are counted instead of remembered (`page=offset`), or a post is carried once and forgotten (`fanout=forgetful`).
 *
 * A shard is a group of one or more nodes over a replicated log, so the same program is a shard on one disk and on three.
 * Storms blow over shards of one node: their subject is keys that move, and six logs of one node cost what two of three do.
 */
import type { System } from "#system"
import { authority } from "./authority.ts"
import { type Session, session } from "./client.ts"
import { choices, knobs } from "./design.ts"
import { invariants } from "./invariants/index.ts"
import { isKeeper, keepers, membersOf, mostShards, shardNames, shardOf } from "./map.ts"
import { measure } from "./measure.ts"
import { picture } from "./picture.ts"
import { isTurningPoint, Message, say } from "./protocol.ts"
import { shard } from "./shard.ts"
import { Call, calls, perform } from "./workload.ts"

// What the screen draws, and what lessons and benches measure without a run.
export type { RingPicture, RingScene, ShardScene } from "./picture.ts"
export * as placement from "./placement/index.ts"

const regions = ["east", "west", "north"] as const

const storage = (size: Readonly<Record<string, number>>): readonly string[] =>
  shardNames(mostShards(size)).flatMap((name) => membersOf(name, size.replicas ?? knobs.replicas.default))

export const ring: System<Call, Session> = {
  name: "ring",
  sentence: "Keys are placed on shards by a map, and move while they are in use.",
  designs: choices,
  size: knobs,
  nodes: (size) => [
    ...keepers.map((id, i) => ({ id, role: "authority", region: regions[i] as string })),
    ...storage(size).map((id, i) => ({ id, role: "shard", region: regions[i % regions.length] as string })),
  ],
  clients: (size) => size.clients ?? knobs.clients.default,
  boot: (options) => (isKeeper(options.id) ? authority(options) : shard(shardOf(options.id), options)),
  message: Message,
  call: Call,
  calls,
  session,
  perform,
  invariants,
  // Any number may be away, as long as they come back: a shard that is alone waits on its disk. Of three nodes one may lose it.
  tolerates: (size) => ({
    absent: keepers.length + storage(size).length,
    damaged: size.replicas === 3 ? 1 : 0,
    damages: size.replicas === 3 ? ["wipe", "rot", "misdirect"] : [],
    drift: 200_000,
    jump: 3_600_000_000,
  }),
  cores: (size) =>
    [keepers, ...keepers.map((gone) => keepers.filter((each) => each !== gone))].map((set) => [
      ...set,
      ...storage(size),
    ]),
  measure,
  picture,
  say,
  isTurningPoint,
}
