/** What the stories of the queue are made of. */
import * as Result from "effect/Result"
import { type Input, inputFormat, type Part, parseFaults, type Scenario, type StormOptions, storm } from "#run"
import { queue } from "#systems"
import { ordinaryWiring, type Wiring } from "#world"

const thousand = 1000

/** A queue, different from the usual one where it is said. */
export const part = (
  more: { readonly design?: Part["design"]; readonly size?: Part["size"]; readonly wiring?: Partial<Wiring> } = {},
): Part => ({
  system: queue,
  design: more.design ?? {},
  size: more.size ?? {},
  wiring: { ...ordinaryWiring, ...more.wiring },
})

type Call = typeof queue.call.Type

/** One call of a story; times in milliseconds. */
export interface Line {
  readonly at: number
  readonly client: number
  readonly call: Call
}

export const publish = (at: number, client: number, more: { poison?: boolean; delay?: number } = {}): Line => ({
  at,
  client,
  call: { _tag: "publish", poison: more.poison ?? false, delay: more.delay ?? 0 },
})

export const append = (at: number, client: number, key: number): Line => ({ at, client, call: { _tag: "append", key } })

export const push = (at: number, client: number, count = 1): Line => ({ at, client, call: { _tag: "push", count } })

export const order = (at: number, client: number, declines: "" | "charge" | "ship" = ""): Line => ({
  at,
  client,
  call: { _tag: "order", declines },
})

export const pay = (at: number, client: number): Line => ({ at, client, call: { _tag: "pay" } })

/** Evenly spaced calls from an instant on. */
export const every = (
  millis: number,
  times: number,
  line: (at: number, nth: number) => Line,
  from = 0,
): readonly Line[] => Array.from({ length: times }, (_, nth) => line(from + nth * millis, nth))

export interface Story {
  readonly lines: readonly Line[]
  /** As `--faults` spells them. */
  readonly faults?: string
  /** When the storm is over and when the story ends at the latest, in milliseconds. */
  readonly calmAt: number
  readonly until: number
}

const faultsOf = (spelled: string | undefined): Input["faults"] => {
  if (spelled === undefined) return []
  const parsed = parseFaults(spelled)
  if (Result.isFailure(parsed)) throw new Error(`A story's faults are misspelled: ${parsed.failure}`)
  return parsed.success
}

/**
 * The lines again, each time the story would be over, while it is held open: in the order of their instants, so that holding it
 * open for longer changes nothing that came before.
 */
const linesAfter = ({ lines, calmAt }: Story, until: number): readonly Line[] => {
  const more: Line[] = []
  for (let turn = 1; turn * calmAt < until; turn++) {
    for (const line of lines) {
      const at = line.at + turn * calmAt
      if (at < until) more.push({ ...line, at })
    }
  }
  return more.sort((a, b) => a.at - b.at)
}

/** A scenario that tells a story, and is shaken by storms. */
export const tell = (
  about: Pick<Scenario, "name" | "summary" | "expects" | "about" | "opening"> & { readonly part: Part },
  story: Story,
  options?: StormOptions,
): Scenario => {
  const { part, ...rest } = about
  const parts = { "": part }
  const size = Object.fromEntries(Object.entries(queue.size).map(([knob, { default: usual }]) => [knob, usual]))
  const nodes = queue.nodes({ ...size, ...part.size }).map(({ id }) => id)
  return {
    ...rest,
    parts,
    story: (seed, heldUntil) => {
      const calmAt = heldUntil ?? story.calmAt * thousand
      const lines = [...story.lines, ...(heldUntil === undefined ? [] : linesAfter(story, heldUntil / thousand))]
      return {
        format: inputFormat,
        scenario: about.name,
        seed,
        design: {},
        size: {},
        strategy: "fifo",
        operations: lines.map(({ at, client, call }, nth) => ({
          id: `m${nth + 1}`,
          client: `c${client}`,
          at: at * thousand,
          call,
        })),
        faults: faultsOf(story.faults).filter(({ at }) => at < calmAt),
        calmAt,
        core: nodes,
        until: calmAt + (story.until - story.calmAt) * thousand,
      }
    },
    inputs: storm({ name: about.name, parts }, options),
  }
}
