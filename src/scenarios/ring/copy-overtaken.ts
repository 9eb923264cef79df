/**
 * "Copy, and write twice meanwhile" (003:101) is right, and not enough. A batch is read, a client writes, both copies of the
 * write arrive, and then the batch does: the old value, on top of the new one.
 */
import { every, get, part, put, resize, tell } from "./stories.ts"
import { stormOptions } from "./storm.ts"

export const copyOvertaken = tell(
  {
    name: "ring/copy-overtaken",
    summary: "keys are written twice while they are copied, without versions: what comes last stays",
    parts: part({ design: { reshard: "unversioned" }, size: { shards: 2, spare: 1, keys: 24, pace: 60, clients: 4 } }),
    expects: "violated",
    about: ["acknowledged-writes-are-read"],
  },
  {
    lines: [
      every(12, 180, (at, nth) => put(at, 1 + (nth % 2), nth), 100),
      every(8, 260, (at, nth) => get(at, 3, nth * 5), 700),
      resize(1000, 4, 3),
      resize(1800, 4, 2),
    ],
    calmAt: 3500,
    until: 20_000,
  },
  { ...stormOptions, knobs: [] },
)
