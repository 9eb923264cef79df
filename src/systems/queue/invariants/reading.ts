/** How invariants read a trace: facts in this system's words, and what a producer was told. */
import type { Returned } from "#invariants"
import type { LogFact } from "#systems/replication"
import { type Entry, Kind } from "#world"
import type { Fact } from "../protocol.ts"
import type { Call } from "../workload.ts"

/** What a node did, if that is what an entry says. */
export const factOf = (entry: Entry): Fact | LogFact | undefined =>
  entry.kind === Kind.fact ? (entry.value as Fact | LogFact) : undefined

/** How a call of a kind ended, if that is what an entry says. */
export const returnOf = (
  entry: Entry,
  kind: Call["_tag"],
): { readonly id: string; readonly outcome: Returned["outcome"] } | undefined => {
  if (entry.kind !== Kind.return) return undefined
  const { id, call, outcome } = entry.value as Returned
  return (call as Call)._tag === kind ? { id, outcome } : undefined
}
