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

/** Evenly spaced calls: so many while the story is told, and on at the same pace while it is held open. */
export interface Rhythm {
  readonly millis: number
  readonly times: number
  readonly line: (at: number, nth: number) => Line
  readonly from: number
}

export const every = (millis: number, times: number, line: Rhythm["line"], from = 0): Rhythm => ({
  millis,
  times,
  line,
  from,
})

export interface Story {
  readonly lines: readonly (Line | Rhythm)[]
  /** As `--faults` spells them. */
  readonly faults?: string
  /** When the storm is over and when the story ends, in milliseconds. */
  readonly calmAt: number
  readonly until: number
}

/** The lines of a story as it is told. */
const toldLines = ({ lines }: Story): readonly Line[] =>
  lines.flatMap((each) =>
    "call" in each
      ? each
      : Array.from({ length: each.times }, (_, nth) => each.line(each.from + nth * each.millis, nth)),
  )

/** What goes on when a story is held open: rhythms keep their pace, single lines come again each time the story would be over. */
const linesAfter = ({ lines, calmAt }: Story, until: number): readonly Line[] => {
  const more: Line[] = []
  for (const each of lines) {
    if ("call" in each) {
      for (let at = each.at + calmAt; at < until; at += calmAt) more.push({ ...each, at })
    } else {
      for (let nth = each.times, at = each.from + nth * each.millis; at < until; at = each.from + ++nth * each.millis) {
        const line = each.line(at, nth)
        if (line.at < until) more.push(line)
      }
    }
  }
  // In the order of their instants, so that holding it open for longer changes nothing that came before.
  return more.sort((a, b) => a.at - b.at)
}

const faultsOf = (spelled: string | undefined): Input["faults"] => {
  if (spelled === undefined) return []
  const parsed = parseFaults(spelled)
  if (Result.isFailure(parsed)) throw new Error(`A story's faults are misspelled: ${parsed.failure}`)
  return parsed.success
}

/** A scenario that tells a story, and is shaken by storms. */
export const tell = (
  about: Pick<Scenario, "name" | "summary" | "expects" | "about" | "opening"> & { readonly part: Part },
  story: (seed: number) => Story,
  options?: StormOptions,
): Scenario => {
  const { part, ...rest } = about
  const parts = { "": part }
  const nodes = part.system.nodes({ ...sizeOf(part) }).map(({ id }) => id)
  return {
    ...rest,
    parts,
    story: (seed, heldUntil) => {
      const told = story(seed)
      const calmAt = heldUntil ?? told.calmAt * thousand
      const lines = [...toldLines(told), ...(heldUntil === undefined ? [] : linesAfter(told, heldUntil / thousand))]
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
        faults: faultsOf(told.faults).filter(({ at }) => at < calmAt),
        calmAt,
        core: nodes,
        until: calmAt + (told.until - told.calmAt) * thousand,
      }
    },
    inputs: storm({ name: about.name, parts }, options),
  }
}

const sizeOf = (part: Part) => ({
  ...Object.fromEntries(Object.entries(part.system.size).map(([knob, { default: usual }]) => [knob, usual])),
  ...part.size,
})
