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

export const acknowledgedWritesAreRead: Invariant = {
  name: promised.fresh,
  kind: "always",
  sentence: "A read sees the newest write of its key that was acknowledged before it began, or a later one.",
  assumes: ["damage", "time"],
  judge: () => {
    const acknowledged = new Acknowledged()
    /** What was acknowledged when a read began. */
    const begun = new Map<string, ReadonlyMap<string, Newest>>()
    let snapshot: ReadonlyMap<string, Newest> | undefined
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind === Kind.call) {
          snapshot ??= new Map(acknowledged.all())
          begun.set((entry.value as Called).id, snapshot)
        }
        if (entry.kind !== Kind.return) return undefined
        const returned = entry.value as Returned
        const known = begun.get(returned.id)
        begun.delete(returned.id)
        if (returned.outcome._tag !== "ok") return undefined
        const { key, saw, wrote } = returned.outcome.value as Answer
        if (wrote !== undefined) {
          acknowledged.see(returned, entry.index)
          snapshot = undefined
        }
        if (key === undefined || saw === undefined) return undefined
        const newest = known?.get(key)
        if (newest === undefined) return undefined
        exercised++
        if (!isBefore(saw.version, newest.version)) return undefined
        return {
          because: `${newest.id} was told that ${key} is saved as ${spell(newest.version)}, and ${returned.id}, which came after it, read ${spell(saw.version)}`,
          evidence: [newest.entry, entry.index],
        }
      },
    }
  },
}
