/**
 * "If processing fails, message stays in queue for retry" (004:607). One message fails whoever tries it: how often, and who
 * waits for it meanwhile?
 */
import { every, part, publish, tell } from "./stories.ts"

export const poisonMessage = tell(
  {
    name: "queue/poison-message",
    summary: "one message fails whoever tries it, and goes back to the queue for ever",
    part: part({ design: { retry: "forever", backoff: "fixed" }, size: { work: 30 } }),
    expects: "violated",
    about: ["poison-is-parked"],
  },
  {
    lines: [publish(490, 1, { poison: true }), ...every(40, 50, (at) => publish(at, 1), 500)],
    calmAt: 3000,
    until: 12_000,
  },
)
