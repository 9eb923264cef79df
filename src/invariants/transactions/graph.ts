/**
 * Directed graphs in typed arrays, and their strong components (Tarjan, 1972) without recursion.
 *
 * An edge has a kind, one bit, and a label; a mask says which kinds count.
 */
export interface Graph {
  readonly nodes: number
  /** The edges of node n are those in [starts[n], starts[n + 1]), in the order in which they were added. */
  readonly starts: Int32Array
  readonly targets: Int32Array
  readonly kinds: Uint8Array
  readonly labels: Int32Array
}

/** How many numbers an edge takes: where from, where to, its kind and its label. */
const size = 4

/** Collects edges; nodes may be added too. */
export class Edges {
  nodes: number
  #edges = new Int32Array(1024 * size)
  #end = 0

  constructor(nodes: number) {
    this.nodes = nodes
  }

  /** Adds a node and returns it. */
  node(): number {
    return this.nodes++
  }

  edge(from: number, to: number, kind: number, label = -1): void {
    if (this.#end === this.#edges.length) {
      const larger = new Int32Array(this.#end * 2)
      larger.set(this.#edges)
      this.#edges = larger
    }
    this.#edges[this.#end] = from
    this.#edges[this.#end + 1] = to
    this.#edges[this.#end + 2] = kind
    this.#edges[this.#end + 3] = label
    this.#end += size
  }

  graph(): Graph {
    const edges = this.#edges
    const starts = new Int32Array(this.nodes + 1)
    for (let at = 0; at < this.#end; at += size) (starts[(edges[at] as number) + 1] as number)++
    for (let node = 0; node < this.nodes; node++) (starts[node + 1] as number) += starts[node] as number
    const free = starts.slice()
    const targets = new Int32Array(this.#end / size)
    const kinds = new Uint8Array(targets.length)
    const labels = new Int32Array(targets.length)
    for (let at = 0; at < this.#end; at += size) {
      const slot = (free[edges[at] as number] as number)++
      targets[slot] = edges[at + 1] as number
      kinds[slot] = edges[at + 2] as number
      labels[slot] = edges[at + 3] as number
    }
    return { nodes: this.nodes, starts, targets, kinds, labels }
  }
}

export interface Components {
  /** For each node the component of more than one node that it is in, or -1. */
  readonly of: Int32Array
  /** The nodes of each such component. */
  readonly members: readonly (readonly number[])[]
  /** All nodes so that, where there is no such component, every edge points onwards. */
  readonly order: Int32Array
}

/** The strong components of a graph with the kinds of edges in a mask. */
export const strongComponents = (graph: Graph, mask: number): Components => {
  const { nodes, starts, targets, kinds } = graph
  const of = new Int32Array(nodes).fill(-1)
  const members: number[][] = []
  const order = new Int32Array(nodes)
  let left = nodes
  const found = new Int32Array(nodes)
  const low = new Int32Array(nodes)
  const onStack = new Uint8Array(nodes)
  const stack: number[] = []
  const path: number[] = []
  const cursor = starts.slice(0, nodes)
  let time = 0
  const enter = (node: number): void => {
    time++
    found[node] = time
    low[node] = time
    onStack[node] = 1
    stack.push(node)
    path.push(node)
  }
  const leave = (node: number): void => {
    path.pop()
    const parent = path.at(-1)
    if (parent !== undefined && (low[node] as number) < (low[parent] as number)) low[parent] = low[node] as number
    if (low[node] !== found[node]) return
    const alone = stack.at(-1) === node
    const component: number[] = []
    let member: number
    do {
      member = stack.pop() as number
      onStack[member] = 0
      left--
      order[left] = member
      if (alone) continue
      of[member] = members.length
      component.push(member)
    } while (member !== node)
    if (!alone) members.push(component)
  }
  for (let root = 0; root < nodes; root++) {
    if (found[root] !== 0) continue
    enter(root)
    while (path.length > 0) {
      const node = path[path.length - 1] as number
      const edge = cursor[node] as number
      if (edge === starts[node + 1]) {
        leave(node)
        continue
      }
      cursor[node] = edge + 1
      const target = targets[edge] as number
      if (((kinds[edge] as number) & mask) === 0) continue
      if (found[target] === 0) enter(target)
      else if (onStack[target] === 1 && (found[target] as number) < (low[node] as number)) {
        low[node] = found[target] as number
      }
    }
  }
  return { of, members, order }
}
