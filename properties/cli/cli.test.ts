/**
 * The command line: what it answers, in which shape, and how it ends. Most commands run in this process; what only a
 * process of its own can show (pipes, signals, exit codes) is asked of the built one.
 */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import { afterAll, describe, expect, it } from "vitest"
import { scenarios } from "#scenarios"
import { systems } from "#systems"
import { exitCodeOf } from "../../src/cli/shape.ts"
import { joinNegatives } from "../../src/cli/usage.ts"
import { type Answer, ask, askJson } from "./ask.ts"

const folder = mkdtempSync(join(tmpdir(), "snowglobe-cli-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const storm = "replication/storm"
const codes: Readonly<Record<string, number>> = { holds: 0, violated: 1, unknown: 2 }

describe("what is wrong is said in one line, with exit code 3", () => {
  const oversized = join(folder, "oversized.json")
  writeFileSync(oversized, " ".repeat(1024 * 1024 + 1))
  const text = join(folder, "text.json")
  writeFileSync(text, "not JSON")

  it.each<readonly [args: readonly string[], says: string]>([
    [["stake"], "unknown command 'stake'; did you mean shake? there are run, shake, replay, diff, matrix, list"],
    [["--tui"], "unknown flag '--tui'"],
    [["run"], "scenario is missing"],
    [["run", storm, "--tui", "--json"], "--tui and --json cannot both be had: the screen is for people"],
    [["run", storm, "--tui"], "--tui needs a terminal; without it the run is told as text"],
    [["run", "replication/strom"], "unknown scenario 'replication/strom'; did you mean replication/storm?"],
    [["run", "zebra\u001b[31m\n"], "unknown scenario 'zebra [31m '"],
    [["run", storm, "--sed", "1"], "unknown flag '--sed'; did you mean --seed?"],
    [["run", storm, "--seed"], "--seed needs a value"],
    [["run", storm, "--seed", "1", "--seed", "2"], "--seed is given more than once"],
    [["run", storm, "--seed", "-1"], "--seed '-1' must be a whole number from 0 to 4294967295"],
    [["run", storm, "--seed", "4294967296"], "--seed '4294967296' must be"],
    [["run", storm, "--seed", "1.5"], "--seed '1.5' must be"],
    [["run", storm, "--seed", "0x10"], "--seed '0x10' must be"],
    [["run", storm, "--seed", "1e3"], "--seed '1e3' must be"],
    [["run", storm, "--seed", ""], "--seed"],
    [["run", storm, "--until", "-5s"], "--until '-5s' is negative; it must be a time like 60s, 1500ms or 250us"],
    [["run", storm, "--until", "0"], "--until '0' must be from 1us"],
    [["run", storm, "--until", "soon"], "--until 'soon' must be a time like"],
    [["run", storm, "--until", "100000m"], "--until '100000m' must be from 1us to 1440m"],
    [["run", storm, "--design", "ack"], "--design 'ack' must be a choice and its value, like ack=quorum"],
    [["run", storm, "--design", "=x"], "--design '=x' must be a choice and its value"],
    [["run", storm, "--design", "akc=quorum"], "unknown choice 'akc'; did you mean ack?"],
    [["run", storm, "--design", "ack=quorom"], "unknown value of ack 'quorom'; did you mean quorum?"],
    [["run", storm, "--design", "__proto__=quorum"], "unknown choice '__proto__'"],
    [["run", storm, "--faults", "crsh:n1@2s"], "unknown fault kind 'crsh' in 'crsh:n1@2s'; did you mean crash?"],
    [["run", storm, "--faults", "crash:n1"], "no start in 'crash:n1'; write it like crash:n1@2s+1s"],
    [["run", storm, "--faults", "crash:n9@2s"], "unknown node 'n9' in 'crash:n9@2s'; did you mean n1?"],
    [["run", storm, "--faults", "crash:c1@2s"], "c1 is a client, and crash strikes nodes"],
    [["run", storm, "--faults", "power:mars@2s"], "unknown region 'mars'"],
    [
      ["run", storm, "--faults", "crash:n1@9s", "--until", "5s"],
      "crash at 9s would come after the end of the run at 5s",
    ],
    [["run", storm, "--faults", "crash:n1@9000m"], "crash at 9000m is later than any run lasts"],
    [["run", storm, "--faults", ""], "no faults in ''; write them like crash:n1@2s+1s, or none"],
    [["run", storm, "--save", join(folder, "no", "such")], "cannot write"],
    [["run", storm, "--jobs", "2"], "unknown flag '--jobs'"],
    [["run", storm, "--json=maybe"], "--json 'maybe' is no good"],
    [["run", storm, "extra"], "unexpected argument 'extra'"],
    [["shake", "zebra"], "unknown scenario 'zebra'"],
    [["shake", storm, "--runs", "0"], "--runs '0' must be a whole number from 1"],
    [["shake", storm, "--runs", "-3"], "--runs '-3' must be"],
    [["shake", storm, "--runs", "many"], "--runs 'many' must be"],
    [["shake", storm, "--jobs", "0"], "--jobs '0' must be a whole number from 1"],
    [["shake", storm, "--time", "-1s"], "--time '-1s' is negative"],
    [["shake", storm, "--time", "0"], "--time '0' must be from 1ms"],
    [["shake", storm, "--invariant", "converge"], "unknown invariant 'converge'; did you mean converges?"],
    [["shake", storm, "--design", "ack=never"], "unknown value of ack 'never'"],
    [["shake", storm, "--faults", "none"], "unknown flag '--faults'"],
    [["replay"], "token-or-file is missing"],
    [["replay", "sg2.abcdefgh"], "token of format sg2, this version reads sg1"],
    [["replay", "sg1.abcdefgh"], "token is damaged or cut short"],
    [["replay", join(folder, "missing")], "there is no such file"],
    [["replay", folder], "it is a directory"],
    [["replay", oversized], "it has 1048577 bytes, at most 1048576 are read"],
    [["replay", text], "it is not JSON"],
    [["list", "all"], "unexpected argument 'all'"],
  ])("%j", async (args, says) => {
    const { code, out, err } = await ask(...args)
    expect(err).toHaveLength(1)
    expect(err[0]).toContain(says)
    expect(err[0]).toMatch(/^snowglobe: \P{Cc}*$/u)
    expect(err[0]).not.toMatch(/\.[jt]s:\d/)
    expect({ code, out }).toEqual({ code: 3, out: "" })
  })
})

describe("run", () => {
  it("says in JSON what happened, and ends as the verdict says", async () => {
    const { json, code, err } = await askJson("run", storm, "--seed", "3")
    expect(json).toMatchObject({ scenario: storm, seed: 3, design: { ack: "quorum" } })
    expect(json.digest).toMatch(/^[0-9a-f]{16}$/)
    for (const figure of ["events", "virtualMillis", "wallMillis"]) expect(json[figure]).toBeGreaterThan(0)
    expect(json.invariants.length).toBeGreaterThan(0)
    for (const invariant of json.invariants) {
      expect(invariant).toMatchObject({
        name: expect.any(String),
        kind: expect.stringMatching(/^(always|eventually|sometimes)$/),
        verdict: expect.stringMatching(/^(holds|violated|unknown)$/),
        exercised: expect.any(Number),
      })
    }
    for (const figure of json.measured) expect(Object.keys(figure)).toEqual(["name", "value", "unit"])
    expect(Object.values(json.faultsFired).every(Number.isInteger)).toBe(true)
    expect(code).toBe(codes[json.verdict])
    expect(err).toEqual([])
  })

  it("the same seed gives the same digest, another seed another", async () => {
    const [first, again, other] = [
      await askJson("run", storm),
      await askJson("run", storm, "--seed", "1"),
      await askJson("run", storm, "--seed", "2"),
    ]
    expect(again.json.digest).toBe(first.json.digest)
    expect(other.json.digest).not.toBe(first.json.digest)
  })

  it("adds faults to the story's, or leaves all out", async () => {
    const none = await askJson("run", storm, "--faults", "none")
    expect(none.json.faultsFired).toEqual({})
    const more = await askJson("run", storm, "--faults", "pause:n3@1s+200,pause:n2@2s+200")
    const story = await askJson("run", storm)
    expect(more.json.faultsFired).toEqual({ ...story.json.faultsFired, pause: 2 })
  })

  it("the calm waits for a fault that comes late", async () => {
    const { json } = await askJson("run", storm, "--faults", "pause:n3@30s+500")
    expect(json.faultsFired.pause).toBe(1)
    expect(json.virtualMillis).toBeGreaterThan(30_000)
  })

  it("another design is another run", async () => {
    const { json } = await askJson("run", storm, "--design", "ack=local", "--design", "read=any")
    expect(json.design).toMatchObject({ ack: "local", read: "any" })
  })

  it("tells it as text without escapes, and in ASCII if asked", async () => {
    const { out } = await ask("run", storm)
    expect(stripVTControlCharacters(out)).toBe(out)
    expect(out).not.toBe("")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is a range
    expect((await ask("--ascii", "run", storm)).out).toMatch(/^[\x00-\x7f]*$/)
  })
})

describe("replay", () => {
  it("a token and a file bring the very run back", async () => {
    const saved = join(folder, "saved.json")
    const { json, code } = await askJson("run", storm, "--faults", "pause:n2@1s+400", "--save", saved)
    for (const what of [json.token, saved]) {
      const again = await askJson("replay", what)
      expect(again.json).toMatchObject({ digest: json.digest, verdict: json.verdict, changed: false })
      expect(again).toMatchObject({ code, err: [] })
    }
  })

  it("says when the digest is another one, and judges anew", async () => {
    const saved = join(folder, "changed.json")
    const { json } = await askJson("run", storm, "--save", saved)
    const input = JSON.parse(readFileSync(saved, "utf8"))
    writeFileSync(saved, JSON.stringify({ ...input, digest: "00000000" }))
    const again = await askJson("replay", saved)
    expect(again.err).toHaveLength(1)
    expect(again.err[0]).toContain("the code has changed since this was recorded (digest 00000000 then, ")
    expect(again).toMatchObject({ code: codes[json.verdict], json: { digest: json.digest, changed: true } })
  })

  it("an input of strangers is checked like one that was typed", async () => {
    const saved = join(folder, "stranger.json")
    await ask("run", storm, "--save", saved)
    const input = JSON.parse(readFileSync(saved, "utf8"))
    const [operation] = input.operations
    const strangers = [
      [{ scenario: "zebra" }, "unknown scenario 'zebra'"],
      [{ design: { ack: "never" } }, "unknown value of ack 'never'"],
      [{ size: { nodes: 1_000_000 } }, "size nodes is 1000000"],
      [{ core: ["n9"] }, "unknown node 'n9' in the core"],
      [{ faults: [{ id: "f1", kind: "crash", target: "n9", at: 0 }] }, "unknown node 'n9'"],
      [{ operations: [{ ...operation, client: "c9" }] }, "unknown client 'c9' in operation"],
      [{ operations: [{ ...operation, call: { _tag: "explode" } }] }, "holds no call of replication/storm"],
      [{ until: 9_000_000_000_000 }, "later than any run lasts"],
    ] as const
    for (const [change, says] of strangers) {
      writeFileSync(saved, JSON.stringify({ ...input, ...change }))
      const { code, err, out } = await ask("replay", saved)
      expect({ code, out }).toEqual({ code: 3, out: "" })
      expect(err).toHaveLength(1)
      expect(err[0]).toContain(says)
    }
  })

  it("tells the run up to an instant, which must be within it", async () => {
    const { json } = await askJson("run", storm)
    const at = await askJson("replay", json.token, "--at", "1s")
    expect(at.json).toMatchObject({ atMillis: 1000, digest: json.digest })
    expect(at.json.eventsUntilThen).toBeGreaterThan(0)
    const beyond = await ask("replay", json.token, "--at", "1000s")
    expect(beyond.code).toBe(3)
    expect(beyond.err[0]).toContain("--at 1000s is beyond the end of the run at ")
    expect((await ask("replay", json.token, "--at", "-1s")).err[0]).toContain("--at '-1s' is negative")
  })
})

describe("list", () => {
  it("names all there is, as text and as JSON", async () => {
    const { json, code } = await askJson("list")
    expect(code).toBe(0)
    expect(json.scenarios.map(({ name }: { name: string }) => name)).toEqual(scenarios.map(({ name }) => name))
    expect(json.systems.map(({ name }: { name: string }) => name)).toEqual(systems.map(({ name }) => name))
    for (const scenario of json.scenarios) {
      expect(Object.keys(scenario)).toEqual(["name", "system", "summary", "design", "expects", "about"])
    }
    for (const system of json.systems) {
      for (const { default: sound, values } of system.designs) {
        expect(values).toContainEqual(expect.objectContaining({ name: sound, sound: true, breaks: [] }))
      }
    }
    const { out } = await ask("list")
    for (const { name } of [...scenarios, ...systems]) expect(out).toContain(name)
  })

  it("help and version end in 0", async () => {
    expect((await ask("--version")).code).toBe(0)
    const help = await ask("run", "--help")
    expect(help).toMatchObject({ code: 0, err: [] })
    expect(help.out).toContain("--faults SPEC|none")
  })
})

describe("parts", () => {
  it("our own mistakes have a code of their own", () => {
    expect(exitCodeOf({ outcome: "done", verdict: "violated" })).toBe(1)
    expect(exitCodeOf({ outcome: "escape", verdict: "violated" })).toBe(4)
    expect(exitCodeOf({ outcome: "defect", verdict: "holds" })).toBe(4)
  })

  it("a negative number belongs to the flag before it", () => {
    expect(joinNegatives(["run", "--at", "-5s", "--json", "-x"])).toEqual(["run", "--at=-5s", "--json", "-x"])
    expect(joinNegatives(["-5s", "--at=1", "-5s"])).toEqual(["-5s", "--at=1", "-5s"])
  })
})

describe("the built binary", () => {
  const bin = fileURLToPath(new URL("../../dist/cli/bin.js", import.meta.url))
  const start = (args: readonly string[]) => {
    const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env
    const child = spawn(process.execPath, [bin, ...args], { env, stdio: ["ignore", "pipe", "pipe"] })
    const said = { out: "", err: "" }
    child.stdout.on("data", (chunk) => (said.out += chunk))
    child.stderr.on("data", (chunk) => (said.err += chunk))
    const ended = new Promise<Answer & { readonly errText: string }>((resolve) =>
      child.on("close", (code) => resolve({ code: code ?? -1, out: said.out, err: [], errText: said.err })),
    )
    return { child, ended }
  }

  it("alone tells a story in plain text and ends in 0", async () => {
    const { code, out, errText } = await start([]).ended
    expect({ code, errText }).toEqual({ code: 0, errText: "" })
    expect(stripVTControlCharacters(out)).toBe(out)
    expect(out).not.toBe("")
  })

  it("ends as the command did", async () => {
    const { code, out, errText } = await start(["run", "nowhere"]).ended
    expect({ code, out }).toEqual({ code: 3, out: "" })
    expect(errText.trimEnd().split("\n")).toHaveLength(1)
  })

  it("is quiet when the reader of its pipe is gone", async () => {
    const { child, ended } = start(["list"])
    child.stdout.destroy()
    const { code, errText } = await ended
    expect({ code, errText }).toEqual({ code: 0, errText: "" })
  })
})
