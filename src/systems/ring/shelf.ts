/**
 * The mind of a shard: its rows and its map, as its log has them. A state machine, so every replica of a shard has the same,
 * and a restarted one has it again. What a request may do is decided here, in the order of the log: an update that comes
 * behind the entry that gave its key away is refused, however long it waited.
 */
import { isBefore } from "#invariants"
import type { LogEntry, Machine } from "#systems/replication"
import type { RingDesign } from "./design.ts"
import { isPlain } from "./keys.ts"
import { foundingMap, isNewer, placeOf, type ShardMap } from "./map.ts"
import { type Change, changed, type Row, unwritten, type Version } from "./row.ts"

/** An entry of a shard's log. */
export type Command =
  | { readonly _tag: "adopt"; readonly map: ShardMap }
  | {
      readonly _tag: "update"
      readonly key: string
      readonly epoch: number
      readonly source: string
      readonly nth: number
      readonly change: Change
    }
  | {
      readonly _tag: "rows"
      readonly epoch: number
      readonly rows: readonly { readonly key: string; readonly row: Row }[]
    }
  | { readonly _tag: "drop"; readonly epoch: number }

/** What became of a command. */
export type Upshot =
  | { readonly _tag: "done"; readonly version: Version }
  | { readonly _tag: "refused"; readonly reason: string }
  | { readonly _tag: "misrouted" }

/** What a shard can say to a request for a key, routed by a map of some epoch. */
export type Standing = "serve" | "later" | "elsewhere"

/** Who wants to hear of what the log did. */
export interface Watcher {
  readonly adopted: (map: ShardMap) => void
  readonly holds: (key: string, row: Row) => void
  readonly dropped: (epoch: number, keys: readonly string[]) => void
}

const misrouted: Upshot = { _tag: "misrouted" }

export class Shelf implements Machine {
  readonly rows = new Map<string, Row>()
  readonly #shard: string
  readonly #design: RingDesign
  readonly #founding: ShardMap
  readonly #watcher: Watcher
  /** By request, in this epoch: one of an earlier epoch can only be misrouted. */
  readonly #upshots = new Map<string, Upshot>()
  map: ShardMap

  constructor(shard: string, design: RingDesign, size: Readonly<Record<string, number>>, watcher: Watcher) {
    this.#shard = shard
    this.#design = design
    this.#watcher = watcher
    this.#founding = foundingMap(size)
    this.map = this.#founding
  }

  reset(): void {
    this.rows.clear()
    this.#upshots.clear()
    this.map = this.#founding
  }

  apply({ request, value }: LogEntry): void {
    const command = JSON.parse(value) as Command
    switch (command._tag) {
      case "adopt":
        this.#adopt(command.map)
        return
      case "update":
        this.#upshots.set(request, this.#update(command))
        return
      case "rows":
        if (command.epoch !== this.map.epoch) return
        for (const { key, row } of command.rows) this.#take(key, row)
        this.#upshots.set(request, { _tag: "done", version: unwritten })
        return
      case "drop":
        this.#drop(command.epoch)
    }
  }

  #adopt(map: ShardMap): void {
    if (!isNewer(map, this.map)) return
    if (map.epoch > this.map.epoch) this.#upshots.clear()
    this.map = map
    this.#watcher.adopted(map)
  }

  #update({ key, epoch, source, nth, change }: Command & { readonly _tag: "update" }): Upshot {
    if (this.standing(key, epoch) !== "serve") return misrouted
    const row = this.rows.get(key)
    if (row !== undefined && (row.seen[source] ?? 0) >= nth) return { _tag: "done", version: row.version }
    const content = changed(row?.content, change)
    if (typeof content === "string") return { _tag: "refused", reason: content }
    const version = { epoch: this.map.epoch, lsn: (row?.version.lsn ?? 0) + 1 }
    this.#hold(key, { version, seen: { ...row?.seen, [source]: nth }, content })
    return { _tag: "done", version }
  }

  /** Takes a row from whoever gives it away; an older version never replaces a newer one. */
  #take(key: string, row: Row): void {
    const held = this.rows.get(key)
    const isOlder = held !== undefined && !isBefore(held.version, row.version)
    if (!isOlder || this.#design.reshard === "unversioned") this.#hold(key, row)
  }

  #hold(key: string, row: Row): void {
    this.rows.set(key, row)
    this.#watcher.holds(key, row)
  }

  #drop(epoch: number): void {
    if (epoch !== this.map.epoch) return
    const gone = [...this.rows.keys()].filter((key) => this.#place(key).heir !== this.#shard)
    for (const key of gone) this.rows.delete(key)
    this.#watcher.dropped(epoch, gone)
  }

  #place(key: string) {
    return placeOf(this.#design.placement, this.map, key)
  }

  upshot(request: string): Upshot {
    return this.#upshots.get(request) ?? misrouted
  }

  /** What to say to a request for a key, routed by the map of an epoch. */
  standing(key: string, epoch: number): Standing {
    if (this.#design.check === "cached") return "serve"
    if (epoch > this.map.epoch) return "later"
    const { owner, heir } = this.#place(key)
    if (epoch === this.map.epoch && owner === this.#shard) return "serve"
    return epoch === this.map.epoch && heir === this.#shard ? "later" : "elsewhere"
  }

  /** Whether this shard is the one that answers for a key, by its own map. */
  owns(key: string): boolean {
    return this.#place(key).owner === this.#shard
  }

  /** What to say to a request for all keys at once. */
  standingForAll(epoch: number): Standing {
    if (this.#design.check === "cached") return "serve"
    if (epoch > this.map.epoch || (epoch === this.map.epoch && this.map.phase === "sealed")) return "later"
    return epoch === this.map.epoch ? "serve" : "elsewhere"
  }

  /** Its own plain keys behind one, in order. */
  list(after: string): readonly { readonly key: string; readonly version: Version }[] {
    const listed: { readonly key: string; readonly version: Version }[] = []
    for (const [key, { version }] of this.rows) {
      if (key > after && isPlain(key) && (this.owns(key) || this.#design.check === "cached"))
        listed.push({ key, version })
    }
    return listed.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** Who is to have a key that this shard holds and will not, or no longer does, own. */
  heir(key: string): string | undefined {
    const { heir } = this.#place(key)
    return heir === this.#shard ? undefined : heir
  }

  /** Which of these rows are not here, or older. */
  lacks(held: readonly { readonly key: string; readonly version: Version }[]): readonly string[] {
    const isMissing = (key: string, version: Version): boolean => {
      const own = this.rows.get(key)
      if (own === undefined) return true
      // Without versions nobody can tell old from new: that something is there has to do.
      return this.#design.reshard !== "unversioned" && isBefore(own.version, version)
    }
    return held.filter(({ key, version }) => isMissing(key, version)).map(({ key }) => key)
  }
}
