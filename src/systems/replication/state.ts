/**
 * The mind of a replica: its log, what it knows of the others, and the decisions that follow. No waiting, no sending.
 *
 * The log in memory runs ahead of the disk; `durable` says how far the disk has come. Entries up to `commit` are
 * permanent and may be shown to readers; `applied` says how far they are.
 */
import { majorityOf, type ReplicationDesign, timing } from "./design.ts"
import type { Acked, Ship, Stand } from "./protocol.ts"
import type { Entry } from "./record.ts"

export type Role = "follower" | "candidate" | "primary"

/** What a primary knows of a peer. */
export interface Progress {
  /** The next entry to ship. */
  next: number
  /** Up to here its disk is known to agree; 0 for unknown. */
  matched: number
  applied: number
  /** Permanent entries that it does not show yet. */
  waiting: number
  /** One probe at a time until it is known where the logs agree. */
  probing: boolean
  /** The last round of confirmation it answered. */
  round: number
  /** Signs of life since it last answered. */
  missed: number
  /** What a node that lost its disk wants repeated. */
  nonce: number
}

/** How an entry fits into a log. */
export type Fit =
  | { readonly _tag: "fits"; readonly append: readonly Entry[]; readonly truncateTo: number | undefined }
  | { readonly _tag: "gap"; readonly hint: number }

export class State {
  readonly id: string
  readonly peers: readonly string[]
  readonly design: ReplicationDesign
  readonly majority: number

  // Durable, in `meta`
  epoch = 0
  votedFor = ""
  rebuilding = false
  // Durable up to `durable`, in the log
  readonly log: Entry[] = []

  // Volatile
  role: Role = "follower"
  primary = ""
  durable = 0
  commit = 0
  applied = 0
  /** As a follower: up to here its log is known to be the primary's. */
  matched = 0
  /** As a primary: up to here its sender has come. */
  shippable = 0
  /** As a primary: where its epoch begins. */
  epochStart = 0
  round = 0
  readonly votes = new Set<string>()
  readonly progress = new Map<string, Progress>()
  /** Requests in the log, so that a retry finds its entry. */
  readonly requests = new Map<string, number>()

  constructor(id: string, peers: readonly string[], design: ReplicationDesign) {
    this.id = id
    this.peers = peers
    this.design = design
    this.majority = majorityOf(peers.length)
  }

  get last(): number {
    return this.log.length
  }

  at(lsn: number): Entry | undefined {
    return this.log[lsn - 1]
  }

  epochAt(lsn: number): number {
    return this.log[lsn - 1]?.epoch ?? 0
  }

  append(entry: Entry): void {
    this.log.push(entry)
    if (entry.request !== "") this.requests.set(entry.request, entry.lsn)
  }

  /** Drops every entry after `lsn`. Returns whether the state machine must start over. */
  truncate(lsn: number): boolean {
    for (const entry of this.log.splice(lsn)) this.requests.delete(entry.request)
    this.durable = Math.min(this.durable, lsn)
    this.matched = Math.min(this.matched, lsn)
    this.commit = Math.min(this.commit, lsn)
    if (this.applied <= lsn) return false
    this.applied = 0
    return true
  }

  /** Enters an epoch. What was known of a primary's log belongs to an earlier one. */
  enter(epoch: number, votedFor: string): void {
    if (epoch > this.epoch) this.matched = 0
    this.epoch = epoch
    this.votedFor = votedFor
  }

  // As a follower

