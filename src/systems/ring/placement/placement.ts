/**
 * Placement: which of some nodes owns a key, and what it costs when the nodes change.
 *
 * A placement is a value. Whoever holds the same one finds the same owner, without asking anybody; that is the point of
 * computing it. When nodes come or go there is another placement, and keys whose owners differ must move: how many, from
 * whom and to whom is what tells one way of placing from another.
 */
import { hashText } from "#world"

export interface Placement {
  /** Who may own keys, in the order in which they joined. */
  readonly nodes: readonly string[]
  /** The one owner of a key. */
  readonly owner: (key: string) => string
}

/** Where a key lies on a circle of 2^32 points. */
export const pointOf = (key: string): number => hashText(key) >>> 0

/** How many points the circle has. */
export const circle = 0x1_0000_0000

/** What a change of placement moves. */
export interface Movement {
  /** How many keys there were. */
  readonly keys: number
  /** How many have another owner afterwards. */
  readonly moved: number
  /** How many each node gives away, and takes; nodes that do neither are left out. */
  readonly given: ReadonlyMap<string, number>
  readonly taken: ReadonlyMap<string, number>
}

const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

export const movement = (before: Placement, after: Placement, keys: Iterable<string>): Movement => {
  const given = new Map<string, number>()
  const taken = new Map<string, number>()
  let all = 0
  let moved = 0
  for (const key of keys) {
    all++
    const from = before.owner(key)
    const to = after.owner(key)
    if (from === to) continue
    moved++
    count(given, from)
    count(taken, to)
  }
  return { keys: all, moved, given, taken }
}

/** The load of the most loaded node over the mean, when every key is asked for as often as `weight` says. */
export const skew = (
  placement: Placement,
  keys: Iterable<string>,
  weight: (key: string) => number = () => 1,
): { readonly ratio: number; readonly loads: ReadonlyMap<string, number> } => {
  const loads = new Map(placement.nodes.map((node) => [node, 0]))
  let sum = 0
  for (const key of keys) {
    const owner = placement.owner(key)
    const load = weight(key)
    loads.set(owner, (loads.get(owner) ?? 0) + load)
    sum += load
  }
  const most = Math.max(...loads.values())
  return { ratio: sum === 0 ? 1 : (most * loads.size) / sum, loads }
}
