/**
 * The happened-before cone of a violation (Lamport, 1978): every entry that could have had a part in it. One entry comes
 * before another if it is its cause (a message's sending, a fault's beginning), or was earlier at the same node; what a disk
 * has kept is the node's own past. What did not arrive counts as well: that a message died may be the very reason, so the
 * dead messages to a node of the cone belong to it, with whoever sent them and whatever fault killed them. And a node that
 * has spoken to the cone and then fell silent is missed: what befell it belongs to the cone too.
 */
import { type Entry, Kind } from "#sim"
import { type Fault, nodesOf } from "#world"
import type { RunResult } from "../run.ts"
import { Strikes } from "./strikes.ts"

export interface Cone {
  has(entry: number): boolean
  readonly size: number
  /** The faults that touched it, and the operations that were called in it, by id. */
  readonly faults: ReadonlySet<string>
  readonly operations: ReadonlySet<string>
}

/** What befalls a node, and may silence it. */
const blows = new Set<number>([
  Kind.fault,
  Kind.heal,
  Kind.crash,
  Kind.boot,
  Kind.pause,
  Kind.resume,
  Kind.stop,
  Kind.stopped,
  Kind.damage,
  Kind.refuse,
])

/** What the network does with a message is no deed of the node at which it is noted. */
const networks = new Set<number>([Kind.drop, Kind.hold, Kind.duplicate])

/** The cone of some entries of a run. */
export const coneOf = (result: RunResult, tips: readonly number[]): Cone => {
  const { trace } = result
  const members = new Set<number>()
  const last = Math.max(-1, ...tips)
  const previous = new Int32Array(last + 1)
  /** The dead and the held messages to each node, in order; how many of them were looked at. */
  const noted = new Map<number, { readonly entries: number[]; next: number }>()
  const latest = new Map<number, number>()
  const befell = new Map<number, number>()
  for (let index = 0; index <= last; index++) {
    const { kind, node, cause } = trace.entry(index)
    if (networks.has(kind)) {
      const to = trace.entry(cause).peer
      const notes = noted.get(to) ?? { entries: [], next: 0 }
      noted.set(to, notes)
      notes.entries.push(index)
      previous[index] = -1
      continue
    }
    previous[index] = node < 0 ? -1 : (latest.get(node) ?? -1)
    if (node >= 0) latest.set(node, index)
    if (node >= 0 && blows.has(kind)) befell.set(node, index)
  }

  const open = [...tips]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (index < 0 || members.has(index)) continue
    members.add(index)
    const { kind, node, cause } = trace.entry(index)
    open.push(cause, previous[index] ?? -1)
    if (networks.has(kind)) continue
    // The last blow stands for all: those before it lie in the node's own past.
    open.push(befell.get(node) ?? -1)
    const notes = noted.get(node)
    if (notes === undefined) continue
    for (; (notes.entries[notes.next] ?? Number.POSITIVE_INFINITY) < index; notes.next++) {
      open.push(notes.entries[notes.next] as number)
    }
  }

  const operations = new Set<string>()
  for (const index of members) {
    const { kind, value } = trace.entry(index)
    if (kind === Kind.call) operations.add((value as { readonly id: string }).id)
  }
  const faults = faultsOf(result, members, last < 0 ? 0 : trace.entry(last).at)
  for (let index = 0; index <= last; index++) {
    const entry = trace.entry(index)
    if ((entry.kind === Kind.fault || entry.kind === Kind.heal) && faults.has((entry.value as Fault).id))
      members.add(index)
  }
  return { has: (entry) => members.has(entry), size: members.size, faults, operations }
}

/** The faults that struck a member, its node, or a message between members on its way; until an instant. */
const faultsOf = (result: RunResult, members: ReadonlySet<number>, until: number): ReadonlySet<string> => {
  const { trace, input } = result
  const strikes = new Strikes(result)
  const found = new Set<string>()
  const ended = new Map<number, number>()
  const nodes = new Set<number>()
  for (const index of members) {
    const entry: Entry = trace.entry(index)
    nodes.add(entry.node)
    for (const { id } of strikes.behind(entry)) found.add(id)
    if (networks.has(entry.kind) || entry.kind === Kind.deliver) {
      ended.set(entry.cause, Math.max(ended.get(entry.cause) ?? 0, entry.at))
    }
  }
  // A fault that finds a node down already leaves no mark there, and yet the node stays down for longer.
  const inCone = result.world.nodes.filter(({ client }, node) => !client && nodes.has(node))
  for (const fault of input.faults) {
    const { id, kind, target, at } = fault
    if (at > until) continue
    if (kind === "power" && inCone.some(({ region }) => region === target)) found.add(id)
    if (kind === "upgrade" && inCone.some((node) => nodesOf(target, [node.id]).includes(node.id))) found.add(id)
  }
  if (found.size === input.faults.length) return found
  for (const [sent, at] of ended) {
    const { node, peer, at: since } = trace.entry(sent)
    for (const { id } of strikes.touching({ from: node, to: peer, sent: since, ended: at })) found.add(id)
  }
  return found
}
