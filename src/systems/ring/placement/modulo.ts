/**
 * Modulo: the hash of a key, divided by the number of nodes, leaves its owner (003:22, 004:1015).
 *
 * Even, and without any state. From a to b nodes a key stays only if both divisions leave the same, so the share
 * min(a, b) / lcm(a, b) stays: from 3 to 4 three quarters move, from 4 to 8 just half.
 */
import { type Placement, pointOf } from "./placement.ts"

export const modulo = (nodes: readonly string[]): Placement => ({
  nodes,
  owner: (key) => nodes[pointOf(key) % nodes.length] as string,
})
