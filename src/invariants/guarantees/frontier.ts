/**
 * Tries orders of all operations, depth first, until every read returns the latest write of its key.
 *
 * How far each chain has come is all there is to remember of an order: a write may not come while a read still waits
 * for what its key has, and once none waits it doesn't matter what it has. A read that can come next, and a write that
 * nobody reads, spoil nothing and are placed at once; only writes that are read are a choice.
 */
import type { Precedence } from "./precedence.ts"
import type { Operation, Relations } from "./relations.ts"

/** An order, or why none was found. */
export type Decision = readonly Operation[] | "impossible" | "given up"

/** Orders that are built one operation at a time. */
class Frontier {
  readonly order: Operation[] = []
  readonly #chains: readonly (readonly Operation[])[]
  readonly #next: readonly (readonly number[])[]
  /** How many of each chain are placed. */
  readonly #placed: number[]
  /** Of each operation, how many must still be placed before it. */
  readonly #waits: number[]
  /** Of each write, how many reads of it are still to be placed. */
  readonly #unread: number[]
  /** Of each key, the writes that are placed. */
  readonly #written = new Map<string, Operation[]>()

  constructor({ operations, chains, reads }: Relations, precedence: Precedence) {
    this.#chains = chains
    this.#next = operations.map((operation) => precedence.next(operation))
    this.#placed = chains.map(() => 0)
    this.#waits = operations.map(() => 0)
    this.#unread = operations.map(() => 0)
    for (const { key } of operations) this.#written.set(key, [])
    for (const to of this.#next.flat()) add(this.#waits, to, 1)
    for (const { source } of reads) add(this.#unread, source.index, 1)
  }

  /** How far each chain has come. */
  get reached(): string {
    return this.#placed.join()
  }

  /** What can be placed next. */
  ready(): readonly Operation[] {
    return this.#chains.flatMap((chain, nth) => {
      const operation = chain[this.#placed[nth] as number]
      if (operation === undefined || (this.#waits[operation.index] as number) > 0) return []
      const latest = this.#written.get(operation.key)?.at(-1)
      const isWanted = operation.wrote && latest !== undefined && (this.#unread[latest.index] as number) > 0
      return isWanted ? [] : [operation]
    })
  }

  /** Whether it spoils nothing to place it: a read, or a write that nobody reads. */
  isHarmless({ wrote, index }: Operation): boolean {
    return !wrote || this.#unread[index] === 0
  }

  place(operation: Operation): void {
    this.order.push(operation)
    this.#count(operation, 1)
    if (operation.wrote) this.#written.get(operation.key)?.push(operation)
  }

  takeBack(): void {
    const operation = this.order.pop() as Operation
    this.#count(operation, -1)
    if (operation.wrote) this.#written.get(operation.key)?.pop()
  }

  #count(operation: Operation, by: 1 | -1): void {
    add(this.#placed, operation.chain, by)
    for (const to of this.#next[operation.index] ?? []) add(this.#waits, to, -by)
    if (!operation.wrote) add(this.#unread, operation.source.index, -by)
  }
}

const add = (counts: number[], index: number, by: number): void => {
  counts[index] = (counts[index] as number) + by
}

/** `steps` is how many operations may be placed before it is given up. */
export const search = (relations: Relations, precedence: Precedence, steps: number): Decision => {
  const frontier = new Frontier(relations, precedence)
  const tried = new Set<string>()
  const branches: { readonly length: number; readonly choices: Operation[] }[] = []
  let left = steps
  for (;;) {
    for (let harmless = true; harmless; ) {
      harmless = false
      for (const operation of frontier.ready()) {
        if (!frontier.isHarmless(operation)) continue
        frontier.place(operation)
        harmless = true
        left--
      }
    }
    if (frontier.order.length === relations.operations.length) return frontier.order
    const choices = tried.has(frontier.reached) ? [] : [...frontier.ready()].reverse()
    tried.add(frontier.reached)
    branches.push({ length: frontier.order.length, choices })
    while (branches.at(-1)?.choices.length === 0) branches.pop()
    const branch = branches.at(-1)
    if (branch === undefined) return "impossible"
    if (left-- <= 0) return "given up"
    while (frontier.order.length > branch.length) frontier.takeBack()
    frontier.place(branch.choices.pop() as Operation)
  }
}
