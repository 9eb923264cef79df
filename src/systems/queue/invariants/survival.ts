/** The broker's log is a replicated log, and keeps that log's first promise. */
import type { Invariant, Returned } from "#invariants"
import { logInvariants } from "#systems/replication"
import { Kind } from "#world"
import { nodesOf } from "../cast.ts"
import { promised } from "../design.ts"
import type { Answer } from "../protocol.ts"

const ofTheLog = logInvariants.filter(({ name }) => name === promised.survives)

export const survival: readonly Invariant[] = ofTheLog.map((invariant) => ({
  ...invariant,
  sentence: "A message that was acknowledged is in the log of the broker that leads, and of every later one.",
  judge: (stage) => {
    const brokers = nodesOf(stage.size).filter(({ role }) => role === "broker").length
    const judge = invariant.judge({ ...stage, size: { nodes: brokers } })
    return {
      exercised: () => judge.exercised(),
      see: (entry) => {
        if (entry.kind !== Kind.return) return judge.see(entry)
        // The log knows a message by the request that brought it.
        const returned = entry.value as Returned
        const request = returned.outcome._tag === "ok" ? (returned.outcome.value as Answer).request : undefined
        return request === undefined ? undefined : judge.see({ ...entry, value: { ...returned, id: request } })
      },
    }
  },
}))
