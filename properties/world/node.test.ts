/**
 * What befalls a node: it loses power, freezes, stops, starts again, and at the calm comes back or stays away for good. A
 * node that is down does nothing, and nobody cleans up after it; whoever asks finds what its disk kept.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { epochMillis, Kind, kindName, strategies } from "#sim"
import { type Fault, type FaultKind, Network, type Program, type World } from "#world"
import {
  enough,
  fault,
  type Globe,
  globe,
  instants,
  listening,
  messages,
  millis,
  now,
  second,
  talking,
} from "./globe.ts"

/** What a node was seen doing, with the instant and which of its lives it was. */
interface Deed {
  readonly life: number
  readonly word: string
  readonly at: number
}

/** A node that says something every millisecond, finalizes when asked, and answers messages. */
const busy = (deeds: Deed[]): Program => {
  let lives = 0
  return (founding) => {
    const life = lives++
    const say = (word: string) =>
      Effect.sync(() => {
        deeds.push({ life, word, at: now() })
      })
    return Effect.gen(function* () {
      const network = yield* Network
      yield* say(founding ? "founded" : "booted")
      yield* network.serve(() => Effect.ensuring(Effect.andThen(say("handling"), Effect.sleep(5)), say("handled")))
      yield* Effect.forkChild(Effect.ensuring(Effect.forever(Effect.sleep(2)), say("child finalized")))
      return yield* Effect.ensuring(Effect.forever(Effect.andThen(say("alive"), Effect.sleep(1))), say("finalized"))
    })
  }
}

/** A busy node beside one that talks to it, under faults, for a while. */
const played = (faults: readonly Fault[], more: Globe = {}, until = 400 * millis) => {
  const deeds: Deed[] = []
  const programs = { a: busy(deeds), b: talking(["a"], 300) }
  const world = globe(programs, { faults, calmAt: 380 * millis, ...more })
  world.advance(until, enough)
  expect(world.defects).toEqual([])
  return { world, deeds, words: new Set(deeds.map(({ word }) => word)) }
}

const down = (deeds: readonly Deed[], from: number, to: number) =>
  expect(deeds.filter(({ at }) => at > from && at < to)).toEqual([])

const said = (deeds: readonly Deed[], word: string) => deeds.filter((deed) => deed.word === word)

const client = (id: string): boolean => id === "client"

