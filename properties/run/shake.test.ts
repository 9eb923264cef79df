/**
 * Shaking finds what breaks and leaves nothing in it that is not needed. On a coin that clients toss, what is minimal is
 * plain; on the replicated log it has to be tried.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Invariant, ok, type Returned } from "#invariants"
import {
  addTallies,
  decodeToken,
  distinct,
  emptyTally,
  encodeToken,
  type Input,
  inputOfBatch,
  leastExercised,
  ordinaryStorm,
  run,
  type Scenario,
  type ShakeResult,
  shake,
  storm,
  sweep,
} from "#run"
import { scenarios } from "#scenarios"
import { Kind } from "#sim"
import type { System } from "#system"
import { ordinaryWiring } from "#world"

const sides = ["heads", "tails", "edge", "fatal"] as const
type Side = (typeof sides)[number]

/** Broken when one side has come up so many times; put to the test whenever it comes up. */
const atMost = (name: string, side: Side, times: number): Invariant => ({
  name,
  kind: "always",
  sentence: `There are at most ${times} ${side}.`,
  assumes: [],
  judge: () => {
    let seen = 0
    return {
      exercised: () => seen,
      see: ({ kind, value, index }) => {
        if (kind !== Kind.return || (value as Returned).call !== side) return undefined
        return ++seen > times ? { because: `${seen} ${side}`, evidence: [index] } : undefined
      },
    }
  },
})

/** A system of one idle node: its clients toss a coin, and a coin that is `fatal` is a mistake of ours. */
const coin = (
  tosses: Readonly<Partial<Record<Side, number>>>,
  invariants: readonly Invariant[],
): System<Side, null> => ({
  name: "coin",
  sentence: "Clients toss a coin.",
  designs: {},
  size: {},
  nodes: () => [{ id: "n1", role: "table", region: "east" }],
  clients: () => 2,
  boot: () => Effect.never,
  message: Schema.Unknown,
  call: Schema.Literals(sides),
  calls: () =>
    fc.oneof(
      ...sides
        .map((side) => ({ weight: tosses[side] ?? 0, arbitrary: fc.constant(side) }))
        .filter((each) => each.weight > 0),
    ),
  session: () => null,
  perform: (side) => (side === "fatal" ? Effect.die("the table broke") : Effect.succeed(ok(side))),
  invariants,
  tolerates: () => ({ absent: 1, damaged: 0, damages: [], drift: 0, jump: 0 }),
  cores: () => [["n1"]],
  measure: () => ({ see: () => {}, figures: () => [] }),
  say: String,
  isTurningPoint: () => false,
})

const quick = { millis: 400, operations: 10, faults: 4, settleMillis: 1000, knobs: "all" } as const

/** A scenario of the coin, whose story is these tosses. */
const tossing = (
  tosses: Readonly<Partial<Record<Side, number>>>,
  invariants: readonly Invariant[],
  story: readonly Side[] = [],
): Scenario => {
  const parts = { "": { system: coin(tosses, invariants), size: {}, design: {}, wiring: ordinaryWiring } }
  return {
    name: "coin/toss",
    summary: "clients toss a coin",
    parts,
    expects: "violated",
    about: invariants.map(({ name }) => name),
    story: (seed) => ({
      format: 1,
      scenario: "coin/toss",
      seed,
      design: {},
      size: {},
      strategy: "fifo",
      operations: story.map((call, nth) => ({ id: `o${nth}`, client: "c1", at: nth * 1000, call })),
      faults: [],
      calmAt: 400_000,
      core: ["n1"],
      until: 2_000_000,
    }),
    inputs: storm({ name: "coin/toss", parts }, quick),
  }
}

const tossed = ({ operations }: Pick<Input, "operations">) => operations.map(({ call }) => call)

/** What a batch came to, but for how long it took and what only asks the run that it found. */
const told = ({ violation, ...rest }: ShakeResult) => {
  if (violation === undefined) return rest
  const { result, ...found } = violation
  const { digest, events, invariants, figures } = result
  return { ...rest, ...found, digest, events, invariants, figures }
}

const fewHeads = atMost("few-heads", "heads", 2)
const fewTails = atMost("few-tails", "tails", 1)

