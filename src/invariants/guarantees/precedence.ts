/**
 * What must come before what: session order and reads-from to begin with, and what they force.
 *
 * Each operation carries a vector clock (Fidge, Mattern, 1988): how much of each chain comes before it. So whether one
 * operation comes before another is one comparison, and only the last write of each chain before a read, and the first
 * after what it read, can force anything that the others don't (AWDIT, arXiv 2504.06975).
 */
import { firstAt } from "./bisect.ts"
import { type Edge, Graph } from "./graph.ts"
import { type Operation, type Relations, rungsOf, type VersionOrder } from "./relations.ts"

/** Why one operation comes before another. */
export interface Because {
  readonly _tag:
    | "session"
    /** The other read what the one wrote. */
    | "read"
    /** A write came before a read that did not return it: so it came before what the read returned. */
    | "not returned"
    /** A write came after what a read returned: so it came after the read. */
    | "not yet"
    /** The order of versions that is given. */
    | "given"
  /** What is added is numbered, and follows from what was `known` then: from what has no higher number than that. */
  readonly nth: number
  readonly known: number
  /** The read that forces it, and the write that it did not return. */
  readonly read?: Operation
  readonly write?: Operation
}

/** One operation before another. */
export interface Step {
  readonly before: Operation
  readonly after: Operation
  readonly why: Because
}

const session: Because = { _tag: "session", nth: 0, known: 0 }
const read: Because = { _tag: "read", nth: 0, known: 0 }

export class Precedence {
  readonly #operations: readonly Operation[]
  readonly #chains: number
  readonly #graph = new Graph<Because>()
  readonly #clocks: Int32Array
  /** Of each key, the writes of each chain in order. */
  readonly #writes = new Map<string, Map<number, Operation[]>>()
  #added = 0
  /** How much of what was added the clocks tell. */
  #known = 0

  constructor({ operations, chains }: Relations) {
    this.#operations = operations
    this.#chains = chains.length
    this.#clocks = new Int32Array(operations.length * chains.length)
    for (const _ of operations) this.#graph.node()
    for (const { index, after, source, wrote } of operations) {
      if (after !== undefined) this.#graph.add(after.index, index, session)
      if (!wrote) this.#graph.add(source.index, index, read)
    }
    const writes = operations.filter(({ wrote }) => wrote)
    for (const [key, ofKey] of Map.groupBy(writes, (write) => write.key)) {
      this.#writes.set(
        key,
        Map.groupBy(ofKey, ({ chain }) => chain),
      )
    }
  }

  /** Adds the order of versions that is given. */
  give(order: VersionOrder): void {
    for (const ofKey of this.#writes.values()) {
      const rungs = rungsOf([...ofKey.values()].flat(), order)
      rungs.forEach((rung, nth) => {
        for (const before of rungs[nth - 1] ?? []) for (const after of rung) this.#add(before, after, { _tag: "given" })
      })
    }
  }

  /**
   * The operations in an order that keeps all that is known, or nothing if there is none. Brings the clocks up to date.
   */
  order(): readonly Operation[] | undefined {
    const waits = new Int32Array(this.#operations.length)
    for (const { index } of this.#operations)
      for (const { to } of this.#graph.leaving(index)) waits[to] = (waits[to] ?? 0) + 1
    const order = this.#operations.filter(({ index }) => waits[index] === 0)
    const clocks = this.#clocks
    this.#known = this.#added
    for (const { index, chain, place } of order) {
      const from = index * this.#chains
      clocks[from + chain] = place + 1
      for (const { to } of this.#graph.leaving(index)) {
        const into = to * this.#chains
        for (let each = 0; each < this.#chains; each++) {
          if ((clocks[from + each] as number) > (clocks[into + each] as number))
            clocks[into + each] = clocks[from + each] as number
        }
        waits[to] = (waits[to] as number) - 1
        if (waits[to] === 0) order.push(this.#operations[to] as Operation)
      }
    }
    return order.length === this.#operations.length ? order : undefined
  }

  precedes(before: Operation, after: Operation): boolean {
    return before !== after && this.#counts(after, before.chain) > before.place
  }

  /** How many links of a chain come before an operation, itself included. */
  #counts(operation: Operation, chain: number): number {
    return this.#clocks[operation.index * this.#chains + chain] as number
  }

  /** Of each chain the last write of a read's key before the read, but not what it read. */
  *#before(operation: Operation): Generator<Operation> {
    for (const [chain, writes] of this.#writes.get(operation.key) ?? []) {
      const counted = this.#counts(operation, chain)
      const last = writes[firstAt(writes, ({ place }) => place >= counted) - 1]
      if (last !== undefined && last !== operation.source) yield last
    }
  }

  /** Of each chain the first write of a key after a write of it. */
  *#after(write: Operation): Generator<Operation> {
    for (const writes of this.#writes.get(write.key)?.values() ?? []) {
      const next = writes[firstAt(writes, (each) => this.precedes(write, each))]
      if (next !== undefined) yield next
    }
  }

  /** Adds that writes came before what was read instead of them. Tells whether there was any. */
  forceNotReturned(reads: readonly Operation[]): boolean {
    return this.#forceBefore(reads, (write, source) => !this.precedes(write, source))
  }

  /** Does so where the write is known to have come after what was read: each of them closes a circle. */
  forceOverwritten(reads: readonly Operation[]): boolean {
    return this.#forceBefore(reads, (write, source) => this.precedes(source, write))
  }

  #forceBefore(reads: readonly Operation[], isAsked: (write: Operation, source: Operation) => boolean): boolean {
    const before = this.#added
    for (const read of reads) {
      for (const write of this.#before(read)) {
        if (isAsked(write, read.source)) this.#add(write, read.source, { _tag: "not returned", read, write })
      }
    }
    return this.#added > before
  }

  /** Adds that reads came before the writes that followed what they read. Tells whether there was any. */
  forceNotYet(reads: readonly Operation[]): boolean {
    const before = this.#added
    for (const each of reads) {
      for (const write of this.#after(each.source)) {
        if (!this.precedes(each, write)) this.#add(each, write, { _tag: "not yet", read: each, write })
      }
    }
    return this.#added > before
  }

  #add(before: Operation, after: Operation, why: Omit<Because, "nth" | "known">): void {
    this.#graph.add(before.index, after.index, { ...why, nth: ++this.#added, known: this.#known })
  }

  /** The operations, by index, that are known to come later at once. */
  next(operation: Operation): readonly number[] {
    return this.#graph.leaving(operation.index).map(({ to }) => to)
  }

  /** A short circle, each step after those that it follows from; nothing if there is none. */
  circle(): readonly Step[] | undefined {
    const shortest = this.#graph.cycle()
    return shortest === undefined ? undefined : this.#explain(shortest)
  }

  #explain(edges: readonly Edge<Because>[]): readonly Step[] {
    const steps: Step[] = []
    for (const { from, to, why } of edges) {
      const [before, after] = [this.#operations[from] as Operation, this.#operations[to] as Operation]
      const last = steps.at(-1)
      if (why._tag === "session" && last?.why._tag === "session" && last.after === before) {
        steps[steps.length - 1] = { ...last, after }
        continue
      }
      const { read, write, known } = why
      if (read !== undefined && write !== undefined) {
        const [start, end] = why._tag === "not returned" ? [write, read] : [read.source, write]
        steps.push(...this.#explain(this.#graph.path(start.index, end.index, (edge) => edge.why.nth <= known) ?? []))
      }
      steps.push({ before, after, why })
    }
    return steps
  }
}
