/**
 * Cycles of dependencies: in each strong component the shortest of the gravest kind.
 *
 * There are four graphs, each within the next: of ww (G0), of ww and wr (G1c), the one of snapshot isolation (G-single and
 * G-nonadjacent), and of all data dependencies (G2); each alone, with sessions, and with sessions and real time. A component
 * of one of them that holds no graver component has cycles of its own kind only, so any shortest one will do.
 *
 * Snapshot isolation forbids the cycles without two rw in a row (Cerone & Gotsman, 2016). They are the cycles of the graph in
 * which each transaction begins and then commits: who appended first or was read committed before the other began, and who
 * missed an append began before the other committed.
 */
import { type DependencyGraph, Kind } from "./dependencies.ts"
import { type Components, Edges, type Graph, strongComponents } from "./graph.ts"
import { type Bounds, type Edge, type Effort, Search } from "./shortest.ts"

/** A dependency in a cycle; transactions are places in the history, and the label is a key's. */
export interface Step {
  readonly from: number
  readonly to: number
  readonly kind: number
  readonly label: number
}

const data = Kind.ww | Kind.wr | Kind.rw

/** The data dependencies of the four graphs; the third has begins and commits for nodes. */
const graphs = [Kind.ww, Kind.ww | Kind.wr, data, data] as const
const ofSnapshots = 2

/** What may link transactions besides data. */
const variants = [0, Kind.process, Kind.process | Kind.realtime] as const

/** How many edges are looked at in search of shorter cycles, in all: a fraction of a second. */
const patience = 4_000_000

/** Node 2n is the begin of n, and 2n + 1 its commit; of a relay, one passes on what led to a begin, one what led to a commit. */
export const eventsOf = ({ nodes, transactions, starts, targets, kinds, labels }: DependencyGraph): Graph => {
  const edges = new Edges(nodes * 2)
  for (let node = 0; node < nodes; node++) {
    if (node < transactions) edges.edge(2 * node, 2 * node + 1, Kind.relay)
    for (let edge = starts[node] as number; edge < (starts[node + 1] as number); edge++) {
      const target = targets[edge] as number
      const kind = kinds[edge] as number
      const label = labels[edge] as number
      if (kind !== Kind.rw) edges.edge(2 * node + (kind === Kind.relay ? 0 : 1), 2 * target, kind, label)
      if (kind === Kind.rw) edges.edge(2 * node, 2 * target + 1, kind, label)
      if (kind === Kind.relay) edges.edge(2 * node + 1, 2 * target + 1, kind, label)
    }
  }
  return edges.graph()
}

/** The part of a graph that is in cycles, and what its nodes are in the whole. */
const cyclicPart = (
  graph: DependencyGraph,
  { of }: Components,
): { part: DependencyGraph; names: readonly number[] } => {
  const names: number[] = []
  const place = new Int32Array(graph.nodes)
  let transactions = 0
  for (let node = 0; node < graph.nodes; node++) {
    if ((of[node] as number) < 0) continue
    place[node] = names.length
    names.push(node)
    if (node < graph.transactions) transactions++
  }
  const edges = new Edges(names.length)
  for (const [nth, node] of names.entries()) {
    for (let edge = graph.starts[node] as number; edge < (graph.starts[node + 1] as number); edge++) {
      const target = graph.targets[edge] as number
      if (of[target] !== of[node]) continue
      edges.edge(nth, place[target] as number, graph.kinds[edge] as number, graph.labels[edge] as number)
    }
  }
  return { part: { ...edges.graph(), transactions, dependencies: graph.dependencies }, names }
}

/**
 * The edges of data in bounds that lead back in an order of the nodes, or to a relay (nothing is known of its place): each
 * cycle has one. What leads back a little makes short cycles, and comes first; then what is early in the history.
 */
const backward = (
  graph: Graph,
  nodes: readonly number[],
  { mask, enter }: Bounds,
  place: (node: number) => number | undefined,
): readonly Edge[] => {
  const edges: { readonly from: number; readonly edge: number; readonly span: number }[] = []
  for (const from of nodes) {
    for (let edge = graph.starts[from] as number; edge < (graph.starts[from + 1] as number); edge++) {
      const target = graph.targets[edge] as number
      if (((graph.kinds[edge] as number) & mask & data) === 0 || !enter(target)) continue
      const back = place(target)
      const span = back === undefined ? 0 : (place(from) ?? 0) - back
      if (span >= 0) edges.push({ from, edge, span })
    }
  }
  return edges.sort((a, b) => a.span - b.span || a.from - b.from)
}

