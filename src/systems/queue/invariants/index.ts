/** The promises of a message queue, judged by what nodes did and by what producers were told. */
import type { Invariant } from "#invariants"
import { delivery } from "./delivery.ts"
import { queueing } from "./lanes.ts"

export const invariants: readonly Invariant[] = [...delivery, ...queueing]
