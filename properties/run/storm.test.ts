/**
 * What storms draw, and whatever shrinks from it, can be run, stays within the budget that it was drawn for, and names the
 * same dice.
 */
import { isDeepStrictEqual } from "node:util"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  exceeded,
  Input,
  normalise,
  ordinaryStorm,
  type Scenario,
  stage,
  storm,
  targetsOf,
  withinBudget,
  wrongWith,
} from "#run"
import { scenarios } from "#scenarios"
import { hashText, strategies } from "#sim"
import { endOf, type Fault, type FaultKind, faultKinds, faultShape } from "#world"
import { checkFault } from "../../src/run/notation.ts"

const [sound] = scenarios.filter(({ name }) => name === "replication/storm") as [Scenario]
const [part] = Object.values(sound.parts) as [Scenario["parts"][string]]
const drawn = fc.sample(sound.inputs, { seed: 5, numRuns: 400 })
const decode = Schema.decodeUnknownSync(Input)
const isCall = Schema.is(part.system.call)

const classesBeyond = (input: Input): ReadonlySet<string> =>
  new Set(stage(sound, input).flatMap((each) => [...exceeded(each, input.faults, input.calmAt, input.core)]))

const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id)

/** What any input of a storm must be, drawn or shrunk. */
const expectRunnable = (input: Input): void => {
  const plain: unknown = JSON.parse(JSON.stringify(input))
  expect(isDeepStrictEqual(decode(plain), plain)).toBe(true)
  expect(wrongWith(sound, input)).toBeUndefined()
  const targets = targetsOf(sound, input)
  expect(input.faults.filter((fault) => checkFault(fault, targets) !== undefined || fault.at >= input.calmAt)).toEqual(
    [],
  )
  expect(input.operations.filter(({ client, call }) => !targets.clients.includes(client) || !isCall(call))).toEqual([])
  const named = [...ids(input.operations), ...ids(input.faults)]
  expect(new Set(named).size).toBe(named.length)
  const cores = part.system.cores({ ...input.size })
  expect(cores.some((core) => core.every((node) => input.core.includes(node)))).toBe(true)
  const beyond = classesBeyond(input)
  expect(beyond).not.toContain("damage")
  expect(beyond).not.toContain("time")
}

/** All that is tried while an input shrinks under a predicate, the first as it was drawn. */
const shrunk = (inputs: fc.Arbitrary<Input>, seed: number, passes: (input: Input) => boolean, most = 100): Input[] => {
  const tried: Input[] = []
  fc.check(
    fc.property(inputs, (input) => {
      tried.push(input)
      return tried.length > most || (tried.length > 1 && passes(input))
    }),
    { seed, numRuns: 1 },
  )
  return tried
}

/** Ways to wander through what shrinks from an input: down at once, by what is left, and anywhere. */
const walks: readonly ((input: Input) => boolean)[] = [
  () => false,
  ({ operations }) => operations.length < 5,
  ({ faults }) => faults.length < 2,
  (input) => (hashText(JSON.stringify(input)) & 1) === 0,
]

describe("a storm", () => {
  it("draws inputs that can be run", () => {
    for (const input of drawn.slice(0, 200)) expectRunnable(input)
  })

  it("draws them for every scenario", () => {
    for (const scenario of scenarios) {
      for (const input of fc.sample(scenario.inputs, { seed: 6, numRuns: 10 })) {
        expect(decode(input)).toEqual(input)
        expect(wrongWith(scenario, input)).toBeUndefined()
        expect(input.scenario).toBe(scenario.name)
      }
    }
  })

  it("draws every family, every kind but single messages and what no design survives, and every strategy", () => {
    const { damages } = part.system.tolerates({ nodes: 3 }, {})
    const kinds = (Object.keys(faultKinds) as FaultKind[]).filter(
      (kind) => kind !== "drop" && (faultShape(kind).class !== "damage" || damages.includes(kind)),
    )
    const faults = drawn.flatMap((input) => input.faults)
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(kinds))
    expect(new Set(faults.map(({ kind }) => faultShape(kind).family)).size).toBe(5)
    expect(new Set(drawn.map(({ strategy }) => strategy))).toEqual(new Set(strategies))
    expect(faults.length / drawn.length).toBeGreaterThan(4)
  })

  it("draws in both modes: even of the densest some are survived, and some are not", () => {
    const dense = drawn.filter(({ faults }) => faults.length >= 6)
    const survivable = dense.filter((input) => classesBeyond(input).size === 0).length
    expect(survivable / dense.length).toBeGreaterThan(0.15)
    expect(survivable / dense.length).toBeLessThan(0.85)
  })

  it("that is survivable never takes away more nodes at an instant than the design can spare", () => {
    const taken = new Set<FaultKind>(["crash", "bounce", "pause", "isolate", "stop", "wipe", "stall", "full", "power"])
    let struck = 0
    for (const input of drawn) {
      if (classesBeyond(input).size > 0) continue
      const [{ nodes, size, system, design }] = stage(sound, input) as [ReturnType<typeof stage>[number]]
      const away = (fault: Fault, at: number) =>
        taken.has(fault.kind) && fault.at <= at && at <= endOf(fault, input.calmAt)
          ? nodes.filter(({ id, region }) => id === fault.target || region === fault.target).map(({ id }) => id)
          : []
      for (const { at } of input.faults) {
        const gone = new Set(input.faults.flatMap((fault) => away(fault, at)))
        struck = Math.max(struck, gone.size)
        expect(gone.size).toBeLessThanOrEqual(system.tolerates(size, design).absent)
      }
    }
    expect(struck).toBe(2)
  })
})