/** The cycles of a graph, all of whose nodes are in one. */
const cyclesOf = (graph: DependencyGraph): readonly (readonly Step[])[] => {
  const { transactions } = graph
  const events = eventsOf(graph)
  const effort: Effort = { left: patience }
  const search = new Search(graph, effort)
  const eventSearch = new Search(events, effort)

  const stepsOf = (of: Graph, edges: readonly Edge[], transactionOf: (node: number) => number): readonly Step[] => {
    const direct = edges.filter(({ edge }) => of.kinds[edge] !== Kind.relay)
    return direct.map(({ from, edge }, nth) => ({
      from: transactionOf(from),
      to: transactionOf((direct[(nth + 1) % direct.length] as Edge).from),
      kind: of.kinds[edge] as number,
      label: of.labels[edge] as number,
    }))
  }

  const any = (members: readonly number[], bounds: Bounds): readonly Step[] | undefined => {
    const own = members.filter((node) => node < transactions)
    const candidates = backward(graph, own, bounds, (node) => (node < transactions ? node : undefined))
    const cycle = search.cycle(candidates, () => bounds)
    return cycle && stepsOf(graph, cycle, (node) => node)
  }

  /** A cycle of events without two rw in a row. */
  const nonadjacent = (members: readonly number[], bounds: Bounds): readonly Step[] | undefined => {
    const own = members.filter((event) => event >> 1 < transactions)
    const candidates = backward(events, own, bounds, (event) => (event >> 1 < transactions ? event >> 1 : undefined))
    const cycle = eventSearch.cycle(candidates, () => bounds)
    return cycle && stepsOf(events, cycle, (event) => event >> 1)
  }

  /** A cycle with one rw, given each node's place in an order in which all other edges lead onwards. */
  const single = (members: readonly number[], bounds: Bounds, places: Int32Array): readonly Step[] | undefined => {
    const place = (node: number) => places[node] as number
    const enter = (node: number) => bounds.enter(2 * node) || bounds.enter(2 * node + 1)
    const own = [...new Set(members.map((event) => event >> 1))].filter((node) => node < transactions)
    const candidates = backward(graph, own, { mask: Kind.rw, enter }, (node) =>
      node < transactions ? place(node) : undefined,
    )
    const mask = bounds.mask & ~Kind.rw
    const cycle = search.cycle(candidates, ({ from }) => ({
      mask,
      enter: (node) => enter(node) && place(node) <= place(from),
    }))
    return cycle && stepsOf(graph, cycle, (node) => node)
  }

  const found: { readonly steps: readonly Step[]; readonly graph: number }[] = []
  for (const others of variants) {
    let places = new Int32Array()
    for (const [nth, dependencies] of graphs.entries()) {
      const mask = dependencies | others | Kind.relay
      const components = strongComponents(nth === ofSnapshots ? events : graph, mask)
      if (nth === ofSnapshots - 1) {
        places = new Int32Array(graph.nodes)
        for (const [place, node] of components.order.entries()) places[node] = place
      }
      const graver = new Set<number>()
      for (const known of found) {
        // Of a step that is not rw, the transaction's begin and what it begins with are both in the cycle.
        const { to } = known.steps.find((step) => step.kind !== Kind.rw) ?? (known.steps[0] as Step)
        if (known.graph <= nth) graver.add(components.of[nth === ofSnapshots ? 2 * to : to] as number)
      }
      for (const [component, members] of components.members.entries()) {
        if (graver.has(component)) continue
        const bounds: Bounds = { mask, enter: (node) => components.of[node] === component }
        const steps =
          nth === ofSnapshots ? (single(members, bounds, places) ?? nonadjacent(members, bounds)) : any(members, bounds)
        if (steps !== undefined) found.push({ steps, graph: nth })
      }
    }
  }
  return found.map(({ steps }) => steps)
}

/** Cycles that show how grave each knot of a graph is; none if it has no cycle. */
export const findCycles = (graph: DependencyGraph): readonly (readonly Step[])[] => {
  const components = strongComponents(graph, data | Kind.process | Kind.realtime | Kind.relay)
  if (components.members.length === 0) return []
  const { part, names } = cyclicPart(graph, components)
  const name = (node: number) => names[node] as number
  return cyclesOf(part).map((steps) => steps.map((step) => ({ ...step, from: name(step.from), to: name(step.to) })))
}
