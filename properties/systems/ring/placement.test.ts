/** Ways of placing keys: what each promises when nodes come and go, and what the articles say it costs. */
import * as Hash from "effect/Hash"
import * as HashRing from "effect/HashRing"
import * as PrimaryKey from "effect/PrimaryKey"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  bounded,
  circle,
  directory,
  jump,
  modulo,
  movement,
  type Placement,
  Ring,
  ranges,
  rendezvous,
  ring,
  skew,
} from "../../../src/systems/ring/placement/index.ts"

const names = (many: number): readonly string[] => Array.from({ length: many }, (_, nth) => `s${nth + 1}`)
const keys = (many: number): readonly string[] => Array.from({ length: many }, (_, nth) => `key${nth}`)

const many = keys(8000)
const few = keys(300)

const consistent: Readonly<Record<string, (nodes: readonly string[]) => Placement>> = {
  "ring of 1": (nodes) => ring(nodes, { vnodes: 1 }),
  "ring of 100": (nodes) => ring(nodes, { vnodes: 100 }),
  rendezvous,
  jump,
}

const everyWay: typeof consistent = {
  ...consistent,
  modulo,
  "bounded ring": (nodes) => bounded(ring(nodes, { vnodes: 20 }), few, 1.25),
  range: (nodes) => ranges(nodes, few),
  directory: (nodes) => directory(nodes, few, modulo(nodes)),
}

const count = fc.integer({ min: 1, max: 24 })
const aKey = fc.string({ maxLength: 12 })

describe.each(Object.entries(everyWay))("%s", (_, place) => {
  it("gives every key one owner, which is one of the nodes, and always the same", () => {
    fc.assert(
      fc.property(count, aKey, (nodes, key) => {
        const owner = place(names(nodes)).owner(key)
        expect(names(nodes)).toContain(owner)
        expect(place(names(nodes)).owner(key)).toBe(owner)
      }),
      { numRuns: 40 },
    )
  })
})

describe.each(Object.entries(consistent))("%s", (_, place) => {
  it("moves keys only to the node that joins", () => {
    fc.assert(
      fc.property(count, fc.array(aKey, { maxLength: 50 }), (nodes, keys) => {
        const { taken } = movement(place(names(nodes)), place(names(nodes + 1)), keys)
        expect([...taken.keys()].filter((name) => name !== `s${nodes + 1}`)).toEqual([])
      }),
    )
  })
})

describe("modulo", () => {
  const least = (a: number, b: number): number => {
    const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y))
    return (a * b) / divisor(a, b)
  }

  it("moves all but min(a, b) / lcm(a, b) of the keys", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (a, b) => {
        const { moved, keys } = movement(modulo(names(a)), modulo(names(b)), many)
        expect(Math.abs(moved / keys - (1 - Math.min(a, b) / least(a, b)))).toBeLessThan(0.03)
      }),
      { numRuns: 40 },
    )
  })

  it("moves only to the new half when their number doubles", () => {
    const { taken, given, moved, keys } = movement(modulo(names(4)), modulo(names(8)), many)
    expect([...taken.keys()].sort()).toEqual(["s5", "s6", "s7", "s8"])
    expect(given.size).toBe(4)
    expect(Math.abs(moved / keys - 0.5)).toBeLessThan(0.02)
  })
})

