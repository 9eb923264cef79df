/**
 * What the network does to messages. Every message is accounted for; every kind of fault does what its sentence says and
 * nothing else: messages that a fault spares take exactly the time that they take without it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { run } from "#run"
import { scenarios } from "#scenarios"
import { epochMillis, HardwareClock, hashText, join, Kind, type Reason, reasons, strategies } from "#sim"
import { CallTimeout, type Fault, type FaultKind, faultKinds, faultShape, Network, type Program } from "#world"
import {
  enough,
  fault,
  type Globe,
  globe,
  listening,
  messages,
  millis,
  now,
  second,
  type Told,
  talking,
} from "./globe.ts"

const between = (low: number, value: number, high: number) => value >= low && value <= high

/** What becomes of a hundred messages from a to b, one every millisecond, and as many back. */
const hundred = (more: Globe = {}) => {
  const world = globe({ a: talking(["b"], 100), b: talking(["a"], 100), c: listening }, more)
  world.advance(2 * second, enough)
  expect(world.defects).toEqual([])
  return messages(world)
}

const over = ({ from, to }: Told) => `${from}->${to}`
const late = (told: readonly Told[], usual: readonly Told[]): readonly number[] =>
  told.map(({ delivered }, i) => (delivered[0] ?? Number.NaN) - (usual[i]?.delivered[0] as number))

/** Half of the messages fall into the storm, which begins while some are under way. */
const storm = { at: 20 * millis + 200, for: 50 * millis }
const inStorm = ({ sent }: Told) => sent >= storm.at && sent < storm.at + storm.for

/** The fate of the messages from a to b under one fault: those it may touch, and how late they were. */
const under = (kind: FaultKind, target: string, more: Partial<Fault> = {}, world: Globe = {}) => {
  const usual = hundred(world)
  const told = hundred({ ...world, faults: [fault(kind, target, storm.at, { for: storm.for, ...more })] })
  const delays = late(told, usual)
  const all = told.map((message, i) => ({ ...message, late: delays[i] as number, usual: usual[i] as Told }))
  return {
    all,
    touched: all.filter((message) => over(message) === "a->b" && inStorm(message)),
    spared: all.filter((message) => over(message) !== "a->b" || !inStorm(message)),
  }
}

const unharmed = (spared: readonly (Told & { readonly usual: Told })[]) => {
  for (const { delivered, dropped, held, copies, usual } of spared) {
    expect({ delivered, dropped, held, copies }).toEqual({
      delivered: usual.delivered,
      dropped: [],
      held: [],
      copies: 1,
    })
  }
}

describe("a quiet network", () => {
  it("delivers every message once, within the time that its wiring says", () => {
    for (const { sent, delivered, dropped } of hundred()) {
      expect(dropped).toEqual([])
      expect(delivered).toHaveLength(1)
      expect(between(300, (delivered[0] as number) - sent, 700)).toBe(true)
    }
  })

  it("takes longer between regions", () => {
    for (const { sent, delivered } of hundred({ regions: { b: "west" } })) {
      expect(between(1000, (delivered[0] as number) - sent, 2000)).toBe(true)
    }
  })

  it("gives the same message the same time in every run, and another one under another seed", () => {
    expect(hundred()).toEqual(hundred())
    expect(hundred({ seed: 2 })).not.toEqual(hundred())
  })
})

