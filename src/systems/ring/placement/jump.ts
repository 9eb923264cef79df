/**
 * Jump consistent hashing (Lamping and Veach 2014): a key jumps from bucket to bucket as buckets are added, and the last
 * bucket it reaches owns it. Even, minimal, no memory, O(log nodes); but only the last node can ever leave.
 */
import { hashText, join } from "#world"
import { type Placement, pointOf } from "./placement.ts"

const salt = hashText("jump")

/** The bucket of a point among so many. Each jump draws a fresh number, as the paper's generator does. */
export const jumpTo = (point: number, buckets: number): number => {
  let at = 0
  let next = 0
  let state = point
  while (next < buckets) {
    at = next
    state = join(salt, state)
    // A uniform draw in (0, 1]: the next jump is to the first bucket whose arrival would move the key.
    const draw = ((state >>> 0) + 1) / 0x1_0000_0000
    next = Math.floor((at + 1) / draw)
  }
  return at
}

export const jump = (nodes: readonly string[]): Placement => ({
  nodes,
  owner: (key) => nodes[jumpTo(pointOf(key), nodes.length)] as string,
})
