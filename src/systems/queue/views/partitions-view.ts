/** The partitions as facts tell of them: how long they are, up to where they were read, and by whom. */
import type { LogFact } from "#systems/replication"
import type { Fact } from "../protocol.ts"

export interface PartitionScene {
  readonly partition: number
  /** How many entries it has, up to where they are committed, and up to where they were read. */
  readonly length: number
  readonly committed: number
  readonly read: number
  /** Who reads it; "" for nobody. */
  readonly reader: string
}

export class PartitionsView {
  readonly #lengths = new Map<number, number>()
  readonly #committed = new Map<number, number>()
  readonly #read = new Map<number, number>()
  #readers: readonly string[] = []
  generation = 0

  copy(): PartitionsView {
    const copy = new PartitionsView()
    for (const [partition, length] of this.#lengths) copy.#lengths.set(partition, length)
    for (const [partition, offset] of this.#committed) copy.#committed.set(partition, offset)
    for (const [partition, offset] of this.#read) copy.#read.set(partition, offset)
    copy.#readers = this.#readers
    copy.generation = this.generation
    return copy
  }

  /** Sees a fact; of brokers, only those of the chief count. */
  see(fact: Fact | LogFact, isChief: boolean): void {
    if (fact._tag === "Done" || fact._tag === "Restored") {
      for (const { place } of fact.deeds) if (place !== undefined) this.#read.set(place.partition, place.offset + 1)
    }
    if (!isChief) return
    if (fact._tag === "Stood") this.#lengths.set(fact.partition, fact.offset + 1)
    else if (fact._tag === "Committed") this.#committed.set(fact.partition, fact.offset)
    else if (fact._tag === "Shared") {
      this.generation = fact.generation
      this.#readers = fact.readers
    }
  }

  get scene(): readonly PartitionScene[] {
    return [...this.#lengths]
      .sort(([a], [b]) => a - b)
      .map(([partition, length]) => ({
        partition,
        length,
        committed: this.#committed.get(partition) ?? 0,
        read: this.#read.get(partition) ?? 0,
        reader: this.#readers[partition % Math.max(1, this.#readers.length)] ?? "",
      }))
  }
}
