/**
 * The consistent-hash ring (Karger et al. 1997; vnodes as in Dynamo, DeCandia et al. 2007).
 *
 * A node owns some points of a circle, its vnodes; a key belongs to the first point at or after its own, clockwise. A node
 * that joins takes from the *successors* of its points and from nobody else (003:26 and 003:88 say predecessor: the keys
 * lie between the new point and its predecessor, but they come from its successor). With one point it takes all from a
 * single donor, and arcs differ as widely as chance has them; with many points it takes a little from everybody.
 */
import { hashText, join } from "#world"
import { circle, type Placement, pointOf } from "./placement.ts"

/** A point of the circle, and whose it is, as an ordinal of `nodes`. */
export interface Point {
  readonly at: number
  readonly node: number
}

export interface RingOptions {
  /** Points of a node of weight 1. */
  readonly vnodes: number
  /** How much more than one share a node takes; 1 where nothing is said. */
  readonly weights?: Readonly<Record<string, number>>
}

/** The points of a node: those of a heavier one begin with those of a lighter one. */
const pointsOf = (name: string, node: number, { vnodes, weights }: RingOptions): readonly Point[] => {
  const many = Math.max(1, Math.round(vnodes * (weights?.[name] ?? 1)))
  const salt = hashText(name)
  return Array.from({ length: many }, (_, nth) => ({ at: join(salt, nth) >>> 0, node }))
}

export class Ring implements Placement {
  readonly nodes: readonly string[]
  readonly #at: Uint32Array
  readonly #node: Uint16Array

  /** A ring of given points, in any order; of two at one place the one that stands first stays in front. */
  constructor(nodes: readonly string[], points: readonly Point[]) {
    const sorted = [...points].sort((a, b) => a.at - b.at)
    this.nodes = nodes
    this.#at = Uint32Array.from(sorted, ({ at }) => at)
    this.#node = Uint16Array.from(sorted, ({ node }) => node)
  }

  /** The points clockwise, for whoever draws them. */
  get points(): readonly Point[] {
    return Array.from(this.#at, (at, nth) => ({ at, node: this.#node[nth] ?? 0 }))
  }

  /** The ordinal of the first point at or after this one: a binary search. */
  #successor(point: number): number {
    let low = 0
    let high = this.#at.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#at[middle] as number) < point) low = middle + 1
      else high = middle
    }
    return low === this.#at.length ? 0 : low
  }

  ownerAt(point: number): string {
    return this.nodes[this.#node[this.#successor(point)] as number] as string
  }

  readonly owner = (key: string): string => this.ownerAt(pointOf(key))

  /** The owner of a key and those who come next on the circle: so many *different* nodes, or all there are. */
  replicas(key: string, many: number): readonly string[] {
    const start = this.#successor(pointOf(key))
    const found = new Set<string>()
    for (let step = 0; step < this.#at.length && found.size < many; step++) {
      found.add(this.nodes[this.#node[(start + step) % this.#at.length] as number] as string)
    }
    return [...found]
  }

  /** What share of the circle each node owns. */
  shares(): ReadonlyMap<string, number> {
    const shares = new Map(this.nodes.map((name) => [name, 0]))
    let before = (this.#at[this.#at.length - 1] ?? 0) - circle
    for (let nth = 0; nth < this.#at.length; nth++) {
      const at = this.#at[nth] as number
      const name = this.nodes[this.#node[nth] as number] as string
      shares.set(name, (shares.get(name) ?? 0) + (at - before) / circle)
      before = at
    }
    return shares
  }

  /** The ring with one more node: its points are merged in, nobody else's are touched. */
  with(name: string, options: RingOptions): Ring {
    const added = pointsOf(name, this.nodes.length, options)
    return new Ring([...this.nodes, name], [...this.points, ...added])
  }

  /** The ring without a node. */
  without(name: string): Ring {
    const gone = this.nodes.indexOf(name)
    const nodes = this.nodes.filter((each) => each !== name)
    const points = this.points.flatMap(({ at, node }) =>
      node === gone ? [] : [{ at, node: node > gone ? node - 1 : node }],
    )
    return new Ring(nodes, points)
  }
}

export const ring = (nodes: readonly string[], options: RingOptions): Ring =>
  new Ring(
    nodes,
    nodes.flatMap((name, node) => pointsOf(name, node, options)),
  )
