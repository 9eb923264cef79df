/**
 * The glass is only worth something if it is airtight one way and invisible the other: inside, every global answers from
 * the simulation; outside, whatever happened inside, every global is the very one that it was.
 */
import { setTimeout as realTimeout } from "node:timers"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { epochMillis, Simulation } from "#sim"
import { bare, enough } from "./kernel.ts"

const swapped: readonly (readonly [on: object, name: string])[] = [
  [globalThis, "Date"],
  [Math, "random"],
  [performance, "now"],
  [process, "hrtime"],
  [crypto, "getRandomValues"],
  [crypto, "randomUUID"],
  [globalThis, "setTimeout"],
  [globalThis, "clearTimeout"],
  [globalThis, "setInterval"],
  [globalThis, "setImmediate"],
  [globalThis, "queueMicrotask"],
  [process, "nextTick"],
]

const present = () => swapped.map(([on, name]) => (on as Record<string, unknown>)[name])
const own = () => swapped.map(([on, name]) => Object.getOwnPropertyDescriptor(on, name))

/** Everything that a program could learn of the time, and of chance. */
const look = () => ({
  date: Date.now(),
  made: new Date().toISOString(),
  text: Date(),
  performance: performance.now(),
  hrtime: process.hrtime(),
  bigint: process.hrtime.bigint(),
  random: [Math.random(), Math.random()],
  bytes: [...crypto.getRandomValues(new Uint8Array(9))],
  words: [...crypto.getRandomValues(new Uint32Array(2))],
  uuid: crypto.randomUUID(),
})

const lookAt = (seed: number, micros: number) => {
  const simulation = new Simulation({ seed })
  simulation.now = micros
  return simulation.sandbox.enter(look)
}

describe("inside", () => {
  it("time is the simulation's, to the microsecond, and chance a function of the seed", () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.nat(2 ** 40), (seed, micros) => {
        const seen = lookAt(seed, micros)
        expect(seen.date).toBe(epochMillis + Math.floor(micros / 1000))
        expect(seen.made).toBe(new Date(seen.date).toISOString())
        expect(seen.text).toBe(new Date(seen.date).toString())
        expect(seen.performance).toBe(micros / 1000)
        expect(seen.bigint).toBe(BigInt(micros) * 1000n)
        expect(seen.hrtime).toEqual([Math.floor(micros / 1e6), (micros % 1e6) * 1000])
        expect(seen.random.every((value) => value >= 0 && value < 1)).toBe(true)
        expect(seen.random[0]).not.toBe(seen.random[1])
        expect(seen.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
        expect(seen.words.some((word) => word > 0xff)).toBe(true)
        expect(lookAt(seed, micros)).toEqual(seen)
        expect(lookAt(seed ^ 1, micros).random).not.toEqual(seen.random)
      }),
      { numRuns: 50 },
    )
  })

  it("dates that are spelled out are the dates they say, and are dates", () => {
    const simulation = new Simulation({ seed: 1 })
    simulation.sandbox.enter(() => {
      expect(new Date(2020, 1, 3).getDate()).toBe(3)
      expect(new Date(0).toISOString()).toBe("1970-01-01T00:00:00.000Z")
      expect(new Date() instanceof Date).toBe(true)
      expect(Date.UTC(1970, 0)).toBe(0)
    })
  })

  it("a timeout is due on the timeline, in its order, and not at all when it was cleared", () => {
    const simulation = new Simulation({ seed: 1 })
    const { process: life } = bare(simulation)
    const told: unknown[] = []
    simulation.sandbox.enter(() =>
      simulation.runAs(life, () => {
        setTimeout((word: string) => told.push([word, Date.now() - epochMillis]), 20, "late")
        setTimeout(() => told.push(["early", performance.now()]), 7.25)
        setTimeout(() => told.push(["at once", performance.now()]))
        const never = setTimeout(() => told.push("never"), 5)
        clearTimeout(never)
        clearTimeout(undefined)
      }),
    )
    expect(told).toEqual([])
    expect(simulation.advance(1_000_000, enough)).toBe("quiescent")
    expect(told).toEqual([
      ["at once", 0],
      ["early", 7.25],
      ["late", 20],
    ])
  })

  it("a timeout dies with the node that set it", () => {
    const simulation = new Simulation({ seed: 1 })
    const { process: life, run } = bare(simulation)
    let told = false
    run(Effect.sync(() => setTimeout(() => (told = true), 5)))
    life.drop()
    simulation.advance(1_000_000, enough)
    expect(told).toBe(false)
  })

  it("chance has no memory of the simulations before, in a program within a program either", () => {
    const drawn = () => {
      const { run } = bare(new Simulation({ seed: 1 }))
      let number = 0
      run(Effect.sync(() => (number = Effect.runSync(Effect.sync(() => Math.random())))))
      return number
    }
    expect(drawn()).toBe(drawn())
  })

  it("what one node draws does not depend on how often another one drew before", () => {
    const draws = (others: number) => {
      const simulation = new Simulation({ seed: 1 })
      const first = bare(simulation, "n1", "fifo", 0)
      const second = bare(simulation, "n2", "fifo", 1)
      for (let i = 0; i < others; i++)
        first.run(
          Effect.sync(() => Math.random()),
          "another",
        )
      const drawn: number[] = []
      const program = Effect.flatMap(Random.next, (next) => Effect.sync(() => drawn.push(next, Math.random())))
      second.run(program, "this")
      return drawn
    }
    expect(draws(0)).toHaveLength(2)
    expect(draws(3)).toEqual(draws(0))
  })
})