describe("a fault", () => {
  const latencies: Record<string, (late: readonly number[]) => boolean> = {
    constant: (late) => late.every((micros) => micros === 5000),
    uniform: (late) => late.every((micros) => between(0, micros, 5000)) && Math.max(...late) > 3500,
    exponential: (late) => late.every((micros) => micros >= 0) && Math.max(...late) > 5000 && Math.min(...late) < 2500,
    tailed: (late) => late.every((micros) => between(5000, micros, 500_000)) && Math.max(...late) > 15_000,
    pair: (late) => late.every((micros) => between(0, micros, 5000)) && new Set(late).size === 1,
  }

  it.each(faultKinds.latency.modes)("latency=%s makes messages take longer, and no others", (mode) => {
    const { touched, spared } = under("latency", "a->b", { value: 5000, mode })
    expect(touched).toHaveLength(50)
    expect(latencies[mode]?.(touched.map(({ late }) => late))).toBe(true)
    unharmed(spared)
  })

  it("latency has a mode for each of these sentences", () => {
    expect(Object.keys(latencies)).toEqual([...faultKinds.latency.modes])
  })

  it("latency=pair is permanent for a pair, and another one for another pair, fault or seed", () => {
    const delay = (target: string, more: Partial<Fault> = {}, seed = 1) => {
      const { all } = under("latency", target, { value: second, mode: "pair", ...more }, { seed })
      const delays = new Set(all.filter((told) => over(told) === target && inStorm(told)).map(({ late }) => late))
      expect(delays.size).toBe(1)
      return [...delays][0]
    }
    const one = delay("a->b")
    expect(delay("a->b")).toBe(one)
    expect(delay("b->a")).not.toBe(one)
    expect(delay("a->b", { id: "another" })).not.toBe(one)
    expect(delay("a->b", {}, 2)).not.toBe(one)
  })

  it("loss loses about as many messages as it says, where they are sent", () => {
    const world = () =>
      globe({ a: talking(["b"], 2000), b: listening }, { faults: [fault("loss", "a->b", 0, { value: 300 })] })
    const lossy = world()
    lossy.advance(3 * second, enough)
    const told = messages(lossy)
    const lost = told.filter(({ dropped }) => dropped.length > 0)
    expect(between(510, lost.length, 690)).toBe(true)
    for (const { dropped, delivered, sent } of lost) {
      expect(dropped).toEqual([{ at: sent, reason: "lost", where: "a" }])
      expect(delivered).toEqual([])
    }
    const { touched, spared } = under("loss", "a->b", { value: 300 })
    expect(touched.some(({ dropped }) => dropped.length > 0)).toBe(true)
    unharmed([...spared, ...touched.filter(({ dropped }) => dropped.length === 0)])
  })

  it("duplicate makes messages arrive twice, the first time when they would have anyway", () => {
    const { touched, spared } = under("duplicate", "a->b", { value: 500 })
    const twice = touched.filter(({ copies }) => copies === 2)
    expect(between(12, twice.length, 38)).toBe(true)
    for (const { delivered, usual } of twice) {
      expect(delivered).toHaveLength(2)
      expect(delivered[0]).toBe(usual.delivered[0])
      expect(delivered[1] as number).toBeGreaterThan(delivered[0] as number)
    }
    unharmed([...spared, ...touched.filter(({ copies }) => copies === 1)])
  })

  it("reorder lets messages be overtaken", () => {
    const { touched, spared } = under("reorder", "a->b", { value: 300 })
    const held = touched.filter(({ late }) => late > 0)
    expect(between(5, held.length, 27)).toBe(true)
    const arrivals = touched.map(({ delivered }) => delivered[0] as number)
    expect(arrivals).not.toEqual([...arrivals].sort((a, b) => a - b))
    expect(arrivals.some(Number.isNaN)).toBe(false)
    unharmed([...spared, ...touched.filter(({ late }) => late === 0)])
  })

  it("corrupt lets messages arrive and fail their checksum", () => {
    const { touched, spared } = under("corrupt", "a->b", { value: 500 })
    const damaged = touched.filter(({ dropped }) => dropped.length > 0)
    expect(between(12, damaged.length, 38)).toBe(true)
    for (const { dropped, delivered, usual } of damaged) {
      expect(dropped).toEqual([{ at: usual.delivered[0], reason: "corrupt", where: "b" }])
      expect(delivered).toEqual([])
    }
    unharmed([...spared, ...touched.filter(({ dropped }) => dropped.length === 0)])
  })

  it("cut lets nothing pass one way, and everything the other", () => {
    const { touched, spared, all } = under("cut", "a->b")
    for (const { dropped, delivered, sent } of touched) {
      expect(dropped).toEqual([{ at: sent, reason: "cut", where: "a" }])
      expect(delivered).toEqual([])
    }
    // What was under way when it began is stopped at the receiver's door.
    const begun = (told: Told & { usual: Told }) =>
      (told.usual.delivered[0] as number) >= storm.at && told.sent < storm.at
    const late = spared.filter((told) => over(told) === "a->b" && begun(told))
    expect(late.length).toBeGreaterThan(0)
    for (const { dropped, usual } of late) {
      expect(dropped).toEqual([{ at: usual.delivered[0], reason: "cut", where: "b" }])
    }
    unharmed(spared.filter((told) => !late.includes(told)))
    expect(all.filter((told) => over(told) === "b->a").every(({ delivered }) => delivered.length === 1)).toBe(true)
  })

  /** Three nodes that all talk to each other, in two regions. */
  const trio = (faults: readonly Fault[], seed = 1) => {
    const talk = (others: readonly string[]) => talking(others, 100)
    const world = globe(
      { a: talk(["b", "c"]), b: talk(["a", "c"]), c: talk(["a", "b"]) },
      { faults, seed, regions: { c: "west" } },
    )
    world.advance(2 * second, enough)
    return messages(world)
  }

  /** The links on which nothing arrived that was sent during the storm, and the reason they give. */
  const closed = (told: readonly Told[]): Record<string, readonly Reason[]> => {
    const links = new Map<string, Told[]>()
    for (const each of told.filter(inStorm)) links.set(over(each), [...(links.get(over(each)) ?? []), each])
    const shut = [...links].filter(([, all]) => all.every(({ delivered }) => delivered.length === 0))
    for (const [, open] of [...links].filter(([link]) => !shut.some(([other]) => other === link))) {
      expect(open.every(({ delivered, dropped }) => delivered.length === 1 && dropped.length === 0)).toBe(true)
    }
    return Object.fromEntries(
      shut.map(([link, all]) => [
        link,
        [...new Set(all.flatMap(({ dropped }) => dropped.map(({ reason }) => reason)))],
      ]),
    )
  }

  const severing: readonly (readonly [FaultKind, string, Record<string, readonly Reason[]>])[] = [
    ["cut", "*->b", { "a->b": ["cut"], "c->b": ["cut"] }],
    ["cut", "c->*", { "c->a": ["cut"], "c->b": ["cut"] }],
    ["partition", "a|b", { "a->b": ["partitioned"], "b->a": ["partitioned"] }],
    [
      "partition",
      "a+b|c",
      { "a->c": ["partitioned"], "b->c": ["partitioned"], "c->a": ["partitioned"], "c->b": ["partitioned"] },
    ],
    ["isolate", "b", { "a->b": ["isolated"], "b->a": ["isolated"], "b->c": ["isolated"], "c->b": ["isolated"] }],
    [
      "sever",
      "west",
      { "a->c": ["region cut"], "b->c": ["region cut"], "c->a": ["region cut"], "c->b": ["region cut"] },
    ],
    ["loss", "a->c", { "a->c": ["lost"] }],
  ]

  it.each(severing)("%s:%s closes these links, with its reason, and no others", (kind, target, expected) => {
    const told = trio([fault(kind, target, storm.at, { for: storm.for, ...(kind === "loss" && { value: 1000 }) })])
    expect(closed(told)).toEqual(expected)
    const afterwards = told.filter(({ sent }) => sent >= storm.at + storm.for)
    expect(afterwards.length).toBeGreaterThan(0)
    expect(afterwards.every(({ delivered }) => delivered.length === 1)).toBe(true)
  })

  it("degrade makes messages to and from a region take longer, and none within it", () => {
    const usual = trio([])
    const told = trio([fault("degrade", "west", storm.at, { for: storm.for, value: 7000 })])
    const delays = late(told, usual)
    told.forEach((each, i) => {
      expect(delays[i]).toBe(inStorm(each) && (each.from === "c" || each.to === "c") ? 7000 : 0)
    })
  })

  it("clog lets messages wait until the end, and loses none", () => {
    const { touched, spared } = under("clog", "a->b")
    for (const { delivered, dropped, held, sent } of touched) {
      expect(held).toEqual([{ at: sent, reason: "clogged" }])
      expect(dropped).toEqual([])
      expect(delivered).toHaveLength(1)
      const end = storm.at + storm.for
      expect(between(end + 300, delivered[0] as number, end + 700)).toBe(true)
    }
    unharmed(spared)
  })

  it("swizzle clogs nodes in one order and releases them in another, and loses nothing", () => {
    const orders = Array.from({ length: 30 }, (_, seed) => {
      const told = trio([fault("swizzle", "*", storm.at, { for: storm.for })], seed)
      expect(told.every(({ delivered, dropped }) => delivered.length === 1 && dropped.length === 0)).toBe(true)
      const held = told.filter(({ held }) => held.length > 0)
      for (const { held: times } of held) {
        for (const { at, reason } of times) {
          expect(reason).toBe("clogged")
          expect(at >= storm.at && at < storm.at + storm.for).toBe(true)
        }
      }
      return new Set(held.map(over)).size
    })
    expect(orders.some((links) => links === 0)).toBe(true)
    expect(orders.some((links) => links === 4)).toBe(true)
    expect(orders.some((links) => links === 6)).toBe(true)
  })

  it("drop loses the one message that its key names, as often as the run is played, and none on another link", () => {
    // A program's n-th message on a link is named by the link, its life and n; under a seed.
    const boot = join(join(hashText("a"), hashText("boot")), 0)
    const key = (round: number, seed = 1) =>
      (join(seed, join(join(join(hashText("a"), hashText("b")), boot), Math.imul(round, 0x10001))) >>> 0).toString(16)
    for (const round of [1, 42]) {
      const told = hundred({ faults: [fault("drop", `a->b#${key(round)}`, 0)] })
      const lost = told.filter(({ dropped }) => dropped.length > 0)
      expect(lost).toMatchObject([
        { from: "a", to: "b", message: { nth: round }, dropped: [{ reason: "dropped by hand" }], delivered: [] },
      ])
      const elsewhere = hundred({ faults: [fault("drop", `b->a#${key(round)}`, 0)] })
      expect(elsewhere.every(({ dropped }) => dropped.length === 0)).toBe(true)
      const after = hundred({ faults: [fault("drop", `a->b#${key(round)}`, 99 * millis)] })
      expect(after.every(({ dropped }) => dropped.length === 0)).toBe(true)
    }
  })

  it("of every network and region kind is looked at above", () => {
    const looked = "latency loss duplicate reorder corrupt cut partition isolate clog swizzle drop sever degrade".split(
      " ",
    )
    const kinds = (Object.keys(faultKinds) as FaultKind[]).filter((kind) => kind !== "power")
    const shown = kinds.filter((kind) => ["network", "region"].includes(faultShape(kind).family))
    expect(shown.toSorted()).toEqual(looked.toSorted())
  })
})

