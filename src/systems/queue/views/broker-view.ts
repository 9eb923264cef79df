/** A broker as its facts tell of it: its office, its log, and the lanes of its groups. */
import type { LogMarks } from "#system"
import type { LogFact } from "#systems/replication"
import { type Fact, type Lane, lanes, type Sizes } from "../protocol.ts"

/** A message that is not yet done. */
export interface OpenMessage {
  readonly id: string
  readonly lane: Lane
  /** Failed tries so far. */
  readonly tries: number
  /** When it was taken in, and when it came into its lane, in microseconds. */
  readonly since: number
  readonly movedAt: number
}

/** The lanes of a group. */
export interface GroupScene {
  readonly group: string
  readonly sizes: Sizes
  /** Messages that are ready, leased or delayed, in the order in which they came there. */
  readonly open: readonly OpenMessage[]
  /** When a message last came into each lane, in microseconds. */
  readonly movedAt: Readonly<Partial<Record<Lane, number>>>
}

interface GroupView {
  readonly open: Map<string, OpenMessage>
  sizes: Sizes
  movedAt: Partial<Record<Lane, number>>
}

const isOpen = (lane: Lane): boolean => lane === "ready" || lane === "leased" || lane === "delayed"

export class BrokerView {
  role: "starting" | "follower" | "primary" = "starting"
  epoch = 0
  marks: LogMarks = { last: 0, durable: 0, commit: 0, applied: 0 }
  readonly #groups = new Map<string, GroupView>()

  copy(): BrokerView {
    const copy = new BrokerView()
    copy.role = this.role
    copy.epoch = this.epoch
    copy.marks = this.marks
    for (const [group, { open, sizes, movedAt }] of this.#groups) {
      copy.#groups.set(group, { open: new Map(open), sizes, movedAt: { ...movedAt } })
    }
    return copy
  }

  see(fact: Fact | LogFact, at: number): void {
    switch (fact._tag) {
      case "Moved":
        this.#move(fact, at)
        return
      case "Cleared":
        this.#groups.clear()
        return
      case "Led":
        this.role = "primary"
        this.epoch = fact.epoch
        return
      case "Followed":
        this.role = "follower"
        this.epoch = fact.epoch
        return
      case "Appended":
        this.marks = { ...this.marks, last: fact.lsn }
        return
      case "Synced":
        this.marks = { ...this.marks, durable: fact.lsn }
        return
      case "Applied":
        this.marks = { ...this.marks, commit: Math.max(this.marks.commit, fact.lsn), applied: fact.lsn }
        return
      case "Truncated": {
        const cut = (lsn: number) => Math.min(lsn, fact.lsn)
        const { last, durable, commit, applied } = this.marks
        this.marks = { last: cut(last), durable: cut(durable), commit: cut(commit), applied }
        return
      }
      case "Recovered":
        this.marks = { ...this.marks, last: fact.entries.length, durable: fact.entries.length }
    }
  }

  #move({ id, group, to, sizes }: Extract<Fact, { readonly _tag: "Moved" }>, at: number): void {
    let view = this.#groups.get(group)
    if (view === undefined) {
      view = { open: new Map(), sizes, movedAt: {} }
      this.#groups.set(group, view)
    }
    view.sizes = sizes
    view.movedAt[to] = at
    const known = view.open.get(id)
    view.open.delete(id)
    if (!isOpen(to)) return
    const tries = (known?.tries ?? 0) + (known?.lane === "leased" && to === "delayed" ? 1 : 0)
    view.open.set(id, { id, lane: to, tries, since: known?.since ?? at, movedAt: at })
  }

  /** Groups in which there was ever a message, in the order of their names. */
  get groups(): readonly GroupScene[] {
    return [...this.#groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([group, { sizes, open, movedAt }]) => ({ group, sizes, open: [...open.values()], movedAt }))
  }

  /** How many messages are in each lane, of all groups. */
  get sums(): readonly number[] {
    return lanes.map((_, place) => [...this.#groups.values()].reduce((sum, { sizes }) => sum + (sizes[place] ?? 0), 0))
  }

  /** Since when the oldest open message is there, in microseconds. */
  get oldest(): number | undefined {
    let oldest: number | undefined
    for (const { open } of this.#groups.values()) {
      for (const { since } of open.values()) oldest = oldest === undefined ? since : Math.min(oldest, since)
    }
    return oldest
  }
}
