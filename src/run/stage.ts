/** The stage: a scenario and an input, worked out to systems, designs, sizes and names. */
import type { Design, NodeSpec, Size, System } from "#system"
import type { Wiring } from "#world"
import type { Input } from "./input.ts"
import { instead, type Targets } from "./notation.ts"
import type { Scenario } from "./scenario.ts"

export interface StagedPart {
  /** Its name; empty for the only part. */
  readonly as: string
  // biome-ignore lint/suspicious/noExplicitAny: existential over a system's Call and Session
  readonly system: System<any, any>
  readonly design: Design
  readonly size: Size
  readonly wiring: Wiring
  readonly nodes: readonly NodeSpec[]
  readonly clients: readonly { readonly id: string; readonly region: string }[]
}

/** A name within a part, as the whole world spells it. */
export const inPart = (as: string, name: string): string => (as === "" ? name : `${as}.${name}`)

/** What concerns one part of a record whose keys may carry its name. */
const ofPart = <A>(as: string, all: Readonly<Record<string, A>>): Record<string, A> => {
  const own: Record<string, A> = {}
  for (const [key, value] of Object.entries(all)) {
    if (as === "") own[key] = value
    else if (key.startsWith(`${as}.`)) own[key.slice(as.length + 1)] = value
  }
  return own
}

export const stage = (scenario: Scenario, input: Pick<Input, "design" | "size">): readonly StagedPart[] =>
  Object.entries(scenario.parts).map(([as, part]) => {
    const { system, wiring } = part
    const design = {
      ...Object.fromEntries(Object.entries(system.designs).map(([choice, { default: value }]) => [choice, value])),
      ...part.design,
      ...ofPart(as, input.design),
    }
    const size = {
      ...Object.fromEntries(Object.entries(system.size).map(([knob, { default: value }]) => [knob, value])),
      ...part.size,
      ...ofPart(as, input.size),
    }
    const nodes = system.nodes(size).map((node) => ({ ...node, id: inPart(as, node.id) }))
    const clients = Array.from({ length: system.clients(size) }, (_, i) => ({
      id: inPart(as, `c${i + 1}`),
      region: wiring.clients[Math.min(i, wiring.clients.length - 1)] as string,
    }))
    return { as, system, design, size, wiring, nodes, clients }
  })

/** What faults may be aimed at. */
export const targetsOf = (scenario: Scenario, input: Input): Targets => {
  const parts = stage(scenario, input)
  const nodes = parts.flatMap((part) => part.nodes)
  return {
    nodes: nodes.map(({ id }) => id),
    clients: parts.flatMap((part) => part.clients.map(({ id }) => id)),
    regions: [...new Set(nodes.map(({ region }) => region))],
  }
}

/** The input under another design, or the line that says what is wrong with the design. */
export const applyDesign = (
  scenario: Scenario,
  input: Input,
  design: Design,
): { readonly _tag: "ok"; readonly input: Input } | { readonly _tag: "bad"; readonly line: string } => {
  const known = new Map(
    Object.entries(scenario.parts).flatMap(([as, part]) =>
      Object.entries(part.system.designs).map(([choice, values]) => [inPart(as, choice), values] as const),
    ),
  )
  for (const [choice, value] of Object.entries(design)) {
    const values = known.get(choice)
    if (values === undefined) return { _tag: "bad", line: instead(choice, [...known.keys()], "choice") }
    if (!Object.hasOwn(values.values, value)) {
      return { _tag: "bad", line: instead(value, Object.keys(values.values), `value of ${choice}`) }
    }
  }
  return { _tag: "ok", input: { ...input, design: { ...input.design, ...design } } }
}

/** What is wrong with an input for this scenario, as one line; nothing if it can be run. */
export const wrongWith = (scenario: Scenario, input: Input): string | undefined => {
  const design = applyDesign(scenario, input, input.design)
  if (design._tag === "bad") return design.line
  const knobs = new Map(
    Object.entries(scenario.parts).flatMap(([as, part]) =>
      Object.entries(part.system.size).map(([name, knob]) => [inPart(as, name), knob] as const),
    ),
  )
  for (const [name, value] of Object.entries(input.size)) {
    const knob = knobs.get(name)
    if (knob === undefined) return instead(name, [...knobs.keys()], "size")
    if (value < knob.min || value > knob.max) return `size ${name} is ${value}, it must be ${knob.min} to ${knob.max}`
  }
  return undefined
}
