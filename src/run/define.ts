/**
 * A system and a scenario of one's own, in few lines: what is left out is as most would have it. What a system *is* (its nodes,
 * calls, promises) is never left out.
 */
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { draw, hashText } from "#sim"
import type { ClientSpec, System } from "#system"
import { ordinaryWiring, type Wiring } from "#world"
import { type Input, inputFormat } from "./input.ts"
import type { Part, Scenario } from "./scenario.ts"
import { ordinaryStorm, type StormOptions, storm } from "./storm.ts"

type Needed = "name" | "sentence" | "nodes" | "boot" | "call" | "calls" | "perform" | "invariants"

/** What a system must say of itself, and what it may say besides. */
export type SystemOutline<Call, Session> = Pick<System<Call, Session>, Needed> &
  Partial<Omit<System<Call, Session>, Needed>>

/** What is said of a thing that has no words of its own: a tag, or its JSON. */
const plainly = (thing: unknown): string => {
  const { _tag: tag, value } = (thing ?? {}) as { readonly _tag?: unknown; readonly value?: unknown }
  if (tag === "ok") return value === undefined ? "ok" : plainly(value)
  return typeof tag === "string" ? tag : typeof thing === "string" ? thing : (JSON.stringify(thing) ?? "")
}

/**
 * A system from its outline. Left out, there is no choice of design and no knob, there are two clients, a session is the
 * client itself, messages may be anything, every node may be absent for a while and needs to come back for there to be
 * progress, and no disk may lie or lose what it holds nor any clock be wrong.
 */
export const defineSystem = <Call, Session = ClientSpec>(
  outline: SystemOutline<Call, Session>,
): System<Call, Session> => ({
  designs: {},
  size: {},
  clients: () => 2,
  message: Schema.Unknown,
  session: (client) => client as Session,
  tolerates: (size) => ({ absent: outline.nodes(size).length, damaged: 0, damages: [], drift: 0, jump: 0 }),
  cores: (size) => [outline.nodes(size).map(({ id }) => id)],
  measure: () => ({ see: () => {}, figures: () => [] }),
  say: plainly,
  isTurningPoint: () => false,
  ...outline,
})

export interface ScenarioOutline {
  /** `system/story`. */
  readonly name: string
  readonly summary: string
  // biome-ignore lint/suspicious/noExplicitAny: existential over a system's Call and Session
  readonly system: System<any, any>
  readonly design?: Part["design"]
  readonly size?: Part["size"]
  readonly wiring?: Partial<Wiring>
  /** Without it, `holds`. */
  readonly expects?: Scenario["expects"]
  /** Without it, every invariant of the system. */
  readonly about?: Scenario["about"]
  /** What differs from an ordinary storm. */
  readonly storm?: Partial<StormOptions>
}

const storyCalls = 12
const storyMicros = 2_000_000

/** A scenario of one system: its story is a dozen calls without a fault, and `shake` draws storms. */
export const defineScenario = (outline: ScenarioOutline): Scenario => {
  const { name, summary, system, expects = "holds" } = outline
  const parts = {
    "": {
      system,
      design: outline.design ?? {},
      size: outline.size ?? {},
      wiring: { ...ordinaryWiring, ...outline.wiring },
    },
  }
  const options = { ...ordinaryStorm, ...outline.storm }
  const size = {
    ...Object.fromEntries(Object.entries(system.size).map(([knob, { default: usual }]) => [knob, usual])),
    ...outline.size,
  }
  const calls = (seed: number) =>
    fc.sample(system.calls(size), { seed: draw(seed, hashText("story"), 0) | 0, numRuns: storyCalls })
  return {
    name,
    summary,
    parts,
    expects,
    about: outline.about ?? system.invariants.map((invariant) => invariant.name),
    story: (seed, heldUntil): Input => {
      const calmAt = heldUntil ?? storyMicros
      return {
        format: inputFormat,
        scenario: name,
        seed,
        design: {},
        size: {},
        strategy: "fifo",
        operations: calls(seed).map((call, nth) => ({
          id: `o${nth + 1}`,
          client: `c${1 + (nth % system.clients(size))}`,
          at: Math.floor((nth * storyMicros) / storyCalls),
          call,
        })),
        faults: [],
        calmAt,
        core: system.nodes(size).map(({ id }) => id),
        until: calmAt + options.settleMillis * 1000,
      }
    },
    inputs: storm({ name, parts }, options),
  }
}
