/**
 * "Payment service timeout after 1000ms. Checkout failed for user 789" (004:714 to 717). The answer is not a failure: it is
 * late. Whoever takes it for one pays again.
 */
import { every, part, pay, tell } from "./stories.ts"

export const chargedTwice = tell(
  {
    name: "queue/charged-twice",
    summary: "the payment is answered after 1001 ms, the customer has waited 1000 and pays again",
    part: part({
      design: { payment: "timeout-is-failure" },
      size: { shop: 1, patience: 1000 },
      wiring: { clients: ["east"] },
    }),
    expects: "violated",
    about: ["charged-at-most-once"],
  },
  {
    lines: [...every(2500, 4, (at) => pay(at, 1), 500)],
    faults: "latency:db->c1=1001ms@2s+2s",
    calmAt: 12_000,
    until: 25_000,
  },
)
