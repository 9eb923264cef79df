/** Not a promise of the log but of the test: without a change of office under load, survival proves little. */
import type { Invariant, Returned } from "#invariants"
import { Kind } from "#world"
import { promised } from "../design.ts"
import type { Answer, Fact } from "../protocol.ts"

export const failoverUnderLoad: Invariant = {
  name: promised.failover,
  kind: "sometimes",
  sentence: "A primary is replaced after it has acknowledged writes.",
  assumes: [],
  judge: () => {
    let acknowledged = 0
    let highest = 0
    let failovers = 0
    return {
      exercised: () => failovers,
      see: (entry) => {
        if (entry.kind === Kind.return) {
          const { outcome } = entry.value as Returned
          if (outcome._tag === "ok" && (outcome.value as Answer).wrote !== undefined) acknowledged++
        }
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag === "Followed" && fact.epoch > highest) {
          if (highest > 0 && acknowledged > 0) failovers++
          highest = fact.epoch
        }
        return undefined
      },
    }
  },
}
