/**
 * Every die is named by its cause. So what is left out of an input changes what it caused and nothing else: no latency, no
 * loss, no order inside a node and no random number that has another cause. Shrinking lives on this.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Random from "effect/Random"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Input, ordinaryStorm, Run, storm } from "#run"
import { scenarios } from "#scenarios"
import { Kind, kindName, reasons, strategies } from "#sim"
import { Facts, type Fault, faultShape, Network, type Program } from "#world"
import { enough, fault, globe, messages, millis, quickly, second, type Told, talking, told } from "./globe.ts"

/** Asks its server again and again, with pauses, retries and two things at a time, and notes what it drew. */
const asking =
  (server: string): Program =>
  () =>
    Effect.gen(function* () {
      const network = yield* Network
      const facts = yield* Facts
      const ask = Effect.gen(function* () {
        for (let nth = 0; nth < 12; nth++) {
          yield* Effect.sleep(yield* Random.nextIntBetween(0, 6))
          const answer = yield* Effect.option(network.call(server, { nth, luck: Math.random() }, { timeout: 8 }))
          yield* Effect.sync(() => facts.record({ nth, answer: answer._tag, luck: Math.random() }))
        }
      })
      // In which order they get through is chance too, and all nodes begin at the same instant.
      const walk = (name: number) =>
        Effect.gen(function* () {
          for (let step = 0; step < 3; step++) yield* Effect.yieldNow
          facts.record({ through: name })
        })
      yield* network.serve(() => Effect.void)
      yield* Effect.forEach([0, 1, 2, 3], walk, { concurrency: "unbounded" })
      yield* Effect.all([ask, ask], { concurrency: "unbounded" })
      return yield* Effect.never
    })

/** Writes down what it is asked and answers, and tells whoever asked once more on its own account. */
const answering: Program = () =>
  Effect.gen(function* () {
    const network = yield* Network
    const facts = yield* Facts
    const fs = yield* FileSystem.FileSystem
    let asked = 0
    yield* network.serve((message, from) =>
      Effect.orDie(
        Effect.gen(function* () {
          const nth = asked++
          yield* Effect.sleep(yield* Random.nextIntBetween(0, 3))
          yield* fs.writeFileString(`/${nth}`, JSON.stringify(message))
          yield* network.send(from, { heard: nth })
          yield* Effect.sync(() => facts.record({ nth, asked, from }))
          return { nth, luck: yield* Random.next }
        }),
      ),
    )
    return yield* Effect.never
  })

const pairs = ["1", "2", "3"] as const
const ends = (pair: string) => [`c${pair}`, `s${pair}`]

const weather = (more: Partial<Fault>, kind: Fault["kind"], target = "*->*") =>
  fault(kind, target, 0, { id: `everywhere ${kind}`, ...more })

/** Blows on every link all the time. */
const everywhere: readonly Fault[] = [
  weather({ value: 100 }, "loss"),
  weather({ value: 100 }, "duplicate"),
  weather({ value: 100 }, "reorder"),
  weather({ value: 50 }, "corrupt"),
  weather({ value: 1000, mode: "exponential" }, "latency"),
]

/** A fault that concerns one pair. */
const own = fc.record({
  pair: fc.constantFrom(...pairs),
  kind: fc.constantFrom(
    "crash",
    "bounce",
    "pause",
    "wipe",
    "isolate",
    "drift",
    "loss",
    "clog",
    "stall",
    "rot" as const,
  ),
  at: fc.nat(60),
  lasts: fc.integer({ min: 1, max: 40 }),
  id: fc.nat(0xffff).map((n) => `o${n}`),
})
const faultOf = ({ pair, kind, at, lasts, id }: typeof own extends fc.Arbitrary<infer A> ? A : never): Fault => {
  const instant = kind === "bounce" || kind === "rot"
  const link = kind === "loss" || kind === "clog"
  return fault(kind, link ? `c${pair}->s${pair}` : `s${pair}`, at * millis, {
    id,
    ...(!instant && { for: lasts * millis }),
    ...((kind === "loss" || kind === "drift") && { value: 400 }),
  })
}

const play = (
  shown: readonly string[],
  silent: string | undefined,
  faults: readonly Fault[],
  seed: number,
  strategy: (typeof strategies)[number],
) => {
  const programs: Record<string, Program> = {}
  for (const pair of shown) {
    programs[`c${pair}`] = pair === silent ? () => Effect.never : asking(`s${pair}`)
    programs[`s${pair}`] = answering
  }
  const world = globe(programs, { seed, strategy, faults: [...everywhere, ...faults], calmAt: 200 * millis })
  world.advance(190 * millis, enough)
  expect(world.defects).toEqual([])
  return world
}

