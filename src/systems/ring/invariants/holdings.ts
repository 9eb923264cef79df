/** What each node holds, followed from what it did: a row that its shard let go of, or that a crash took, is gone. */
import { isBefore, type Version } from "#invariants"
import { type Entry, Kind } from "#world"
import type { Fact } from "../protocol.ts"
import type { Content } from "../row.ts"

export interface Held {
  readonly version: Version
  readonly content: Content
}

export class Holdings {
  readonly #byNode = new Map<number, Map<string, Held>>()

  of(node: number): Map<string, Held> {
    let rows = this.#byNode.get(node)
    if (rows === undefined) {
      rows = new Map()
      this.#byNode.set(node, rows)
    }
    return rows
  }

  get nodes(): Iterable<number> {
    return this.#byNode.keys()
  }

  see({ kind, node, value }: Entry): void {
    // A node that starts reads its log again, and says so.
    if (kind === Kind.boot) this.#byNode.get(node)?.clear()
    if (kind !== Kind.fact) return
    const fact = value as Fact | { readonly _tag: "Reset" }
    if (fact._tag === "Holds") this.of(node).set(fact.key, { version: fact.version, content: fact.content })
    else if (fact._tag === "Dropped") for (const key of fact.keys) this.of(node).delete(key)
    else if (fact._tag === "Reset") this.#byNode.get(node)?.clear()
  }

  /** The newest version of each key that is held anywhere. */
  newest(): ReadonlyMap<string, Held> {
    const newest = new Map<string, Held>()
    for (const rows of this.#byNode.values()) {
      for (const [key, held] of rows) {
        const known = newest.get(key)
        if (known === undefined || isBefore(known.version, held.version)) newest.set(key, held)
      }
    }
    return newest
  }
}
