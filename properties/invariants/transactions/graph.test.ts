import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Edges, strongComponents } from "../../../src/invariants/transactions/graph.ts"

const size = 9
const links = fc.array(fc.record({ from: fc.nat(size - 1), to: fc.nat(size - 1), kind: fc.constantFrom(1, 2, 4) }), {
  maxLength: 25,
})

/** Which nodes each reaches by edges of some kinds, itself only if it is on a cycle. */
const reachOf = (edges: readonly { from: number; to: number; kind: number }[], mask: number) => {
  const reach = Array.from({ length: size }, () => new Set<number>())
  for (const { from, to, kind } of edges) if ((kind & mask) !== 0) reach[from]?.add(to)
  for (let through = 0; through < size; through++) {
    for (const from of reach) if (from.has(through)) for (const to of reach[through] ?? []) from.add(to)
  }
  return reach
}

const graphOf = (edges: readonly { from: number; to: number; kind: number }[]) => {
  const graph = new Edges(size)
  for (const { from, to, kind } of edges) graph.edge(from, to, kind)
  return graph.graph()
}

describe("strong components", () => {
  it("are the nodes that reach each other by edges of the kinds that count", () => {
    fc.assert(
      fc.property(links, fc.integer({ min: 1, max: 7 }), (edges, mask) => {
        const reach = reachOf(edges, mask)
        const { of, members } = strongComponents(graphOf(edges), mask)
        for (let a = 0; a < size; a++) {
          for (let b = 0; b < size; b++) {
            const isTogether = a !== b && reach[a]?.has(b) === true && reach[b]?.has(a) === true
            expect((of[a] as number) >= 0 && of[a] === of[b] && a !== b).toBe(isTogether)
          }
        }
        expect(members.map((nodes) => nodes.every((node) => of[node] === members.indexOf(nodes)))).toEqual(
          members.map(() => true),
        )
        expect(members.flat()).toHaveLength([...of].filter((component) => component >= 0).length)
      }),
    )
  })

  it("come in an order in which every edge between two of them leads onwards", () => {
    fc.assert(
      fc.property(links, (edges) => {
        const { of, order } = strongComponents(graphOf(edges), -1)
        expect([...order].sort()).toEqual(Array.from({ length: size }, (_, node) => node))
        for (const { from, to } of edges) {
          const isWithin = from === to || ((of[from] as number) >= 0 && of[from] === of[to])
          if (!isWithin) expect(order.indexOf(from)).toBeLessThan(order.indexOf(to))
        }
      }),
    )
  })

  it("are found in graphs far deeper than a stack, and as large as they grow", () => {
    const many = 300_000
    const edges = new Edges(many)
    for (let node = 0; node < many; node++) edges.edge(node, (node + 1) % many, 1)
    const { members } = strongComponents(edges.graph(), 1)
    expect(members.map(({ length }) => length)).toEqual([many])
  })
})
