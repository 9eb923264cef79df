/**
 * "Producer goes down ... no messages are lost" (004:617). The shop writes the order to its database, then hands it to the
 * queue; between the two a message can be lost, and the power can go.
 */
import { every, order, part, tell } from "./stories.ts"

export const outbox = tell(
  {
    name: "queue/outbox",
    summary: "the shop writes an order down, and what should bring it to the queue is lost on the way",
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
