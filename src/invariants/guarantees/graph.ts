/**
 * A directed graph whose edges say why they are there; its cycles are contradictions, and a short one explains best.
 */

export interface Edge<Why> {
  readonly from: number
  readonly to: number
  readonly why: Why
}

export class Graph<Why> {
  readonly #leaving: Edge<Why>[][] = []

  get size(): number {
    return this.#leaving.length
  }

  /** A new node; nodes are numbered from 0. */
  node(): number {
    return this.#leaving.push([]) - 1
  }

  add(from: number, to: number, why: Why): void {
    this.#leaving[from]?.push({ from, to, why })
  }

  leaving(node: number): readonly Edge<Why>[] {
    return this.#leaving[node] ?? []
  }

  /** The strongly connected components of more than one node (Tarjan, 1972), without recursion. */
  components(): readonly (readonly number[])[] {
    const found: number[][] = []
    const order = new Int32Array(this.size).fill(-1)
    const low = new Int32Array(this.size)
    const tried = new Int32Array(this.size)
    const isOpen = new Uint8Array(this.size)
    const open: number[] = []
    const path: number[] = []
    let visited = 0
    const enter = (node: number) => {
      order[node] = low[node] = visited++
      isOpen[node] = 1
      open.push(node)
      path.push(node)
    }
    for (let root = 0; root < this.size; root++) {
      if (order[root] === -1) enter(root)
      while (path.length > 0) {
        const node = path.at(-1) as number
        const edge = this.leaving(node)[tried[node] as number]
        if (edge !== undefined) {
          tried[node] = (tried[node] as number) + 1
          if (order[edge.to] === -1) enter(edge.to)
          else if (isOpen[edge.to] === 1) low[node] = Math.min(low[node] as number, order[edge.to] as number)
          continue
        }
        path.pop()
        const parent = path.at(-1)
        if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[node] as number)
        if (low[node] !== order[node]) continue
        const component = open.splice(open.lastIndexOf(node))
        for (const each of component) isOpen[each] = 0
        if (component.length > 1) found.push(component)
      }
    }
    return found
  }

  /** A shortest way from a node to another, or nothing. */
  path(from: number, to: number, via: (edge: Edge<Why>) => boolean = () => true): readonly Edge<Why>[] | undefined {
    return this.#search(from, to, via, () => true)
  }

  /**
   * A short circle through at least two nodes that count, or nothing if there is none: of the circles through the nodes
   * of one circle, the shortest.
   */
  cycle(counts: (node: number) => boolean = () => true): readonly Edge<Why>[] | undefined {
    let shortest: readonly Edge<Why>[] | undefined
    for (const component of this.components()) {
      const [start, another] = component.filter(counts)
      if (start === undefined || another === undefined) continue
      for (const { from } of this.#search(start, start, () => true, counts) ?? []) {
        const cycle = counts(from) ? this.#search(from, from, () => true, counts) : undefined
        if (cycle !== undefined && cycle.length < (shortest?.length ?? Number.POSITIVE_INFINITY)) shortest = cycle
      }
    }
    return shortest
  }

  /** Breadth first; each node is visited at most twice: before something that counts was passed, and after. */
  #search(
    from: number,
    to: number,
    via: (edge: Edge<Why>) => boolean,
    counts: (node: number) => boolean,
  ): readonly Edge<Why>[] | undefined {
    const came = new Map<number, { readonly edge: Edge<Why>; readonly state: number }>()
    const queue = [from * 2]
    for (let head = 0; head < queue.length; head++) {
      const state = queue[head] as number
      for (const edge of this.leaving(state >> 1)) {
        if (!via(edge)) continue
        const passed = (state & 1) === 1 || (edge.to !== from && counts(edge.to))
        const next = edge.to * 2 + (passed ? 1 : 0)
        if (next === from * 2 || came.has(next)) continue
        came.set(next, { edge, state })
        if (edge.to === to && passed) return this.#wayBack(came, next, from * 2)
        queue.push(next)
      }
    }
    return undefined
  }

  #wayBack(
    came: ReadonlyMap<number, { readonly edge: Edge<Why>; readonly state: number }>,
    end: number,
    start: number,
  ): readonly Edge<Why>[] {
    const way: Edge<Why>[] = []
    for (let state = end; state !== start; ) {
      const step = came.get(state)
      if (step === undefined) break
      way.push(step.edge)
      state = step.state
    }
    return way.reverse()
  }
}
