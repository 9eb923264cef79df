/** The promise of a buffer: what was pushed to the list is stored or still queued, and stored once. */
import type { Invariant } from "#invariants"
import { promised } from "../design.ts"
import { BufferBook } from "../list/book.ts"
import { factOf } from "./reading.ts"

const buffer: Invariant = {
  name: promised.buffer,
  kind: "always",
  sentence: "What was pushed is stored or queued at every instant, and never stored twice.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const book = new BufferBook()
    /** The entry that told of an event last: of its push, or of its being stored. */
    const told = new Map<string, number>()
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        const fact = factOf(entry)
        if (fact === undefined) return undefined
        const { removed, stored } = book.see(fact)
        if (fact._tag === "Ran" && fact.command._tag === "LPUSH") {
          for (const event of fact.command.values) told.set(event, entry.index)
        }
        exercised += removed.length + stored.length
        for (const event of removed) {
          if (!book.isLost(event)) continue
          const how = fact._tag === "Ran" ? fact.command._tag : "a restart"
          const before = told.get(event) ?? entry.index
          return {
            because: `${event} was pushed, and after ${how} ${stage.name(entry.node)} has it no more; it was never stored`,
            evidence: [before, entry.index],
            required: `${event} is in a list or in the database`,
            seen: "it is in neither",
            steps: [
              { entry: before, what: `${event} is pushed` },
              { entry: entry.index, what: `${how} takes it from the list, and nobody has stored it` },
            ],
          }
        }
        for (const event of stored) {
          const before = told.get(event) ?? entry.index
          told.set(event, entry.index)
          const times = book.storedTimes(event)
          if (times < 2) continue
          return {
            because: `${event} is stored twice`,
            evidence: before === entry.index ? [entry.index] : [before, entry.index],
            required: `one row of ${event}`,
            seen: `${times} rows`,
            steps: [
              { entry: before, what: `${event} is stored` },
              { entry: entry.index, what: `${event} was still in the list, is read again and stored again` },
            ],
          }
        }
        return undefined
      },
    }
  },
}

export const buffering: readonly Invariant[] = [buffer]
