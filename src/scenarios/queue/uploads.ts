/**
 * "1,000 uploads in 1 minute? Queue holds them; processors work through them steadily" (004:606), ten of them, four seconds
 * each. Nothing is lost, and the last picture is ready five and a half minutes after the burst.
 */
import { every, part, publish, tell } from "./stories.ts"

export const uploads = tell(
  {
    name: "queue/uploads",
    summary: "1,000 uploads in a minute, four seconds of work each, ten workers",
    part: part({ size: { workers: 10, work: 4000, lease: 2000, depth: 2000 } }),
    expects: "holds",
    about: ["acknowledged-messages-are-processed", "the-queue-drains"],
  },
  {
    lines: every(60, 1000, (at) => publish(at, 1), 500),
    calmAt: 61_000,
    until: 600_000,
  },
  // Storms on so much work would take minutes each.
  { millis: 3000, operations: 10, faults: 6, settleMillis: 60_000, knobs: ["clients"] },
)
