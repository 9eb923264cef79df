/** At most one primary is accepted in an epoch, whether a node says that it follows or takes over an entry of it. */
import type { Invariant, Violation } from "#invariants"
import { Kind } from "#world"
import { promised } from "../design.ts"
import type { Fact } from "../protocol.ts"

export const onePrimaryPerEpoch: Invariant = {
  name: promised.onePrimary,
  kind: "always",
  sentence: "At most one primary is accepted in an epoch.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const accepted = new Map<number, { readonly primary: string; readonly by: number; readonly entry: number }>()
    /** The entries with which each epoch's primaries took office. */
    const led = new Map<number, Map<string, number>>()
    let exercised = 0
    const accept = (epoch: number, primary: string, by: number, entry: number): Violation | undefined => {
      const known = accepted.get(epoch)
      if (known === undefined) {
        accepted.set(epoch, { primary, by, entry })
        return undefined
      }
      exercised++
      if (known.primary === primary) return undefined
      const offices = [...(led.get(epoch) ?? [])].filter(([name]) => name === primary || name === known.primary)
      return {
        because: `in epoch ${epoch} ${stage.name(known.by)} accepted ${known.primary} and ${stage.name(by)} accepted ${primary}`,
        evidence: [known.entry, entry],
        required: `one primary in epoch ${epoch}`,
        seen: `two, ${known.primary} and ${primary}`,
        steps: [
          ...offices.map(([name, at], nth) => ({
            entry: at,
            what: `${name} takes office in epoch ${epoch}${nth === 0 ? "" : " too"}`,
          })),
          {
            entry: known.entry,
            what: `${stage.name(known.by)} accepts ${known.primary} as the primary of epoch ${epoch}`,
          },
          { entry, what: `${stage.name(by)} accepts ${primary} as the primary of the same epoch` },
        ],
      }
    }
    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag === "Led") {
          const primaries = led.get(fact.epoch) ?? new Map<string, number>()
          led.set(fact.epoch, primaries.set(stage.name(entry.node), entry.index))
        }
        if (fact._tag === "Followed") return accept(fact.epoch, fact.primary, entry.node, entry.index)
        if (fact._tag === "Appended") return accept(fact.epoch, fact.author, entry.node, entry.index)
        return undefined
      },
    }
  },
}
