/**
 * The kernel and the lives it runs: what order may do and what it may not, how a run ends, and what is left of a life
 * that was dropped or paused. Forced yields must find what needs them, or all later searching is in vain.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Simulation, type Strategy, strategies } from "#sim"
import { bare, enough } from "./kernel.ts"

const everAfter = Number.MAX_SAFE_INTEGER

/** Two fibers of one node that read, think and write back; right is 2. */
const lostUpdate = (seed: number, strategy: Strategy): boolean => {
  const simulation = new Simulation({ seed })
  let balance = 0
  const deposit = Effect.gen(function* () {
    const seen = yield* Effect.sync(() => balance)
    yield* Effect.sync(() => balance)
    balance = yield* Effect.sync(() => seen + 1)
  })
  const fiber = bare(simulation, "n1", strategy).run(Effect.all([deposit, deposit], { concurrency: "unbounded" }))
  expect(simulation.advance(everAfter, enough)).toBe("quiescent")
  expect(fiber.pollUnsafe()?._tag).toBe("Success")
  return balance < 2
}

const seeds = Array.from({ length: 400 }, (_, seed) => seed)

describe("order", () => {
  it("finds a lost update between two fibers of one node only where it is forced to look", () => {
    const found = Object.fromEntries(
      strategies.map((strategy) => [strategy, seeds.filter((seed) => lostUpdate(seed, strategy)).length]),
    ) as Record<Strategy, number>
    expect(found.fifo).toBe(0)
    expect(found["yield/32"]).toBeGreaterThan(0)
    expect(found["yield/8"]).toBeGreaterThan(found["yield/32"])
    expect(found["yield/2"]).toBeGreaterThan(found["yield/8"])
  })

  it("ends a long program under every strategy, at one half too", () => {
    for (const strategy of strategies) {
      const simulation = new Simulation({ seed: 3 })
      const long = Effect.gen(function* () {
        for (let i = 0; i < 5000; i++) yield* Effect.sync(() => i)
      })
      const fiber = bare(simulation, "n1", strategy).run(long)
      expect(simulation.advance(everAfter, 50_000)).toBe("quiescent")
      expect(fiber.pollUnsafe()?._tag).toBe("Success")
    }
  })

  /** In which order many small fibers of a node get through. */
  const finish = (seed: number, strategy: Strategy, others: number): readonly number[] => {
    const simulation = new Simulation({ seed })
    const order: number[] = []
    const walk = (name: number) =>
      Effect.gen(function* () {
        for (let i = 0; i < 4; i++) yield* Effect.yieldNow
        order.push(name)
      })
    const crowd = Effect.all(
      Array.from({ length: 6 }, (_, name) => walk(name)),
      { concurrency: "unbounded" },
    )
    for (let other = 0; other < others; other++) bare(simulation, `other${other}`, strategy, other + 1).run(crowd)
    order.length = 0
    const own: number[] = []
    const watched = Effect.all(
      Array.from({ length: 6 }, (_, name) =>
        Effect.andThen(
          walk(name),
          Effect.sync(() => own.push(name)),
        ),
      ),
      { concurrency: "unbounded" },
    )
    bare(simulation, "n1", strategy, 0).run(watched)
    simulation.advance(everAfter, enough)
    return own
  }

  it("is a function of the seed, and of nothing that happened in this process before", () => {
    for (const strategy of strategies) {
      const once = seeds.slice(0, 20).map((seed) => finish(seed, strategy, 0))
      expect(seeds.slice(0, 20).map((seed) => finish(seed, strategy, 0))).toEqual(once)
      expect(new Set(once.map(String)).size > 1).toBe(strategy !== "fifo")
    }
  })

  it("inside a node does not depend on what other nodes have to do at the same instant", () => {
    for (const strategy of strategies) {
      for (const seed of seeds.slice(0, 20)) expect(finish(seed, strategy, 3)).toEqual(finish(seed, strategy, 0))
    }
  })

  it("of what no fiber asked for is a function of the seed too", () => {
    const woken = (seed: number) => {
      const simulation = new Simulation({ seed })
      const { process, run } = bare(simulation, "n1", "yield/2")
      const order: number[] = []
      const gate = Latch.makeUnsafe(false)
      for (let name = 0; name < 8; name++) {
        run(
          Effect.andThen(
            gate.await,
            Effect.andThen(
              Effect.yieldNow,
              Effect.sync(() => order.push(name)),
            ),
          ),
          `${name}`,
        )
      }
      simulation.at(5, () => {
        for (let name = 100; name < 104; name++) process.scheduleTask(() => order.push(name))
        simulation.runAs(process, () => gate.openUnsafe())
      })
      simulation.advance(everAfter, enough)
      return order
    }
    for (const seed of seeds.slice(0, 20)) expect(woken(seed)).toEqual(woken(seed))
  })
})

