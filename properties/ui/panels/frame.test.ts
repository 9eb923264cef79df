/** What frames every screen: header, headline and footer say as much as there is room for, and what matters most always. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { footer } from "../../../src/ui/panels/footer.ts"
import { header } from "../../../src/ui/panels/header.ts"
import { headline } from "../../../src/ui/panels/headline.ts"
import { messages } from "../../../src/ui/panels/messages.ts"
import { panelNames, type Scene } from "../../../src/ui/scene.ts"
import type { TrialLabel } from "../../../src/ui/session/trials.ts"
import { asciiOf } from "../../../src/ui/terminal/glyphs.ts"
import { scenes } from "../scenes.ts"
import { paint, rowsOf, seeing, tokenAt, tokenOfWords } from "./paint.ts"

const opening = scenes["the opening"]().scene()
const lineOf = (panel: typeof header, scene: Scene, width: number): string =>
  rowsOf(paint(panel, scene, width, 1))[0] ?? ""

const trial = (label: string, verdict: TrialLabel["verdict"], current = false): TrialLabel => ({
  label,
  verdict,
  brokeAt: verdict === "violated" ? 2_865_760 : undefined,
  current,
})

const trials = [trial("ack=local", "violated"), trial("ack=memory", "unknown"), trial("ack=quorum", "holds", true)]
const widths = fc.integer({ min: 80, max: 250 })
const modes = ["live", "paused", "past", "replay", "working", "over"] as const

describe("the header", () => {
  it("says what is played, and how it ended under each design", () => {
    expect(lineOf(header, { ...opening, trials }, 140)).toBe(
      " SNOWGLOBE  ‖ PAUSED   replication/promise · seed 1 · 3 nodes 2 clients · 1×" +
        "             ack=local ✗ at 2.9 s │ ack=memory … │ ack=quorum ✔",
    )
  })

  it("says less where there is less room: first of what is played, then of the designs before this one", () => {
    const at = (width: number) => lineOf(header, { ...opening, trials }, width).replace(/ {2,}/g, "  ")
    expect(at(125)).toMatch(/promise · seed 1 · 1× {2}ack=local ✗ at 2\.9 s │/)
    expect(at(108)).toMatch(/promise · 1× {2}ack=local ✗ at 2\.9 s │/)
    expect(at(94)).toMatch(/promise · 1× {2}ack=local ✗ │ ack=memory … │ ack=quorum ✔$/)
    expect(at(85)).toMatch(/promise · 1× {2}ack=memory … │ ack=quorum ✔$/)
  })

  it("always has the mode and the verdict of the design that is played, whole, apart and within its row", () => {
    const label = fc.constantFrom(
      "ack=local",
      "ack=quorum promote=latest",
      "sound defaults",
      "backlog=unbounded read=any",
    )
    const verdict = fc.constantFrom("violated" as const, "holds" as const, "unknown" as const)
    const some = fc.array(fc.tuple(label, verdict), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(some, widths, fc.constantFrom(...modes), fc.nat(3_600_000_000), (tried, width, mode, head) => {
        const shown = tried.map(([each, how], nth) => trial(each, how, nth === tried.length - 1))
        const line = lineOf(header, { ...opening, trials: shown, mode, head: opening.view.at + head }, width)
        const [last, how] = tried.at(-1) ?? ["", "unknown"]
        const glyph = { violated: "✗", holds: "✔", unknown: "…" }[how]
        expect(line).toMatch(new RegExp(`  (.* │ )?${last} ${glyph}( at 2\\.9 s)?$`))
        expect(line.length).toBeLessThan(width)
        expect(line).toMatch(/ [●‖▸…■] [A-Z]+/)
      }),
    )
  })

  it("tells modes apart by glyph, in ASCII too, and by colour", () => {
    const chips = modes.map((mode) => {
      const canvas = paint(header, { ...opening, mode }, 120, 1)
      return { glyph: rowsOf(canvas)[0]?.[12] ?? "", token: tokenAt(canvas, 12, 0) }
    })
    expect(chips.map(({ token }) => token)).toEqual(["ok", "warn", "info", "info", "accent", "dim"])
    const glyphs = chips.map(({ glyph }) => asciiOf(glyph.codePointAt(0) as number))
    // What is past does not move either: the same bars as paused, another word.
    expect(new Set(glyphs).size).toBe(5)
  })

  it("says how far back the past is, how far playing again has come, how fast time goes, and that frames are few", () => {
    const line = (more: Partial<Scene>) => lineOf(header, { ...opening, ...more }, 160)
    expect(line({ mode: "past", head: opening.view.at + 7_300_000 })).toContain("‖ PAST −7.3s ")
    expect(line({ mode: "working", progress: { share: 0.639, why: "" } })).toContain("… WORKING 63 % ")
    expect(line({ mode: "working", progress: { share: 0.05, why: "" } })).toContain("… WORKING  5 % ")
    expect(line({ speed: 64 })).toContain(" · 64×")
    expect(line({ slow: 14.6 })).toContain(" · 15 fps")
    expect(line({})).not.toContain("fps")
  })

  it("colours a verdict by what it is", () => {
    const canvas = paint(header, { ...opening, trials }, 140, 1)
    expect(["✗ at", "… │", "✔"].map((words) => tokenOfWords(canvas, words))).toEqual(["bad", "dim", "ok"])
    expect(["ack=local", "ack=quorum"].map((words) => tokenOfWords(canvas, words))).toEqual(["dim", "strong"])
  })
})

describe("the headline", () => {
  const troubles = scenes["five nodes in a storm"]().scene().view.troubles

  it("says how things stand and asks the question", () => {
    const canvas = paint(headline, opening, 120, 1)
    expect(rowsOf(canvas)[0]).toBe(" n1 has acknowledged 15 writes. Press x. Are they all still there?")
    expect(tokenOfWords(canvas, "Press x")).toBe("accent")
    expect(tokenOfWords(canvas, "n1 has")).toBe("plain")
  })

  it("says on the right what befell the world: by name, by number, or not at all", () => {
    const line = (count: number, width: number) =>
      lineOf(headline, seeing({ ...opening, question: "" }, { troubles: troubles.slice(0, count) }), width)
    expect(line(2, 120)).toMatch(/ {2}▲ isolate n2 · slow ×20 n1$/)
    expect(line(4, 120)).toMatch(/writes\. +▲ isolate n2 · .* · latency \+80 ms n1→n3$|▲ 4 faults in force$/)
    expect(line(9, 200)).toMatch(/ {2}▲ 9 faults in force$/)
    expect(line(1, 80)).toMatch(/ {2}▲ isolate n2$/)
    expect(line(0, 80)).toMatch(/writes\.$/)
    expect(lineOf(headline, seeing(opening, { troubles }), 80)).toMatch(/there\? +▲ 9$/)
  })

  it("says that the storm is over", () => {
    expect(lineOf(headline, seeing(opening, { troubles, calm: true }), 120)).toMatch(/ {2}○ the storm is over$/)
  })
})

describe("the footer", () => {
  it("has as many keys as fit, the most useful first, and always how to get help and how to leave", () => {
    fc.assert(
      fc.property(widths, (width) => {
        const line = lineOf(footer, opening, width)
        expect(line).toMatch(/^ space go on {2}x crash {2}d designs .*\? help {2}q quit$/)
        expect(line.length).toBe(width - 1)
        const shown = line.trim().split(/ {2,}/)
        const all = opening.hints.map(({ keys, label }) => `${keys} ${label}`)
        for (const each of shown) expect(all).toContain(each)
      }),
    )
  })

  it("shows keys as what a hand can use", () => {
    const canvas = paint(footer, opening, 100, 1)
    expect(tokenOfWords(canvas, "space")).toBe("mark")
    expect(tokenOfWords(canvas, "go on")).toBe("dim")
  })

  it("says only what the scene says", () => {
    expect(lineOf(footer, { ...opening, hints: [{ keys: "esc", label: "close" }] }, 80)).toBe(" esc close")
  })
})

describe("the border of a panel", () => {
  it("has the key that brings the keyboard to it, and stands out while it has it", () => {
    for (const focus of panelNames) {
      const canvas = paint(messages, { ...opening, focus }, 60, 12)
      expect(rowsOf(canvas)[0]).toMatch(/^╭─2 messages ─+ 1 in flight ╮$/)
      expect(tokenAt(canvas, 0, 0)).toBe(focus === "messages" ? "focus" : "border")
      expect(tokenAt(canvas, 2, 0)).toBe("mark")
    }
  })
})