describe("outside", () => {
  it("every global is the one it was, also after a throw and after nested calls", () => {
    const before = present()
    const properties = own()
    const simulation = new Simulation({ seed: 1 })
    const inside = simulation.sandbox.enter(() => simulation.sandbox.enter(present))
    expect(inside.some((value, i) => value === before[i])).toBe(false)
    expect(present()).toEqual(before)
    expect(() =>
      simulation.sandbox.enter(() => {
        throw new Error("within")
      }),
    ).toThrow("within")
    expect(present().every((value, i) => value === before[i])).toBe(true)
    expect(own()).toEqual(properties)
    expect(simulation.sandbox.enter(() => Date.now())).toBe(epochMillis)
  })

  it("a simulation within a simulation leaves the outer one in place", () => {
    const outer = new Simulation({ seed: 1 })
    const inner = new Simulation({ seed: 2 })
    outer.now = 5_000_000
    const before = present()
    outer.sandbox.enter(() => {
      expect(inner.sandbox.enter(() => Date.now())).toBe(epochMillis)
      expect(Date.now()).toBe(epochMillis + 5000)
    })
    expect(present().every((value, i) => value === before[i])).toBe(true)
  })

  it("real time goes on between two steps", async () => {
    const simulation = new Simulation({ seed: 1 })
    simulation.sandbox.enter(() => {})
    const before = performance.now()
    await new Promise((resolve) => realTimeout(resolve, 5))
    expect(performance.now()).toBeGreaterThan(before)
  })
})

describe("what reaches for the outside", () => {
  const reaches: readonly (readonly [global: string, reach: () => void])[] = [
    ["setImmediate", () => void setImmediate(() => {})],
    ["queueMicrotask", () => queueMicrotask(() => {})],
    ["process.nextTick", () => process.nextTick(() => {})],
    ["setInterval", () => void setInterval(() => {}, 1)],
  ]
  it.each(reaches)("is recorded with its node and its line: %s", (global, reach) => {
    const simulation = new Simulation({ seed: 1 })
    const { run } = bare(simulation, "n3", "fifo", 2)
    const fiber = run(Effect.andThen(Effect.sleep(5), Effect.sync(reach)))
    expect(simulation.advance(1_000_000, enough)).toBe("escape")
    expect(simulation.now).toBe(5000)
    expect(simulation.sandbox.escapes).toHaveLength(1)
    expect(simulation.sandbox.firstEscape).toMatchObject({ global, node: 2 })
    expect(simulation.sandbox.firstEscape?.site).toContain("sandbox.test.ts")
    expect(fiber.pollUnsafe()?._tag).toBe("Failure")
  })

  it("is noticed where Effect itself does it: a fiber that was forked without the node's scheduler", () => {
    const simulation = new Simulation({ seed: 1 })
    const { run } = bare(simulation)
    run(
      Effect.andThen(
        Effect.sleep(1),
        Effect.sync(() => Effect.runFork(Effect.yieldNow)),
      ),
    )
    expect(simulation.advance(1_000_000, enough)).toBe("escape")
    expect(simulation.sandbox.firstEscape?.global).toBe("setImmediate")
  })
})
