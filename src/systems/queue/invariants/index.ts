/** The promises of a message queue, judged by what nodes did and by what producers were told. */
import type { Invariant } from "#invariants"
import { buffering } from "./buffer.ts"
import { delivery } from "./delivery.ts"
import { queueing } from "./lanes.ts"
import { ordering } from "./orders.ts"
import { readingOrder } from "./reading-order.ts"
import { survival } from "./survival.ts"

export const invariants: readonly Invariant[] = [
  ...survival,
  ...delivery,
  ...queueing,
  ...readingOrder,
  ...ordering,
  ...buffering,
]