describe("a message that does not arrive", () => {
  const reasonOf = (programs: Readonly<Record<string, Program>>, more: Globe = {}) => {
    const world = globe(programs, more)
    world.advance(second, enough)
    expect(world.defects).toEqual([])
    return messages(world).flatMap(({ dropped }) => dropped.map(({ reason, where }) => `${reason} at ${where}`))
  }
  const mute: Program = () => Effect.never

  it("says that its receiver is unknown, deaf or down", () => {
    expect(reasonOf({ a: talking(["nobody"], 1) })).toEqual(["unknown node at a"])
    expect(reasonOf({ a: talking(["b"], 1), b: mute })).toEqual(["no handler at b"])
    expect(reasonOf({ a: talking(["b"], 1), b: listening }, { faults: [fault("crash", "b", 0)] })).toEqual([
      "receiver down at b",
    ])
  })

  it("is held while its receiver is paused, and says so; when that one dies it is dropped", () => {
    const pause = (length: number) => fault("pause", "b", 0, { for: length })
    const resumed = globe({ a: talking(["b"], 5), b: listening }, { faults: [pause(20 * millis)] })
    resumed.advance(second, enough)
    for (const { held, delivered, dropped } of messages(resumed)) {
      expect(held).toMatchObject([{ reason: "receiver paused" }])
      expect(delivered).toEqual([20 * millis])
      expect(dropped).toEqual([])
    }
    for (const end of ["crash", "stop", "bounce", "wipe"] as const) {
      const faults = [pause(2 * second), fault(end, "b", 10 * millis)]
      const killed = globe({ a: talking(["b"], 5), b: listening }, { faults })
      killed.advance(3 * second, enough)
      for (const { held, delivered, dropped } of messages(killed)) {
        expect(held).toHaveLength(1)
        expect(delivered).toEqual([])
        expect(dropped).toMatchObject([{ reason: "receiver down", where: "b" }])
      }
    }
  })
})