describe("independent pairs of a client and its server", () => {
  const others = (pair: string) => pairs.filter((each) => each !== pair).flatMap(ends)
  const setting = [fc.constantFrom(...pairs), fc.nat(0xffff_ffff), fc.constantFrom(...strategies)] as const

  it("do not notice that the program of another client was left out, under every strategy", () => {
    fc.assert(
      fc.property(fc.array(own, { maxLength: 4 }), ...setting, (drawn, pair, seed, strategy) => {
        const faults = drawn.map(faultOf)
        const whole = play(pairs, undefined, faults, seed, strategy)
        const less = play(pairs, pair, faults, seed, strategy)
        expect(told(whole.simulation.trace, whole.nodes, others(pair)).length).toBeGreaterThan(80)
        expect(told(less.simulation.trace, less.nodes, others(pair))).toEqual(
          told(whole.simulation.trace, whole.nodes, others(pair)),
        )
        expect(told(less.simulation.trace, less.nodes, ends(pair)).length).toBeLessThan(
          told(whole.simulation.trace, whole.nodes, ends(pair)).length,
        )
      }),
      { numRuns: 25 },
    )
  })

  it("do not notice that another pair is not there at all", () => {
    fc.assert(
      fc.property(...setting, (pair, seed, strategy) => {
        const whole = play(pairs, undefined, [], seed, strategy)
        const less = play(
          pairs.filter((each) => each !== pair),
          undefined,
          [],
          seed,
          strategy,
        )
        expect(told(less.simulation.trace, less.nodes, others(pair))).toEqual(
          told(whole.simulation.trace, whole.nodes, others(pair)),
        )
      }),
      { numRuns: 15 },
    )
  })

  it("do not notice that a fault of another pair was left out", () => {
    fc.assert(
      fc.property(
        fc.array(own, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        ...setting,
        (drawn, nth, _, seed, strategy) => {
          const removed = drawn[nth % drawn.length] as (typeof drawn)[number]
          const whole = play(pairs, undefined, drawn.map(faultOf), seed, strategy)
          const rest = drawn.filter((each) => each !== removed).map(faultOf)
          const less = play(pairs, undefined, rest, seed, strategy)
          expect(told(less.simulation.trace, less.nodes, others(removed.pair))).toEqual(
            told(whole.simulation.trace, whole.nodes, others(removed.pair)),
          )
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe("a shared link", () => {
  const both = [
    fault("loss", "a->b", 0, { id: "f1", value: 300 }),
    fault("duplicate", "a->b", 0, { id: "f2", value: 300 }),
    fault("latency", "a->b", 0, { id: "f3", value: 5000, mode: "exponential" }),
  ]
  const under = (faults: readonly Fault[], seed: number) => {
    const world = globe({ a: talking(["b"], 150), b: talking(["a"], 0) }, { faults, seed })
    world.advance(second, enough)
    return messages(world)
  }
  const fate = ({ delivered, dropped, copies }: Told) => ({ delivered, dropped, copies })

  it("treats what one fault spares as if that fault had never been", () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.nat(2), (seed, left) => {
        const whole = under(both, seed)
        const less = under(both.toSpliced(left, 1), seed)
        const spared = whole.filter((each, i) =>
          left === 0 ? each.dropped.length === 0 : left === 1 ? each.copies === 1 : less[i]?.dropped.length === 1,
        )
        expect(spared.length).toBeGreaterThan(20)
        expect(spared.map(fate)).toEqual(less.filter(({ n }) => spared.some((each) => each.n === n)).map(fate))
      }),
      { numRuns: 30 },
    )
  })
})

describe("a replicated log in a storm", () => {
  const scenario = scenarios.find(({ name }) => name === "replication/storm") as (typeof scenarios)[number]
  const inputs = storm(scenario, { ...ordinaryStorm, millis: 1600, operations: 20, faults: 6, settleMillis: 400 })
  const onNodes = ({ kind }: Fault) => !["network", "region"].includes(faultShape(kind).family)

  /**
   * What became of the first message of each operation, by operation and link, never by position: when it arrived, or
   * that it was lost. Left out are those that found nobody at home.
   */
  const firsts = (input: Input): ReadonlyMap<string, string> => {
    const run = new Run(scenario, input)
    const { trace } = quickly(() => run.play())
    const operations = new Map<number, string>()
    const asked = new Map<number, { readonly name: string; readonly at: number }>()
    const fates = new Map<string, string>()
    const astray = new Set<string>()
    for (const { index, kind, at, node, peer, n, cause, detail, value } of trace) {
      if (kind === Kind.call) operations.set(index, (value as { readonly id: string }).id)
      const operation = operations.get(cause)
      if (kind === Kind.send && operation !== undefined) {
        asked.set(n, { name: `${operation} ${node}->${peer}`, at })
        operations.delete(cause)
      }
      const first = asked.get(n)
      if (first === undefined) continue
      const fate = kind === Kind.drop ? reasons[detail] : kindName(kind)
      if (kind === Kind.hold || fate === "receiver down") astray.add(first.name)
      if (kind !== Kind.deliver && kind !== Kind.drop && kind !== Kind.duplicate) continue
      fates.set(first.name, `${fates.get(first.name) ?? ""} ${fate} after ${at - first.at}`)
    }
    trace.release()
    for (const name of astray) fates.delete(name)
    return fates
  }

  it("gives the first message of every other operation the same time and fate when an operation or a fault is left out", () => {
    let compared = 0
    fc.assert(
      fc.property(inputs, fc.boolean(), fc.nat(), (drawn, which, nth) => {
        // Weather that never changes: a message's fate is then its own, whenever it is sent.
        const faults = [...everywhere, ...drawn.faults.filter(onNodes)]
        const input: Input = { ...drawn, faults, calmAt: drawn.until }
        const without = <A>(all: readonly A[]) => all.toSpliced(all.length - 1 - (nth % Math.max(1, all.length)), 1)
        const less = which
          ? { ...input, operations: without(input.operations) }
          : { ...input, faults: [...everywhere, ...without(faults.slice(everywhere.length))] }
        const before = firsts(input)
        for (const [name, became] of firsts(less)) {
          if (!before.has(name)) continue
          compared++
          expect(became).toBe(before.get(name))
        }
      }),
      { numRuns: 20 },
    )
    expect(compared).toBeGreaterThan(0)
  })
})