  /** The last entry before the epoch that an entry belongs to: a whole epoch is skipped at a time. */
  #before(lsn: number): number {
    const epoch = this.epochAt(lsn)
    let before = lsn - 1
    while (before > this.commit && this.epochAt(before) === epoch) before--
    return before
  }

  /** Whether shipped entries fit behind this log, and what must go for them. */
  fit(ship: Ship): Fit {
    const { prevLsn, prevEpoch, entries } = ship
    if (prevLsn > this.last) return { _tag: "gap", hint: this.last }
    if (this.design.rejoin === "resume") {
      return { _tag: "fits", append: entries.filter((entry) => entry.lsn > this.last), truncateTo: undefined }
    }
    if (this.epochAt(prevLsn) !== prevEpoch) return { _tag: "gap", hint: this.#before(prevLsn) }
    const fork = entries.findIndex((entry) => this.epochAt(entry.lsn) !== entry.epoch)
    if (fork < 0) return { _tag: "fits", append: [], truncateTo: undefined }
    const first = entries[fork] as Entry
    return {
      _tag: "fits",
      append: entries.slice(fork),
      truncateTo: first.lsn <= this.last ? first.lsn - 1 : undefined,
    }
  }

  /** Whether a candidate's log holds everything that this one may have helped to make permanent. */
  covers(stand: Stand): boolean {
    const lastEpoch = this.epochAt(this.last)
    return stand.lastEpoch > lastEpoch || (stand.lastEpoch === lastEpoch && stand.lastLsn >= this.last)
  }

  /** Whether this node may promise its vote: once an epoch, and never while it cannot know what it had promised. */
  mayVote(stand: Stand, candidate: string): boolean {
    if (this.rebuilding || stand.epoch < this.epoch) return false
    const free = stand.epoch > this.epoch || this.votedFor === "" || this.votedFor === candidate
    return free && this.covers(stand)
  }

  // As a primary

  lead(): void {
    this.role = "primary"
    this.primary = this.id
    this.progress.clear()
    for (const peer of this.peers) {
      if (peer === this.id) continue
      this.progress.set(peer, {
        next: this.last + 1,
        matched: 0,
        applied: 0,
        waiting: 0,
        probing: true,
        round: 0,
        missed: 0,
        nonce: 0,
      })
    }
    this.epochStart = this.last + 1
    this.shippable = this.last
  }

  /** Follows a primary, which may be unknown. */
  follow(primary: string): void {
    if (this.role === "primary" || this.primary !== primary) this.matched = 0
    this.role = "follower"
    this.primary = primary
    this.votes.clear()
  }

  /** The best that a majority has reached, this node's own figure included. */
  #reached(own: number, of: (progress: Progress) => number): number {
    const figures = [own]
    for (const progress of this.progress.values()) figures.push(of(progress))
    figures.sort((a, b) => b - a)
    return figures[this.majority - 1] ?? 0
  }

  /** Up to where entries are permanent, as this design understands it. */
  permanent(): number {
    switch (this.design.ack) {
      case "memory":
        return this.last
      case "local":
        return this.durable
      default: {
        const held = this.#reached(this.durable, (progress) => progress.matched)
        // An entry of an earlier epoch is permanent only once one of this epoch is (Raft, section 5.4.2).
        return held >= this.epochStart ? held : this.commit
      }
    }
  }

  /** Whether a write may be acknowledged. */
  acknowledges(lsn: number): boolean {
    if (this.design.ack === "memory") return true
    if (this.design.ack === "local") return this.durable >= lsn
    if (this.commit < lsn) return false
    return this.design.ack === "quorum" || this.#reached(this.applied, (progress) => progress.applied) >= lsn
  }

  /** Whether a majority has confirmed this epoch in a round. */
  confirmed(round: number): boolean {
    return this.#reached(this.round, (progress) => progress.round) >= round
  }

  /** The most permanent entries that a live node does not show yet. */
  backlog(): number {
    let most = this.commit - this.applied
    for (const progress of this.progress.values()) {
      if (progress.missed < timing.patience) most = Math.max(most, progress.waiting)
    }
    return most
  }

  /** Takes in what a follower holds. Returns whether more should be shipped to it at once. */
  heard(peer: string, acked: Acked): boolean {
    const progress = this.progress.get(peer)
    // An answer to an earlier epoch speaks of a log that may have been cut since.
    if (this.role !== "primary" || acked.epoch !== this.epoch || progress === undefined) return false
    progress.missed = 0
    progress.nonce = acked.nonce
    progress.round = Math.max(progress.round, acked.round)
    progress.applied = acked.applied
    progress.waiting = acked.waiting
    if (acked.fits) {
      if (!acked.rebuilding) progress.matched = Math.max(progress.matched, acked.lsn)
      const wasProbing = progress.probing
      progress.probing = false
      progress.next = Math.max(wasProbing ? acked.lsn + 1 : progress.next, acked.lsn + 1)
      return progress.next <= this.last
    }
    if (acked.lsn + 1 >= progress.next) return false
    progress.next = Math.max(1, acked.lsn + 1)
    progress.probing = true
    return true
  }
}