describe("a call", () => {
  const caller =
    (timeout: number, ended: { at: number; how: unknown }): Program =>
    () =>
      Effect.gen(function* () {
        const network = yield* Network
        yield* Effect.sleep(1)
        const exit = yield* Effect.result(network.call("b", "question", { timeout }))
        ended.how = exit._tag === "Success" ? exit.success : exit.failure
        ended.at = now()
        return yield* Effect.never
      })
  const answering =
    (millis: number): Program =>
    () =>
      Effect.gen(function* () {
        const network = yield* Network
        yield* network.serve((message) => Effect.as(Effect.sleep(millis), { re: message }))
        return yield* Effect.never
      })

  it("is answered with what the handler returns", () => {
    const ended = { at: -1, how: undefined as unknown }
    const world = globe({ a: caller(100, ended), b: answering(10) })
    world.advance(second, enough)
    expect(ended.how).toEqual({ re: "question" })
    expect(between(11_600, ended.at, 12_400)).toBe(true)
  })

  it("times out exactly when the caller's own clock says so; an answer after that is traced as too late", () => {
    const drift = fc.integer({ min: -400_000, max: 400_000 })
    const timeout = fc.integer({ min: 1, max: 20_000 }).map((tenths) => tenths / 10)
    fc.assert(
      fc.property(timeout, drift, fc.integer({ min: -second, max: second }), (timeout, partsPerMillion, skew) => {
        const ended = { at: -1, how: undefined as unknown }
        const world = globe(
          { a: caller(timeout, ended), b: answering(5000) },
          {
            faults: [
              fault("drift", "a", 0, { value: partsPerMillion }),
              fault("skew", "a", 0, { value: skew }),
              fault("drift", "b", 0, { value: -partsPerMillion }),
            ],
          },
        )
        world.advance(12 * second, enough)
        const clock = new HardwareClock()
        clock.setDrift(0, partsPerMillion)
        // The sleep of a millisecond was begun before the clock went wrong.
        expect(ended.at).toBe(1000 + clock.onTimeline(timeout * 1000))
        expect(ended.how).toEqual(new CallTimeout({ to: "b", millis: timeout }))
        const [question, answer] = messages(world)
        expect(question).toMatchObject({ delivered: [expect.any(Number)], dropped: [] })
        expect(answer).toMatchObject({ message: { re: "question" }, delivered: [] })
        expect(answer?.dropped).toMatchObject([{ reason: "answer too late", where: "a" }])
      }),
      { numRuns: 40 },
    )
  })

  it("is answered at most once, however often its messages are doubled", () => {
    const answers: unknown[] = []
    let handled = 0
    const asking: Program = () =>
      Effect.gen(function* () {
        const network = yield* Network
        for (let nth = 0; nth < 50; nth++) answers.push(yield* Effect.orDie(network.call("b", nth, { timeout: 100 })))
        return yield* Effect.never
      })
    const answer: Program = () =>
      Effect.gen(function* () {
        const network = yield* Network
        yield* network.serve((message) => Effect.sync(() => [message, ++handled]))
        return yield* Effect.never
      })
    const world = globe({ a: asking, b: answer }, { faults: [fault("duplicate", "*->*", 0, { value: 1000 })] })
    world.advance(2 * second, enough)
    expect(world.defects).toEqual([])
    expect(answers.map((pair) => (pair as number[])[0])).toEqual(Array.from({ length: 50 }, (_, nth) => nth))
    // The very first was sent before the fault began.
    expect(handled).toBe(99)
    const late = messages(world).flatMap(({ dropped }) => dropped.map(({ reason }) => reason))
    expect(new Set(late)).toEqual(new Set(["answer too late"]))
  })
})

