/**
 * The article's order (004:1112): add servers, change the hash function, then move the data. Between the second step and the
 * last one, every key that moves is looked for where it has not arrived.
 */
import { every, get, part, put, resize, tell } from "./stories.ts"
import { stormOptions } from "./storm.ts"

export const flipFirst = tell(
  {
    name: "ring/flip-first",
    summary: "the hash function is changed and then data is moved: what has not arrived cannot be read",
    parts: part({ design: { reshard: "flip-first" }, size: { shards: 4, spare: 4, keys: 48, pace: 20, clients: 4 } }),
    expects: "violated",
    about: ["acknowledged-writes-are-read"],
  },
  {
    lines: [
      every(10, 140, (at, nth) => put(at, 1 + (nth % 2), nth), 100),
      every(12, 150, (at, nth) => get(at, 3, nth * 5), 900),
      resize(1500, 4, 8),
    ],
    calmAt: 3500,
    until: 20_000,
  },
  { ...stormOptions, knobs: [] },
)
