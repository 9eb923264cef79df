/**
 * "Producer goes down ... no messages are lost" (004:617). The shop writes the order to its database, then hands it to the
 * queue; a message to the queue is lost, and before the shop sends it again, the power goes.
 */
import { every, order, part, tell } from "./stories.ts"

export const outbox = tell(
  {
    name: "queue/outbox",
    summary: "the shop loses power between writing an order down and handing it to the queue",
    part: part({ design: { outbox: "write-then-enqueue" }, size: { shop: 1 }, wiring: { sync: [5000, 15_000] } }),
    expects: "violated",
    about: ["row-and-event-agree"],
  },
  {
    lines: [...every(15, 100, (at) => order(at, 1), 500), ...every(15, 100, (at) => order(at, 2), 507)],
    faults: "loss:shop->b1=45%@900+600,crash:shop@1200+300",
    calmAt: 2500,
    until: 20_000,
  },
)