describe("a run", () => {
  it("that goes round and round ends by its budget, to the event", () => {
    const simulation = new Simulation({ seed: 1 })
    bare(simulation).run(Effect.forever(Effect.yieldNow))
    expect(simulation.advance(everAfter, 1000)).toBe("budget")
    expect(simulation.events).toBe(1000)
    expect(simulation.now).toBe(0)
    expect(simulation.advance(everAfter, 10)).toBe("budget")
    expect(simulation.events).toBe(1010)
  })

  it("that spins without ever asking to yield ends by its budget too", () => {
    const simulation = new Simulation({ seed: 1 })
    bare(simulation).run(Effect.forever(Effect.void))
    expect(simulation.advance(everAfter, 100)).toBe("budget")
  })

  it("in which all wait for each other is quiescent", () => {
    const simulation = new Simulation({ seed: 1 })
    const { run } = bare(simulation)
    const never = Deferred.makeUnsafe<void>()
    const fibers = [run(Effect.never), run(Deferred.await(never)), run(Effect.andThen(Effect.sleep(3), Effect.never))]
    expect(simulation.advance(everAfter, enough)).toBe("quiescent")
    expect(simulation.now).toBe(3000)
    expect(fibers.every((fiber) => fiber.pollUnsafe() === undefined)).toBe(true)
  })

  it("that has more to do later has reached its horizon, which belongs to it", () => {
    const simulation = new Simulation({ seed: 1 })
    const told: number[] = []
    bare(simulation).run(
      Effect.forever(
        Effect.andThen(
          Effect.sleep(10),
          Effect.sync(() => told.push(simulation.now)),
        ),
      ),
    )
    expect(simulation.advance(30_000, enough)).toBe("horizon")
    expect(told).toEqual([10_000, 20_000, 30_000])
    expect(simulation.advance(35_000, enough)).toBe("horizon")
    expect(simulation.now).toBe(35_000)
    expect(told).toHaveLength(3)
  })

  it("that is told to halt stops before the next event and can go on", () => {
    const simulation = new Simulation({ seed: 1 })
    const told: number[] = []
    for (let i = 0; i < 5; i++) {
      simulation.at(i, () => {
        told.push(i)
        if (i === 2) simulation.halt()
      })
    }
    expect(simulation.advance(everAfter, enough)).toBe("halted")
    expect(told).toEqual([0, 1, 2])
    expect(simulation.advance(everAfter, enough)).toBe("quiescent")
    expect(told).toEqual([0, 1, 2, 3, 4])
  })

  it("in slices is the run in one piece", () => {
    const play = (advance: (simulation: Simulation) => void) => {
      const simulation = new Simulation({ seed: 9 })
      const told: [number, string][] = []
      for (const name of ["a", "b", "c"]) {
        const loop = Effect.gen(function* () {
          for (let i = 0; i < 20; i++) {
            yield* Effect.sleep(1 + ((i * name.charCodeAt(0)) % 7))
            told.push([simulation.now, name])
          }
        })
        bare(simulation, name, "yield/2").run(loop, name)
      }
      advance(simulation)
      return told
    }
    const whole = play((simulation) => simulation.advance(200_000, enough))
    expect(whole).toHaveLength(60)
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 20_000 }), fc.integer({ min: 1, max: 50 }), (slice, events) => {
        const sliced = play((simulation) => {
          for (let until = slice; until < 200_000 + slice; until += slice) {
            while (simulation.advance(until, events) === "budget");
          }
        })
        expect(sliced).toEqual(whole)
      }),
      { numRuns: 30 },
    )
  })
})

