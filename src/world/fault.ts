/**
 * Faults: plain data, whoever made them. A story, a storm and a key press all produce these values.
 *
 * A fault is an interval, so removing one removes cause and cure; without `for` it lasts to the calm. Some strike once
 * (`instant`). The table below is the only place that knows which kinds exist, what they may be aimed at and in which
 * unit their value is.
 */
import * as Schema from "effect/Schema"

export type Family = "network" | "node" | "disk" | "clock" | "region"

/** What an invariant may assume bounded, and what a design declares it tolerates. */
export type FaultClass = "absence" | "amnesia" | "damage" | "time"

/**
 * What a kind is aimed at: a directed link `a->b` (`*` for any end), a node, a set of nodes `a+b` (`*` for all), two
 * groups `a+b|c`, one message `a->b#key`, or a region.
 */
export type Aim = "link" | "node" | "nodes" | "groups" | "message" | "region"

/** The unit of a value: whole microseconds, thousandths, a whole factor, or parts per million; signed where it may be negative. */
export type Unit = "none" | "micros" | "signed micros" | "permille" | "factor" | "ppm"

interface Shape {
  readonly family: Family
  readonly class: FaultClass
  readonly aim: Aim
  readonly unit: Unit
  /** Named variants, the default first. */
  readonly modes: readonly string[]
  /** Strikes once; a duration would mean nothing. */
  readonly instant: boolean
  /** Whether it needs no value, though it may have one. */
  readonly optional: boolean
  /** What it does, in words. */
  readonly sentence: string
}

const shape = (
  family: Family,
  faultClass: FaultClass,
  aim: Aim,
  sentence: string,
  more: {
    readonly unit?: Unit
    readonly modes?: readonly string[]
    readonly instant?: boolean
    readonly optional?: boolean
  } = {},
): Shape => ({
  family,
  class: faultClass,
  aim,
  sentence,
  unit: more.unit ?? "none",
  modes: more.modes ?? [],
  instant: more.instant ?? false,
  optional: more.optional ?? false,
})

/** The value is the length that they plan for; without one, as long as they last. */
const planned = { unit: "micros", optional: true } as const

const powerLoss = ["lost", "torn", "scattered", "kept"]

/** Every kind of fault. */
export const faultKinds = {
  latency: shape("network", "absence", "link", "messages take longer", {
    unit: "micros",
    modes: ["constant", "uniform", "exponential", "tailed", "pair"],
  }),
  loss: shape("network", "absence", "link", "messages are lost", { unit: "permille" }),
  duplicate: shape("network", "absence", "link", "messages arrive twice", { unit: "permille" }),
  reorder: shape("network", "absence", "link", "messages are overtaken", { unit: "permille" }),
  corrupt: shape("network", "absence", "link", "messages arrive damaged and fail their checksum", { unit: "permille" }),
  cut: shape("network", "absence", "link", "nothing passes, one way"),
  partition: shape("network", "absence", "groups", "nothing passes between two groups"),
  isolate: shape("network", "absence", "node", "nothing passes to or from a node"),
  clog: shape("network", "absence", "link", "messages wait until the end"),
  swizzle: shape("network", "absence", "nodes", "links clog in one order and are released in another", planned),
  drop: shape("network", "absence", "message", "one message is lost", { instant: true }),
  crash: shape("node", "amnesia", "node", "loses power, with what was not yet durable", { modes: powerLoss }),
  bounce: shape("node", "amnesia", "node", "loses power and starts again at once", { modes: powerLoss, instant: true }),
  pause: shape("node", "absence", "node", "freezes, alive but silent"),
  stop: shape("node", "absence", "node", "stops gracefully, then starts again"),
  upgrade: shape("node", "absence", "nodes", "nodes stop and start one after the other", planned),
  wipe: shape("node", "damage", "node", "loses power and its disk, and starts again empty"),
  lie: shape("disk", "damage", "node", "the disk says that bytes are durable which are not"),
  rot: shape("disk", "damage", "node", "a durable bit flips", { instant: true }),
  misdirect: shape("disk", "damage", "node", "a write lands in the wrong place"),
  full: shape("disk", "absence", "node", "the disk takes no more bytes"),
  slow: shape("disk", "absence", "node", "the disk is so many times slower", { unit: "factor" }),
  stall: shape("disk", "absence", "node", "the disk answers only afterwards"),
  skew: shape("clock", "time", "node", "wall time is off by so much", { unit: "signed micros" }),
  drift: shape("clock", "time", "node", "the clock runs fast or slow", { unit: "ppm" }),
  jump: shape("clock", "time", "node", "wall time jumps", { unit: "signed micros", instant: true }),
  power: shape("region", "amnesia", "region", "every node of a region loses power", { modes: powerLoss }),
  sever: shape("region", "absence", "region", "nothing passes between a region and the rest"),
  degrade: shape("region", "absence", "region", "messages to and from a region take longer", { unit: "micros" }),
} as const satisfies Record<string, Shape>

export type FaultKind = keyof typeof faultKinds

export const faultShape = (kind: FaultKind): Shape => faultKinds[kind]

/** Whole microseconds since the start, or a length of time in them. */
export const Micros = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

export const Fault = Schema.Struct({
  /** Names its dice, and survives shrinking. */
  id: Schema.String,
  kind: Schema.Literals(Object.keys(faultKinds) as FaultKind[]),
  /** As `Aim` says. */
  target: Schema.String,
  /** When it begins, in microseconds. */
  at: Micros,
  /** How long it lasts, in microseconds; without it, to the calm. */
  for: Schema.optionalKey(Micros),
  /** In the kind's unit. */
  value: Schema.optionalKey(Schema.Int),
  /** One of the kind's modes; without it, the first. */
  mode: Schema.optionalKey(Schema.String),
})
export type Fault = typeof Fault.Type

/** When a fault ends, given when the calm begins. */
export const endOf = (fault: Fault, calmAt: number): number =>
  faultShape(fault.kind).instant ? fault.at : fault.for === undefined ? calmAt : fault.at + fault.for

/** For how long a fault that goes from node to node plans ahead, in microseconds: a hand may end it early, but not change its plan. */
export const plannedLength = (fault: Fault, calmAt: number): number => fault.value ?? endOf(fault, calmAt) - fault.at

/** The ends of a link target, `a->b`; an end may be `*`. */
export const linkEnds = (target: string): readonly [from: string, to: string] | undefined => {
  const [from, to, ...rest] = target.split("->")
  return from && to && rest.length === 0 ? [from, to] : undefined
}

/** The message a target names, `a->b#key`. */
export const messageAim = (
  target: string,
): { readonly from: string; readonly to: string; readonly key: string } | undefined => {
  const [link, key, ...rest] = target.split("#")
  const ends = link === undefined ? undefined : linkEnds(link)
  return ends && key && rest.length === 0 ? { from: ends[0], to: ends[1], key } : undefined
}

/** The two groups of a target, `a+b|c+d`. */
export const groupsOf = (target: string): readonly [readonly string[], readonly string[]] | undefined => {
  const [left, right, ...rest] = target.split("|")
  return left && right && rest.length === 0 ? [left.split("+"), right.split("+")] : undefined
}

/** The nodes of a set target, `a+b`; `*` is every node that is not a client. */
export const nodesOf = (target: string, all: readonly string[]): readonly string[] =>
  target === "*" ? all : target.split("+")
