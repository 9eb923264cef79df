/**
 * Orders of a history that would have given its very answers: one transaction after the other, or, for snapshot isolation,
 * of their begins and commits. What was appended and never read is put where the order puts its transaction.
 */
import { eventsOf } from "./cycles.ts"
import { type DependencyGraph, Kind } from "./dependencies.ts"
import { Edges, type Graph, strongComponents } from "./graph.ts"
import { Fate, idOf, type Ledger } from "./ledger.ts"
import type { WitnessEvent } from "./replay.ts"

const data = Kind.ww | Kind.wr | Kind.rw | Kind.relay

/** The ids of the committed transactions in an order that respects all dependencies, if there is one. */
export const serialOrder = (ledger: Ledger, graph: DependencyGraph, others: number): readonly string[] | undefined => {
  const { members, order } = strongComponents(graph, data | others)
  if (members.length > 0) return undefined
  const committed = order.filter((node) => ledger.fates[node] === Fate.committed)
  return Array.from(committed, (node) => idOf(ledger, node))
}

/** A graph with its edges turned round, and its nodes in another order. */
const turned = (graph: Graph, place: (node: number) => number): Graph => {
  const edges = new Edges(graph.nodes)
  for (let node = 0; node < graph.nodes; node++) {
    for (let edge = graph.starts[node] as number; edge < (graph.starts[node + 1] as number); edge++) {
      edges.edge(place(graph.targets[edge] as number), place(node), graph.kinds[edge] as number)
    }
  }
  return edges.graph()
}

/**
 * Begins and commits so that each transaction sees what had been committed when it began, if there is such an order.
 *
 * Nothing begins before it must, so that few are under way at once: two that append to one key never may be, and where
 * nobody read their appends no dependency keeps them apart.
 */
export const snapshotOrder = (
  ledger: Ledger,
  graph: DependencyGraph,
  others: number,
): readonly WitnessEvent[] | undefined => {
  const mask = data | others | Kind.update
  const serial = strongComponents(graph, mask).order
  const rank = new Int32Array(graph.nodes)
  for (const [place, node] of serial.entries()) rank[node] = place
  const events = turned(eventsOf(graph), (event) => 2 * (rank[event >> 1] as number) + (event & 1))
  const { members, order } = strongComponents(events, mask)
  if (members.length > 0) return undefined
  return Array.from(order)
    .reverse()
    .flatMap((event): readonly WitnessEvent[] => {
      const node = serial[event >> 1] as number
      if (ledger.fates[node] !== Fate.committed) return []
      return [{ event: event % 2 === 0 ? "begin" : "commit", id: idOf(ledger, node) }]
    })
}
