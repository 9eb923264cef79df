/**
 * Ranges: the keys themselves are ordered and cut into stretches (002:63, Bigtable's tablets, Chang et al. 2006).
 *
 * Neighbours stay together, so a scan asks few nodes; and whoever inserts in order, by time or by a serial number, writes to
 * the last stretch alone. Ranges are cut by load and joined again, never by the number of nodes.
 */
import type { Placement } from "./placement.ts"

/** A stretch of keys: from `from` on, up to where the next one begins. */
export interface Stretch {
  readonly from: string
  readonly node: string
}

export class Ranges implements Placement {
  readonly nodes: readonly string[]
  /** In order; the first begins with the empty key, so that no key is without an owner. */
  readonly stretches: readonly Stretch[]

  constructor(nodes: readonly string[], stretches: readonly Stretch[]) {
    this.nodes = nodes
    this.stretches = stretches
  }

  #at(key: string): number {
    let low = 0
    let high = this.stretches.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.stretches[middle] as Stretch).from <= key) low = middle
      else high = middle
    }
    return low
  }

  readonly owner = (key: string): string => (this.stretches[this.#at(key)] as Stretch).node

  /** Cuts the stretch that holds a key in front of that key, and hands what follows to another node. */
  split(key: string, node: string): Ranges {
    const at = this.#at(key)
    const nodes = this.nodes.includes(node) ? this.nodes : [...this.nodes, node]
    const own = this.stretches[at] as Stretch
    const cut = own.from === key ? [{ from: key, node }] : [own, { from: key, node }]
    return new Ranges(nodes, [...this.stretches.slice(0, at), ...cut, ...this.stretches.slice(at + 1)])
  }

  /** Joins the stretch that holds a key with the one before it, which keeps its node. The first has none before it. */
  merge(key: string): Ranges {
    const at = this.#at(key)
    return at === 0 ? this : new Ranges(this.nodes, this.stretches.toSpliced(at, 1))
  }

  /**
   * Halves the most loaded node's heaviest stretch, by the load of its keys, in favour of a node. A stretch of one key cannot
   * be cut: a hot key is as hot in a range of its own.
   */
  splitByLoad(loads: ReadonlyMap<string, number>, node: string): Ranges {
    const keys = [...loads.keys()].sort()
    const weights = this.stretches.map(() => 0)
    for (const key of keys) weights[this.#at(key)] = (weights[this.#at(key)] ?? 0) + (loads.get(key) ?? 0)
    const heaviest = weights.indexOf(Math.max(...weights))
    const own = keys.filter((key) => this.#at(key) === heaviest)
    let passed = 0
    for (const [nth, key] of own.entries()) {
      const load = loads.get(key) ?? 0
      // The middle of the load falls before this key's own middle.
      if (nth > 0 && 2 * passed + load >= (weights[heaviest] ?? 0)) return this.split(key, node)
      passed += load
    }
    const last = own.at(-1)
    return own.length > 1 && last !== undefined ? this.split(last, node) : this.join(node)
  }

  /** Names a node that owns nothing yet. */
  join(node: string): Ranges {
    return this.nodes.includes(node) ? this : new Ranges([...this.nodes, node], this.stretches)
  }

  /** Joins neighbours whose load together stays within a bound. */
  mergeByLoad(loads: ReadonlyMap<string, number>, bound: number): Ranges {
    const weightOf = (at: number, ranges: Ranges): number => {
      let sum = 0
      for (const [key, load] of loads) if (ranges.#at(key) === at) sum += load
      return sum
    }
    let merged: Ranges = this
    for (let at = 1; at < merged.stretches.length; ) {
      if (weightOf(at - 1, merged) + weightOf(at, merged) > bound) at++
      else merged = merged.merge((merged.stretches[at] as Stretch).from)
    }
    return merged
  }

  /** Hands everything that a node owns to those that stay, stretch by stretch in turn. */
  without(node: string): Ranges {
    const stay = this.nodes.filter((each) => each !== node)
    let turn = 0
    const stretches = this.stretches.map((stretch) =>
      stretch.node === node ? { ...stretch, node: stay[turn++ % stay.length] as string } : stretch,
    )
    return new Ranges(stay, stretches)
  }
}

/** Equal stretches of known keys, one for each node in turn. */
export const ranges = (nodes: readonly string[], keys: readonly string[]): Ranges => {
  const sorted = [...keys].sort()
  const stretches = nodes.map((node, nth) => ({
    from: nth === 0 ? "" : (sorted[Math.floor((nth * sorted.length) / nodes.length)] ?? `\uffff${nth}`),
    node,
  }))
  return new Ranges(nodes, stretches)
}
