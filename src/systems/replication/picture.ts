/**
 * What the screen shows of a replicated log: each node's office and how far its log has come, followed from what nodes did
 * and said. Nothing is asked of the nodes, so the same picture can be drawn of any moment that is past.
 */
import type { Returned } from "#invariants"
import type { NodePicture, Picture, PictureStage } from "#system"
import { type Entry, Kind } from "#world"
import type { Acked, Answer, Fact, Message, Ship } from "./protocol.ts"

/** So many appended entries are remembered by the instant; who is further behind than that is behind enough. */
const remembered = 1024

interface Replica {
  role: "starting" | "follower" | "candidate" | "primary" | "rebuilding"
  up: boolean
  epoch: number
  last: number
  durable: number
  commit: number
  applied: number
}

const fresh = (): Replica => ({ role: "starting", up: false, epoch: 0, last: 0, durable: 0, commit: 0, applied: 0 })

class LogPicture implements Picture {
  readonly #stage: PictureStage
  readonly #replicas = new Map<number, Replica>()
  /** Who led which epoch. */
  readonly #leaders = new Map<number, number>()
  /** How many writes were acknowledged in an epoch. */
  readonly #acknowledged = new Map<number, number>()
  /** When the current primary appended its latest entries, up to its last one. */
  #appended: number[] = []

  constructor(stage: PictureStage) {
    this.#stage = stage
  }

  copy(): LogPicture {
    const copy = new LogPicture(this.#stage)
    for (const [node, replica] of this.#replicas) copy.#replicas.set(node, { ...replica })
    for (const [epoch, node] of this.#leaders) copy.#leaders.set(epoch, node)
    for (const [epoch, count] of this.#acknowledged) copy.#acknowledged.set(epoch, count)
    copy.#appended = this.#appended.slice()
    return copy
  }

  #replica(node: number): Replica {
    let replica = this.#replicas.get(node)
    if (replica === undefined) {
      replica = fresh()
      this.#replicas.set(node, replica)
    }
    return replica
  }

  see(entry: Entry): void {
    const { kind, node } = entry
    switch (kind) {
      case Kind.boot:
        if (this.#stage.isClient(node)) return
        this.#replicas.set(node, { ...fresh(), up: true, durable: this.#replica(node).durable })
        return
      case Kind.crash:
      case Kind.stopped:
        if (!this.#stage.isClient(node)) this.#replica(node).up = false
        return
      case Kind.send:
        this.#sent(this.#stage.isClient(node) ? undefined : this.#replica(node), entry.value as Message)
        return
      case Kind.deliver:
        if ((entry.value as Message)._tag === "Ship") this.#shipped(this.#replica(node), entry.value as Ship)
        return
      case Kind.fact:
        this.#did(node, entry.value as Fact, entry.at)
        return
      case Kind.return: {
        const { outcome } = entry.value as Returned
        const wrote = outcome._tag === "ok" ? (outcome.value as Answer).wrote : undefined
        if (wrote === undefined) return
        this.#acknowledged.set(wrote.epoch, (this.#acknowledged.get(wrote.epoch) ?? 0) + 1)
      }
    }
  }

  #sent(replica: Replica | undefined, message: Message): void {
    if (replica === undefined) return
    if (message._tag === "Ship") replica.commit = message.commit
    else if (message._tag === "Stand") replica.role = "candidate"
    else if (message._tag === "Acked" && (message as Acked).rebuilding) replica.role = "rebuilding"
  }

  #shipped(replica: Replica, { epoch, commit }: Ship): void {
    if (epoch >= replica.epoch) replica.commit = Math.max(replica.commit, Math.min(commit, replica.last))
  }

  #did(node: number, fact: Fact, at: number): void {
    const replica = this.#replica(node)
    switch (fact._tag) {
      case "Led":
        replica.role = "primary"
        replica.epoch = fact.epoch
        this.#leaders.set(fact.epoch, node)
        this.#appended = []
        return
      case "Followed":
        replica.role = "follower"
        replica.epoch = fact.epoch
        return
      case "Appended":
        replica.last = fact.lsn
        if (node !== this.#chief()) return
        this.#appended.push(at)
        if (this.#appended.length > remembered) this.#appended.shift()
        return
      case "Synced":
        replica.durable = fact.lsn
        return
      case "Truncated":
        replica.last = Math.min(replica.last, fact.lsn)
        replica.durable = Math.min(replica.durable, fact.lsn)
        replica.commit = Math.min(replica.commit, fact.lsn)
        return
      case "Recovered":
        replica.last = fact.entries.length
        replica.durable = fact.entries.length
        return
      case "Applied":
      case "Reset":
        replica.applied = fact.lsn
        // What is shown is permanent, or the design says so.
        replica.commit = Math.max(replica.commit, fact.lsn)
        return
      case "Rebuilt":
        replica.role = "follower"
    }
  }

  /** The node that led the latest epoch, up or down. */
  #chief(): number | undefined {
    let latest = 0
    for (const epoch of this.#leaders.keys()) latest = Math.max(latest, epoch)
    return this.#leaders.get(latest)
  }

  node(index: number): NodePicture | undefined {
    const replica = this.#replicas.get(index)
    if (replica === undefined) return undefined
    const { role, epoch, last, durable, commit, applied } = replica
    return { role, chief: role === "primary", term: `epoch ${epoch}`, log: { last, durable, commit, applied } }
  }

  lag(at: number): number {
    const chief = this.#chief()
    if (chief === undefined) return 0
    const { last } = this.#replica(chief)
    let oldest = at
    for (const [node, { up, applied }] of this.#replicas) {
      if (node === chief || !up || applied >= last) continue
      const place = this.#appended.length - (last - applied)
      oldest = Math.min(oldest, this.#appended[Math.max(0, place)] ?? at)
    }
    return at - oldest
  }

  headline(): string {
    const chief = this.#chief()
    if (chief === undefined) return ""
    let count = 0
    for (const [epoch, node] of this.#leaders) if (node === chief) count += this.#acknowledged.get(epoch) ?? 0
    const name = this.#stage.name(chief)
    const writes = `${count} ${count === 1 ? "write" : "writes"}`
    return this.#replica(chief).up
      ? `${name} has acknowledged ${writes}.`
      : `${name} is down; it had acknowledged ${writes}.`
  }
}

export const picture = (stage: PictureStage): Picture => new LogPicture(stage)
