/** A router that has cached the directory (002:65) goes on asking the old owner, and the old owner answers. */
import { every, get, part, put, resize, tell } from "./stories.ts"
import { stormOptions } from "./storm.ts"

export const cachedDirectory = tell(
  {
    name: "ring/cached-directory",
    summary: "routers cache the directory, and shards carry out whatever they are asked",
    parts: part({
      design: { placement: "directory", check: "cached" },
      size: { shards: 3, spare: 1, keys: 24, clients: 4 },
    }),
    expects: "violated",
    about: ["acknowledged-writes-are-read"],
  },
  {
    lines: [
      every(10, 200, (at, nth) => put(at, 1 + (nth % 2), nth), 100),
      every(12, 200, (at, nth) => get(at, 3, nth * 5), 500),
      resize(1200, 4, 4),
    ],
    calmAt: 3200,
    until: 20_000,
  },
  { ...stormOptions, knobs: [] },
)
