/** What the stories of the replicated log are made of. */

import * as Result from "effect/Result"
import { type Input, inputFormat, type Part, parseFaults, type Scenario, type StormOptions, storm } from "#run"
import { replication } from "#systems"
import { ordinaryWiring, type Wiring } from "#world"

const thousand = 1000

/** A replicated log, different from the usual one where it is said. */
export const part = (
  more: { readonly design?: Part["design"]; readonly size?: Part["size"]; readonly wiring?: Partial<Wiring> } = {},
): Part => ({
  system: replication,
  design: more.design ?? {},
  size: more.size ?? {},
  wiring: { ...ordinaryWiring, ...more.wiring },
})

/** One call of a story; times in milliseconds. */
export interface Line {
  readonly at: number
  readonly client: number
  readonly call:
    | { readonly _tag: "write"; readonly key: number }
    | { readonly _tag: "read"; readonly key: number; readonly replica: number }
}

export const write = (at: number, client: number, key = 0): Line => ({ at, client, call: { _tag: "write", key } })

export const read = (at: number, client: number, replica: number, key = 0): Line => ({
  at,
  client,
  call: { _tag: "read", key, replica },
})

/** So many calls, evenly spaced. */
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
  /** When the storm is over and when the story ends, in milliseconds. */
  readonly calmAt: number
  readonly until: number
}

const faultsOf = (spelled: string | undefined): Input["faults"] => {
  if (spelled === undefined) return []
  const parsed = parseFaults(spelled)
  if (Result.isFailure(parsed)) throw new Error(`A story's faults are misspelled: ${parsed.failure}`)
  return parsed.success
}

/** A scenario that tells a story, and is shaken by storms. */
export const tell = (
  about: Pick<Scenario, "name" | "summary" | "expects" | "about"> & { readonly part: Part },
  story: (seed: number) => Story,
  options?: StormOptions,
): Scenario => {
  const { part, ...rest } = about
  const parts = { "": part }
  const nodes = part.system.nodes({ ...sizeOf(part) }).map(({ id }) => id)
  return {
    ...rest,
    parts,
    story: (seed) => {
      const { lines, faults, calmAt, until } = story(seed)
      return {
        format: inputFormat,
        scenario: about.name,
        seed,
        design: {},
        size: {},
        strategy: "fifo",
        operations: lines.map(({ at, client, call }, nth) => ({
          id: `${call._tag === "write" ? "w" : "r"}${nth + 1}`,
          client: `c${client}`,
          at: at * thousand,
          call,
        })),
        faults: faultsOf(faults),
        calmAt: calmAt * thousand,
        core: nodes,
        until: until * thousand,
      }
    },
    inputs: storm({ name: about.name, parts }, options),
  }
}

const sizeOf = (part: Part) => ({
  ...Object.fromEntries(Object.entries(part.system.size).map(([knob, { default: usual }]) => [knob, usual])),
  ...part.size,
})
