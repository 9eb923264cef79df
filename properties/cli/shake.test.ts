/** `shake` in processes: what it finds does not depend on how many there are, and nothing that goes wrong in one is lost. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { shake } from "#run"
import { storm as counter } from "../../demos/counter.ts"
import { tellProgress } from "../../src/cli/progress.ts"
import { emptyTally } from "../../src/run/sweep.ts"
import { ask, askJson } from "./ask.ts"

const folder = mkdtempSync(join(tmpdir(), "snowglobe-shake-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const storm = "replication/storm"
const codes = { holds: 0, violated: 1, unknown: 2 } as const
const fixture = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

describe("shake", () => {
  it("finds what an unsound design breaks, in a token that a sound one survives", async () => {
    const saved = join(folder, "found.json")
    const { code, json } = await askJson("shake", storm, "--design", "read=any", "--save", saved)
    expect(json).toMatchObject({ verdict: "violated", violation: { shrinks: expect.any(Number) } })
    expect(code).toBe(1)
    const { token, operations, faults, invariant } = json.violation
    expect(operations + faults).toBe(1)
    expect(token.length).toBeLessThan(200)
    for (const what of [token, saved]) {
      const again = await askJson("replay", what)
      expect(again).toMatchObject({ code: 1, err: [], json: { verdict: "violated", changed: false } })
      expect(again.json.invariants).toContainEqual(expect.objectContaining({ name: invariant, verdict: "violated" }))
    }
    expect((await askJson("replay", token, "--design", "read=session")).json.verdict).not.toBe("violated")
  })

  it("says the same in one process, in two, in three and in none", async () => {
    const design = { save: "written" }
    const load = ["--load", fixture("../../demos/counter.ts")]
    const args = ["shake", "counter/storm", "--design", "save=written", "--seed", "5", "--runs", "40", ...load]
    const told = await Promise.all(["1", "2", "3"].map((jobs) => askJson(...args, "--jobs", jobs)))
    expect(told[0]?.json.violation).toBeDefined()
    // All but how long it really took.
    const untimed = (json: unknown): unknown =>
      JSON.parse(JSON.stringify(json, (key, value) => (key === "millis" ? 0 : value)))
    for (const { json } of told) expect(untimed(json)).toEqual(untimed(told[0]?.json))
    const { runs, exercised, faultsFired, violation } = shake(counter, { seed: 5, runs: 40, design })
    expect(told[0]?.json).toMatchObject({ runs, exercised, faultsFired })
    expect(told[0]?.json.violation.run).toBe(violation?.run)
  })

  it("counts what was put to the test", async () => {
    const { code, json, err } = await askJson("shake", storm, "--runs", "7", "--jobs", "2")
    expect(json).toMatchObject({ runs: 7, verdict: expect.stringMatching(/^(holds|unknown)$/) })
    expect(Object.keys(json.exercised).length).toBeGreaterThan(0)
    expect(code).toBe(codes[json.verdict as keyof typeof codes])
    expect(err).toEqual([])
  })

  it("cut short by a signal, says what it found", async () => {
    const before = process.listenerCount("SIGTERM")
    const answer = askJson("shake", storm, "--time", "100s")
    while (process.listenerCount("SIGTERM") === before) await new Promise((resolve) => setTimeout(resolve, 20))
    const stop = process.listeners("SIGTERM").at(-1) as () => void
    stop()
    expect(await answer).toMatchObject({ code: 2, json: { verdict: "unknown", runs: expect.any(Number) } })
    expect(process.listenerCount("SIGTERM")).toBe(before)
  })

  it("kills a run that never comes back, and reports it with its input", async () => {
    const args = ["shake", "hermit/storm", "--load", fixture("../fixtures/stuck.ts"), "--watchdog", "2s"]
    const { code, json, err } = await askJson(...args, "--runs", "200", "--jobs", "2")
    expect(code).toBe(1)
    expect(json.verdict).toBe("violated")
    expect(json.defect).toMatch(/^run \d+ never came back: it had not ended after 2 s$/)
    const run = Number(/\d+/.exec(json.defect)?.[0])
    // Every run before it was played, and none after it counts.
    expect(json.runs).toBe(run)
    expect(err.join("\n")).toMatch(/snowglobe replay sg1\./)
  })

  it("keeps going where it is told to, and tells of each promise that broke", async () => {
    const args = ["shake", storm, "--design", "promote=latest", "--keep-going", "--runs", "90"]
    const { json, code } = await askJson(...args)
    expect(code).toBe(1)
    expect(json.runs).toBe(90)
    const names = json.violations.map(({ invariant }: { invariant: string }) => invariant)
    expect(names.length).toBeGreaterThan(1)
    expect(new Set(names).size).toBe(names.length)
    const runs = json.violations.map(({ run }: { run: number }) => run)
    expect(runs).toEqual([...runs].sort((a, b) => a - b))
    const seen = json.violations.reduce((sum: number, { seenIn }: { seenIn: number }) => sum + seenIn, 0)
    expect(seen).toBe(json.verdicts.violated)
  })

  it("keeps what it finds in a corpus, and tries that first", async () => {
    const corpus = join(folder, "corpus")
    const args = ["shake", "counter/storm", "--load", fixture("../../demos/counter.ts"), "--corpus", corpus]
    const first = await askJson(...args, "--design", "save=written")
    expect(first.json.violation.run).toBeGreaterThan(0)
    expect(readdirSync(corpus)).toEqual([expect.stringMatching(/^counter-storm\.answered-once\..*\.json$/)])
    const again = await askJson(...args, "--design", "save=written", "--seed", "99")
    expect(again.json.violation).toMatchObject({ run: -1, invariant: first.json.violation.invariant })
    expect(again.json.violation.operations).toBeLessThanOrEqual(first.json.violation.operations)
    const sound = await askJson(...args, "--runs", "5")
    expect(sound.json).toMatchObject({ runs: 5 + readdirSync(corpus).length })
    expect(sound.code).not.toBe(1)
  })

  it("refuses a corpus that is none, in one line", async () => {
    const file = join(folder, "a-file")
    writeFileSync(file, "")
    expect(await ask("shake", storm, "--corpus", file)).toMatchObject({
      code: 3,
      err: [expect.stringContaining("its folder is a file")],
    })
    const odd = mkdtempSync(join(folder, "odd-"))
    writeFileSync(join(odd, "x.json"), "{")
    expect(await ask("shake", storm, "--corpus", odd)).toMatchObject({
      code: 3,
      err: [expect.stringContaining("it is not JSON")],
    })
  })

  it("plays scenarios of the user's own, and refuses what brings none", async () => {
    const counter = fixture("../../demos/counter.ts")
    const broken = await askJson("shake", "counter/storm", "--load", counter, "--design", "save=written")
    expect(broken).toMatchObject({ code: 1, json: { violation: { invariant: "answered-once", operations: 2 } } })
    const again = await askJson("replay", broken.json.violation.token, "--load", counter)
    expect(again).toMatchObject({ code: 1, json: { changed: false } })
    const kept = await askJson("replay", broken.json.violation.token, "--load", counter, "--design", "save=synced")
    expect(kept.code).not.toBe(1)
    expect((await askJson("shake", "counter/storm", "--load", counter, "--runs", "60")).code).toBe(0)
    const { json } = await askJson("list", "--load", counter)
    expect(json.systems.map(({ name }: { name: string }) => name)).toContain("counter")
    const none = join(folder, "none.mjs")
    writeFileSync(none, "export const nothing = 1\n")
    const missing = join(folder, "missing.mjs")
    for (const [file, line] of [
      [none, "exports no scenario"],
      [missing, "cannot be loaded"],
    ] as const) {
      const { code, err } = await ask("list", "--load", file)
      expect(code).toBe(3)
      expect(err).toEqual([expect.stringContaining(line)])
    }
    expect(existsSync(missing)).toBe(false)
  })
})

describe("the line of progress", () => {
  it("has the rate, the time, the verdicts and what was tested least", () => {
    const tally = {
      ...emptyTally,
      runs: 120,
      verdicts: { holds: 118, violated: 0, unknown: 2 },
      exercised: { a: 90, b: 3 },
    }
    expect(tellProgress(["a", "b"], 1000, { tally, findings: 0, shrinks: 0 }, 61_000)).toBe(
      "120 of 1000 runs · 2/s · 1:01 · 118 hold, 2 unknown · least tested: b 3",
    )
    expect(tellProgress(["a"], undefined, { tally, findings: 1, shrinks: 7 }, 1000)).toContain(
      "shrinking, 7 smaller inputs",
    )
  })
})
