/** A reshard comes to its end, whatever befell it; and something must have gone on meanwhile, or nothing was shown. */
import type { Called, Invariant, Returned } from "#invariants"
import { Kind } from "#world"
import { promised } from "../design.ts"
import type { Fact } from "../protocol.ts"

export const reshardingSettles: Invariant = {
  name: promised.settles,
  kind: "eventually",
  sentence: "Once the storm is over, what was announced is done, and every call has returned.",
  assumes: ["absence", "damage", "time"],
  judge: () => {
    const asked = new Set<string>()
    let epoch = 0
    const settled = new Set<number>()
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind === Kind.call) asked.add((entry.value as Called).id)
        if (entry.kind === Kind.return) asked.delete((entry.value as Returned).id)
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag !== "Published") return undefined
        epoch = Math.max(epoch, fact.map.epoch)
        if (fact.step === "settled") settled.add(fact.map.epoch)
        if (fact.map.shards !== fact.map.other) exercised++
        return undefined
      },
      waits: () => {
        for (const id of asked) return `${id} has not returned`
        return epoch > 0 && !settled.has(epoch) ? `the reshard of epoch ${epoch} is not done` : undefined
      },
    }
  },
}

/** Not a promise of the store but of the test: a reshard that nobody used the store during proves little. */
export const reshardedUnderLoad: Invariant = {
  name: promised.underLoad,
  kind: "sometimes",
  sentence: "A write is acknowledged while keys are on the move.",
  assumes: [],
  judge: () => {
    let isMoving = false
    let epoch = 0
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind === Kind.fact) {
          const fact = entry.value as Fact
          // A keeper that starts publishes what it reads in its log, from the first map on.
          if (fact._tag === "Published" && fact.map.epoch >= epoch) {
            epoch = fact.map.epoch
            isMoving = fact.step !== "settled"
          } else if (fact._tag === "Served" && fact.wrote && isMoving) exercised++
        }
        return undefined
      },
    }
  },
}
