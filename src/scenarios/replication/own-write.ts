/**
 * You save your profile, the page reloads, and the old one is back. The articles answer with a cookie: read from the
 * primary for two seconds after a write (003:60). A time-out guesses; a position knows.
 */
import { part, read, tell, write } from "./stories.ts"

export const ownWrite = tell(
  {
    name: "replication/own-write",
    summary: "a session reads its own write, from the primary for two seconds, then from a replica that is behind",
    part: part({ design: { read: "cookie" } }),
    expects: "violated",
    about: ["read-your-writes"],
  },
  () => ({
    lines: [write(100, 1), read(150, 1, 1), write(1000, 1), read(1050, 1, 2), read(3300, 1, 1), read(3400, 1, 2)],
    // One replica is cut off from the others, and nobody tells the reader.
    faults: "partition:n2|n1+n3@900+3s",
    calmAt: 4000,
    until: 20_000,
  }),
)
