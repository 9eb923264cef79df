/** Two runs compared: nothing where they are the same, the first thing where they are not, and the same from either side. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Difference, diff, type Input, parseFaults, readable, run, tellDiff } from "#run"
import { Kind } from "#sim"
import type { Fault } from "#world"
import { align } from "../../../src/run/diff/align.ts"
import { inputDifferences, type Pair, type Told } from "../../../src/run/diff/index.ts"
import { scenarioOf, smallestOf, unsound } from "../report/findings.ts"

const faults = (text: string, firstOrdinal = 1): readonly Fault[] => {
  const parsed = parseFaults(text, firstOrdinal)
  if (parsed._tag === "Failure") throw new Error(parsed.failure)
  return parsed.success
}

const failover = scenarioOf("replication/failover")
const story = failover.story(1)
const play = (more: Partial<Input> = {}) => run(failover, { ...story, ...more })
const base = play()

const mirrored = ({ a, b, first, rows, counts, inputs: _, before: __, ...rest }: Difference) => {
  const turn = ({ a: one, b: other }: Pair) => ({ ...(other && { a: other }), ...(one && { b: one }) })
  const { onlyA, onlyB, ...both } = counts
  return {
    ...rest,
    a: b,
    b: a,
    ...(first !== undefined && { first: turn(first) }),
    rows: rows.map(turn),
    counts: { ...both, onlyA: onlyB, onlyB: onlyA },
  }
}

const planted: readonly (readonly [string, Partial<Input>])[] = [
  ["a fault more", { faults: [...story.faults, ...faults("pause:n2@1700+200", 7)] }],
  ["a fault less", { faults: [] }],
  ["a fault later", { faults: story.faults.map((fault) => ({ ...fault, at: fault.at + 3000 })) }],
  ["an operation less", { operations: story.operations.filter((_, nth) => nth !== 9) }],
  [
    "an operation later",
    { operations: story.operations.map((each, nth) => (nth === 9 ? { ...each, at: each.at + 1000 } : each)) },
  ],
  ["another design", { design: { ack: "applied" } }],
  ["another size", { size: { nodes: 5 } }],
  ["another seed", { seed: 2 }],
  ["an earlier end", { until: story.until - 1, calmAt: story.calmAt - 1000 }],
]

describe("a run and itself", () => {
  it("are the same, with nothing in between", () => {
    const same = diff(base, play())
    expect(same).toMatchObject({ same: true, inputs: [], common: base.trace.length, rows: [] })
    expect(same.first).toBeUndefined()
    expect(same.counts).toEqual({ together: 0, moved: 0, onlyA: 0, onlyB: 0 })
    expect(tellDiff(same).join("\n")).toContain(`The runs are the same, all ${base.trace.length} entries.`)
  })

  it("are the same where the inputs differ in what changes nothing", () => {
    const late = play({ until: story.until + 1 })
    const same = diff(base, late)
    expect(same.same).toBe(true)
    expect(same.inputs).toHaveLength(1)
  })
})

describe("two runs that differ", () => {
  const all = planted.map(([name, more]) => [name, play(more)] as const)

  it.each(all)("part where their traces do: %s", (_, other) => {
    const { common, first } = diff(base, other)
    const say = (result: typeof base, index: number) => {
      const { at, kind, node, value } = result.trace.entry(index)
      const told = kind === Kind.fault || kind === Kind.heal ? { ...(value as Fault), for: 0 } : value
      return JSON.stringify([at, kind, result.world.nodes[node]?.id, told])
    }
    for (let index = 0; index < common; index++) expect(say(other, index)).toBe(say(base, index))
    const [one, two] = [first?.a, first?.b]
    expect(one?.index ?? base.trace.length).toBeGreaterThanOrEqual(common)
    expect(two?.index ?? other.trace.length).toBeGreaterThanOrEqual(common)
    if (common < base.trace.length) expect(one?.index).toBe(common)
    if (common < other.trace.length) expect(two?.index).toBe(common)
    expect(one?.meaning === two?.meaning && one?.at === two?.at).toBe(false)
  })

  it.each(all)("are told in full, each entry of either once and in its own order: %s", (_, other) => {
    const { common, rows, counts } = diff(base, other)
    const indexes = (side: "a" | "b") => rows.flatMap((row) => row[side]?.index ?? [])
    const rest = (length: number) => Array.from({ length: length - common }, (_, nth) => common + nth)
    expect(indexes("a")).toEqual(rest(base.trace.length))
    expect(indexes("b")).toEqual(rest(other.trace.length))
    for (const { a, b } of rows) if (a !== undefined && b !== undefined) expect(a.meaning).toBe(b.meaning)
    const { together, moved, onlyA, onlyB } = counts
    expect(together + moved + onlyA).toBe(base.trace.length - common)
    expect(together + moved + onlyB).toBe(other.trace.length - common)
  })

  it.each(all)("are told the same from the other side: %s", (_, other) => {
    const { inputs: _i, before: _b, ...back } = diff(other, base)
    expect(back).toEqual(mirrored(diff(base, other)))
  })

  it.each(all)("are told in eighty columns, and no more than a screen or two: %s", (_, other) => {
    const lines = tellDiff(diff(base, other))
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(lines.length).toBeLessThanOrEqual(70)
    for (const line of lines) {
      expect(line).toBe(line.trimEnd())
      expect(line).not.toMatch(/\p{Cc}|undefined|NaN/u)
    }
    const ascii = tellDiff(diff(base, other), { ascii: true })
    expect(ascii.join("")).toMatch(/^[\x20-\x7e]*$/)
    expect(ascii.map((line) => line.length)).toEqual(lines.map((line) => line.length))
  })

  it("shows both fates of one message in one row", () => {
    const { scenario, input, result } = smallestOf("ack=local")
    const shorter = run(scenario, {
      ...input,
      faults: input.faults.map((each) => ({ ...each, for: (each.for ?? 0) - 1000 })),
    })
    const fate = readable(diff(result, shorter)).find(({ mark }) => mark === "≠")
    expect(fate?.a).toMatchObject({ kind: "drop", reason: "isolated" })
    expect(fate?.b).toMatchObject({ kind: "deliver" })
    expect(fate?.a?.subject).toBe(fate?.b?.subject)
  })

  it.each(unsound)("say of a sound design what it does instead: %s", (design) => {
    const { scenario, input, result } = smallestOf(design)
    const sound = run(scenario, { ...input, design: {} })
    const difference = diff(result, sound)
    expect(difference.same).toBe(false)
    expect(difference.a.violation).toBeDefined()
    expect(difference.b.violation).toBeUndefined()
    expect(difference.inputs).toEqual([`design ${design.replace("=", ": ")} → as usual`])
  })
})

describe("inputs", () => {
  it("that are the same do not differ", () => {
    expect(inputDifferences(story, failover.story(1))).toEqual([])
  })

  it.each(planted)("that differ say in what: %s", (_, more) => {
    const differences = inputDifferences(story, { ...story, ...more })
    expect(differences.length).toBeGreaterThan(0)
    expect(differences.length).toBeLessThanOrEqual(2)
    expect(differences[0]).toMatch(
      new RegExp(
        Object.keys(more)
          .map((key) => (key === "until" ? "calm" : key.replace(/s$/, "")))
          .join("|"),
      ),
    )
  })
})

describe("an alignment", () => {
  const told = (meaning: number, at: number): Told => ({
    index: at,
    at,
    kind: "fact",
    node: "",
    peer: "",
    words: `${meaning}`,
    reason: "",
    meaning: `${meaning}`,
    notable: false,
  })
  const sequence = fc.uniqueArray(fc.nat({ max: 12 }), { maxLength: 9 }).map((all) => all.map(told))
  /** The longest common subsequence, the slow way. */
  const longest = (a: readonly Told[], b: readonly Told[]): number => {
    const [one, other] = [a[0], b[0]]
    if (one === undefined || other === undefined) return 0
    if (one.meaning === other.meaning) return 1 + longest(a.slice(1), b.slice(1))
    return Math.max(longest(a.slice(1), b), longest(a, b.slice(1)))
  }

  it("keeps as much in common as there is, and everything in its order", () => {
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        const rows = align(a, b)
        expect(rows.flatMap((row) => row.a ?? [])).toEqual(a)
        expect(rows.flatMap((row) => row.b ?? [])).toEqual(b)
        expect(rows.filter((row) => row.a && row.b)).toHaveLength(longest(a, b))
      }),
      { numRuns: 300 },
    )
  })
})
