/**
 * Shortest cycles, by a breadth-first search from where an edge ends back to where it begins. Edges of relays take no step.
 */
import { Kind } from "./dependencies.ts"
import type { Graph } from "./graph.ts"

export interface Edge {
  readonly from: number
  /** Its place in the graph. */
  readonly edge: number
}

/** Where a search may go. */
export interface Bounds {
  /** The kinds of edges. */
  readonly mask: number
  readonly enter: (node: number) => boolean
}

/** How many edges may be looked at for the sake of a shorter cycle than the one at hand. */
export interface Effort {
  left: number
}

/** Searches one graph again and again. */
export class Search {
  readonly #graph: Graph
  readonly #effort: Effort
  readonly #round: Int32Array
  readonly #distance: Int32Array
  /** By which edge, from which node a node was reached. */
  readonly #edge: Int32Array
  readonly #from: Int32Array
  #rounds = 0

  constructor(graph: Graph, effort: Effort) {
    this.#graph = graph
    this.#effort = effort
    this.#round = new Int32Array(graph.nodes)
    this.#distance = new Int32Array(graph.nodes)
    this.#edge = new Int32Array(graph.nodes)
    this.#from = new Int32Array(graph.nodes)
  }

  /**
   * The shortest cycle that begins with one of some edges, as far as the effort lasts: the first of them is tried however
   * little is left.
   */
  cycle(candidates: readonly Edge[], boundsOf: (candidate: Edge) => Bounds): readonly Edge[] | undefined {
    const { kinds, targets } = this.#graph
    let shortest: readonly Edge[] | undefined
    let length = Number.POSITIVE_INFINITY
    for (const [nth, candidate] of candidates.entries()) {
      if (length <= 2 || (nth > 0 && this.#effort.left <= 0)) break
      const start = targets[candidate.edge] as number
      const path = this.#path(start, candidate.from, length - 2, boundsOf(candidate))
      if (path === undefined) continue
      shortest = [candidate, ...path]
      length = shortest.filter(({ edge }) => kinds[edge] !== Kind.relay).length
    }
    return shortest
  }

  /** The edges of a shortest path of at most `limit` steps, if there is one. */
  #path(from: number, to: number, limit: number, { mask, enter }: Bounds): readonly Edge[] | undefined {
    const { starts, targets, kinds } = this.#graph
    this.#rounds++
    this.#reach(from, 0, -1, -1)
    let level = [from]
    for (let steps = 0; level.length > 0; steps++) {
      const later: number[] = []
      // What a relay leads to joins the level while it is walked through.
      for (const node of level) {
        if (node === to) return this.#walk(to)
        for (let edge = starts[node] as number; edge < (starts[node + 1] as number); edge++) {
          this.#effort.left--
          const target = targets[edge] as number
          if (((kinds[edge] as number) & mask) === 0 || !enter(target)) continue
          const relayed = kinds[edge] === Kind.relay
          const distance = relayed ? steps : steps + 1
          if (distance > limit || !this.#reach(target, distance, node, edge)) continue
          if (!relayed) later.push(target)
          else if (target === to) return this.#walk(to)
          else level.push(target)
        }
      }
      level = later
    }
    return undefined
  }

  /** Notes how a node was reached, unless it has been as fast already. */
  #reach(node: number, distance: number, from: number, edge: number): boolean {
    if (this.#round[node] === this.#rounds && (this.#distance[node] as number) <= distance) return false
    this.#round[node] = this.#rounds
    this.#distance[node] = distance
    this.#from[node] = from
    this.#edge[node] = edge
    return true
  }

  #walk(to: number): readonly Edge[] {
    const edges: Edge[] = []
    for (let node = to; (this.#edge[node] as number) >= 0; node = this.#from[node] as number) {
      edges.push({ from: this.#from[node] as number, edge: this.#edge[node] as number })
    }
    return edges.reverse()
  }
}