describe("a node that crashes", () => {
  it("runs nothing and no finalizer, takes no message, and boots anew when the fault ends", () => {
    fc.assert(
      fc.property(
        fc.nat(150_000),
        fc.integer({ min: 1, max: 150_000 }),
        fc.constantFrom(...strategies),
        (at, lasts, strategy) => {
          const { world, deeds, words } = played([fault("crash", "a", at, { for: lasts })], { strategy })
          down(deeds, at, at + lasts)
          expect(words).not.toContain("finalized")
          expect(words).not.toContain("child finalized")
          // An operation that was under way is never finished, not in the next life either.
          const whole = (life: number) => said(deeds, "handling").filter((deed) => deed.life === life).length
          const ended = (life: number) => said(deeds, "handled").filter((deed) => deed.life === life).length
          expect(whole(0) - ended(0)).toBeLessThanOrEqual(6)
          expect(said(deeds, "handled").every((deed) => deed.life === 1 || deed.at <= at)).toBe(true)
          expect(said(deeds, "booted")).toEqual([{ life: 1, word: "booted", at: at + lasts }])
          expect(instants(world, Kind.crash, "a")).toEqual([at])
          expect(instants(world, Kind.boot, "a")).toEqual([0, at + lasts])
          for (const { delivered, dropped } of messages(world)) {
            expect(delivered.every((instant) => instant <= at || instant >= at + lasts)).toBe(true)
            expect(dropped.every(({ reason }) => reason === "receiver down")).toBe(true)
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it("that is bounced, starts again at the same instant", () => {
    const { world, deeds } = played([fault("bounce", "a", 100_500)])
    expect(instants(world, Kind.crash, "a")).toEqual([100_500])
    expect(said(deeds, "booted")).toEqual([{ life: 1, word: "booted", at: 100_500 }])
    expect(world.fired.size).toBe(1)
  })

  it("and is bounced while it is down, stays down, and the bounce did nothing", () => {
    const crash = fault("crash", "a", 100_000, { for: 100_000 })
    const bounce = fault("bounce", "a", 150_000)
    const { world, deeds } = played([crash, bounce])
    down(deeds, 100_000, 200_000)
    expect(instants(world, Kind.boot, "a")).toEqual([0, 200_000])
    expect([...world.fired]).toEqual([crash])
  })

  it("starts again when its fault ends, whatever another fault of the same id did meanwhile", () => {
    const crash = fault("crash", "a", 100_000, { for: 100_000, id: "same" })
    const bounce = fault("bounce", "b", 150_000, { id: "same" })
    const { world, deeds } = played([crash, bounce])
    down(deeds, 100_000, 200_000)
    expect(instants(world, Kind.boot, "a")).toEqual([0, 200_000])
    expect(instants(world, Kind.boot, "b")).toEqual([0, 150_000])
  })

  it("stays down until the last of the faults that keep it down ends", () => {
    const kinds = ["crash", "wipe", "stop", "power"] as const
    // Ids may coincide: what a fault does is its own.
    const one = fc.record({
      kind: fc.constantFrom(...kinds),
      at: fc.nat(150),
      for: fc.integer({ min: 1, max: 150 }),
      id: fc.constantFrom("f0", "f1", "f2"),
    })
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), fc.nat(0xffff), (drawn, seed) => {
        const faults = drawn.map(({ kind, id, ...when }) =>
          fault(kind, kind === "power" ? "east" : "a", when.at * millis, { for: when.for * millis, id }),
        )
        const { world, deeds } = played(faults, { seed, regions: { b: "west" } })
        for (const { at, for: lasts = 0 } of faults) down(deeds, at, at + lasts)
        const last = Math.max(...faults.map(({ at, for: lasts = 0 }) => at + lasts))
        expect(world.node("a")?.up).toBe(true)
        expect(said(deeds, "alive").some(({ at }) => at >= last && at < last + 2 * millis)).toBe(true)
        const boots = instants(world, Kind.boot, "a").length
        const ends = [...instants(world, Kind.crash, "a"), ...instants(world, Kind.stopped, "a")].length
        expect(boots - ends).toBe(1)
      }),
      { numRuns: 30 },
    )
  })
})

describe("a node that is paused", () => {
  it("is silent, and takes up everything where it was", () => {
    fc.assert(
      fc.property(
        fc.nat(150_000),
        fc.integer({ min: 1, max: 150_000 }),
        fc.constantFrom(...strategies),
        (at, lasts, strategy) => {
          const { world, deeds, words } = played([fault("pause", "a", at, { for: lasts })], { strategy })
          down(deeds, at, at + lasts)
          expect(words).not.toContain("booted")
          expect(words).not.toContain("finalized")
          expect(said(deeds, "alive").some((deed) => deed.at >= at + lasts)).toBe(true)
          expect(instants(world, Kind.pause, "a")).toEqual([at])
          expect(instants(world, Kind.resume, "a")).toEqual([at + lasts])
          const told = messages(world)
          expect(told.every(({ delivered, dropped }) => delivered.length === 1 && dropped.length === 0)).toBe(true)
          const held = told.filter(({ held }) => held.length > 0)
          expect(held.every(({ delivered }) => delivered[0] === at + lasts)).toBe(true)
          expect(said(deeds, "handling")).toHaveLength(
            messages(world).filter(({ delivered }) => delivered.length > 0).length,
          )
        },
      ),
      { numRuns: 25 },
    )
  })

  it("twice at once, goes on when both have ended", () => {
    const first = fault("pause", "a", 100_000, { for: 100_000, id: "f1" })
    const second = fault("pause", "a", 150_000, { for: 150_000, id: "f2" })
    const { world, deeds } = played([first, second])
    down(deeds, 100_000, 300_000)
    expect(instants(world, Kind.pause, "a")).toEqual([100_000])
    expect(instants(world, Kind.resume, "a")).toEqual([300_000])
  })

  it("and starts again meanwhile, is paused from its first operation on", () => {
    const { deeds } = played([
      fault("pause", "a", 100_500, { for: 200_000 }),
      fault("crash", "a", 150_000, { for: 50_000 }),
    ])
    down(deeds, 100_500, 300_500)
    expect(said(deeds, "booted")).toEqual([{ life: 1, word: "booted", at: 300_500 }])
  })
})

describe("a node that stops", () => {
  it("runs its finalizers first, and starts again when the fault ends", () => {
    const { world, deeds } = played([fault("stop", "a", 100_500, { for: 200_000 })])
    expect(said(deeds, "finalized")).toEqual([{ life: 0, word: "finalized", at: 100_500 }])
    expect(said(deeds, "child finalized")).toEqual([{ life: 0, word: "child finalized", at: 100_500 }])
    down(deeds, 100_500, 300_500)
    expect(instants(world, Kind.stop, "a")).toEqual([100_500])
    expect(instants(world, Kind.stopped, "a")).toEqual([100_500])
    expect(instants(world, Kind.boot, "a")).toEqual([0, 300_500])
    expect(instants(world, Kind.crash, "a")).toEqual([])
  })

  const slow =
    (lasts: number, done: number[]): Program =>
    () =>
      Effect.ensuring(
        Effect.never,
        Effect.andThen(
          Effect.sleep(lasts),
          Effect.sync(() => done.push(now())),
        ),
      )

  it("has a second for its finalizers, and not a microsecond more", () => {
    for (const [lasts, finished] of [
      [900, true],
      [1100, false],
    ] as const) {
      const done: number[] = []
      const world = globe({ a: slow(lasts, done) }, { faults: [fault("stop", "a", 0, { for: 500 * millis })] })
      world.advance(5 * second, enough)
      expect(done).toEqual(finished ? [900 * millis] : [])
      const stopped = finished ? 900 * millis : second
      // The fault is over by then: it starts again as soon as it has stopped.
      expect(instants(world, Kind.stopped, "a")).toEqual([stopped])
      expect(instants(world, Kind.boot, "a")).toEqual([0, stopped])
    }
  })

  it("loses power while it stops as any other", () => {
    const done: number[] = []
    const world = globe(
      { a: slow(500, done) },
      {
        faults: [
          fault("stop", "a", 0, { for: 3 * second }),
          fault("crash", "a", 200 * millis, { for: second, id: "f2" }),
        ],
      },
    )
    world.advance(5 * second, enough)
    expect(done).toEqual([])
    expect(instants(world, Kind.stopped, "a")).toEqual([])
    expect(instants(world, Kind.boot, "a")).toEqual([0, 3 * second])
  })
})

describe("a node whose program is wrong", () => {
  const handling = (handle: () => Effect.Effect<unknown>): World => {
    const served: Program = () =>
      Effect.gen(function* () {
        const network = yield* Network
        yield* network.serve(handle)
        return yield* Effect.never
      })
    return globe({ a: talking(["b"], 1), b: served })
  }

  it("ends the run with a defect that names it, whether its handler dies or throws", () => {
    const wrong = [
      () => Effect.die(new Error("wrong")),
      () => Effect.andThen(Effect.sleep(1), Effect.die(new Error("wrong"))),
      () => {
        throw new Error("wrong")
      },
    ]
    for (const handle of wrong) {
      const world = handling(handle)
      expect(world.advance(second, enough)).toBe("defect")
      expect(world.defects).toMatchObject([{ node: "b", text: expect.stringContaining("wrong") }])
      expect(instants(world, Kind.defect, "b")).toHaveLength(1)
    }
  })

  it("ends it with an escape where it reaches for the outside, which is told apart from dying of it", () => {
    const world = handling(() => Effect.sync(() => queueMicrotask(() => {})))
    expect(world.advance(second, enough)).toBe("escape")
    expect(world.simulation.sandbox.firstEscape).toMatchObject({ global: "queueMicrotask", node: 1 })
  })
})

describe("a node's disk", () => {
  /** Notes in a file how often it has booted, synced or not, and tells what it found. */
  const diary =
    (found: string[], sync: boolean): Program =>
    () =>
      Effect.orDie(
        Effect.gen(function* () {
          const fs = yield* FileSystem.FileSystem
          const there = yield* fs.exists("/diary")
          found.push(there ? yield* fs.readFileString("/diary") : "nothing")
          yield* Effect.scoped(
            Effect.gen(function* () {
              const file = yield* fs.open("/diary", { flag: "a" })
              yield* file.writeAll(new TextEncoder().encode("+"))
              if (sync) yield* file.sync
            }),
          )
          if (sync) yield* Effect.scoped(Effect.flatMap(fs.open("/", { flag: "r" }), (directory) => directory.sync))
          return yield* Effect.never
        }),
      )

  const bequest = (kind: FaultKind, sync: boolean, more: Partial<Fault> = {}): readonly string[] => {
    const found: string[] = []
    const world = globe({ a: diary(found, sync) }, { faults: [fault(kind, "a", 100 * millis, more)], calmAt: second })
    world.advance(900 * millis, enough)
    expect(world.defects).toEqual([])
    return found
  }
  const lasts = { for: 100 * millis }

  it("keeps what was synced through a crash and loses the rest, and everything through a stop, and nothing through a wipe", () => {
    expect(bequest("crash", true, lasts)).toEqual(["nothing", "+"])
    expect(bequest("crash", false, lasts)).toEqual(["nothing", "nothing"])
    expect(bequest("crash", false, { ...lasts, mode: "kept" })).toEqual(["nothing", "+"])
    expect(bequest("bounce", true)).toEqual(["nothing", "+"])
    expect(bequest("bounce", false)).toEqual(["nothing", "nothing"])
    expect(bequest("stop", false, lasts)).toEqual(["nothing", "+"])
    expect(bequest("wipe", true, lasts)).toEqual(["nothing", "nothing"])
  })

  it("answers only its own life: what was under way when the power went is never done", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.nat(0xffff), (at, seed) => {
        const found: string[] = []
        const faults = [fault("bounce", "a", at)]
        const world = globe({ a: diary(found, true) }, { faults, seed, calmAt: second })
        world.advance(900 * millis, enough)
        expect(found).toHaveLength(2)
        expect(["nothing", "", "+"]).toContain(found[1])
        const marks = world.node("a")?.disk.durable().get("/diary")?.length
        expect(marks).toBe((found[1] === "+" ? 1 : 0) + 1)
      }),
    )
  })
})

