/**
 * Everybody follows one person (003:59). Pushed, each post of that person is a write to every inbox; pulled, it is one write,
 * and one read more for whoever looks. The worker that carries posts keeps its place in memory here, and a shard goes down.
 */
import { every, part, tell } from "./stories.ts"
import { stormOptions } from "./storm.ts"

export const celebrity = tell(
  {
    name: "ring/celebrity",
    summary: "a post is carried to every follower by a worker that keeps its place in memory, and a shard goes down",
    parts: part({ design: { fanout: "forgetful" }, size: { shards: 4, spare: 1, people: 40, clients: 3 } }),
    expects: "violated",
    about: ["posts-reach-followers", "posts-once-in-order"],
  },
  {
    lines: [
      every(250, 8, (at, nth) => ({ at, client: 1, call: { _tag: "post", author: nth % 2 } }), 400),
      every(70, 30, (at, nth) => ({ at, client: 2 + (nth % 2), call: { _tag: "feed", reader: nth * 3 } }), 500),
    ],
    faults: "crash:s2@1100+700",
    calmAt: 3000,
    until: 20_000,
  },
  { ...stormOptions, knobs: [] },
)
