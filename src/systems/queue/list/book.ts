/** What has become of buffered events, told by what the list server and the database did: pushed, queued, stored, lost. */
import type { LogFact } from "#systems/replication"
import type { Fact } from "../protocol.ts"
import { type ListCommand, Lists } from "./lists.ts"

/** What a fact has changed: events that a list has no longer, and events that were stored. */
export interface Changed {
  readonly removed: readonly string[]
  readonly stored: readonly string[]
}

const unchanged: Changed = { removed: [], stored: [] }

export class BufferBook {
  #lists = new Lists()
  /** How often an event is queued, in any list. */
  readonly #queued = new Map<string, number>()
  readonly #stored = new Map<string, number>()
  readonly #pushed = new Set<string>()

  copy(): BufferBook {
    const copy = new BufferBook()
    copy.#lists = new Lists(this.#lists.all)
    for (const [event, count] of this.#queued) copy.#queued.set(event, count)
    for (const [event, count] of this.#stored) copy.#stored.set(event, count)
    for (const event of this.#pushed) copy.#pushed.add(event)
    return copy
  }

  get lists(): Lists {
    return this.#lists
  }

  get pushed(): ReadonlySet<string> {
    return this.#pushed
  }

  isLost(event: string): boolean {
    return this.#pushed.has(event) && (this.#queued.get(event) ?? 0) <= 0 && !this.#stored.has(event)
  }

  /** How often an event is stored. */
  storedTimes(event: string): number {
    return this.#stored.get(event) ?? 0
  }

  /** How many rows there are, and how many events that are stored and still queued, stored twice, or nowhere. */
  get sums(): Readonly<Record<"pushed" | "stored" | "twice" | "queued" | "both" | "lost", number>> {
    const sums = { pushed: this.#pushed.size, stored: 0, twice: 0, queued: 0, both: 0, lost: 0 }
    for (const event of this.#pushed) {
      const queued = (this.#queued.get(event) ?? 0) > 0
      const stored = this.storedTimes(event)
      sums.stored += stored
      if (stored > 1) sums.twice++
      if (queued) sums.queued++
      if (queued && stored > 0) sums.both++
      if (!queued && stored === 0) sums.lost++
    }
    return sums
  }

  #count(event: string, by: number): void {
    this.#queued.set(event, (this.#queued.get(event) ?? 0) + by)
  }

  see(fact: Fact | LogFact | undefined): Changed {
    switch (fact?._tag) {
      case "Ran":
        return { ...unchanged, removed: this.#run(fact.command) }
      case "Listed":
        this.#lists = new Lists(fact.lists)
        this.#queued.clear()
        for (const values of Object.values(fact.lists)) for (const value of values) this.#count(value, 1)
        return { ...unchanged, removed: [...this.#pushed] }
      case "Restored":
      case "Done": {
        if (fact._tag === "Restored") this.#stored.clear()
        const stored = fact.deeds.filter(({ kind }) => kind === "row").map(({ op }) => op)
        for (const event of stored) this.#stored.set(event, this.storedTimes(event) + 1)
        return { ...unchanged, stored }
      }
      default:
        return unchanged
    }
  }

  #run(command: ListCommand): readonly string[] {
    const lists = this.#lists
    switch (command._tag) {
      case "LPUSH":
        lists.run(command)
        for (const value of command.values) {
          this.#pushed.add(value)
          this.#count(value, 1)
        }
        return []
      case "LTRIM": {
        const before = lists.values(command.key)
        lists.run(command)
        for (const value of before) this.#count(value, -1)
        for (const value of lists.values(command.key)) this.#count(value, 1)
        return before
      }
      case "LREM": {
        const { length } = lists.run(command)
        this.#count(command.value, -length)
        return length === 0 ? [] : [command.value]
      }
      default:
        lists.run(command)
        return []
    }
  }
}
