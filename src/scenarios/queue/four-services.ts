/**
 * "Process order #12345. Multiple services consume: inventory, payment, shipping, notification" (004:641 to 646), all from one
 * queue. A queue gives each message to one of those who ask.
 */
import { every, part, publish, tell } from "./stories.ts"

export const fourServices = tell(
  {
    name: "queue/four-services",
    summary: "four services take orders from one queue, and each order reaches one of them",
    part: part({ design: { fanout: "one-queue" }, size: { groups: 4, workers: 1, work: 20 } }),
    expects: "violated",
    about: ["every-group-gets-every-message"],
  },
  {
    lines: [...every(30, 80, (at) => publish(at, 1), 500)],
    calmAt: 3500,
    until: 8000,
  },
)
