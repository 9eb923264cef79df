/**
 * Storms: inputs drawn swarm style (Groce et al., 2012). Each run draws its workload, then its size, then a random subset
 * of the families of faults and faults from them, and last its seed.
 *
 * Everything is a generated value and may shrink, but for what names dice: ids and the seed. No list has a least length,
 * and nothing is drawn from what was drawn before, so the shrinker is free.
 */
import * as fc from "fast-check"
import { below, hashText, join, type Strategy } from "#sim"
import { type Family, type Fault, type FaultKind, faultKinds, faultShape } from "#world"
import { type StormMode, withinBudget } from "./budget.ts"
import { type Input, inputFormat } from "./input.ts"
import { checkFault } from "./notation.ts"
import type { Scenario } from "./scenario.ts"
import { inPart, stage, targetsOf } from "./stage.ts"

export interface StormOptions {
  /** How long the storm lasts, in milliseconds. */
  readonly millis: number
  /** The most operations. */
  readonly operations: number
  /** The most faults. */
  readonly faults: number
  /** How long after the storm the world may take to settle, in milliseconds. */
  readonly settleMillis: number
  /** What is drawn of the size; what is left out stays as the scenario has it. */
  readonly knobs: "all" | readonly string[]
}

export const ordinaryStorm: StormOptions = {
  millis: 4000,
  operations: 100,
  faults: 24,
  settleMillis: 26_000,
  knobs: "all",
}

const thousand = 1000

/** Forced yields multiply the work of a run: most runs go without, and the simplest strategy stands first. */
const mostlyFifo: readonly Strategy[] = ["fifo", "fifo", "fifo", "fifo", "yield/32", "yield/32", "yield/8", "yield/2"]

/** What shrinking leaves alone, because dice are named by it. */
const id = (prefix: string) => fc.noShrink(fc.nat({ max: 0xff_ffff })).map((n) => `${prefix}${n.toString(36)}`)

/** A number from a range; where the default is the least, half of the draws are it. */
const knobArbitrary = ({ min, max, default: usual }: { min: number; max: number; default: number }) => {
  if (usual !== min) return fc.integer({ min, max })
  return fc.nat({ max: (max - min) * 2 }).map((n) => (n > max - min ? min : min + n))
}

/** The nodes, clients and regions that faults are aimed at, as ordinals find them. */
interface Places {
  readonly nodes: readonly string[]
  readonly clients: readonly string[]
  readonly regions: readonly string[]
}

const pick = <A>(all: readonly A[], ordinal: number): A => all[ordinal % all.length] as A

/** Half of the faults on a node strike the same one: misfortunes that meet are the ones that matter. */
const struck = (nodes: readonly string[], a: number, victim: number): string =>
  pick(nodes, (a & 1) === 0 ? victim : a >> 1)

const target = (kind: FaultKind, places: Places, a: number, b: number, victim: number): string => {
  const { nodes, clients, regions } = places
  switch (faultShape(kind).aim) {
    case "node":
      return struck(nodes, a, victim)
    case "region":
      return pick(regions, a)
    case "nodes":
      return "*"
    case "groups": {
      // A random half against the rest: of the whole world, or of the nodes alone, and then clients reach either side.
      const all = (b & 1) === 0 ? nodes : [...nodes, ...clients]
      const left = all.filter((_, i) => ((a >> (i % 16)) & 1) === 1)
      const right = all.filter((_, i) => ((a >> (i % 16)) & 1) === 0)
      return left.length === 0 || right.length === 0
        ? `${all[0]}|${all.slice(1).join("+")}`
        : `${left.join("+")}|${right.join("+")}`
    }
    default: {
      const all = [...nodes, ...clients, "*"]
      const from = pick(all, a)
      const to = pick(
        all.filter((each) => each !== from || each === "*"),
        b,
      )
      return `${from}->${to}`
    }
  }
}

