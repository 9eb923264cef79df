/** The promise of a partition: it is read in the order in which it was written, and whoever takes it over leaves no gap. */
import type { Invariant } from "#invariants"
import { promised } from "../design.ts"
import { factOf } from "./reading.ts"

interface Position {
  readonly generation: number
  readonly next: number
  /** The furthest that anybody has come. */
  readonly furthest: number
  readonly entry: number
}

const order: Invariant = {
  name: promised.order,
  kind: "always",
  sentence: "Each partition is read in its order without a gap, and never by an older generation after a newer one.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const positions = new Map<number, Position>()
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        const fact = factOf(entry)
        if (fact?._tag !== "Done" && fact?._tag !== "Restored") return undefined
        // What was durable before anybody could say so is told after a restart, with all the rest, in its order.
        if (fact._tag === "Restored") positions.clear()
        for (const { op, place } of fact.deeds) {
          if (place === undefined) continue
          exercised++
          const { partition, offset, generation } = place
          const known = positions.get(partition) ?? { generation: 0, next: 0, furthest: 0, entry: entry.index }
          const { next, furthest } = known
          positions.set(partition, {
            generation,
            next: offset + 1,
            furthest: Math.max(furthest, offset + 1),
            entry: entry.index,
          })
          const because = (what: string) => ({
            because: `${stage.name(entry.node)} was given ${op} at ${partition}/${offset} by generation ${generation}, ${what}`,
            evidence: known.entry === entry.index ? [entry.index] : [known.entry, entry.index],
          })
          if (generation < known.generation) return because(`after generation ${known.generation} had begun`)
          // An heir begins at the last commit, which may lie before what was done, but never behind it.
          if (generation > known.generation && offset <= furthest) continue
          if (offset !== next) return because(`where ${next} was next`)
        }
        return undefined
      },
    }
  },
}

export const readingOrder: readonly Invariant[] = [order]