describe("the ring", () => {
  it("moves (b - a) / b of the keys from a to b nodes: half from 4 to 8, whatever the article says", () => {
    for (const [from, to] of [
      [3, 4],
      [4, 5],
      [4, 6],
      [4, 8],
      [8, 9],
    ] as const) {
      const place = (nodes: number) => ring(names(nodes), { vnodes: 500 })
      const { moved, keys } = movement(place(from), place(to), many)
      expect(Math.abs(moved / keys - (to - from) / to), `${from} to ${to}`).toBeLessThan(0.03)
    }
  })

  it("takes all from one donor with one vnode, and from everybody with a hundred", () => {
    const donors = (vnodes: number) => movement(ring(names(8), { vnodes }), ring(names(9), { vnodes }), many).given.size
    expect(donors(1)).toBe(1)
    expect(donors(100)).toBe(8)
  })

  it("is the more even the more vnodes there are", () => {
    const mean = (vnodes: number) => {
      let sum = 0
      for (let nth = 0; nth < 40; nth++) {
        const cluster = names(8).map((name) => `${name} of ${nth}`)
        const shares = ring(cluster, { vnodes }).shares()
        sum += Math.max(...shares.values()) * 8
      }
      return sum / 40
    }
    const [one, ten, hundred] = [mean(1), mean(10), mean(100)]
    // The mean of the longest of eight random arcs is the eighth harmonic number.
    expect(Math.abs(one - 2.72)).toBeLessThan(0.4)
    expect(Math.abs(ten - 1.5)).toBeLessThan(0.15)
    expect(Math.abs(hundred - 1.17)).toBeLessThan(0.06)
  })

  it("has shares that a count of keys agrees with", () => {
    const eight = ring(names(8), { vnodes: 10 })
    const { loads } = skew(eight, many)
    expect([...eight.shares().values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
    for (const [name, share] of eight.shares()) {
      expect(Math.abs((loads.get(name) ?? 0) / many.length - share), name).toBeLessThan(0.02)
    }
  })

  it("gives a node of twice the weight twice the share", () => {
    const shares = ring(names(4), { vnodes: 400, weights: { s2: 2 } }).shares()
    expect(Math.abs((shares.get("s2") ?? 0) - 2 / 5)).toBeLessThan(0.04)
  })

  it("keeps replicas on different nodes, the owner first, and as many as there are", () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 5 }), aKey, (nodes, wanted, key) => {
        const placed = ring(names(nodes), { vnodes: 7 })
        const replicas = placed.replicas(key, wanted)
        expect(replicas[0]).toBe(placed.owner(key))
        expect(new Set(replicas).size).toBe(Math.min(wanted, nodes))
        expect(replicas).toHaveLength(Math.min(wanted, nodes))
      }),
    )
  })

  it("is the same ring whether it was founded with a node or joined by it, and without it as before", () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 20 }), (nodes, vnodes) => {
        const options = { vnodes }
        const joined = ring(names(nodes), options).with(`s${nodes + 1}`, options)
        expect(joined.points).toEqual(ring(names(nodes + 1), options).points)
        expect(joined.without(`s${nodes + 1}`).points).toEqual(ring(names(nodes), options).points)
      }),
      { numRuns: 50 },
    )
  })

  it("finds, for any points, what a walk around the circle finds", () => {
    const point = fc.record({ at: fc.nat(40), node: fc.nat(3) })
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), fc.nat(45), (points, at) => {
        const sorted = [...points].sort((a, b) => a.at - b.at)
        const walked = sorted.find((each) => each.at >= at) ?? sorted[0]
        expect(new Ring(names(4), points).ownerAt(at)).toBe(names(4)[walked?.node ?? 0])
      }),
    )
  })

  /** Effect's ring asks for the *nearest* point, and does not go round: points half-way between its own say the same. */
  it("agrees with Effect's HashRing on whose a hash is", () => {
    class Member implements PrimaryKey.PrimaryKey {
      readonly name: string
      constructor(name: string) {
        this.name = name
      }
      [PrimaryKey.symbol](): string {
        return this.name
      }
    }
    const signed = circle / 2
    fc.assert(
      fc.property(count, fc.array(aKey, { minLength: 1, maxLength: 50 }), (nodes, keys) => {
        const theirs = HashRing.addMany(
          HashRing.make<Member>({ baseWeight: 8 }),
          names(nodes).map((name) => new Member(name)),
        )
        const points = theirs.ring.map(([at, name], nth) => {
          const next = theirs.ring[nth + 1]
          const end = next === undefined ? signed - 1 : Math.ceil((at + next[0]) / 2) - 1
          return { at: end + signed, node: names(nodes).indexOf(name) }
        })
        const ours = new Ring(names(nodes), points)
        for (const key of keys) {
          expect(ours.ownerAt(Hash.string(key) + signed)).toBe(HashRing.get(theirs, key)?.name)
        }
      }),
    )
  })
})

describe("the bounded ring", () => {
  it("gives nobody more than its factor of the mean", () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 200 }), (nodes, much) => {
        const some = keys(much)
        const { loads } = skew(bounded(ring(names(nodes), { vnodes: 1 }), some, 1.25), some)
        expect(Math.max(...loads.values())).toBeLessThanOrEqual(Math.ceil((1.25 * much) / nodes))
      }),
    )
  })
})