/** A value in the kind's unit, from a draw in [0, 1000). */
const amountOf = (kind: FaultKind, draw: number): number | undefined => {
  const { unit, optional } = faultShape(kind)
  if (optional) return undefined
  switch (unit) {
    case "micros":
      return (1 + Math.floor((draw * draw) / 2500)) * thousand
    case "permille":
      return 50 + Math.floor(draw * 0.6)
    case "factor":
      return 2 + Math.floor(draw / 10)
    case "ppm":
      return (draw - 500) * 200
    case "signed micros":
      return (draw - 500) * 10 * thousand
    default:
      return undefined
  }
}

/** Kinds that a storm draws from: a single message is named by a key that only a trace knows. */
const stormKinds = (Object.keys(faultKinds) as FaultKind[]).filter((kind) => kind !== "drop")

/** What takes an office away and leaves its holder unaware is drawn more often than the rest. */
const likelihood: Partial<Record<FaultKind, number>> = { partition: 6, crash: 4, pause: 2, isolate: 2 }
const urn = stormKinds.flatMap((kind) => Array.from({ length: likelihood[kind] ?? 1 }, () => kind))

const families: readonly Family[] = [...new Set(stormKinds.map((kind) => faultShape(kind).family))]

const bits = fc.integer({ min: 1, max: (1 << families.length) - 1 })

/** A fault that still has to be told which node is the storm's victim. */
const faultArbitrary = (places: Places, options: StormOptions): fc.Arbitrary<(victim: number) => Fault> =>
  fc
    .record({
      id: id("f"),
      kind: fc.noShrink(fc.nat({ max: urn.length - 1 })),
      a: fc.noShrink(fc.nat({ max: 0xffff })),
      b: fc.noShrink(fc.nat({ max: 0xffff })),
      mode: fc.nat({ max: 11 }),
      at: fc.integer({ min: 50, max: options.millis - 1 }),
      // Many short ones, and some that outlast every patience.
      lasts: fc.oneof(
        { weight: 1, arbitrary: fc.integer({ min: 10, max: Math.max(10, Math.floor(options.millis / 16)) }) },
        { weight: 2, arbitrary: fc.integer({ min: 10, max: Math.max(10, Math.floor(options.millis / 2)) }) },
      ),
      value: fc.nat({ max: 999 }),
    })
    .map(({ id, kind: ordinal, a, b, mode, at, lasts, value }) => (victim: number) => {
      const kind = pick(urn, ordinal)
      const shape = faultShape(kind)
      const amount = amountOf(kind, value)
      const variant = shape.modes.length > 0 ? pick(shape.modes, mode) : undefined
      return {
        id,
        kind,
        target: target(kind, places, a, b, victim),
        at: at * thousand,
        ...(!shape.instant && { for: lasts * thousand }),
        ...(amount !== undefined && { value: amount }),
        ...(variant !== undefined && variant !== shape.modes[0] && { mode: variant }),
      }
    })

/** Swarm on the workload: leaves out all calls of some kinds, as the draw has it. */
const outspoken = (operations: Input["operations"], draw: number): Input["operations"] =>
  operations.filter(({ call }) => {
    const kind = (call as { readonly _tag?: string })._tag ?? ""
    return below(join(draw, hashText(kind)), 5) !== 0
  })

const largest = (scenario: Scenario, options: StormOptions): Record<string, number> =>
  Object.fromEntries(
    Object.entries(scenario.parts).flatMap(([as, { system }]) =>
      Object.entries(system.size)
        .filter(([name]) => options.knobs === "all" || options.knobs.includes(name))
        .map(([name, { max }]) => [inPart(as, name), max]),
    ),
  )

/**
 * Drops what points outside of an input's size, and what comes after the calm; ids that occur twice keep their first. The
 * core is made whole if it is too small to make progress.
 */
