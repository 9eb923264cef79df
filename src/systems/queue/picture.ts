/**
 * What the screen shows of a queue: lanes with their messages, partitions with their offsets, the list with what is stored of
 * it. All of it follows from what nodes did, so the same picture can be drawn of any moment that is past.
 */
import type { NodePicture, Picture, PictureStage } from "#system"
import type { LogFact } from "#systems/replication"
import { type Entry, Kind } from "#world"
import { BufferBook } from "./list/book.ts"
import { type Fact, pushed } from "./protocol.ts"
import { BrokerView, type GroupScene } from "./views/broker-view.ts"
import { type PartitionScene, PartitionsView } from "./views/partitions-view.ts"

export interface ListScene {
  /** From the head, which is index 0: whether each event is stored already. */
  readonly cells: readonly boolean[]
  /** Events that flushers have moved to lists of their own. */
  readonly processing: number
  readonly pushed: number
  readonly stored: number
  readonly twice: number
  readonly lost: number
}

/** A queue at an instant, as plain data. */
export interface QueueScene {
  readonly at: number
  /** The broker whose lanes these are; "" for none. */
  readonly chief: string
  readonly epoch: number
  /** Their lanes on that broker. */
  readonly groups: readonly GroupScene[]
  readonly generation: number
  readonly partitions: readonly PartitionScene[]
  /** Where there is one. */
  readonly list: ListScene | undefined
  /** How many producers were refused so far. */
  readonly refused: number
}

export class QueuePicture implements Picture {
  readonly #stage: PictureStage
  #brokers = new Map<number, BrokerView>()
  #partitions = new PartitionsView()
  #book = new BufferBook()
  readonly #up = new Set<number>()
  /** What a worker is at. */
  readonly #working = new Map<number, string>()
  #deeds = 0
  #database = -1
  #refused = new Set<string>()
  /** The node that led the latest epoch. */
  #chief = -1
  #epoch = 0

  constructor(stage: PictureStage) {
    this.#stage = stage
  }

  copy(): QueuePicture {
    const copy = new QueuePicture(this.#stage)
    copy.#brokers = new Map([...this.#brokers].map(([node, view]) => [node, view.copy()]))
    copy.#partitions = this.#partitions.copy()
    copy.#book = this.#book.copy()
    for (const node of this.#up) copy.#up.add(node)
    for (const [node, task] of this.#working) copy.#working.set(node, task)
    copy.#deeds = this.#deeds
    copy.#database = this.#database
    copy.#refused = new Set(this.#refused)
    copy.#chief = this.#chief
    copy.#epoch = this.#epoch
    return copy
  }

  #broker(node: number): BrokerView {
    let view = this.#brokers.get(node)
    if (view === undefined) {
      view = new BrokerView()
      this.#brokers.set(node, view)
    }
    return view
  }

  see(entry: Entry): void {
    const { kind, node } = entry
    if (kind === Kind.boot) {
      this.#up.add(node)
      this.#brokers.delete(node)
      this.#working.delete(node)
    }
    if (kind === Kind.crash || kind === Kind.stopped) this.#up.delete(node)
    if (kind !== Kind.fact) return
    const fact = entry.value as Fact | LogFact
    this.#book.see(fact)
    this.#partitions.see(fact, node === this.#chief)
    switch (fact._tag) {
      case "Tried":
        this.#working.set(node, fact.id)
        return
      case "Failed":
        this.#working.delete(node)
        return
      case "Restored":
      case "Done":
        this.#deeds = (fact._tag === "Restored" ? 0 : this.#deeds) + fact.deeds.length
        this.#database = node
        return
      case "Refused":
        this.#refused.add(fact.id)
        return
      case "Led":
        if (fact.epoch > this.#epoch) {
          this.#epoch = fact.epoch
          this.#chief = node
        }
    }
    if (brokerFacts.has(fact._tag)) this.#broker(node).see(fact, entry.at)
  }

  node(index: number): NodePicture | undefined {
    const view = this.#brokers.get(index)
    if (view !== undefined) {
      const { role, epoch, marks } = view
      return { role, chief: role === "primary", term: `epoch ${epoch}`, log: marks }
    }
    if (index === this.#database) return { role: "database", chief: false, term: `${this.#deeds} deeds` }
    const task = this.#working.get(index)
    return task === undefined ? undefined : { role: "worker", chief: false, term: `at ${task}` }
  }

  /** How long the oldest message has been open. */
  lag(at: number): number {
    const since = this.#brokers.get(this.#chief)?.oldest
    return since === undefined ? 0 : at - since
  }

  headline(): string {
    const view = this.#brokers.get(this.#chief)
    if (view === undefined) return ""
    const name = this.#stage.name(this.#chief)
    if (!this.#up.has(this.#chief)) return `${name} is down.`
    const [ready, leased, delayed, done, dead] = view.sums
    const parked = dead === 0 ? "" : `, ${dead} parked`
    return `${ready} ready, ${leased} leased, ${delayed} delayed, ${done} done${parked}.`
  }

  scene(at: number): QueueScene {
    const view = this.#brokers.get(this.#chief)
    const { pushed: total, stored, twice, lost } = this.#book.sums
    const { lists } = this.#book
    const processing = Object.entries(lists.all).filter(([key]) => key !== pushed)
    return {
      at,
      chief: this.#chief < 0 ? "" : this.#stage.name(this.#chief),
      epoch: this.#epoch,
      groups: view?.groups ?? [],
      generation: this.#partitions.generation,
      partitions: this.#partitions.scene,
      list:
        total === 0
          ? undefined
          : {
              cells: lists.values(pushed).map((event) => this.#book.storedTimes(event) > 0),
              processing: processing.reduce((sum, [, values]) => sum + values.length, 0),
              pushed: total,
              stored,
              twice,
              lost,
            },
      refused: this.#refused.size,
    }
  }
}

/** What only a broker does. */
const brokerFacts = new Set<string>([
  "Moved",
  "Cleared",
  "Led",
  "Followed",
  "Appended",
  "Synced",
  "Applied",
  "Truncated",
  "Recovered",
] satisfies (Fact | LogFact)["_tag"][])

export const picture = (stage: PictureStage): QueuePicture => new QueuePicture(stage)
