/** What is moved from one account to another is neither made nor lost on the way. */
import type { Invariant } from "#invariants"
import { Kind } from "#world"
import { opening } from "../account.ts"
import { promised } from "../design.ts"
import type { Fact } from "../protocol.ts"
import { Holdings } from "./holdings.ts"

export const transfersKeepTheTotal: Invariant = {
  name: promised.total,
  kind: "eventually",
  sentence:
    "Once the storm is over, every transfer is ended on both accounts, and together they hold what they held at first.",
  assumes: ["absence", "damage", "time"],
  judge: () => {
    const holdings = new Holdings()
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        holdings.see(entry)
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag === "Holds" && fact.content._tag === "account") exercised++
        return undefined
      },
      waits: () => {
        let total = 0
        for (const [key, { content }] of holdings.newest()) {
          if (content._tag === "transfer" && content.stage !== "done") return `${key} is ${content.stage}`
          if (content._tag !== "account") continue
          total += content.balance - opening
          for (const transfer of Object.keys(content.pending)) return `${key} waits for ${transfer}`
        }
        return total === 0
          ? undefined
          : `the accounts hold ${Math.abs(total)} ${total < 0 ? "less" : "more"} than at first`
      },
    }
  },
}