export const normalise = (scenario: Scenario, input: Input): Input => {
  const parts = stage(scenario, input)
  const targets = targetsOf(scenario, input)
  const once = <A extends { readonly id: string }>(all: readonly A[]) => {
    const seen = new Set<string>()
    return all.filter((each) => !seen.has(each.id) && seen.add(each.id))
  }
  const operations = once(input.operations).filter(
    ({ client, at }) => targets.clients.includes(client) && at <= input.calmAt,
  )
  const faults = once(input.faults).filter(
    (fault) => checkFault(fault, targets) === undefined && fault.at < input.calmAt,
  )
  const core = parts.flatMap((part) => {
    const ids = part.nodes.map(({ id }) => id)
    const chosen = ids.filter((each) => input.core.includes(each))
    const enough = part.system
      .cores(part.size)
      .some((set) => set.every((each) => chosen.includes(inPart(part.as, each))))
    const damaged = faults.some((fault) => faultShape(fault.kind).class === "damage" && ids.includes(fault.target))
    return enough && !damaged ? chosen : ids
  })
  return { ...input, operations, faults, core }
}

/** Inputs for a scenario: its own design, a drawn size, workload and storm. */
export const storm = (
  scenario: Pick<Scenario, "name" | "parts">,
  options: StormOptions = ordinaryStorm,
): fc.Arbitrary<Input> => {
  const whole = scenario as Scenario
  const biggest = largest(whole, options)
  const parts = stage(whole, { design: {}, size: biggest })
  const places: Places = targetsOf(whole, { design: {}, size: biggest } as unknown as Input)
  const calmAt = options.millis * thousand

  const operation = fc.oneof(
    ...parts.map((part) =>
      fc.record({
        call: part.system.calls(part.size),
        client: fc.nat({ max: part.clients.length - 1 }).map((i) => part.clients[i]?.id ?? ""),
        at: fc.nat({ max: options.millis - 1 }).map((ms) => ms * thousand),
        id: id("o"),
      }),
    ),
  )
  const size = fc.record(
    Object.fromEntries(
      Object.entries(whole.parts).flatMap(([as, { system }]) =>
        Object.entries(system.size)
          .filter(([name]) => inPart(as, name) in biggest)
          .map(([name, knob]) => [inPart(as, name), knobArbitrary(knob)]),
      ),
    ),
  )
  // Unbiased: fast-check's preference for small values would make most storms a breeze.
  return fc
    .noBias(
      fc.record({
        operations: fc.array(operation, { maxLength: options.operations, size: "max" }),
        size,
        faults: fc.array(faultArbitrary(places, options), { maxLength: options.faults, size: "max" }),
        victim: fc.noShrink(fc.nat({ max: 0xffff })),
        // Which kinds of calls are left out: in most storms none.
        silent: fc.noShrink(fc.nat({ max: 0xffff })),
        // Which families blow: a bit each, three quarters of them set.
        families: fc.noShrink(fc.tuple(bits, bits)).map(([left, right]) => left | right),
        mode: fc.noShrink(fc.constantFrom<StormMode>("survivable", "safety-only")),
        strategy: fc.constantFrom(...mostlyFifo),
        core: fc.noShrink(fc.nat({ max: 0xffff })),
        seed: fc.noShrink(fc.nat({ max: 0xffff_ffff })),
      }),
    )
    .map((drawn): Input => {
      const blowing = drawn.faults
        .map((aimed) => aimed(drawn.victim))
        .filter(({ kind }) => ((drawn.families >> families.indexOf(faultShape(kind).family)) & 1) === 1)
      const core = stage(whole, { design: {}, size: drawn.size }).flatMap((part) =>
        pick(part.system.cores(part.size), drawn.core).map((each) => inPart(part.as, each)),
      )
      const input = normalise(whole, {
        format: inputFormat,
        scenario: scenario.name,
        seed: drawn.seed,
        design: {},
        size: drawn.size,
        strategy: drawn.strategy,
        operations: outspoken(drawn.operations as Input["operations"], drawn.silent),
        faults: blowing,
        calmAt,
        core,
        until: calmAt + options.settleMillis * thousand,
      })
      return { ...input, faults: withinBudget(stage(whole, input), input, drawn.mode) }
    })
}
