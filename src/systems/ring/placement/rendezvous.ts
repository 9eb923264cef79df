/**
 * Rendezvous hashing (Thaler and Ravishankar 1998): every node draws a lot for every key, and the highest owns it.
 *
 * No points, no table, even without vnodes, and minimal in what it moves; every lookup asks all nodes.
 */
import { hashText, join } from "#world"
import { type Placement, pointOf } from "./placement.ts"

export const rendezvous = (nodes: readonly string[]): Placement => {
  const salts = nodes.map(hashText)
  return {
    nodes,
    owner: (key) => {
      const point = pointOf(key)
      let best = 0
      let highest = -1
      for (let nth = 0; nth < salts.length; nth++) {
        const lot = join(salts[nth] as number, point) >>> 0
        if (lot > highest) {
          best = nth
          highest = lot
        }
      }
      return nodes[best] as string
    },
  }
}
