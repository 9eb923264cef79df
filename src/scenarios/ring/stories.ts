/** What the stories of the sharded store are made of. */
import * as Result from "effect/Result"
import { type Input, inPart, inputFormat, type Part, parseFaults, type Scenario, type StormOptions, storm } from "#run"
import { ring } from "#systems"
import { ordinaryWiring, type Wiring } from "#world"

const thousand = 1000

/** A sharded store, different from the usual one where it is said. */
export const part = (
  more: { readonly design?: Part["design"]; readonly size?: Part["size"]; readonly wiring?: Partial<Wiring> } = {},
): Part => ({
  system: ring,
  design: more.design ?? {},
  size: more.size ?? {},
  wiring: { ...ordinaryWiring, ...more.wiring },
})

/** One call of a story; times in milliseconds. */
export interface Line {
  readonly at: number
  readonly client: number
  readonly call: { readonly _tag: string } & Readonly<Record<string, string | number>>
}

export const put = (at: number, client: number, key: number): Line => ({ at, client, call: { _tag: "put", key } })

export const get = (at: number, client: number, key: number): Line => ({ at, client, call: { _tag: "get", key } })

/** An operator's wish; the operator is a client like others. */
export const resize = (at: number, client: number, shards: number): Line => ({
  at,
  client,
  call: { _tag: "resize", shards },
})

/** So many calls, evenly spaced, from an instant on. */
export interface Rhythm {
  readonly from: number
  readonly millis: number
  readonly times: number
  readonly line: (at: number, nth: number) => Line
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

/** Held open, a story goes on at a walking pace: so many milliseconds lie between two lines of a rhythm, at least. */
const walkingPace = 100

/** In the order of their instants. */
const inOrder = (lines: readonly Line[]): readonly Line[] =>
  [...lines].sort((a, b) => a.at - b.at || a.client - b.client)

const toldLines = ({ lines }: Story): readonly Line[] =>
  inOrder(
    lines.flatMap((each) =>
      "call" in each
        ? each
        : Array.from({ length: each.times }, (_, nth) => each.line(each.from + nth * each.millis, nth)),
    ),
  )

/** What goes on when it is held open, up to an instant; single lines do not come again. */
const linesAfter = ({ lines, calmAt }: Story, until: number): readonly Line[] =>
  inOrder(
    lines.flatMap((each) => {
      if ("call" in each) return []
      const pace = Math.max(walkingPace, each.millis)
      const many = Math.max(0, Math.ceil((until - calmAt) / pace))
      return Array.from({ length: many }, (_, nth) => each.line(calmAt + nth * pace, each.times + nth))
    }),
  )

const faultsOf = (spelled: string | undefined): Input["faults"] => {
  if (spelled === undefined) return []
  const parsed = parseFaults(spelled)
  if (Result.isFailure(parsed)) throw new Error(`A story's faults are misspelled: ${parsed.failure}`)
  return parsed.success
}

const isPart = (parts: Part | Scenario["parts"]): parts is Part => "wiring" in parts && "system" in parts

const sizeOf = (part: Part) => ({
  ...Object.fromEntries(Object.entries(part.system.size).map(([knob, { default: usual }]) => [knob, usual])),
  ...part.size,
})

/** A scenario that tells a story, and is shaken by storms. Where there are several stores, each is told the same. */
export const tell = (
  about: Omit<Scenario, "story" | "inputs" | "parts"> & { readonly parts: Part | Scenario["parts"] },
  story: Story,
  options: StormOptions,
): Scenario => {
  const { parts: one, ...rest } = about
  const parts = isPart(one) ? { "": one } : one
  return {
    ...rest,
    parts,
    story: (seed, heldUntil) => {
      const calmAt = heldUntil ?? story.calmAt * thousand
      const after = heldUntil === undefined ? [] : linesAfter(story, heldUntil / thousand)
      const lines = [...toldLines(story), ...after]
        .map((line, nth) => ({ ...line, id: `${line.call._tag[0]}${nth + 1}` }))
        .filter(({ at }) => at * thousand < calmAt)
      return {
        format: inputFormat,
        scenario: about.name,
        seed,
        design: {},
        size: {},
        strategy: "fifo",
        // Line by line, not part by part: held open for longer, what came before keeps its place.
        operations: lines.flatMap(({ at, client, call, id }) =>
          Object.keys(parts).map((as) => ({
            id: as === "" ? id : `${as}-${id}`,
            client: inPart(as, `c${client}`),
            at: at * thousand,
            call,
          })),
        ),
        faults: faultsOf(story.faults).filter(({ at }) => at < calmAt),
        calmAt,
        core: Object.entries(parts).flatMap(([as, part]) =>
          part.system.nodes(sizeOf(part)).map(({ id }) => inPart(as, id)),
        ),
        until: calmAt + (story.until - story.calmAt) * thousand,
      }
    },
    inputs: storm({ name: about.name, parts }, options),
  }
}
