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

/** Points in the order of the circle, in arrays that a search runs through quickly. */
interface Circle {
  readonly at: Uint32Array
  readonly node: Uint16Array
}

/** In the order of the circle; of two points at one place the one that stands first stays in front. */
const inOrder = (points: readonly Point[]): Circle => {
  const sorted = [...points].sort((a, b) => a.at - b.at)
  return { at: Uint32Array.from(sorted, ({ at }) => at), node: Uint16Array.from(sorted, ({ node }) => node) }
}

/** Two circles as one, in one walk around both. */
const merged = (left: Circle, right: Circle): Circle => {
  const many = left.at.length + right.at.length
  const at = new Uint32Array(many)
  const node = new Uint16Array(many)
  for (let nth = 0, l = 0, r = 0; nth < many; nth++) {
    const isLeft = r >= right.at.length || (l < left.at.length && (left.at[l] as number) <= (right.at[r] as number))
    at[nth] = (isLeft ? left.at[l] : right.at[r]) as number
    node[nth] = (isLeft ? left.node[l++] : right.node[r++]) as number
  }
  return { at, node }
}

/** A circle without the points of a node; later nodes move up. */
const bereft = ({ at, node }: Circle, gone: number): Circle => {
  let kept = 0
  const ats = new Uint32Array(at.length)
  const nodes = new Uint16Array(at.length)
  for (let nth = 0; nth < at.length; nth++) {
    const owner = node[nth] as number
    if (owner === gone) continue
    ats[kept] = at[nth] as number
    nodes[kept++] = owner > gone ? owner - 1 : owner
  }
  return { at: ats.slice(0, kept), node: nodes.slice(0, kept) }
}

export class Ring implements Placement {
  readonly nodes: readonly string[]
  readonly #at: Uint32Array
  readonly #node: Uint16Array

  /** A ring of given points, in any order. */
  constructor(nodes: readonly string[], points: readonly Point[] | Circle) {
    const { at, node } = "node" in points ? points : inOrder(points)
    this.nodes = nodes
    this.#at = at
    this.#node = node
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
    const added = inOrder(pointsOf(name, this.nodes.length, options))
    return new Ring([...this.nodes, name], merged({ at: this.#at, node: this.#node }, added))
  }

  /** The ring without a node. */
  without(name: string): Ring {
    const gone = this.nodes.indexOf(name)
    const nodes = this.nodes.filter((each) => each !== name)
    return new Ring(nodes, bereft({ at: this.#at, node: this.#node }, gone))
  }
}

export const ring = (nodes: readonly string[], options: RingOptions): Ring =>
  new Ring(
    nodes,
    nodes.flatMap((name, node) => pointsOf(name, node, options)),
  )
