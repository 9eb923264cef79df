/**
 * Replicas are 40 ms behind and a profile changes every 500 ms, so a reader meets an old one in 8 % of the cases
 * (003:78). That is right for strangers. Whoever reads right after their own write always comes inside the window.
 */
import { every, part, read, tell, write } from "./stories.ts"

/** An evenly spread instant in [0, 500), different at each call: the golden section leaves no pattern. */
const spread = (nth: number): number => (nth * 309) % 500

export const staleness = tell(
  {
    name: "replication/staleness",
    summary: "replicas 40 ms behind: one stale read in twelve for strangers, every one for the author",
    part: part({
      design: { read: "any", ack: "local" },
      size: { clients: 2 },
      wiring: { local: [300, 700], remote: [300, 700], sync: [1000, 1000] },
    }),
    expects: "violated",
    about: ["read-your-writes"],
  },
  () => ({
    lines: [
      every(500, 120, (at) => write(at, 1), 1000),
      // The author's page reloads 20 ms after each tenth write.
      every(5000, 12, (at) => read(at, 1, 1), 1520),
      every(500, 120, (at, nth) => read(at + spread(nth), 2, 1), 1000),
    ],
    // The lag: what the primary ships is 40 ms on its way, while readers and the author are close to everybody.
    faults: "latency:n1->n2=40ms@0,latency:n1->n3=40ms@0",
    calmAt: 62_000,
    until: 75_000,
  }),
)
