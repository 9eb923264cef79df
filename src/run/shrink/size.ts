/** Fewer nodes, clients and keys; the whole core; no forced yields. */
import type { Input } from "../input.ts"
import type { Scenario } from "../scenario.ts"
import { inPart, stage } from "../stage.ts"
import type { Reduction } from "./reduction.ts"

/** The input with another size; what the scenario has by itself is left out. */
const sized = (input: Input, { name, ordinary }: Dial, value: number): Input => {
  const { [name]: _, ...others } = input.size
  return { ...input, size: ordinary === value ? others : { ...others, [name]: value } }
}

interface Dial {
  readonly name: string
  readonly min: number
  readonly max: number
  /** What the scenario has by itself. */
  readonly ordinary: number
}

/** Every knob of a scenario. */
const dialsOf = (scenario: Scenario): readonly Dial[] =>
  stage(scenario, { design: {}, size: {} }).flatMap(({ as, system, size }) =>
    Object.entries(system.size).map(([knob, { min, max }]) => ({
      name: inPart(as, knob),
      min,
      max,
      ordinary: size[knob] ?? min,
    })),
  )

const turned = ({ size }: Input, { name, ordinary }: Dial): number => size[name] ?? ordinary

/** An input with every knob at its least, whether or not it breaks anything then. */
export const atLeast = ({ scenario }: Reduction, input: Input): Input =>
  dialsOf(scenario).reduce((lower, dial) => sized(lower, dial, dial.min), input)

/** As little of everything as will do. */
export const lowerSize = (reduction: Reduction): void => {
  for (const dial of dialsOf(reduction.scenario)) {
    for (let value = dial.min; value < turned(reduction.smallest, dial); ) {
      if (reduction.take(sized(reduction.smallest, dial, value))) break
      value += Math.max(1, (turned(reduction.smallest, dial) - value) >> 1)
    }
  }
}

/** Above so many faults and operations, dials are turned all together only. */
const fewLines = 6

/** Leaves out a fault or an operation at the price of more of something: a slower disk does for a second write. */
export const trade = (reduction: Reduction): void => {
  const { scenario } = reduction
  const cast = ({ size }: Input) =>
    stage(scenario, { design: {}, size }).reduce((sum, { nodes, clients }) => sum + nodes.length + clients.length, 0)
  // More nodes or clients would be no smaller story.
  const dials = dialsOf(scenario).filter((dial) => {
    const input = reduction.smallest
    return cast(sized(input, dial, dial.min)) === cast(sized(input, dial, dial.max))
  })
  const up = (input: Input, some: readonly Dial[]) => some.reduce((to, dial) => sized(to, dial, dial.max), input)
  const once = (list: "faults" | "operations"): boolean => {
    const { faults, operations } = reduction.smallest
    const choices = faults.length + operations.length > fewLines ? [dials] : [dials, ...dials.map((dial) => [dial])]
    return reduction.smallest[list].some((_, gone) =>
      choices.some((some) => {
        const input = reduction.smallest
        return reduction.take({ ...up(input, some), [list]: input[list].filter((_, i) => i !== gone) })
      }),
    )
  }
  while (once("faults") || once("operations"));
}

export const simplifyRest = (reduction: Reduction): void => {
  const nodes = stage(reduction.scenario, reduction.smallest).flatMap((part) => part.nodes.map(({ id }) => id))
  if (reduction.smallest.core.length < nodes.length) reduction.take({ ...reduction.smallest, core: nodes })
  if (reduction.smallest.strategy !== "fifo") reduction.take({ ...reduction.smallest, strategy: "fifo" })
}
