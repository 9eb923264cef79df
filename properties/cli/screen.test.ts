/** The commands that open the screen, over a real terminal: what they show first, what they say when it is gone, and when there is none. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { encodeToken, run, type Scenario } from "#run"
import { scenarios } from "#scenarios"
import { openPty, type PtyOptions } from "../../src/tools/pty.ts"

const folder = mkdtempSync(join(tmpdir(), "snowglobe-screen-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bin = new URL("../../dist/cli/bin.js", import.meta.url).pathname
const open = (args: readonly string[], options: PtyOptions = {}) =>
  openPty([process.execPath, bin, ...args], { columns: 100, rows: 30, ...options })

const promise = scenarios.find(({ name }) => name === "replication/promise") as Scenario
const crashed = run(promise, {
  ...promise.story(1),
  faults: [{ id: "f1", kind: "crash", target: "n1", at: 3_000_000 }],
})
const token = encodeToken(crashed.input, crashed.digest, promise) ?? ""

describe("the commands that open the screen", () => {
  it("run opens it on a story of that seed and design, and quitting saves the session where it was told to", async () => {
    const file = join(folder, "session.json")
    using screen = open([
      "run",
      "replication/failover",
      "--tui",
      "--seed",
      "7",
      "--design",
      "ack=local",
      "--save",
      file,
    ])
    await screen.until("replication/failover")
    expect(screen.text()).toContain("seed 7")
    expect(screen.text()).toContain("ack=local")
    screen.press("q")
    const { code } = await screen.ended
    expect(code).toBe(0)
    const saved = JSON.parse(readFileSync(file, "utf8"))
    expect(saved).toMatchObject({ scenario: "replication/failover", seed: 7, design: { ack: "local" } })
    expect(screen.text()).toContain("npx snowglobe replay sg1.")
  })

  it("replay opens it where it is told to look, and goes on to what the input ends in", async () => {
    using screen = open(["replay", token, "--tui", "--at", "3500ms"])
    await screen.until("00:03.500")
    expect(screen.text()).toContain("PAUSED")
    expect(screen.text()).toContain("DOWN")
    screen.press(" ")
    await screen.until("promote=latest ✗ at 3.7 s")
    screen.press("q")
    const { code } = await screen.ended
    expect(code).toBe(0)
    // Nothing was done by hand, so it is the very same input.
    expect(screen.text().replaceAll("\n", "")).toContain(token)
  })

  it("tells its story as text where the terminal can show nothing, or nobody watches", async () => {
    for (const env of [{ TERM: "dumb" }, { CI: "1" }, { INK_SCREEN_READER: "1" }]) {
      using screen = open([], { env })
      const { code, mainScreen } = await screen.ended
      expect([code, mainScreen]).toEqual([0, true])
      expect(screen.text()).toContain("Try it yourself:")
    }
  })
})
