/** What `run`, `replay`, `shake` and `diff` print of a failure and of a pass, and in which code they end. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect, it } from "vitest"
import { invoke } from "../../src/cli/main.ts"

const folder = mkdtempSync(join(tmpdir(), "snowglobe-report-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ask = async (...args: readonly string[]) => {
  const out: string[] = []
  const err: string[] = []
  const console: Console.Console = {
    ...globalThis.console,
    log: (...said) => out.push(said.join(" ")),
    error: (...said) => err.push(said.join(" ")),
  }
  const code = await Effect.runPromise(Effect.provideService(invoke(args), Console.Console, console))
  return { code, out: out.join("\n"), err }
}

const lost = ["run", "replication/promise", "--faults", "crash:n1@3s"] as const
const kept = [...lost, "--design", "ack=quorum", "--design", "promote=fenced"] as const
const tokenOf = async (...args: readonly string[]): Promise<string> =>
  JSON.parse((await ask(...args, "--json")).out).token

describe("a run that violates a promise", () => {
  it("is told as a story, and below it in a report that ends in the line that plays it again", async () => {
    const { code, out } = await ask(...lost)
    expect(code).toBe(1)
    const lines = out.split("\n")
    const start = lines.findIndex((line) => line.startsWith("✗ acknowledged-writes-survive"))
    expect(start).toBeGreaterThan(20)
    expect(lines.length - start).toBeLessThanOrEqual(60)
    expect(lines.filter((line) => line.startsWith("replay  "))).toEqual([lines.at(-3)])
    expect(lines.at(-3)).toBe("replay  npx snowglobe run replication/promise --seed 1 --faults crash:n1@3s")
    expect(lines.at(-1)).toMatch(/^build {3}snowglobe \d+\.\d+\.\d+ /)
    expect(out).not.toContain("\u001b")
  })

  it("has the same report in JSON, and in ASCII", async () => {
    const { json, text, ascii } = {
      json: JSON.parse((await ask(...lost, "--json")).out),
      text: (await ask(...lost)).out,
      ascii: (await ask("--ascii", ...lost)).out,
    }
    expect(json.report).toMatchObject({ invariant: "acknowledged-writes-survive", scenario: "replication/promise" })
    expect(text.replace(/\s+/g, " ")).toContain(json.report.why.at(-1).what)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is a range
    expect(ascii).toMatch(/^[\x00-\x7f]*$/)
    expect(ascii.split("\n").length).toBe(text.split("\n").length)
  })

  it("is reported when it is replayed, but not where only its beginning is asked for", async () => {
    const token = await tokenOf(...lost)
    const again = await ask("replay", token)
    expect(again.code).toBe(1)
    expect(again.out).toContain(" NEAREST ")
    const early = await ask("replay", token, "--at", "1s")
    expect(early.out).not.toContain(" NEAREST ")
    expect(early.out).toContain("replay  npx snowglobe")
  })
})

describe("a run that keeps its promises", () => {
  it("has no report, in text or in JSON", async () => {
    const { out } = await ask(...kept)
    expect(out).not.toContain(" NEAREST ")
    expect(out).toContain("closest call")
    expect(JSON.parse((await ask(...kept, "--json")).out)).not.toHaveProperty("report")
  })
})

describe("shake", () => {
  it("prints the report of what it found, and nothing twice", async () => {
    const { code, out } = await ask("shake", "replication/storm", "--design", "read=any")
    expect(code).toBe(1)
    const lines = out.split("\n")
    expect(lines.length).toBeLessThanOrEqual(60)
    expect(lines[0]).toMatch(/^✗ read-your-writes/)
    expect(out).toMatch(/ FOUND {4}in run (\d+) of \1 \([\d.]+ m?s\), shrunk in \d+ steps to 1 operation, 0 faults/)
    expect(out).toMatch(/ COVERAGE of \d+ runs?, put to the test: /)
  })

  it("prints the evidence of a pass, and what is missing where it proves nothing", async () => {
    const { code, out } = await ask("shake", "replication/storm", "--runs", "3")
    expect(code).toBe(2)
    expect(out).toMatch(/^\? replication\/storm is unknown in 3 runs, seed 1/)
    expect(out).toMatch(/\d runs? {2}[a-z-]+ {3}unknown: 3 are needed/)
    expect(out).toContain(" FAULTS ")
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80)
  })
})

describe("diff", () => {
  it("ends in 0 where two runs are the same, and in 1 where they differ", async () => {
    const [a, b] = [await tokenOf(...lost), await tokenOf(...kept)]
    const same = await ask("diff", a, a)
    expect(same).toMatchObject({ code: 0, err: [] })
    expect(same.out).toContain("The runs are the same")
    const other = await ask("diff", a, b)
    expect(other).toMatchObject({ code: 1, err: [] })
    expect(other.out).toContain("inputs  design ack: ")
    expect(other.out).toMatch(/The runs are the same for \d+ entries, and part at [\d.]+ ms\./)
    const { code, out } = await ask("diff", a, b, "--json")
    expect(code).toBe(1)
    const json = JSON.parse(out)
    expect(Object.keys(json).sort()).toEqual(["a", "b", "common", "counts", "first", "inputs", "rows", "same"])
    expect(json).toMatchObject({ same: false, a: { verdict: "violated", token: a }, b: { token: b } })
    expect(json.rows.every(({ mark }: { readonly mark: string }) => mark !== "=")).toBe(true)
  })

  it("takes files as well as tokens", async () => {
    const file = join(folder, "kept.json")
    await ask(...kept, "--save", file)
    const token = await tokenOf(...kept)
    expect((await ask("diff", file, token)).code).toBe(0)
  })

  it("refuses what it cannot read, in one line and with exit code 3", async () => {
    const token = await tokenOf(...lost)
    const text = join(folder, "text.json")
    writeFileSync(text, "not JSON")
    for (const [args, says] of [
      [[], "a is missing"],
      [[token], "b is missing"],
      [[token, "sg1.abcdefgh"], "token is damaged or cut short"],
      [["sg2.abcdefgh", token], "token of format sg2"],
      [[token, join(folder, "missing")], "there is no such file"],
      [[text, token], "it is not JSON"],
    ] as const) {
      const { code, out, err } = await ask("diff", ...args)
      expect({ code, out }).toEqual({ code: 3, out: "" })
      expect(err).toHaveLength(1)
      expect(err[0]).toContain(says)
    }
  })
})
