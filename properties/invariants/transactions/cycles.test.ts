/** The search for cycles against all cycles there are, in small histories. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type AnomalyName, type Cycle, checkTransactions, type TransactionHistory } from "#invariants"
import { anomalyNames } from "../../../src/invariants/transactions/anomaly.ts"
import { type DependencyGraph, dependenciesOf, Kind } from "../../../src/invariants/transactions/dependencies.ts"
import { ledgerOf } from "../../../src/invariants/transactions/ledger.ts"
import { type Isolation, play, type Weakness } from "./store.ts"

type Name = keyof typeof Kind

/** The dependencies between transactions, without relays. */
const directOf = (graph: DependencyGraph): readonly { from: number; to: number; kind: Name }[] => {
  const behind = (node: number): readonly number[] =>
    node < graph.transactions
      ? [node]
      : Array.from(graph.targets.slice(graph.starts[node], graph.starts[node + 1])).flatMap(behind)
  return Array.from({ length: graph.transactions }, (_, from) =>
    Array.from(graph.targets.slice(graph.starts[from], graph.starts[from + 1])).flatMap((target, nth) => {
      const bit = graph.kinds[(graph.starts[from] as number) + nth]
      const kind = (Object.keys(Kind) as Name[]).find((name) => Kind[name] === bit) as Name
      return behind(target).map((to) => ({ from, to, kind }))
    }),
  ).flat()
}

const nameOf = (kinds: readonly Name[]): AnomalyName | undefined => {
  const rw = kinds.filter((kind) => kind === "rw").length
  const inARow = kinds.some((kind, nth) => kind === "rw" && kinds[(nth + 1) % kinds.length] === "rw")
  const variant = kinds.includes("realtime") ? "-realtime" : kinds.includes("process") ? "-process" : ""
  if (inARow) return `G2${variant}`
  if (rw > 1) return `G-nonadjacent${variant}`
  if (rw === 1) return `G-single${variant}`
  if (kinds.includes("wr")) return `G1c${variant}`
  return kinds.includes("ww") ? `G0${variant}` : undefined
}

/** The length of the shortest cycle of each kind. */
const shortestOf = (history: TransactionHistory): ReadonlyMap<AnomalyName, number> => {
  const edges = directOf(dependenciesOf(ledgerOf(history))).filter(({ kind }) => kind !== "update")
  const shortest = new Map<AnomalyName, number>()
  const extend = (path: readonly number[], kinds: readonly Name[]): void => {
    for (const { from, to, kind } of edges) {
      if (from !== path.at(-1)) continue
      if (to === path[0]) {
        const all = [...kinds, kind]
        const name = nameOf(all)
        if (name !== undefined) shortest.set(name, Math.min(shortest.get(name) ?? all.length, all.length))
      } else if (to > (path[0] as number) && !path.includes(to)) extend([...path, to], [...kinds, kind])
    }
  }
  for (const start of history.keys()) extend([start], [])
  return shortest
}

const histories = fc
  .record({
    seed: fc.nat(),
    isolation: fc.constantFrom<Isolation>("snapshot", "read-committed", "read-uncommitted"),
    weaknesses: fc.subarray<Weakness>(["stale snapshots", "no conflicts", "half commits"]),
    transactions: fc.integer({ min: 2, max: 7 }),
    clients: fc.integer({ min: 2, max: 4 }),
    keys: fc.integer({ min: 1, max: 3 }),
  })
  .map(play)

const cyclesOf = (history: TransactionHistory): readonly Cycle[] =>
  checkTransactions(history).anomalies.filter((anomaly): anomaly is Cycle => "steps" in anomaly)

describe("the cycles of a history", () => {
  it("are there if and only if there are any, the gravest kind is among them, and as short as can be", () => {
    const kinds = new Set<AnomalyName>()
    fc.assert(
      fc.property(histories, (history) => {
        const shortest = shortestOf(history)
        const [gravest] = anomalyNames.filter((name) => shortest.has(name))
        const cycles = cyclesOf(history)
        const [first] = cycles
        expect(first?.name).toBe(gravest)
        if (first === undefined) return
        kinds.add(first.name)
        const lengths = cycles.filter(({ name }) => name === first.name).map(({ steps }) => steps.length)
        expect(Math.min(...lengths)).toBe(shortest.get(first.name))
        for (const { name, steps } of cycles) {
          expect(shortest.get(name)).toBeLessThanOrEqual(steps.length)
        }
      }),
      { numRuns: 1500 },
    )
    expect(kinds.size).toBeGreaterThan(4)
  })

  it("are each of a knot of its own, or graver than what is around them", () => {
    fc.assert(
      fc.property(histories, (history) => {
        const cycles = cyclesOf(history)
        for (const [nth, { name, operations }] of cycles.entries()) {
          const same = cycles.filter((other, place) => place > nth && other.name === name)
          for (const other of same) expect(other.operations).not.toEqual(operations)
        }
      }),
      { numRuns: 300 },
    )
  })
})