describe("shaking a coin", () => {
  it("is a function of the seed", () => {
    const scenario = tossing({ heads: 1, tails: 4, edge: 20 }, [fewHeads, fewTails])
    const found = [1, 2, 3, 4].map((seed) => shake(scenario, { seed, runs: 40 }))
    expect([1, 2, 3, 4].map((seed) => told(shake(scenario, { seed, runs: 40 })))).toEqual(found.map(told))
    expect(new Set(found.map(({ violation }) => violation?.input.seed)).size).toBe(4)
  })

  it("leaves exactly what breaks the promise that broke first, and never slips to another", () => {
    const scenario = tossing({ heads: 2, tails: 1 }, [fewHeads, fewTails])
    const found = new Set<string>()
    for (let seed = 1; seed <= 12; seed++) {
      const { violation } = shake(scenario, { seed, runs: 20 })
      found.add(violation?.invariant ?? "none")
      const least = violation?.invariant === "few-heads" ? ["heads", "heads", "heads"] : ["tails", "tails"]
      expect(tossed(violation?.input ?? { operations: [] })).toEqual(least)
      expect(violation?.input.faults).toEqual([])
    }
    expect(found).toEqual(new Set(["few-heads", "few-tails"]))
  })

  it("draws run i from the seed and i alone, whichever runs come before it", () => {
    const scenario = tossing({ heads: 1, tails: 4, edge: 20 }, [fewHeads])
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.integer({ min: 1, max: 5000 }), (seed, nth) => {
        const input = inputOfBatch(scenario, { seed }, nth)
        expect(inputOfBatch(scenario, { seed }, nth)).toEqual(input)
        const others = [inputOfBatch(scenario, { seed }, nth + 1), inputOfBatch(scenario, { seed: seed ^ 1 }, nth)]
        for (const other of others) expect(other.seed).not.toBe(input.seed)
      }),
      { numRuns: 50 },
    )
  })

  it("finds the same in pieces of any size, in any order", () => {
    const scenario = tossing({ heads: 4, tails: 2, edge: 20 }, [fewHeads, fewTails])
    const whole = sweep(scenario, { seed: 4, keepGoing: true }, 0, 60)
    expect(distinct(whole.findings)).toHaveLength(2)
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 59 })), (cuts) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), 60]
        const pieces = bounds
          .slice(1)
          .map((to, i) => sweep(scenario, { seed: 4, keepGoing: true }, bounds[i] as number, to))
        const shuffled = [...pieces].reverse()
        expect(shuffled.map(({ tally }) => tally).reduce(addTallies, emptyTally)).toEqual(whole.tally)
        expect(distinct(shuffled.flatMap(({ findings }) => findings))).toEqual(distinct(whole.findings))
      }),
      { numRuns: 20 },
    )
    const first = sweep(scenario, { seed: 4 }, 0, 60)
    expect(first.findings).toEqual(whole.findings.slice(0, 1))
    expect(first.tally.runs).toBe((whole.findings[0]?.run ?? 0) + 1)
  })

  it("keeps going where it is told to, and tries a corpus first", () => {
    const scenario = tossing({ heads: 4, tails: 2, edge: 20 }, [fewHeads, fewTails])
    const all = shake(scenario, { seed: 4, runs: 60, keepGoing: true })
    expect(all.runs).toBe(60)
    expect(all.violations.map(({ invariant }) => invariant).sort()).toEqual(["few-heads", "few-tails"])
    expect(all.verdicts.violated).toBe(Object.values(all.broken).reduce((sum, each) => sum + each, 0))
    const corpus = all.violations.map(({ input }) => input)
    const { violation, runs } = shake(scenario, { seed: 77, runs: 60, corpus: [scenario.story(1), ...corpus] })
    expect({ run: violation?.run, runs }).toEqual({ run: -2, runs: 2 })
    expect(violation?.invariant).toBe(all.violations[0]?.invariant)
  })

  it("tries the story first, and cuts it down too", () => {
    const story: readonly Side[] = ["edge", "tails", "heads", "edge", "tails", "tails"]
    const { violation, runs, verdict } = shake(tossing({ edge: 1 }, [fewHeads, fewTails], story), { seed: 9, runs: 40 })
    expect({ verdict, runs, run: violation?.run }).toEqual({ verdict: "violated", runs: 1, run: 0 })
    expect(violation?.input.seed).toBe(9)
    expect(tossed(violation?.input ?? { operations: [] })).toEqual(["tails", "tails"])
  })

  it("holds only if everything it is about was put to the test often enough, and else is unknown", () => {
    const often = atMost("often", "heads", 99)
    const seldom = atMost("seldom", "edge", 99)
    const tosses = { heads: 400, edge: 1 }
    const both = shake(tossing(tosses, [often, seldom]), { seed: 1, runs: 40 })
    expect(both.exercised.often).toBeGreaterThan(20)
    expect(both.exercised.seldom).toBeLessThan(leastExercised(40))
    expect(both.verdict).toBe("unknown")
    expect(shake({ ...tossing(tosses, [often, seldom]), about: ["often"] }, { seed: 1, runs: 40 }).verdict).toBe(
      "holds",
    )
    expect(shake(tossing(tosses, [often]), { seed: 1, runs: 2 }).verdict).toBe("unknown")
    expect([1, 100, 300, 301, 20_000].map(leastExercised)).toEqual([3, 3, 3, 4, 200])
  })

  it("on one promise alone finds nothing else, and knows nothing of it when it was not put to the test", () => {
    const scenario = tossing({ heads: 1, tails: 1 }, [fewHeads, fewTails, atMost("no-edge", "edge", 0)])
    for (const invariant of ["few-heads", "few-tails"]) {
      const { violation, exercised } = shake(scenario, { seed: 3, runs: 30, invariant })
      expect(violation?.invariant).toBe(invariant)
      expect(Object.keys(exercised)).toEqual([invariant])
      expect(violation?.result.invariants.map(({ name }) => name)).toEqual([invariant])
    }
    expect(shake(scenario, { seed: 3, runs: 30, invariant: "no-edge" }).verdict).toBe("unknown")
    const other = { ...scenario, about: ["few-heads"] }
    expect(shake(other, { seed: 3, runs: 30, invariant: "no-edge" }).verdict).toBe("unknown")
  })

  it("reports a mistake of ours, in the story or later, as what it is", () => {
    const early = shake(tossing({ heads: 1 }, [fewHeads], ["heads", "fatal"]), { seed: 1, runs: 20 })
    expect(early.defect?.line).toContain("the table broke")
    expect(early.defect?.input.operations).toHaveLength(2)
    expect(early.violation).toBeUndefined()
    const scenario = tossing({ edge: 40, fatal: 1 }, [atMost("edges", "edge", 99)])
    const late = shake(scenario, { seed: 1, runs: 200 })
    expect(late.defect?.line).toContain("the table broke")
    // Runs before it were played; it has tested nothing itself.
    const drawn = Array.from({ length: 200 }, (_, nth) => inputOfBatch(scenario, { seed: 1 }, nth))
    const first = drawn.findIndex((input) => tossed(input).includes("fatal"))
    expect(first).toBeGreaterThan(0)
    expect(late.runs).toBe(first)
    expect(late.defect?.input).toEqual(drawn[first])
  })

  it("is not led astray by a mistake of ours that only a smaller input meets", () => {
    // The coin is fatal long after the third heads has ended the run: whoever leaves one out meets it.
    const scenario = tossing({ edge: 1 }, [fewHeads], ["fatal", "heads", "heads", "heads"])
    const last = (input: Input): Input => ({
      ...input,
      operations: input.operations.map((each) => (each.call === "fatal" ? { ...each, at: 300_000 } : each)),
    })
    const { violation, defect } = shake(
      { ...scenario, story: (seed) => last(scenario.story(seed)) },
      { seed: 1, runs: 5 },
    )
    expect(defect).toBeUndefined()
    expect(tossed(violation?.input ?? { operations: [] })).toEqual(["heads", "heads", "heads"])
  })

  it("says how it goes on, and stops when its time is up", () => {
    const scenario = tossing({ heads: 1, edge: 3 }, [atMost("heads", "heads", 99)])
    const seen: number[] = []
    shake(scenario, { seed: 1, runs: 25, onProgress: ({ runs }) => seen.push(runs) })
    expect(seen).toEqual(Array.from({ length: 25 }, (_, nth) => nth + 1))
    expect(shake(scenario, { seed: 1, runs: 1_000_000, timeMillis: 150 }).runs).toBeLessThan(1_000_000)
  })
})

