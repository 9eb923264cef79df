/** Power goes while the log is being written. What is left of the last record has a length, and is not an entry. */
import { every, part, tell, write } from "./stories.ts"

export const tornTail = tell(
  {
    name: "replication/torn-tail",
    summary: "power goes in the middle of a write, and the node believes every record that has a length",
    part: part({
      design: { recover: "trust-length" },
      // A disk slow enough that some write is always under way.
      wiring: { sync: [25_000, 35_000] },
    }),
    expects: "violated",
    about: ["recovers-the-durable-prefix"],
  },
  () => ({
    lines: [every(12, 180, (at, nth) => write(at, 1 + (nth % 2), nth % 2), 100)],
    faults: [350, 600, 850, 1100, 1350, 1600, 1850, 2100, 2350]
      .map((at, nth) => `crash:n${2 + (nth % 2)}=torn@${at}+100`)
      .join(","),
    calmAt: 2600,
    until: 20_000,
  }),
)
