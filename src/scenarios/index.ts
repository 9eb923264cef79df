/** The runs worth having. */
import type { Scenario } from "#run"
import { queueStorm } from "./queue/storm.ts"
import { failover } from "./replication/failover.ts"
import { ownWrite } from "./replication/own-write.ts"
import { promise } from "./replication/promise.ts"
import { staleness } from "./replication/staleness.ts"
import { replicationStorm } from "./replication/storm.ts"
import { tornTail } from "./replication/torn-tail.ts"
import { twoPrimaries } from "./replication/two-primaries.ts"

export const scenarios: readonly Scenario[] = [
  promise,
  failover,
  ownWrite,
  staleness,
  twoPrimaries,
  tornTail,
  replicationStorm,
  queueStorm,
]
