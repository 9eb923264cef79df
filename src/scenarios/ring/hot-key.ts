/**
 * One key draws 15 % of all requests (003:80). More points on the ring (003:54) or more shards move other keys away from its
 * shard, never the key itself: its shard's share does not fall below 15 %. What helps is to have the key more than once.
 */
import { every, part, put, tell } from "./stories.ts"
import { stormOptions } from "./storm.ts"

export const hotKey = tell(
  {
    name: "ring/hot-key",
    summary: "one key draws 15 % of all requests, and its shard has them all, however many shards there are",
    parts: part({ size: { shards: 8, spare: 1, keys: 200, clients: 5 } }),
    expects: "holds",
    about: ["load-is-balanced"],
  },
  {
    lines: [
      put(100, 1, 0),
      every(60, 30, (at, nth) => ({ at, client: 1 + (nth % 4), call: { _tag: "crowd", people: 50, hot: 15 } }), 300),
      { at: 2400, client: 5, call: { _tag: "resize", shards: 9 } },
    ],
    calmAt: 3000,
    until: 20_000,
  },
  { ...stormOptions, knobs: [] },
)