describe("every message", () => {
  const ids = ["a", "b", "c", "d"] as const
  const end = fc.constantFrom(...ids, "*")
  const link = fc
    .tuple(end, end)
    .filter(([from, to]) => from !== to || from === "*")
    .map(([from, to]) => `${from}->${to}`)
  const one = fc.constantFrom(...ids)
  const targets: Record<string, fc.Arbitrary<string>> = {
    link,
    node: one,
    nodes: fc.constantFrom("*", "a+b", "c"),
    groups: fc.constantFrom("a|b+c+d", "a+b|c+d", "a+c|d"),
    region: fc.constantFrom("east", "west"),
  }
  const values: Record<string, fc.Arbitrary<number>> = {
    micros: fc.nat(60 * millis),
    permille: fc.nat(1000),
  }
  const kinds = (Object.keys(faultKinds) as FaultKind[]).filter(
    (kind) => ["network", "node", "region"].includes(faultShape(kind).family) && kind !== "drop",
  )
  const blow: fc.Arbitrary<Fault> = fc.constantFrom(...kinds).chain((kind) => {
    const { aim, unit, modes, instant } = faultShape(kind)
    return fc.record(
      {
        id: fc.nat().map((n) => `f${n}`),
        kind: fc.constant(kind),
        target: targets[aim] ?? one,
        at: fc.nat(450).map((at) => at * millis),
        ...(!instant && { for: fc.integer({ min: 1, max: 300 }).map((length) => length * millis) }),
        ...(unit !== "none" && { value: values[unit] as fc.Arbitrary<number> }),
        ...(modes.length > 0 && { mode: fc.constantFrom(...modes) }),
      },
      { requiredKeys: ["id", "kind", "target", "at", ...(unit === "none" ? [] : ["value" as const])] },
    ) as fc.Arbitrary<Fault>
  })

  const calmAt = 500 * millis
  const talkUntil = 600
  /** Asks one peer and tells another, and answers whatever it is asked after a while. */
  const chatty =
    (asked: string, told: string): Program =>
    () =>
      Effect.gen(function* () {
        const network = yield* Network
        const clock = yield* Clock.Clock
        yield* network.serve((message) => (message === "ask" ? Effect.as(Effect.sleep(2), "answer") : Effect.void))
        while (clock.currentTimeMillisUnsafe() < epochMillis + talkUntil) {
          yield* network.send(told, "tell")
          yield* Effect.ignore(network.call(asked, "ask", { timeout: 30 }))
          yield* Effect.sleep(3)
        }
        return yield* Effect.never
      })
  const programs = { a: chatty("b", "c"), b: chatty("c", "d"), c: chatty("d", "a"), d: chatty("a", "b") }

  /** One of each, one after the other: every reason is given at least here. */
  const parade: readonly Fault[] = [
    fault("loss", "*->*", 0, { value: 500 }),
    fault("corrupt", "*->*", 0, { value: 500 }),
    fault("cut", "a->b", 0),
    fault("partition", "a+b|c+d", 0),
    fault("isolate", "c", 0),
    fault("sever", "west", 0),
    fault("clog", "b->c", 0),
    fault("pause", "d", 0),
    fault("crash", "a", 0),
  ].map((each, nth) => ({ ...each, at: nth * 50 * millis, for: 50 * millis }))

  it("is delivered once per copy or dropped with a reason, and until then held or under way", () => {
    const seen = new Set<Reason>()
    fc.assert(
      fc.property(
        fc.array(blow, { maxLength: 8, size: "max" }),
        fc.nat(0xffff_ffff),
        fc.constantFrom(...strategies),
        (faults, seed, strategy) => {
          const world = globe(programs, { seed, strategy, faults, calmAt, regions: { c: "west", d: "west" } })
          world.calm(calmAt, ids)
          // Until nothing is under way any more: the longest tail is a hundredfold, and faults add up.
          expect(world.advance(calmAt + 8 * 100 * 60 * millis, enough)).toBe("quiescent")
          expect(world.defects).toEqual([])
          const told = messages(world)
          for (const { sent, delivered, dropped, held, copies } of told) {
            for (const { reason } of [...dropped, ...held]) seen.add(reason)
            expect(dropped.every(({ reason }) => reason !== "none")).toBe(true)
            expect(delivered.length + dropped.length).toBe(copies)
            expect([...delivered, ...dropped.map(({ at }) => at)].every((at) => at >= sent)).toBe(true)
          }
          // What is sent on the healed network arrives once, but for answers that nobody waits for any more.
          const healthy = told.filter(({ sent }) => sent > calmAt)
          expect(healthy.length).toBeGreaterThan(100)
          for (const { delivered, dropped, copies } of healthy) {
            expect(copies).toBe(1)
            if (dropped.length > 0) expect(dropped).toMatchObject([{ reason: "answer too late" }])
            else expect(delivered).toHaveLength(1)
          }
        },
      ),
      { numRuns: 40, examples: [[[...parade], 1, "fifo"]] },
    )
    const common: readonly Reason[] = [
      "lost",
      "cut",
      "partitioned",
      "isolated",
      "corrupt",
      "receiver down",
      "region cut",
    ]
    expect(common.filter((reason) => !seen.has(reason))).toEqual([])
    expect((["answer too late", "clogged", "receiver paused"] as const).filter((reason) => !seen.has(reason))).toEqual(
      [],
    )
  })
})

it("a single message of a run is dropped by the key that the run gives it, and no other", () => {
  const scenario = scenarios.find(({ name }) => name === "replication/failover")
  if (scenario === undefined) throw new Error("The catalogue has lost replication/failover.")
  const input = { ...scenario.story(7), faults: [] }
  const quiet = run(scenario, input)
  const sent = [...quiet.trace].find((entry) => entry.kind === Kind.send && entry.at > 1_000_000)
  const key = quiet.keyOf(sent?.n ?? 0)
  const [from, to] = [quiet.world.nodes[sent?.node ?? 0]?.id, quiet.world.nodes[sent?.peer ?? 0]?.id]
  const drop: Fault = { id: "f1", kind: "drop", target: `${from}->${to}#${key}`, at: 0 }
  const lost = [...run(scenario, { ...input, faults: [drop] }).trace].filter(
    (entry) => entry.kind === Kind.drop && reasons[entry.detail] === "dropped by hand",
  )
  expect(lost.map(({ n, at }) => [n, at])).toEqual([[sent?.n, sent?.at]])
})