describe("a budget", () => {
  /** Everything at once: nothing of it was ever held against a budget. */
  const wild = { ...part, system: { ...part.system, tolerates: () => boundless } }
  const boundless = { absent: 99, damaged: 99, damages: Object.keys(faultKinds) as FaultKind[], drift: 1e9, jump: 1e12 }
  const excessive = fc.sample(storm({ name: sound.name, parts: { "": wild } }), { seed: 8, numRuns: 60 })

  it("drops from any faults what is too much, and only that", () => {
    let dropped = 0
    for (const input of excessive) {
      for (const mode of ["survivable", "safety-only"] as const) {
        const faults = withinBudget(stage(sound, input), input, mode)
        const beyond = classesBeyond({ ...input, faults })
        expect([...beyond].filter((each) => mode === "survivable" || each !== "absence")).toEqual([])
        expect(input.faults.filter((fault) => faults.includes(fault))).toEqual(faults)
        expect(withinBudget(stage(sound, input), { ...input, faults }, mode)).toEqual(faults)
        dropped += input.faults.length - faults.length
        if (classesBeyond(input).size === 0) expect(faults).toEqual(input.faults)
      }
    }
    expect(dropped).toBeGreaterThan(100)
  })
})

describe("normalising", () => {
  it("twice is normalising once, and drops what points outside of the size", () => {
    const sizes = fc.record({ nodes: fc.constantFrom(3, 4, 5), clients: fc.integer({ min: 1, max: 4 }) })
    let dropped = 0
    fc.assert(
      fc.property(fc.constantFrom(...drawn), sizes, fc.integer({ min: 1, max: 4_000_000 }), (input, size, calmAt) => {
        const twice = [...input.operations, ...input.operations.slice(0, 2)]
        const messy = {
          ...input,
          operations: twice,
          size: { ...input.size, ...size },
          calmAt,
          core: input.core.slice(1),
        }
        const once = normalise(sound, messy)
        expect(normalise(sound, once)).toEqual(once)
        dropped += messy.faults.length - once.faults.length
        const targets = targetsOf(sound, once)
        for (const fault of once.faults) expect(checkFault(fault, targets)).toBeUndefined()
        for (const { client, at } of once.operations) {
          expect(targets.clients).toContain(client)
          expect(at).toBeLessThanOrEqual(calmAt)
        }
        expect(new Set(ids(once.operations)).size).toBe(once.operations.length)
        expect(part.system.cores(once.size).some((core) => core.every((node) => once.core.includes(node)))).toBe(true)
      }),
    )
    expect(dropped).toBeGreaterThan(0)
  })

  it("leaves alone what a storm drew", () => {
    for (const input of drawn.slice(0, 100)) expect(normalise(sound, input)).toEqual(input)
  })
})

describe("what shrinks from a storm", () => {
  it("can be run and keeps its seed", () => {
    let smaller = 0
    for (const [nth, walk] of walks.entries()) {
      for (const seed of [nth, nth + 100]) {
        const [root, ...candidates] = shrunk(sound.inputs, seed, walk)
        expect(candidates.length).toBeGreaterThan(4)
        for (const candidate of candidates) {
          expectRunnable(candidate)
          expect(candidate.seed).toBe(root?.seed)
          if (JSON.stringify(candidate).length < JSON.stringify(root).length) smaller++
        }
      }
    }
    expect(smaller).toBeGreaterThan(200)
  })

  it("names no dice that it did not name before: an id is dropped or kept, never changed", () => {
    // Of a fixed size and without a budget, so that nothing comes back that was dropped for their sake.
    const tolerant = () => ({ absent: 99, damaged: 99, damages: kinds, drift: 1e9, jump: 1e12 })
    const kinds = Object.keys(faultKinds) as FaultKind[]
    const parts = { "": { ...part, system: { ...part.system, tolerates: tolerant } } }
    const inputs = storm({ name: sound.name, parts }, { ...ordinaryStorm, operations: 4, faults: 12, knobs: [] })
    const walk = ({ faults }: Input) => faults.length === 0
    let changed = 0
    let struck = 0
    for (const seed of [21, 22, 23, 24, 25, 26]) {
      const [root, ...candidates] = shrunk(inputs, seed, walk) as [Input, ...Input[]]
      struck += root.faults.length
      const before = new Map<string, Input["operations"][number] | Fault>(
        [...root.operations, ...root.faults].map((each) => [each.id, each]),
      )
      for (const { operations, faults } of candidates) {
        expect(ids([...operations, ...faults]).filter((each) => !before.has(each))).toEqual([])
        const other = ({ id, kind, target }: Fault) => {
          const same = before.get(id) as Fault
          return same.kind !== kind || same.target !== target
        }
        expect(faults.filter(other)).toEqual([])
        changed += [...operations, ...faults].filter(({ id, at }) => at < (before.get(id)?.at ?? 0)).length
      }
    }
    expect(changed).toBeGreaterThan(0)
    expect(struck).toBeGreaterThan(5)
  })

  it("ends at next to nothing where everything fails", () => {
    const smallest = shrunk(sound.inputs, 3, () => false, 500).at(-1)
    expect(smallest).toMatchObject({
      operations: [],
      faults: [],
      strategy: "fifo",
      size: { nodes: 3, clients: 1, keys: 1 },
    })
  })
})
