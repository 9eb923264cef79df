/**
 * A scan asks all shards and takes as long as the slowest of them: with four shards few scans meet a slow one, with 64 nearly
 * every other does (004:1201). And whoever answers without a shard that is silent, and does not say so, tells an untruth.
 */
import { every, part, put, tell } from "./stories.ts"
import { stormOptions } from "./storm.ts"

const scan = (at: number, client: number) => ({ at, client, call: { _tag: "scan" } })

export const scatter = tell(
  {
    name: "ring/scatter",
    summary: "a scan asks every shard, one of them is silent, and the answer does not say so",
    parts: part({ design: { gather: "silent" }, size: { shards: 4, spare: 1, keys: 40, clients: 3 } }),
    expects: "violated",
    about: ["a-partial-answer-says-so"],
  },
  {
    lines: [every(20, 60, (at, nth) => put(at, 1, nth), 100), every(50, 50, (at) => scan(at, 2), 400)],
    faults: "latency:*->*=tailed/1ms@300+2500,pause:s3@2s+800",
    calmAt: 3200,
    until: 20_000,
  },
  { ...stormOptions, knobs: [] },
)
