/**
 * `snowglobe check`: verdicts with their exit codes, as text and as JSON, and one line for whatever is wrong with a file.
 * What only a process of its own can show (standard input, pipes, memory) is asked of the built one.
 */
import { execFileSync, spawn } from "node:child_process"
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect, it } from "vitest"
import { invoke } from "../../src/cli/main.ts"

const folder = mkdtempSync(join(tmpdir(), "snowglobe-check-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
/** A file that holds this. */
const fileOf = (content: string | Uint8Array): string => {
  const path = join(folder, `history-${++files}`)
  writeFileSync(path, content)
  return path
}

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
const askJson = async (...args: readonly string[]) => {
  const answer = await ask(...args, "--json")
  expect(answer.err).toEqual([])
  expect(answer.out.split("\n")).toHaveLength(1)
  return { ...answer, json: JSON.parse(answer.out) }
}

const lines = (...events: readonly object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join("")
const called = (process: string, f: string, more: object = {}) => ({ process, type: "invoke", f, ...more })
const answered = (process: string, more: object = {}) => ({ process, type: "ok", ...more })

/** c2 reads what was overwritten before it asked; c1 still reads its own write. */
const stale = lines(
  called("c1", "write", { value: 1 }),
  answered("c1"),
  called("c1", "write", { value: 2 }),
  answered("c1"),
  called("c2", "read"),
  answered("c2", { value: 1 }),
  called("c1", "read"),
  answered("c1", { value: 2 }),
)
const fresh = stale.replace(
  '"value":1}\n{"process":"c1","type":"invoke","f":"read"',
  '"value":2}\n{"process":"c1","type":"invoke","f":"read"',
)
const skewed = lines(
  called("c1", "txn", {
    value: [
      ["append", "x", 1],
      ["r", "y", null],
    ],
  }),
  called("c2", "txn", {
    value: [
      ["append", "y", 1],
      ["r", "x", null],
    ],
  }),
  answered("c1", {
    value: [
      ["append", "x", 1],
      ["r", "y", []],
    ],
  }),
  answered("c2", {
    value: [
      ["append", "y", 1],
      ["r", "x", []],
    ],
  }),
  called("c1", "txn", { value: [["append", "z", 1]] }),
  answered("c1", { value: [["append", "z", 1]] }),
)
const untold = lines(
  called("c1", "txn", { value: [["append", "x", 1]] }),
  answered("c1", { value: [["append", "x", 1]] }),
)

describe("what is wrong is said in one line, with exit code 3", () => {
  const big = join(folder, "big")
  writeFileSync(big, "")
  truncateSync(big, 32 * 1024 * 1024 + 1)

  it.each<readonly [args: readonly string[], says: string]>([
    [["check"], "file is missing"],
    [["check", fileOf(stale), "more"], "unexpected argument 'more'"],
    [["check", join(folder, "missing")], "there is no such file"],
    [["check", folder], "it is a directory"],
    [["check", join(fileOf(stale), "below")], "its folder is a file"],
    [["check", big], "it has more than 33554432 bytes, which is the most that is read"],
    [["check", fileOf("")], "there is nothing in it"],
    [["check", fileOf(new Uint8Array([0xff, 0xfe, 0x5b, 0x00]))], "it is not text in UTF-8"],
    [["check", fileOf(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]))], "it is not text in UTF-8"],
    [["check", fileOf("\u0000\u0000")], "line 1: this is no history"],
    [["check", fileOf("[{:process \u001b[31m}]")], "line 1: '\\u{1b}' is no EDN"],
    [["check", fileOf("[".repeat(100_000))], "line 1: more than 500 forms are nested here"],
    [["check", fileOf(stale.slice(0, -10))], 'line 8: \'{"process":"c1","type":"ok","\''],
    [
      ["check", fileOf(lines(called("c1", "read"), called("c1", "read")))],
      "line 2: process 'c1' invokes again, but what it invoked on line 1 has not ended",
    ],
    [["check", fileOf(lines(called("c1", "pop")))], "line 1: no model has the operation 'pop'"],
    [["check", fileOf(stale), "--model", "mutex"], "line 1: mutex has no operation 'write'; it has acquire, release"],
    [["check", fileOf(stale), "--model", "stack"], "unknown model 'stack'; there are register, cas-register"],
    [["check", fileOf(stale), "--model", "queue:1"], "queue takes no initial value"],
    [["check", fileOf(stale), "--model", ""], "unknown model ''; there are register"],
    [
      ["check", fileOf(stale), "--level", "serializable"],
      "--level is for transactions, and this is a history of register",
    ],
    [["check", fileOf(skewed), "--level", "serialisable"], "unknown level 'serialisable'; did you mean serializable?"],
    [["chek", fileOf(stale)], "unknown command 'chek'; did you mean check?"],
  ])("%j", async (args, says) => {
    const { code, out, err } = await ask(...args)
    expect(err).toHaveLength(1)
    expect(err[0]).toContain(says)
    expect(err[0]).toMatch(/^snowglobe: \P{Cc}*$/u)
    expect({ code, out }).toEqual({ code: 3, out: "" })
  })
})

describe("a verdict", () => {
  it("ends the command: 0 where it holds, 1 where it is violated, 2 where nobody can say", async () => {
    expect((await ask("check", fileOf(fresh))).code).toBe(0)
    expect((await ask("check", fileOf(stale))).code).toBe(1)
    expect((await ask("check", fileOf(untold))).code).toBe(2)
  })

  it("of linearizability is proved by few operations, and the ladder says what still holds", async () => {
    const { code, json } = await askJson("check", fileOf(stale))
    expect(code).toBe(1)
    expect(json).toMatchObject({
      notation: "JSON Lines",
      model: "register",
      engine: "linearizable",
      operations: 4,
      verdict: "violated",
      anomaly: expect.any(String),
    })
    expect(json.evidence.map(({ id }: { readonly id: string }) => id)).toEqual(
      expect.arrayContaining(["line 3", "line 5"]),
    )
    expect(json.evidence.length).toBeLessThanOrEqual(4)
    expect(json.ladder).toContainEqual({ name: "linearizable", verdict: "violated" })
    expect(json.ladder).toContainEqual({ name: "sequential", verdict: "holds" })
    expect((await askJson("check", fileOf(fresh))).json).toMatchObject({
      verdict: "holds",
      anomaly: null,
      evidence: [],
    })
  })

  it("of transactions is that on a level", async () => {
    const strict = await askJson("check", fileOf(skewed))
    expect(strict).toMatchObject({ code: 1, json: { model: "list-append", engine: "transactions", anomaly: "G2" } })
    expect(strict.json).toMatchObject({ level: "strict-serializable", operations: 3 })
    expect(strict.json.evidence.map(({ id }: { readonly id: string }) => id)).toEqual(["line 1", "line 2"])
    expect(strict.json.ladder).toContainEqual({ name: "snapshot-isolation", verdict: "holds" })
    expect(await askJson("check", fileOf(skewed), "--level", "serializable")).toMatchObject({ code: 1 })
    expect(await askJson("check", fileOf(skewed), "--level", "snapshot-isolation")).toMatchObject({
      code: 0,
      json: { anomaly: null },
    })
  })

  it("is proved by operations that have the lines of the file, and are data", async () => {
    const open = lines(called("c1", "write", { value: 1 }), called("c2", "read"), answered("c2", { value: 2 }))
    const { json } = await askJson("check", fileOf(open))
    expect(Object.keys(json)).toEqual([
      "notation",
      "model",
      "initial",
      "operations",
      "engine",
      "verdict",
      "anomaly",
      "evidence",
      "ladder",
    ])
    expect(json.evidence).toEqual([
      {
        id: "line 2",
        process: "c2",
        calledAt: 2,
        returnedAt: 3,
        input: { _tag: "read" },
        outcome: { _tag: "ok", value: 2 },
      },
    ])
  })

  it("of a history too large for it has no ladder", async () => {
    const sessions = Array.from({ length: 5000 }, (_, n) => called(`c${n}`, "write", { value: n + 1 }))
    const accesses = Array.from({ length: 50_001 }, () => [
      called("c1", "read"),
      answered("c1", { value: null }),
    ]).flat()
    for (const many of [sessions, accesses]) {
      const { json } = await askJson("check", fileOf(lines(...many)))
      expect(json).toMatchObject({ verdict: "holds", ladder: [{ name: "linearizable", verdict: "holds" }] })
    }
  })

  it("depends on what a register held at first", async () => {
    const first = fileOf(lines(called("c1", "read"), answered("c1", { value: 7 })))
    expect((await ask("check", first)).code).toBe(1)
    expect((await ask("check", first, "--model", "register:7")).code).toBe(0)
    expect((await ask("check", first, "--model", "cas-register:7")).code).toBe(0)
    expect((await ask("check", first, "--model", "register:8")).code).toBe(1)
    const { json } = await askJson("check", first, "--model", "register:7")
    expect(json.ladder).toContainEqual({ name: "sequential", verdict: "holds" })
  })

  it("on a history in which nothing happened holds", async () => {
    expect(await askJson("check", fileOf("[]"))).toMatchObject({ code: 0, json: { operations: 0, verdict: "holds" } })
  })
})

describe("the text", () => {
  it.each([
    [
      "a violation",
      stale,
      `4 operations of register, at first nil

NOT LINEARIZABLE   stale read                       3 of 4 operations are enough

                line 1  line 2  line 3  line 4  line 5  line 6
  c1  write 1   │───────│
  c1  write 2                   │───────│
  c2  read → 1                                  │───────│ ✗
  it must be    │···········│·1·│···········│·······2·······

  why  1  c1's write 1 returned at line 2. After that, it is 1.
       2  c1's write 2 returned at line 4. After that, it is 2.
       3  c2's read → 1 took effect between line 5 and line 6. By these, it is 2
          all that time: contradiction.

sequential ✔ · causally convergent ✔ · causal ✔ · weakly causal ✔ · PRAM ✔
writes follow reads ? · monotonic writes ✔ · monotonic reads ?
read your writes ✔ · bounded staleness ✔ (1 line)`,
    ],
    [
      "a history that holds",
      fresh,
      `4 operations of register, at first nil

LINEARIZABLE

  4 operations: an order that explains every answer was found and replayed.

sequential ✔ · causally convergent ✔ · causal ✔ · weakly causal ✔ · PRAM ✔
writes follow reads ? · monotonic writes ✔ · monotonic reads ?
read your writes ✔ · bounded staleness ✔`,
    ],
    [
      "transactions",
      skewed,
      `3 operations of list-append

 NOT STRICT-SERIALIZABLE   G2: write skew
   2 of 3 transactions are enough

   T1 = line 1 of c1: append 1 to x, read y = nothing
   T2 = line 2 of c2: append 1 to y, read x = nothing

   why  1  T1 read y without T2's append of 1. So T1 < T2.
        2  T2 read x without T1's append of 1. So T2 < T1.
           T1 would come before itself: a contradiction.

   ruled out   repeatable-read, and all stronger
   holds       strong-snapshot-isolation, and all weaker`,
    ],
  ])("of %s is always the same", async (_, content, told) => {
    const file = fileOf(content)
    expect((await ask("check", file)).out).toBe(`'${file}', JSON Lines\n${told}`)
  })

  it("moves no cursor, whatever a stranger wrote into a value", async () => {
    const hostile = "\\u001b[2J\\ud800\\u202e\\u0000"
    const evil = stale.replaceAll('"value":1', `"value":"${hostile}"`).replaceAll('"c1"', `"c1${hostile}"`)
    for (const keyed of [evil, evil.replaceAll('"f"', `"key":"${hostile}","f"`)]) {
      const { code, out } = await ask("check", fileOf(keyed))
      expect(code).toBe(1)
      expect(out).toContain("[2J")
      expect(out.replaceAll("\n", "")).toMatch(/^\P{C}+$/u)
    }
  })

  it("is plain ASCII if asked", async () => {
    for (const text of [stale, fresh, skewed, untold]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is a range
      expect((await ask("--ascii", "check", fileOf(text))).out).toMatch(/^[\x00-\x7f]+$/)
    }
  })

  it("fits on a screen", async () => {
    for (const text of [stale, fresh, skewed, untold]) {
      const { out } = await ask("check", fileOf(text))
      for (const line of out.split("\n").slice(1)) expect(line.length).toBeLessThanOrEqual(80)
      expect(out.split("\n").length).toBeLessThanOrEqual(40)
    }
  })
})

describe("the built binary", () => {
  const bin = fileURLToPath(new URL("../../dist/cli/bin.js", import.meta.url))
  const start = (file: string) => {
    const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env
    const child = spawn(process.execPath, [bin, "check", file], { env })
    const said = { out: "", err: "" }
    child.stdout.on("data", (chunk) => (said.out += chunk))
    child.stderr.on("data", (chunk) => (said.err += chunk))
    // It may have stopped to listen.
    child.stdin.on("error", () => {})
    const ended = new Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>((resolve) =>
      child.on("close", (code) => resolve({ code, ...said })),
    )
    return { stdin: child.stdin, ended }
  }

  it("reads standard input", async () => {
    const { stdin, ended } = start("-")
    stdin.end(stale)
    const { code, out, err } = await ended
    expect({ code, err }).toEqual({ code: 1, err: "" })
    expect(out).toContain("standard input, JSON Lines\n4 operations of register, at first nil\n")
  })

  it("waits for whoever writes into a pipe", async () => {
    const pipe = join(folder, "pipe")
    execFileSync("mkfifo", [pipe])
    const { ended } = start(pipe)
    writeFileSync(pipe, fresh)
    expect(await ended).toMatchObject({ code: 0, err: "" })
  })

  it("does not read for ever, and ends in one line", async () => {
    const { stdin, ended } = start("-")
    const brackets = Buffer.alloc(1024 * 1024, "[")
    const more = () => {
      while (stdin.writable && stdin.write(brackets));
    }
    stdin.on("drain", more)
    more()
    const { code, out, err } = await ended
    expect({ code, out }).toEqual({ code: 3, out: "" })
    expect(err).toBe(
      "snowglobe: cannot read standard input: it has more than 33554432 bytes, which is the most that is read\n",
    )
  })
})
