/**
 * A reader freezes in the middle of a batch, is given up, and its partition goes to another. When it wakes, it goes on where
 * it was: nothing tells it that somebody else has read on.
 */
import { append, every, part, tell } from "./stories.ts"

export const rebalance = tell(
  {
    name: "queue/rebalance",
    summary: "a reader freezes in the middle of a batch; when it wakes, another has read on",
    part: part({ design: { fence: "none" }, size: { partitions: 2, work: 60 } }),
    expects: "violated",
    about: ["consumed-in-order"],
  },
  {
    lines: [...every(45, 60, (at, nth) => append(at, 1, nth), 500)],
    faults: "pause:w1@1s+1800",
    calmAt: 4000,
    until: 20_000,
  },
)