describe("a rolling upgrade", () => {
  it("stops and starts the nodes one after the other, never two at once, and no client", () => {
    const world = globe(
      { a: listening, b: listening, c: listening, d: listening, client: talking(["a", "b", "c", "d"], 500) },
      { faults: [fault("upgrade", "*", 100 * millis, { for: 400 * millis })], clients: ["client"], calmAt: second },
    )
    world.advance(900 * millis, enough)
    const order = [...world.simulation.trace]
      .filter(({ kind, at }) => at > 0 && [Kind.stop, Kind.stopped, Kind.boot].includes(kind as 5))
      .map(({ kind, node, at }) => `${kindName(kind)} ${world.nodes[node]?.id} ${at / millis}`)
    expect(order).toEqual([
      "stop a 100",
      "stopped a 100",
      "boot a 200",
      "stop b 200",
      "stopped b 200",
      "boot b 300",
      "stop c 300",
      "stopped c 300",
      "boot c 400",
      "stop d 400",
      "stopped d 400",
      "boot d 500",
    ])
  })

  it("of some nodes is theirs alone, and ends with the calm whatever is left to do", () => {
    const world = globe(
      { a: listening, b: listening, c: listening },
      { faults: [fault("upgrade", "b+c", 100 * millis, { for: 400 * millis })], calmAt: 200 * millis },
    )
    world.calm(200 * millis, ["a", "b", "c"])
    world.advance(second, enough)
    expect(world.nodes.every(({ up }) => up)).toBe(true)
    expect(["a", "b", "c"].map((id) => instants(world, Kind.stop, id))).toEqual([[], [100 * millis], []])
  })
})

