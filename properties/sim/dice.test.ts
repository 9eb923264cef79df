/**
 * A die has a name and no memory: who draws it, when and how often changes nothing. The shapes made of dice stay in
 * range and have the distribution they are named after; a few literals notice an engine or an edit that changes a bit.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { below, between, chance, draw, exponential, hashText, join, mix, Simulation, Stream, tailed } from "#sim"
import { bare, enough } from "./kernel.ts"

const word = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })
const many = 40_000
const dice = (seed: number, stream: number) => Array.from({ length: many }, (_, key) => draw(seed, stream, key))

/** Pearson's statistic of equally likely cells. */
const chiSquare = (cells: readonly number[]): number => {
  const expected = cells.reduce((sum, cell) => sum + cell, 0) / cells.length
  return cells.reduce((sum, cell) => sum + (cell - expected) ** 2 / expected, 0)
}

/** Four standard deviations above what chance gives with so many degrees of freedom. */
const suspicious = (cells: number): number => cells - 1 + 4 * Math.sqrt(2 * (cells - 1))

const count = (values: readonly number[], cells: number): readonly number[] => {
  const counts = new Array<number>(cells).fill(0)
  for (const value of values) counts[value] = (counts[value] as number) + 1
  return counts
}

describe("a draw", () => {
  it("is a function of seed, stream and key alone", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, word), { maxLength: 20 }), (names) => {
        const once = names.map((name) => draw(...name))
        const backwards = names.map((_, i) => draw(...(names[names.length - 1 - i] as (typeof names)[number])))
        expect(backwards.reverse()).toEqual(once)
      }),
    )
  })

  it("is an int32, and another one for another seed, stream or key", () => {
    fc.assert(
      fc.property(word, word, word, word, (seed, stream, key, other) => {
        const die = draw(seed, stream, key)
        expect(die | 0).toBe(die)
        if (other !== seed) expect(draw(other, stream, key)).not.toBe(die)
        if (other !== stream) expect(draw(seed, other, key)).not.toBe(die)
        if (other !== key) expect(draw(seed, stream, other)).not.toBe(die)
      }),
    )
  })

  it("tells two streams apart that are named alike, and left from right", () => {
    expect(new Set(Object.values(Stream)).size).toBe(Object.keys(Stream).length)
    fc.assert(fc.property(word, word, (a, b) => a === b || join(mix(a), mix(b)) !== join(mix(b), mix(a))))
  })

  it("turns half of its bits when one bit of its name turns", () => {
    const ones = (word: number) => (word >>> 0).toString(2).replaceAll("0", "").length
    for (let bit = 0; bit < 32; bit++) {
      let turned = 0
      for (let key = 0; key < 500; key++) turned += ones(draw(7, 1, key) ^ draw(7, 1, key ^ (1 << bit)))
      expect(turned / 500).toBeGreaterThan(14)
      expect(turned / 500).toBeLessThan(18)
    }
  })

  it("is what it was when this was written", () => {
    expect(mix(1)).toBe(1364076727)
    expect(hashText("")).toBe(-1421968373)
    expect(hashText("snowglobe")).toBe(1140896238)
    expect(draw(1, Stream.latency, 42)).toBe(1691936415)
    expect(draw(0xffff_ffff | 0, Stream.disk, -1)).toBe(-1887797159)
    const three = [1, 2, 3].map((key) => draw(7, Stream.loss, key))
    expect(three.map((die) => between(die, 300, 700))).toEqual([471, 563, 322])
    expect(three.map((die) => exponential(die, 5000))).toEqual([4249, 2105, 14_490])
    expect(three.map((die) => tailed(die, 5000))).toEqual([11_695, 7617, 90_697])
  })
})

