/** The runs worth having. */
import type { Scenario } from "#run"
import { brokerCrash } from "./queue/broker-crash.ts"
import { chargedTwice } from "./queue/charged-twice.ts"
import { fourServices } from "./queue/four-services.ts"
import { outbox } from "./queue/outbox.ts"
import { poisonMessage } from "./queue/poison-message.ts"
import { rebalance } from "./queue/rebalance.ts"
import { stopgap } from "./queue/stopgap.ts"
import { queueStorm } from "./queue/storm.ts"
import { uploads } from "./queue/uploads.ts"
import { failover } from "./replication/failover.ts"
import { ownWrite } from "./replication/own-write.ts"
import { promise } from "./replication/promise.ts"
import { staleness } from "./replication/staleness.ts"
import { replicationStorm } from "./replication/storm.ts"
import { tornTail } from "./replication/torn-tail.ts"
import { twoPrimaries } from "./replication/two-primaries.ts"
import { cachedDirectory } from "./ring/cached-directory.ts"
import { celebrity } from "./ring/celebrity.ts"
import { copyOvertaken } from "./ring/copy-overtaken.ts"
import { flipFirst } from "./ring/flip-first.ts"
import { fourToEight } from "./ring/four-to-eight.ts"
import { hotKey } from "./ring/hot-key.ts"
import { joinUnderLoad } from "./ring/join-under-load.ts"
import { scatter } from "./ring/scatter.ts"
import { ringStorm } from "./ring/storm.ts"
import { transfer } from "./ring/transfer.ts"

export const scenarios: readonly Scenario[] = [
  promise,
  failover,
  ownWrite,
  staleness,
  twoPrimaries,
  tornTail,
  replicationStorm,
  joinUnderLoad,
  fourToEight,
  flipFirst,
  copyOvertaken,
  cachedDirectory,
  transfer,
  hotKey,
  celebrity,
  scatter,
  ringStorm,
  brokerCrash,
  poisonMessage,
  stopgap,
  rebalance,
  chargedTwice,
  outbox,
  fourServices,
  uploads,
  queueStorm,
]
