/** What clients were told must stay true: a write that was acknowledged is seen by whoever reads after that. */
import { type Called, type Invariant, isBefore, type Returned, type Version } from "#invariants"
import { Kind } from "#world"
import { promised } from "../design.ts"
import type { Answer } from "../protocol.ts"

/** The newest acknowledged version of a key, and the entry that says so. */
interface Newest {
  readonly version: Version
  readonly entry: number
  readonly id: string
}

const spell = ({ epoch, lsn }: Version): string => (lsn === 0 ? "nothing" : `${epoch}.${lsn}`)

/** Follows what was acknowledged, key by key. */
export class Acknowledged {
  readonly #newest = new Map<string, Newest>()

  see({ id, outcome }: Returned, entry: number): void {
    if (outcome._tag !== "ok") return
    const { key, wrote } = outcome.value as Answer
    if (key === undefined || wrote === undefined) return
    const known = this.#newest.get(key)
    if (known === undefined || isBefore(known.version, wrote)) this.#newest.set(key, { version: wrote, entry, id })
  }

  of(key: string): Newest | undefined {
    return this.#newest.get(key)
  }

  all(): ReadonlyMap<string, Newest> {
    return this.#newest
  }
}

/** What a client was told of a key: that it was written, or what is there. */
type Told = "wrote" | "saw"

/** Nobody may read less of a key than somebody was told before the read began. */
const nothingIsTakenBack = (told: Told, invariant: Pick<Invariant, "name" | "sentence">, how: string): Invariant => ({
  ...invariant,
  kind: "always",
  assumes: ["damage", "time"],
  judge: () => {
    const newest = new Map<string, Newest>()
    /** What had been told when a read began. */
    const begun = new Map<string, ReadonlyMap<string, Newest>>()
    let snapshot: ReadonlyMap<string, Newest> | undefined
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind === Kind.call) {
          snapshot ??= new Map(newest)
          begun.set((entry.value as Called).id, snapshot)
        }
        if (entry.kind !== Kind.return) return undefined
        const { id, outcome } = entry.value as Returned
        const known = begun.get(id)
        begun.delete(id)
        if (outcome._tag !== "ok") return undefined
        const { key, saw, wrote } = outcome.value as Answer
        if (key === undefined) return undefined
        const version = told === "wrote" ? wrote : saw?.version
        const before = newest.get(key)
        if (version !== undefined && (before === undefined || isBefore(before.version, version))) {
          newest.set(key, { version, entry: entry.index, id })
          snapshot = undefined
        }
        const least = known?.get(key)
        if (saw === undefined || least === undefined) return undefined
        exercised++
        if (!isBefore(saw.version, least.version)) return undefined
        return {
          because: `${least.id} was told that ${key} ${how} ${spell(least.version)}, and ${id}, which came after it, read ${spell(saw.version)}`,
          evidence: [least.entry, entry.index],
        }
      },
    }
  },
})

export const acknowledgedWritesAreRead = nothingIsTakenBack(
  "wrote",
  {
    name: promised.fresh,
    sentence: "A read sees the newest write of its key that was acknowledged before it began, or a later one.",
  },
  "is saved as",
)

export const readsDoNotGoBack = nothingIsTakenBack(
  "saw",
  {
    name: promised.onward,
    sentence: "What a read has shown of a key is not taken back by one that begins later, whoever reads.",
  },
  "is",
)