describe("a region that loses power", () => {
  it("loses every node of it and no client, and gets them back together", () => {
    const world = globe(
      { a: listening, b: listening, c: listening, client: listening },
      {
        faults: [fault("power", "east", 100 * millis, { for: 100 * millis })],
        regions: { c: "west" },
        clients: ["client"],
      },
    )
    world.advance(150 * millis, enough)
    expect(world.nodes.map(({ up }) => up)).toEqual([false, false, true, true])
    world.advance(200 * millis, enough)
    expect(world.nodes.map(({ up }) => up)).toEqual([true, true, true, true])
  })
})

describe("a node's clock", () => {
  const seen = (faults: readonly Fault[]) => {
    const read: number[] = []
    const program: Program = () =>
      Effect.gen(function* () {
        for (;;) {
          read.push((yield* Clock.currentTimeMillis) - epochMillis)
          yield* Effect.sleep(100)
        }
      })
    const world = globe({ a: program }, { faults, calmAt: second })
    world.advance(600 * millis, enough)
    return read
  }

  it("is off while it is skewed, runs fast while it drifts, and stays off after a jump", () => {
    expect(seen([])).toEqual([0, 100, 200, 300, 400, 500, 600])
    const skewed = [fault("skew", "a", 150 * millis, { for: 200 * millis, value: -60_000 })]
    expect(seen(skewed)).toEqual([0, 100, 140, 240, 400, 500, 600])
    expect(seen([fault("jump", "a", 150 * millis, { value: second })])).toEqual([0, 100, 1200, 1300, 1400, 1500, 1600])
    const fast = [fault("drift", "a", 50 * millis, { for: 250 * millis, value: 500_000 })]
    // Half as fast again from 50 to 300: one sleep was begun before, three are begun meanwhile and take two thirds.
    expect(seen(fast)).toEqual([0, 125, 225, 325, 425, 525, 625])
    // At its own instant a fault comes first: the sleep that is begun then is a short one already.
    const prompt = [fault("drift", "a", 100 * millis, { for: 200 * millis, value: 500_000 })]
    expect(seen(prompt)).toEqual([0, 100, 200, 300, 400, 500, 600])
  })
})

