/**
 * Which version must not be newer than which, for one session: a graph of versions and of bounds above several of them.
 * It can be satisfied by an order of the versions if no two of them lie on a circle.
 *
 * What is there from the start is what is given of the order of versions or, where nothing is, what may be inferred.
 */
import { type Edge, Graph } from "./graph.ts"
import { type Operation, rungsOf, type VersionOrder } from "./relations.ts"

/** How a version became visible to a session. */
export interface Sight {
  readonly version: Operation
  /** What the session did: it wrote the version, read it, or read what brought it along. */
  readonly by: Operation
  /** The write that brought it along, what its session had done before, and what had brought that write along. */
  readonly with?: { readonly write: Operation; readonly had: Operation; readonly sight: Sight | undefined }
}

/** Why something must not be newer than something else. */
export type Why =
  /** The first value of a key is its oldest version. */
  | { readonly _tag: "first" }
  /** The order is given. */
  | { readonly _tag: "given" }
  /** One session wrote the one and then the other. */
  | { readonly _tag: "session" }
  /** The session had read the one when it wrote the other. */
  | { readonly _tag: "had read"; readonly read: Operation }
  /** The session had seen the one when it read the other. */
  | { readonly _tag: "visible"; readonly sight: Sight }
  | { readonly _tag: "returned"; readonly read: Operation }
  /** A bound is not older than what lies below it. */
  | { readonly _tag: "bound" }

/** Why one version must not be newer than another. */
export interface Run {
  readonly older: Operation
  readonly newer: Operation
  readonly edges: readonly Edge<Why>[]
}

export class VersionGraph {
  readonly #graph = new Graph<Why>()
  readonly #nodes = new Map<Operation, number>()
  readonly #versions = new Map<number, Operation>()
  readonly #infers: boolean

  /** Of these writes of some keys, in the order of their calls. */
  constructor(writes: readonly Operation[], order: VersionOrder | undefined) {
    this.#infers = order === undefined
    for (const [first, ...others] of Map.groupBy(writes, ({ key }) => key).values()) {
      for (const write of others) this.#older(first as Operation, write, { _tag: "first" })
      if (order === undefined) this.#infer(others)
      else this.#follow(rungsOf(others, order))
    }
  }

  #older(older: Operation, newer: Operation, why: Why): void {
    this.#graph.add(this.of(older), this.of(newer), why)
  }

  #infer(writes: readonly Operation[]): void {
    const latest = new Map<number | undefined, Operation>()
    for (const write of writes) {
      const earlier = latest.get(write.after?.chain)
      if (earlier !== undefined) this.#older(earlier, write, { _tag: "session" })
      latest.set(write.chain, write)
    }
  }

  #follow(rungs: readonly (readonly Operation[])[]): void {
    rungs.forEach((rung, nth) => {
      for (const older of rungs[nth - 1] ?? []) for (const newer of rung) this.#older(older, newer, { _tag: "given" })
    })
  }

  /** The node of a version. */
  of(version: Operation): number {
    let node = this.#nodes.get(version)
    if (node === undefined) {
      node = this.#graph.node()
      this.#nodes.set(version, node)
      this.#versions.set(node, version)
    }
    return node
  }

  /** A new bound above a version. */
  above(version: Operation, why: Why): number {
    const bound = this.#graph.node()
    this.#graph.add(this.of(version), bound, why)
    return bound
  }

  /** Lifts a new bound above another. */
  join = (known: number, learnt: number): number => {
    this.#graph.add(known, learnt, { _tag: "bound" })
    return learnt
  }

  /** A read returned its version where nothing older than the bound may be read. */
  returned(bound: number, read: Operation): void {
    this.#graph.add(bound, this.of(read.source), { _tag: "returned", read })
  }

  /** A session wrote after it had read what is below the bound. */
  overwritten(bound: number, write: Operation): void {
    if (this.#infers) this.#graph.add(bound, this.of(write), { _tag: "bound" })
  }

  /** A short circle of versions each of which must not be newer than the next; what a read returned first. */
  contradiction(): readonly Run[] | undefined {
    const cycle = this.#graph.cycle((node) => this.#versions.has(node)) ?? []
    const starts = cycle.flatMap(({ from }, nth) => (this.#versions.has(from) ? [nth] : []))
    if (starts.length === 0) return undefined
    const runs = starts.map((start, nth) => {
      const edges = cycle.slice(start, starts[nth + 1] ?? cycle.length)
      const [older, newer] = [edges[0]?.from, edges.at(-1)?.to].map((node) => this.#versions.get(node ?? -1))
      return { older: older as Operation, newer: newer as Operation, edges }
    })
    const returned = runs.findIndex(({ edges }) => edges[0]?.why._tag === "visible")
    return [...runs.slice(returned), ...runs.slice(0, returned)]
  }
}