describe("the shapes", () => {
  it("stay in range for every die, the extreme ones included", () => {
    const die = fc.oneof(word, fc.constantFrom(0, -1, 1, 0x7fff_ffff, -0x8000_0000))
    fc.assert(
      fc.property(die, fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: -1e6, max: 1e6 }), (die, span, min) => {
        const low = below(die, span)
        expect(Number.isInteger(low) && low >= 0 && low < span).toBe(true)
        const inside = between(die, min, min + span)
        expect(Number.isInteger(inside) && inside >= min && inside <= min + span).toBe(true)
        expect(chance(die, 0)).toBe(false)
        expect(chance(die, 1000)).toBe(true)
        const late = exponential(die, span)
        expect(Number.isInteger(late) && late >= 0 && late <= span * 23).toBe(true)
        const later = tailed(die, span)
        expect(Number.isInteger(later) && later >= span && later <= span * 100).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([2, 3, 10, 97, 1000])("fall evenly on %i cells", (cells) => {
    const values = dice(1, Stream.pick)
    expect(
      chiSquare(
        count(
          values.map((die) => below(die, cells)),
          cells,
        ),
      ),
    ).toBeLessThan(suspicious(cells))
    const shifted = values.map((die) => between(die, -5, cells - 6) + 5)
    expect(chiSquare(count(shifted, cells))).toBeLessThan(suspicious(cells))
  })

  it("fall evenly for consecutive seeds and streams too", () => {
    const bySeed = Array.from({ length: many }, (_, seed) => below(draw(seed, Stream.loss, 0), 100))
    const byStream = Array.from({ length: many }, (_, stream) => below(draw(3, stream, 0), 100))
    expect(chiSquare(count(bySeed, 100))).toBeLessThan(suspicious(100))
    expect(chiSquare(count(byStream, 100))).toBeLessThan(suspicious(100))
  })

  it("do not tell from one die what its neighbour is", () => {
    const values = dice(2, Stream.pick)
    const pairs = values.slice(1).map((die, i) => below(die, 10) * 10 + below(values[i] as number, 10))
    expect(chiSquare(count(pairs, 100))).toBeLessThan(suspicious(100))
  })

  it.each([1, 50, 300, 999])("are true in %i of a thousand draws", (permille) => {
    const hits = dice(3, Stream.loss).filter((die) => chance(die, permille)).length
    const expected = (many * permille) / 1000
    const deviation = Math.sqrt(expected * (1 - permille / 1000))
    expect(Math.abs(hits - expected)).toBeLessThan(4 * deviation)
  })

  it("have an exponential with the mean and the quantiles of one", () => {
    const mean = 20_000
    const values = dice(4, Stream.latency).map((die) => exponential(die, mean))
    const average = values.reduce((sum, value) => sum + value, 0) / many
    expect(Math.abs(average / mean - 1)).toBeLessThan(0.02)
    for (const [share, quantile] of [
      [0.5, Math.LN2],
      [0.9, Math.log(10)],
      [0.99, Math.log(100)],
    ] as const) {
      const under = values.filter((value) => value < mean * quantile).length / many
      expect(Math.abs(under - share)).toBeLessThan(0.01)
    }
  })

  it("have the logarithm of the engine, to the microsecond", () => {
    fc.assert(
      fc.property(word, (die) => {
        const exact = -1_000_000 * Math.log(((die >>> 0) + 0.5) / 2 ** 32)
        expect(Math.abs(exponential(die, 1_000_000) - exact)).toBeLessThanOrEqual(0.500_001)
      }),
    )
  })

  it("have a tail that reaches k times the scale in one of k draws", () => {
    const values = dice(5, Stream.latency).map((die) => tailed(die, 1000))
    for (const k of [2, 10, 50]) {
      const over = values.filter((value) => value >= k * 1000).length / many
      expect(Math.abs(over * k - 1)).toBeLessThan(0.1)
    }
  })
})

describe("a node's Random", () => {
  const drawn = <A>(one: Effect.Effect<A>, cause = "this", before: readonly string[] = []): readonly A[] => {
    const simulation = new Simulation({ seed: 11 })
    const { run } = bare(simulation)
    const all: A[] = []
    const draw = Effect.map(one, (die) => all.push(die))
    for (const other of before) run(Effect.asVoid(Effect.replicateEffect(draw, 3)), other)
    all.length = 0
    run(Effect.asVoid(Effect.replicateEffect(draw, 2000)), cause)
    simulation.advance(0, enough)
    return all
  }

  it("has numbers between nought and one, and whole numbers of either sign, in equal shares", () => {
    const doubles = drawn(Random.next)
    expect(doubles).toHaveLength(2000)
    expect(doubles.every((number) => number >= 0 && number < 1)).toBe(true)
    const tenths = doubles.map((number) => Math.floor(number * 10))
    expect(chiSquare(count(tenths, 10))).toBeLessThan(suspicious(10))
    const whole = drawn(Random.nextInt)
    expect(whole.every(Number.isSafeInteger)).toBe(true)
    const eighths = whole.map((number) => Math.floor((number / Number.MAX_SAFE_INTEGER + 1) * 4))
    expect(chiSquare(count(eighths, 8))).toBeLessThan(suspicious(8))
  })

  it("does not re-roll what one cause draws when another one draws before it", () => {
    expect(drawn(Random.next, "this", ["that", "the other"])).toEqual(drawn(Random.next))
    expect(drawn(Random.next, "that")).not.toEqual(drawn(Random.next))
  })
})
