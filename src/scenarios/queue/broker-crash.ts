/**
 * "Messages are stored in memory (and often persisted to disk for critical systems), ensuring they survive temporary
 * failures" (004:526). The broker says that it has a message as soon as it has it in memory; then the power goes.
 */
import { every, part, publish, tell } from "./stories.ts"

export const brokerCrash = tell(
  {
    name: "queue/broker-crash",
    summary: "the broker has the message in memory and says so; then the power goes",
    part: part({ design: { durability: "memory" }, size: { work: 20, lag: 50 } }),
    expects: "violated",
    about: ["acknowledged-writes-survive"],
  },
  {
    lines: [...every(5, 200, (at) => publish(at, 1), 500), ...every(7, 140, (at) => publish(at, 2), 503)],
    // What came in the last twentieth of a second, the others have not heard of.
    faults: "crash:b1@1s+2s",
    calmAt: 3500,
    until: 8000,
  },
)
