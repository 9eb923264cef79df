/**
 * A screen on a real terminal: whatever ends it, the terminal is given back as it was and what went wrong can be read; it says
 * nothing while nothing moves; and it honours what the environment says of colours.
 */
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { openPty, type Pty, type PtyOptions } from "../../../src/tools/pty.ts"

const fixture = fileURLToPath(new URL("fixture.ts", import.meta.url))

/** A fixture on a terminal of its own, once it has painted. */
const openFixture = async (args: readonly string[] = [], options: PtyOptions = {}): Promise<Pty> => {
  const pty = openPty([process.execPath, fixture, ...args], { columns: 100, rows: 30, ...options })
  await pty.until("frame ")
  return pty
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

describe("a terminal is given back as it was", () => {
  it.concurrent.each<readonly [string, number, string, (pty: Pty) => void]>([
    ["a q and what was printed before", 0, "printed 3\nto the console\nended by quit", (pty) => pty.press("jjCq")],
    ["an error in a key", 4, "Error: broken in key", (pty) => pty.press("K")],
    ["an error while painting", 4, "Error: broken in paint", (pty) => pty.press("P")],
    ["an error in a frame", 4, "Error: broken in frame", (pty) => pty.press("F")],
    ["an error in a timer", 4, "Error: broken in a timer", (pty) => pty.press("T")],
    ["a rejection that nobody handles", 4, "Error: broken in a promise", (pty) => pty.press("R")],
    ["SIGTERM", 143, "ended by signal SIGTERM", (pty) => pty.kill("SIGTERM")],
    ["SIGINT", 130, "ended by signal SIGINT", (pty) => pty.kill("SIGINT")],
    ["SIGHUP", 129, "ended by signal SIGHUP", (pty) => pty.kill("SIGHUP")],
  ])("after %s, with code %i and %j to read", async (_, code, says, act) => {
    using pty = await openFixture()
    expect(pty.modes()).toEqual({ mainScreen: false, cursor: false, bracketedPaste: true })
    act(pty)
    expect(await pty.ended).toEqual({ code, mainScreen: true, cursor: true, bracketedPaste: false, sane: true })
    expect(pty.text()).toContain(says)
    expect(pty.text()).not.toContain("fixture ─")
  })

  it.concurrent("while the job is stopped by ctrl+z, and taken again when it goes on", async () => {
    using pty = openPty(["bash", "--norc", "--noprofile", "-i"], { columns: 100, rows: 30, env: { PS1: "shell> " } })
    await pty.until("shell>")
    pty.press(`"${process.execPath}" "${fixture}"\r`)
    await pty.until("frame ")
    pty.press("\u001a")
    await pty.until("Stopped")
    expect(pty.modes()).toMatchObject({ mainScreen: true, cursor: true })
    expect(pty.text()).not.toContain("fixture ─")
    pty.press("echo lines are $((6 * 7)) again\r")
    await pty.until("lines are 42 again")
    pty.press("fg\r")
    await pty.until("fixture ─")
    expect(pty.modes()).toEqual({ mainScreen: false, cursor: false, bracketedPaste: true })
    pty.press("jq")
    await pty.until("ended by quit")
    expect(pty.modes()).toMatchObject({ mainScreen: true, cursor: true })
    pty.press("exit\r")
    expect(await pty.ended).toMatchObject({ code: 0, sane: true })
  })
})

describe("a terminal that goes away", () => {
  it.concurrent("takes the process along, quietly", async () => {
    using pty = await openFixture()
    pty.hangUp()
    expect([0, 129]).toContain((await pty.ended).code)
  })
})

describe("a still screen", () => {
  it.concurrent("says nothing, and answers a key at once however slow its frames are", async () => {
    using pty = await openFixture(["0.2", "still"])
    await pause(300)
    const before = pty.bytes()
    await pause(700)
    expect(pty.bytes()).toBe(before)
    const start = performance.now()
    pty.press("j")
    await pty.until("keys j.")
    expect(performance.now() - start).toBeLessThan(2500)
    const after = pty.bytes()
    await pause(500)
    expect(pty.bytes()).toBe(after)
  })
})

describe("a screen in a storm of sizes", () => {
  it.concurrent("comes out as it went in", async () => {
    using pty = await openFixture(["30", "still"], { columns: 120, rows: 40 })
    await pty.until("╯")
    const before = JSON.stringify(pty.cells())
    for (let turn = 0; turn < 12; turn++) {
      for (const [columns, rows] of [
        [200, 60],
        [40, 10],
        [2, 1],
        [1000, 2],
      ] as const) {
        pty.resize(columns, rows)
        if (turn % 3 === 0) await pause(5)
      }
    }
    pty.resize(120, 40)
    await pty.until(() => JSON.stringify(pty.cells()) === before)
    pty.press("q")
    expect(await pty.ended).toMatchObject({ code: 0 })
  })
})

describe("what the environment says", () => {
  const bare = { COLORTERM: undefined }
  it.concurrent.each<readonly [string, PtyOptions["env"], readonly RegExp[], readonly RegExp[]]>([
    [
      "NO_COLOR leaves weights only, and states differ in ASCII",
      { NO_COLOR: "1", ASCII: "1" },
      [/[[;]1m/, /[[;]2m/, /\+ holds x violated ~ unknown/],
      [/\[(\d+;)*[39]\d(;\d+)*m/, /\P{ASCII}/u],
    ],
    [
      "COLORTERM brings all colours, in CI too",
      { CI: "", INK_SCREEN_READER: "true" },
      [/38;2;\d+;\d+;\d+m/],
      [/38;5;/],
    ],
    ["TERM brings 256", bare, [/38;5;\d+m/], [/38;2;/]],
    ["another TERM brings 16", { ...bare, TERM: "xterm" }, [/\[92m/], [/38;/]],
  ])("%s", async (_, env, has, lacks) => {
    using pty = await openFixture(["30", "still"], { env: env ?? {} })
    expect(pty.modes().mainScreen).toBe(false)
    for (const pattern of has) expect(pty.output()).toMatch(pattern)
    for (const pattern of lacks) expect(pty.output()).not.toMatch(pattern)
  })
})
