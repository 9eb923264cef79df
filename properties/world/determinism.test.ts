/**
 * Same input, same trace, whatever ran before in this process. Where that fails, the first entry that differs is worth
 * more than two digests.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Input, ordinaryStorm, run, type Scenario, storm } from "#run"
import { scenarios } from "#scenarios"
import { type Entry, Kind, kindName, strategies, Trace } from "#sim"
import { quickly } from "./globe.ts"

const spell = (entry: Entry | undefined): string =>
  entry === undefined ? "nothing" : `${kindName(entry.kind)} ${JSON.stringify(entry)}`

/** Where two traces part, in words; undefined if they do not. */
const parting = (left: Trace, right: Trace): string | undefined => {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const here = spell(index < left.length ? left.entry(index) : undefined)
    const there = spell(index < right.length ? right.entry(index) : undefined)
    if (here !== there) return `entry ${index}: ${here}, then ${there}`
  }
  return undefined
}

const storms = scenarios.filter(({ name }) => name.endsWith("/storm"))
const each = Math.ceil(60 / storms.length)
const short = { ...ordinaryStorm, millis: 1600, operations: 40, faults: 8 }
const played: readonly (readonly [Scenario, Input])[] = storms.flatMap((scenario) =>
  fc
    .sample(storm(scenario, short), { seed: 60, numRuns: each })
    .map((input, nth): readonly [Scenario, Input] => [
      scenario,
      { ...input, strategy: strategies[nth % strategies.length] as Input["strategy"] },
    ]),
)

describe("an input", () => {
  it("has one trace, also when others were played before and in another order", () => {
    const digest = ([scenario, input]: (typeof played)[number]) => run(scenario, input, { keep: "nothing" }).digest
    const once = quickly(() => played.map(digest))
    const twice = quickly(() => played.toReversed().map(digest))
    const strange = played.find((_, nth) => once[nth] !== twice[played.length - 1 - nth])
    if (strange !== undefined) {
      const traces = [1, 2].map(() => run(...strange).trace) as [Trace, Trace]
      expect.fail(`${JSON.stringify(strange[1])} parts at ${parting(...traces) ?? "no entry when played again"}`)
    }
    expect(new Set(once).size).toBe(once.length)
  })

  it("that had two would be named with its first entry that differs", () => {
    const trace = (third: number, length: number) => {
      const trace = new Trace()
      for (let i = 0; i < length; i++) trace.append(i, Kind.fact, 0, 0, -1, i, -1, { i: i === 3 ? third : 0 })
      return trace
    }
    expect(parting(trace(1, 9), trace(1, 9))).toBeUndefined()
    expect(parting(trace(1, 9), trace(2, 9))).toMatch(/^entry 3: fact .*"i":1.*, then fact .*"i":2/)
    expect(parting(trace(1, 9), trace(1, 8))).toMatch(/^entry 8: fact .*, then nothing$/)
  })
})
