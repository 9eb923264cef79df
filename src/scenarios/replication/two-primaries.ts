/** The old primary is not dead, only unheard (004:104 does not mention it). Without epochs that a majority has voted for, two nodes take the office. */
import { every, part, read, tell, write } from "./stories.ts"

export const twoPrimaries = tell(
  {
    name: "replication/two-primaries",
    summary: "the primary is cut off but alive, and whoever is the most up to date promotes itself",
    part: part({ design: { promote: "latest" } }),
    expects: "violated",
    about: ["one-primary-per-epoch"],
  },
  () => ({
    lines: [
      every(50, 60, (at, nth) => write(at, 1, nth % 2), 100),
      every(110, 25, (at, nth) => read(at, 2, nth, nth % 2), 140),
    ],
    // The primary is alone, and so are the two that are left.
    faults: "partition:n1|n2+n3@800+2s,partition:n2|n3@800+1500",
    calmAt: 3500,
    until: 20_000,
  }),
)