describe("rendezvous and jump", () => {
  it.each([
    ["rendezvous", rendezvous],
    ["jump", jump],
  ] as const)("are even without vnodes: %s", (_, place) => {
    for (const nodes of [2, 5, 8]) expect(skew(place(names(nodes)), many).ratio).toBeLessThan(1.06)
  })

  it("jump sends everything that leaves the last node to the others", () => {
    const { given } = movement(jump(names(6)), jump(names(5)), many)
    expect([...given.keys()]).toEqual(["s6"])
  })
})

describe("ranges", () => {
  const loads = fc.dictionary(fc.stringMatching(/^[a-f]{1,3}$/), fc.integer({ min: 1, max: 9 }), { minKeys: 1 })

  it("partition the keys, however they are split and merged: no gap, no overlap", () => {
    const change = fc.record({ key: fc.stringMatching(/^[a-f]{1,3}$/), merge: fc.boolean(), node: fc.nat(5) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.array(aKey), (changes, keys) => {
        let all = ranges(names(3), ["b", "d", "f"])
        for (const { key, merge, node } of changes) all = merge ? all.merge(key) : all.split(key, `s${node + 1}`)
        const starts = all.stretches.map(({ from }) => from)
        expect(starts[0]).toBe("")
        expect(new Set(starts).size).toBe(starts.length)
        expect([...starts].sort()).toEqual(starts)
        for (const key of keys) {
          const holders = all.stretches.filter(
            ({ from }, nth) => from <= key && !((starts[nth + 1] ?? `${key}.`) <= key),
          )
          expect(holders.map(({ node }) => node)).toEqual([all.owner(key)])
        }
      }),
    )
  })

  it("are cut where the load is, and moves go only to the node that is named", () => {
    fc.assert(
      fc.property(loads, (loads) => {
        const load = new Map(Object.entries(loads))
        const before = ranges(["s1"], [])
        const after = before.splitByLoad(load, "s2")
        expect([...movement(before, after, load.keys()).taken.keys()].filter((name) => name !== "s2")).toEqual([])
        if (load.size < 2) return
        const { loads: after2 } = skew(after, load.keys(), (key) => load.get(key) ?? 0)
        const [left = 0, right = 0] = [after2.get("s1"), after2.get("s2")]
        // As even as one key allows.
        expect(Math.abs(left - right)).toBeLessThanOrEqual(Math.max(...load.values()))
        expect(right).toBeGreaterThan(0)
      }),
    )
  })

  it("are joined again where together they stay within a bound", () => {
    const load = new Map([..."abcdef"].map((key) => [key, 1]))
    const cut = [..."bcdef"].reduce((all, key, nth) => all.split(key, `s${nth + 2}`), ranges(["s1"], []))
    expect(cut.mergeByLoad(load, 2).stretches.map(({ from }) => from)).toEqual(["", "c", "e"])
    expect(cut.mergeByLoad(load, 1).stretches).toHaveLength(6)
  })

  it("take every key in order on the last of them", () => {
    const place = ranges(names(4), keys(1000))
    const later = Array.from({ length: 100 }, (_, nth) => `key${9_990_000 + nth}`)
    expect(skew(place, later).ratio).toBe(4)
    expect(skew(ring(names(4), { vnodes: 100 }), later).ratio).toBeLessThan(2)
  })
})

describe("the directory", () => {
  it("is level to one key, and moves no more than that takes", () => {
    fc.assert(
      fc.property(count, count, (from, to) => {
        const some = keys(97)
        const before = directory(names(from), some, modulo(names(from)))
        const after = before.levelled(names(to), some, modulo(names(to)))
        const { loads } = skew(after, some)
        expect(Math.max(...loads.values()) - Math.min(...loads.values())).toBeLessThanOrEqual(1)
        const { moved, given } = movement(before, after, some)
        const least = Math.abs(to - from) / Math.max(from, to)
        expect(moved).toBeLessThanOrEqual(Math.ceil(97 * least) + to)
        if (to > from) expect([...given.keys()].filter((name) => !names(from).includes(name))).toEqual([])
      }),
    )
  })
})