describe("shaking a log whose primary acknowledges on its own word", () => {
  const [usual] = scenarios.filter(({ name }) => name === "replication/storm") as [Scenario]
  const small = {
    ...ordinaryStorm,
    millis: 2000,
    operations: 12,
    faults: 6,
    knobs: ["nodes", "clients", "keys", "lag"],
  }
  const scenario: Scenario = { ...usual, inputs: storm(usual, small) }
  const options = { seed: 8, runs: 60, design: { ack: "local" } }
  const found = shake(scenario, options)
  const violation = found.violation as NonNullable<ShakeResult["violation"]>
  const { input, invariant } = violation

  it("finds the smallest story: one call and one fault", () => {
    expect(found.verdict).toBe("violated")
    expect(invariant).toBe("acknowledged-writes-survive")
    expect(input.operations.length + input.faults.length).toBeLessThanOrEqual(2)
    expect(violation.shrinks).toBeGreaterThan(0)
    expect(violation.run).toBe(found.runs - 1)
    expect(input.design).toEqual({ ack: "local" })
  })

  it("finds the same under the same seed", () => {
    expect(told(shake(scenario, options))).toEqual(told(found))
  })

  it("hands it on as a token that plays the same run", () => {
    const token = encodeToken(input, violation.result.digest) ?? ""
    expect(token.length).toBeLessThan(200)
    const decoded = decodeToken(token)
    if (decoded._tag === "Failure") throw new Error(decoded.failure)
    const again = run(scenario, decoded.success.input)
    expect(again.digest).toBe(violation.result.digest)
    expect(again.digest.slice(0, 8)).toBe(decoded.success.digest)
    expect(again.invariants).toEqual(violation.result.invariants)
    expect(again.invariants.find(({ name }) => name === invariant)?.verdict).toBe("violated")
  })

  it("leaves nothing in it that is not needed", () => {
    for (const list of ["operations", "faults"] as const) {
      for (const left of input[list]) {
        const without = run(scenario, {
          ...input,
          [list]: (input[list] as readonly unknown[]).filter((each) => each !== left),
        })
        expect(without.invariants.find(({ name }) => name === invariant)?.verdict, left.id).not.toBe("violated")
      }
    }
  })
})
