/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam 2018): nobody holds more than `factor` times the
 * mean; a key whose owner is full goes on clockwise to the first node that is not.
 *
 * The price is that the owner depends on which keys there are, so the keys have to be known, and that a change moves some
 * keys between nodes that neither came nor went.
 */
import { type Placement, pointOf } from "./placement.ts"
import type { Ring } from "./ring.ts"

/** Places the known keys in the order of the circle. Unknown keys belong to whom the bare ring has them. */
export const bounded = (ring: Ring, keys: readonly string[], factor: number): Placement => {
  const most = Math.ceil((factor * keys.length) / ring.nodes.length)
  const loads = new Map<string, number>()
  const table = new Map<string, string>()
  const around = [...keys].sort((a, b) => pointOf(a) - pointOf(b) || (a < b ? -1 : 1))
  for (const key of around) {
    const taker = ring.replicas(key, ring.nodes.length).find((node) => (loads.get(node) ?? 0) < most)
    const owner = taker ?? ring.owner(key)
    loads.set(owner, (loads.get(owner) ?? 0) + 1)
    table.set(key, owner)
  }
  return { nodes: ring.nodes, owner: (key) => table.get(key) ?? ring.owner(key) }
}