describe("a life that is dropped", () => {
  it("runs nothing more, no finalizer either, whatever it was about to do", () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.constantFrom(...strategies), (instant, strategy) => {
        const simulation = new Simulation({ seed: 5 })
        const { process, run } = bare(simulation, "n1", strategy)
        const done: [string, number][] = []
        const say = (word: string) => Effect.sync(() => done.push([word, simulation.now]))
        const busy = Effect.forever(Effect.andThen(say("busy"), Effect.sleep(1)))
        run(Effect.ensuring(busy, say("finalizer")))
        run(
          Effect.scoped(
            Effect.andThen(
              Effect.acquireRelease(say("open"), () => say("close")),
              Effect.never,
            ),
          ),
        )
        run(Effect.onInterrupt(Effect.sleep("10 millis"), () => say("interrupted")))
        const fiber = run(Effect.andThen(Effect.sleep("30 millis"), say("late")))
        const gate = Latch.makeUnsafe(false)
        run(Effect.andThen(gate.await, say("through the gate")))
        simulation.at(instant, () => {
          process.drop()
          // Whatever would wake it later finds nobody.
          gate.openUnsafe()
          fiber.interruptUnsafe()
        })
        simulation.advance(60_000, enough)
        expect(done.filter(([, at]) => at > instant)).toEqual([])
        expect(done.map(([word]) => word)).not.toContain("finalizer")
        expect(done.map(([word]) => word)).not.toContain("close")
        expect(done.map(([word]) => word)).not.toContain("interrupted")
        expect(done.map(([word]) => word)).not.toContain("through the gate")
        expect(done.map(([word]) => word)).not.toContain("late")
        expect(done.filter(([word]) => word === "open")).toHaveLength(1)
      }),
      { numRuns: 100 },
    )
  })

  it("while it runs, stops at its next operation", () => {
    const simulation = new Simulation({ seed: 5 })
    const { process, run } = bare(simulation)
    const done: string[] = []
    const program = Effect.gen(function* () {
      done.push("before")
      yield* Effect.sync(() => process.drop())
      yield* Effect.sync(() => done.push("after"))
    })
    run(
      Effect.ensuring(
        program,
        Effect.sync(() => done.push("finalizer")),
      ),
    )
    simulation.advance(everAfter, enough)
    expect(done).toEqual(["before"])
  })

  it("leaves undone what was ready and what was set for later", () => {
    const simulation = new Simulation({ seed: 5 })
    const { process } = bare(simulation)
    const done: string[] = []
    const due = { due: () => done.push("timer") }
    process.scheduleTask(() => done.push("ready"))
    process.after(0, due, undefined)
    process.after(10, due, undefined)
    process.drop()
    process.scheduleTask(() => done.push("too late"))
    process.after(20, due, undefined)
    simulation.advance(everAfter, enough)
    expect(done).toEqual([])
  })

  it("does not hold up the others", () => {
    const simulation = new Simulation({ seed: 5 })
    const dead = bare(simulation, "n1", "fifo", 0)
    const alive = bare(simulation, "n2", "fifo", 1)
    dead.run(Effect.forever(Effect.sleep(1)))
    const fiber = alive.run(Effect.sleep("50 millis"))
    simulation.at(10_000, () => dead.process.drop())
    expect(simulation.advance(everAfter, enough)).toBe("quiescent")
    expect(fiber.pollUnsafe()?._tag).toBe("Success")
    expect(simulation.now).toBe(50_000)
  })
})

