/**
 * A log in partitions, and the readers who share them: entries of one key are in one partition, in the order in which they
 * were appended. Whenever a reader comes or goes, partitions are shared out anew and the generation counts one more, so
 * that a reader which has not heard of it can be told from its heir.
 */
import type { Fact } from "../protocol.ts"

export class Partitions {
  /** The entries of each partition. */
  readonly logs: string[][]
  /** In each partition: everything before this offset is done. */
  readonly committed: number[]
  readonly #places = new Map<string, { readonly partition: number; readonly offset: number }>()
  readonly #readers = new Set<string>()
  readonly #record: (fact: Fact) => void
  generation = 0

  constructor(count: number, record: (fact: Fact) => void) {
    this.logs = Array.from({ length: count }, () => [])
    this.committed = this.logs.map(() => 0)
    this.#record = record
  }

  get readers(): ReadonlySet<string> {
    return this.#readers
  }

  placeOf(id: string): { readonly partition: number; readonly offset: number } | undefined {
    return this.#places.get(id)
  }

  append(id: string, key: number): void {
    const partition = key % this.logs.length
    const log = this.logs[partition]
    if (log === undefined || this.#places.has(id)) return
    const offset = log.push(id) - 1
    this.#places.set(id, { partition, offset })
    this.#record({ _tag: "Stood", partition, offset, id })
  }

  join(reader: string): void {
    if (this.#readers.has(reader)) return
    this.#readers.add(reader)
    this.#share()
  }

  leave(reader: string): void {
    if (this.#readers.delete(reader)) this.#share()
  }

  #share(): void {
    this.generation++
    this.#record({ _tag: "Shared", generation: this.generation, readers: [...this.#readers] })
  }

  commit(partition: number, offset: number): void {
    if (partition >= this.committed.length) return
    this.committed[partition] = offset
    this.#record({ _tag: "Committed", partition, offset })
  }

  /** What a reader should read next, of the first of its partitions that has something. */
  next(reader: string): { readonly partition: number; readonly offset: number } | undefined {
    const place = [...this.#readers].indexOf(reader)
    if (place < 0) return undefined
    for (let partition = place; partition < this.logs.length; partition += this.#readers.size) {
      const offset = this.committed[partition] ?? 0
      if (offset < (this.logs[partition]?.length ?? 0)) return { partition, offset }
    }
    return undefined
  }
}
