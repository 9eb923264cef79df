/** Power goes while the log is being written. What is left of the last record has a length, and is not an entry. */
import { every, part, tell, write } from "./stories.ts"

export const tornTail = tell(
  {
    name: "replication/torn-tail",
    summary: "power goes in the middle of a write, and the node believes every record that has a length",
    part: part({
      design: { recover: "trust-length" },
      // A disk slow enough that some write is always under way.
      wiring: { sync: [15_000, 30_000] },
    }),
    expects: "violated",
    about: ["recovers-the-durable-prefix"],
  },
  () => ({
    lines: every(35, 60, (at, nth) => write(at, 1 + (nth % 2), nth % 2), 100),
    faults: "crash:n2=torn@700+300,crash:n3=torn@1400+300,crash:n2=torn@2s+200",
    calmAt: 2600,
    until: 20_000,
  }),
)