describe("the calm", () => {
  it("brings back the core, whatever held it, and switches the rest off for good", () => {
    const kinds = ["crash", "pause", "stop", "wipe", "bounce", "isolate", "upgrade", "power", "stall"] as const
    const one = fc.record({
      kind: fc.constantFrom(...kinds),
      node: fc.constantFrom("a", "b", "c", "d"),
      at: fc.nat(199),
      lasts: fc.option(fc.integer({ min: 1, max: 2000 }), { nil: undefined }),
    })
    const cores = fc.subarray(["a", "b", "c", "d"], { minLength: 1 })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), cores, fc.constantFrom(...strategies), (drawn, core, strategy) => {
        const faults = drawn.map(({ kind, node, at, lasts }, i) =>
          fault(kind, kind === "power" ? "east" : kind === "upgrade" ? "*" : node, at * millis, {
            id: `f${i}`,
            ...(lasts !== undefined && kind !== "bounce" && { for: lasts * millis }),
          }),
        )
        const talk = talking(["a", "b", "c", "d"], 150, 10)
        const programs = { a: talk, b: talk, c: talk, d: talk, client: talk }
        const calmAt = 200 * millis
        const world = globe(programs, { faults, calmAt, strategy, clients: ["client"], regions: { d: "west" } })
        world.calm(calmAt, core)
        // Nobody can break anything after the calm.
        world.inject(fault("crash", core[0] as string, 300 * millis, { id: "late" }))
        // A graceful stop that was under way may take its second.
        world.advance(1500 * millis, enough)
        expect(world.defects).toEqual([])
        for (const { id, up, life, client } of world.nodes) {
          expect(up).toBe(client || core.includes(id))
          expect(life?.process.paused ?? false).toBe(false)
        }
        expect(world.weather.calm).toBe(true)
        for (const { from, to, sent, delivered, dropped } of messages(world)) {
          if (sent < 1250 * millis || sent > 1490 * millis) continue
          expect(client(from) || core.includes(from)).toBe(true)
          if (client(to) || core.includes(to)) expect(delivered).toHaveLength(1)
          else expect(dropped).toMatchObject([{ reason: "receiver down" }])
        }
      }),
      { numRuns: 20 },
    )
  })

  it("ends what has no end of its own, and says so in the trace", () => {
    const world = globe({ a: listening }, { faults: [fault("crash", "a", 10 * millis)], calmAt: 100 * millis })
    world.calm(100 * millis, ["a"])
    world.advance(second, enough)
    const told = [...world.simulation.trace].map(({ kind, at }) => `${kindName(kind)} ${at / millis}`)
    expect(told).toEqual(["boot 0", "fault 10", "crash 10", "calm 100", "heal 100", "boot 100"])
  })
})
