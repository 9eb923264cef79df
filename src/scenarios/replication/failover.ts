/** The primary dies with everything that is in its memory. How long until writes are taken again, and what is lost? */
import { every, part, read, tell, write } from "./stories.ts"

export const failover = tell(
  {
    name: "replication/failover",
    summary: "the primary loses power under load; a majority elects another, and nothing acknowledged is lost",
    part: part(),
    expects: "holds",
    about: ["acknowledged-writes-survive", "one-primary-per-epoch", "converges", "failover-under-load"],
  },
  () => ({
    lines: [
      every(40, 80, (at, nth) => write(at, 1, nth % 2), 100),
      every(90, 35, (at, nth) => read(at, 2, nth, nth % 2), 130),
    ],
    faults: "crash:n1=torn@1500+1500",
    calmAt: 4000,
    until: 20_000,
  }),
)
