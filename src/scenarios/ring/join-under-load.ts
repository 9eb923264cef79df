/** A shard joins while everybody goes on writing. Keys move under their feet, and nobody is refused. */
import { every, get, part, put, resize, tell } from "./stories.ts"
import { stormOptions } from "./storm.ts"

export const joinUnderLoad = tell(
  {
    name: "ring/join-under-load",
    summary: "a shard joins while clients read and write; keys are copied, written twice, and flipped",
    parts: part({ size: { shards: 4, spare: 1, keys: 96, pace: 150, clients: 4 } }),
    expects: "holds",
    about: ["acknowledged-writes-are-read", "moves-only-what-must", "one-holder-afterwards", "resharded-under-load"],
    opening: { at: 1_600_000, question: "Keys are on the move. Press x on a shard. Are they all still there?" },
  },
  {
    lines: [
      every(12, 280, (at, nth) => put(at, 1 + (nth % 2), nth), 100),
      every(15, 200, (at, nth) => get(at, 3, nth * 7), 400),
      resize(1400, 4, 5),
    ],
    calmAt: 4000,
    until: 20_000,
  },
  { ...stormOptions, knobs: [] },
)