describe("a life that is paused", () => {
  it("does nothing until it resumes, then everything that fell due, in order, and nothing twice", () => {
    const sleeps = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(sleeps, fc.nat(20), fc.nat(20), (lengths, from, length) => {
        const simulation = new Simulation({ seed: 5 })
        const { process, run } = bare(simulation)
        const told: [nth: number, at: number][] = []
        lengths.forEach((millis, nth) => {
          run(
            Effect.andThen(
              Effect.sleep(millis),
              Effect.sync(() => told.push([nth, simulation.now])),
            ),
          )
        })
        const [start, end] = [from * 1000 + 500, (from + length) * 1000 + 501]
        simulation.at(start, () => process.pause())
        simulation.at(end, () => process.resume())
        expect(simulation.advance(everAfter, enough)).toBe("quiescent")
        const expected = lengths
          .map((millis, nth) => ({ nth, due: millis * 1000 }))
          .sort((a, b) => a.due - b.due || a.nth - b.nth)
          .map(({ nth, due }) => [nth, due > start && due < end ? end : due])
        expect(told).toEqual(expected)
      }),
    )
  })

  it("is not told either of what was set for plain code", () => {
    const simulation = new Simulation({ seed: 5 })
    const { process } = bare(simulation)
    const told: [unknown, number][] = []
    const due = { due: (word: unknown) => told.push([word, simulation.now]) }
    for (const at of [5, 15, 10, 25]) process.after(at, due, at)
    simulation.at(7, () => process.pause())
    simulation.at(20, () => process.resume())
    simulation.advance(everAfter, enough)
    expect(told).toEqual([
      [5, 5],
      [10, 20],
      [15, 20],
      [25, 25],
    ])
  })

  it("keeps a program that is started meanwhile for later", () => {
    const simulation = new Simulation({ seed: 5 })
    const { process, run } = bare(simulation)
    process.pause()
    let began = -1
    const fiber = run(Effect.sync(() => (began = simulation.now)))
    simulation.at(1000, () => process.resume())
    expect(simulation.advance(500, enough)).toBe("horizon")
    expect(began).toBe(-1)
    simulation.advance(everAfter, enough)
    expect(began).toBe(1000)
    expect(fiber.pollUnsafe()?._tag).toBe("Success")
  })

  it("in the middle of a program, goes on where it was", () => {
    const simulation = new Simulation({ seed: 5 })
    const { process, run } = bare(simulation)
    const steps: [number, number][] = []
    const program = Effect.gen(function* () {
      for (let i = 0; i < 5; i++) {
        yield* Effect.sync(() => steps.push([i, simulation.now]))
        if (i === 2) process.pause()
      }
    })
    const fiber = run(
      Effect.ensuring(
        program,
        Effect.sync(() => steps.push([99, simulation.now])),
      ),
    )
    simulation.at(7, () => process.resume())
    simulation.advance(everAfter, enough)
    expect(steps).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 7],
      [4, 7],
      [99, 7],
    ])
    expect(fiber.pollUnsafe()?._tag).toBe("Success")
  })

  it("and dropped before it resumes, is gone", () => {
    const simulation = new Simulation({ seed: 5 })
    const { process, run } = bare(simulation)
    let told = false
    const fiber = run(
      Effect.andThen(
        Effect.sleep(1),
        Effect.sync(() => (told = true)),
      ),
    )
    process.pause()
    simulation.at(5000, () => process.drop())
    simulation.at(6000, () => process.resume())
    simulation.advance(everAfter, enough)
    expect(told).toBe(false)
    expect(Fiber.isFiber(fiber) && fiber.pollUnsafe()).toBeUndefined()
  })
})
