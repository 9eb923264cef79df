/** The promises of a replicated log, judged by what nodes did to their logs and by what clients were told. */
import { type Invariant, monotonicReads, type Observe, readYourWrites } from "#invariants"
import { withAnswerer } from "./answers.ts"
import { acknowledgedWritesSurvive } from "./promises/acknowledged-writes-survive.ts"
import { converges } from "./promises/converges.ts"
import { failoverUnderLoad } from "./promises/failover-under-load.ts"
import { logsAgree } from "./promises/logs-agree.ts"
import { onePrimaryPerEpoch } from "./promises/one-primary-per-epoch.ts"
import { recoversTheDurablePrefix } from "./promises/recovers-the-durable-prefix.ts"
import { stateIsAPrefix } from "./promises/state-is-a-prefix.ts"
import { type Answer, keyName } from "./protocol.ts"
import type { Call } from "./workload.ts"

/** What an answer tells a session. */
export const observe: Observe = ({ call, outcome }) => {
  if (outcome._tag !== "ok") return []
  const key = keyName((call as Call).key)
  const { wrote, saw } = outcome.value as Answer
  return [
    ...(wrote === undefined ? [] : [{ key, wrote: true, version: wrote }]),
    ...(saw === undefined ? [] : [{ key, wrote: false, version: saw }]),
  ]
}

export const invariants: readonly Invariant[] = [
  acknowledgedWritesSurvive,
  recoversTheDurablePrefix,
  onePrimaryPerEpoch,
  logsAgree,
  stateIsAPrefix,
  withAnswerer(readYourWrites(observe)),
  withAnswerer(monotonicReads(observe)),
  converges,
  failoverUnderLoad,
]
