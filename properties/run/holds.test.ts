/** `holds` is fast-check's `assert`, with a report: what its users know of `seed`, `path`, `examples` and the rest is so. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { type HoldsOptions, holds, type Input, type Scenario } from "#run"
import { scenarios } from "#scenarios"
import { storm as counter } from "../../demos/counter.ts"

const folder = mkdtempSync(join(tmpdir(), "snowglobe-holds-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What it throws. */
const complaint = (options: HoldsOptions, scenario: Scenario = counter): Error => {
  try {
    holds(scenario, options)
  } catch (error) {
    return error as Error
  }
  throw new Error("It held.")
}

const written = { save: "written" }
const pathIn = (message: string): string => /path: "([\d:]+)"/.exec(message)?.[1] ?? "none"
const sizeIn = (message: string): string =>
  /to\s+(\d+)\s+operations?,\s+(\d+)\s+fault/.exec(message)?.slice(1).join(" and ") ?? "none"
/** Without how long it really took. */
const untimed = (message: string): string => message.replace(/\([\d.]+ m?s\)/, "()").replace(/\s+/g, " ")
const tokenIn = (message: string): string => /sg1\.[\w-]+/.exec(message)?.[0] ?? "none"

describe("holds", () => {
  it("passes a sound design, and throws the report of the smallest failure of an unsound one", () => {
    holds(counter, { seed: 1, numRuns: 40 })
    const { message, cause } = complaint({ seed: 1, design: written })
    expect(message).toContain("No two additions are answered with the same count.")
    expect(message).toContain("npx snowglobe replay sg1.")
    expect(message).toMatch(/fast-check \{ seed: 1, path: "[\d:]+", endOnFailure: true \}/)
    expect(cause).toMatchObject({ message: "counter/storm breaks answered-once" })
  })

  it("finds the same under the same seed, and under the path that it printed", () => {
    const first = complaint({ seed: 5, design: written }).message
    expect(untimed(complaint({ seed: 5, design: written }).message)).toBe(untimed(first))
    const again = complaint({ seed: 5, design: written, path: pathIn(first), endOnFailure: true }).message
    expect(sizeIn(again)).toBe(sizeIn(first))
    expect(complaint({ seed: 6, design: written }).message).not.toBe(first)
  })

  it("plays as many runs as it is told to, the story first, and the user's examples and plugins with them", () => {
    const seen: Input[] = []
    const watch: fc.Plugin<[Input]> = () => ({
      decorateRun: (run) => (value) => {
        seen.push(value[0])
        return run(value)
      },
    })
    const mine = { ...counter.story(9), calmAt: 1234 }
    holds(counter, { seed: 1, numRuns: 12, examples: [[mine]], plugins: [watch], unknown: "allow" })
    expect(seen).toHaveLength(12)
    expect(seen[0]).toEqual(counter.story(1))
    expect(seen[1]).toEqual(mine)
  })

  it("takes one token instead of seed and path", () => {
    const first = complaint({ seed: 5, design: written }).message
    expect(tokenIn(complaint({ token: tokenIn(first) }).message)).toBe(tokenIn(first))
    holds(counter, { token: tokenIn(first), design: { save: "synced" } })
    expect(complaint({ token: "sg1.nonsense" }).message).toMatch(/token/)
  })

  it("keeps what it finds in a corpus, and tries that first", () => {
    const corpus = join(folder, "corpus")
    complaint({ seed: 5, design: written, corpus })
    expect(readdirSync(corpus)).toHaveLength(1)
    let runs = 0
    const count: fc.Plugin<[Input]> = () => ({
      onAllRunsComplete: ({ numRuns }) => {
        runs = numRuns
      },
    })
    complaint({ seed: 99, design: written, corpus, plugins: [count] })
    expect(runs).toBe(1)
    holds(counter, { seed: 2, numRuns: 30, corpus })
  })

  it("fails a batch that proved nothing, unless that is allowed", () => {
    expect(complaint({ seed: 1, numRuns: 2 }).message).toMatch(/unknown after 2 runs.*answered-once in [012]/)
    holds(counter, { seed: 1, numRuns: 2, unknown: "allow" })
  })

  it("keeps fast-check's own words where they are asked for", () => {
    const { message } = complaint({ seed: 5, design: written, verbose: 1 })
    expect(message).toContain("Encountered failures were:")
    expect(message).toContain("Property failed after")
  })

  it("judges one promise alone where it is told to", () => {
    const storm = scenarios.find(({ name }) => name === "replication/storm") as Scenario
    const { message } = complaint({ seed: 1, design: { apply: "on-arrival" }, invariant: "state-is-a-prefix" }, storm)
    expect(message).toContain("state-is-a-prefix")
    expect(message).not.toContain("converges")
  })
})
