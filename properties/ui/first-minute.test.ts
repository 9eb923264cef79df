/**
 * The first minute, which everything serves: a running cluster, one key, a broken promise with its cause, the same fault
 * survived under another design, and a token that breaks the promise again.
 */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Scenario } from "#run"
import { scenarios } from "#scenarios"
import { openPty } from "../../src/tools/pty.ts"
import { Session } from "../../src/ui/session/session.ts"

const bin = new URL("../../dist/cli/bin.js", import.meta.url).pathname
const promise = scenarios.find(({ name }) => name === "replication/promise") as Scenario
const survives = "acknowledged-writes-survive"

const keys = { left: "\u001b[D", enter: "\r" }

/** Lets time go by until it stops by itself, no longer than so many seconds. */
const passUntilStopped = (session: Session, seconds: number) => {
  const until = session.head + seconds * 1_000_000
  while (session.playing && session.head < until) session.pass(until - session.head)
}

describe("x on the primary", () => {
  it("breaks the promise within ten seconds, at whatever moment, and ack=quorum keeps it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_900_000, max: 40_000_000 }), (at) => {
        const session = new Session(promise)
        while (session.head < at) session.pass(at - session.head)
        expect(session.view.nodes.find(({ picture }) => picture?.chief)?.id).toBe("n1")
        session.strike({ kind: "crash", target: "n1" })
        passUntilStopped(session, 10)
        expect(session.breaks.map(({ name }) => name)).toEqual([survives])
        expect(session.mode).toBe("paused")
        session.redesign({ ack: "quorum" })
        while (session.mode === "working") session.pass(0)
        expect(session.breaks).toEqual([])
        passUntilStopped(session, 10)
        expect(session.trials.map(({ design, verdict }) => [design.ack, verdict])).toEqual([
          ["local", "violated"],
          ["quorum", "holds"],
        ])
      }),
      { numRuns: 12, examples: [[1_900_000]] },
    )
  })
})

describe("the first minute", () => {
  it("goes from a running cluster to a token, over a real terminal", async () => {
    using screen = openPty([process.execPath, bin], { columns: 120, rows: 40 })
    await screen.until("Press x. Are they all still there?")
    expect(screen.text()).toMatch(/n1 has acknowledged \d+ writes\./)
    screen.press("x")
    await screen.until(`✗ ${survives}`, 20_000)
    expect(screen.text()).toContain("PAUSED")
    expect(screen.text()).toMatch(/c1 was told that w\d+ is saved at 1\/\d+; only n1 held it, and n1 is down/)
    // Looking back to the cause: the fault, lit in the trace.
    screen.press("{{{")
    await screen.until("PAST")
    await screen.until("crash:n1")
    screen.press("d")
    await screen.until("ack=quorum")
    screen.press(keys.enter)
    await screen.until("ack=quorum ✔", 20_000)
    expect(screen.text()).toContain("ack=local ✗ at")
    screen.press("q")
    const left = await screen.ended
    expect(left).toEqual({ code: 0, mainScreen: true, cursor: true, bracketedPaste: false, sane: true })
    const printed = screen.text().replaceAll("\n", "")
    const broken = /broken at (\d+\.\d+) s/.exec(printed)?.[1]
    const token = /npx snowglobe replay (sg1\.\S{20,200}?)(?:\s|$)/.exec(printed)?.[1] ?? ""

    const replay = promisify(execFile)(process.execPath, [bin, "replay", token, "--json"])
    const failed = (await replay.catch((error: unknown) => error)) as { readonly code: number; readonly stdout: string }
    expect(failed.code).toBe(1)
    const { invariants, changed } = JSON.parse(failed.stdout)
    expect(changed).toBe(false)
    const again = invariants.find(({ name }: { readonly name: string }) => name === survives)
    expect(again.verdict).toBe("violated")
    expect((again.violation.atMillis / 1000).toFixed(3)).toBe(broken)
  })
})
