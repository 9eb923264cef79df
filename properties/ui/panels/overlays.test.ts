/** What lies over the panels: menus, pages, the banner of a broken promise, toasts and progress. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { banner } from "../../../src/ui/panels/banner.ts"
import { menu } from "../../../src/ui/panels/menu.ts"
import { page } from "../../../src/ui/panels/page.ts"
import { progress } from "../../../src/ui/panels/progress.ts"
import { toast } from "../../../src/ui/panels/toast.ts"
import type { MenuItem } from "../../../src/ui/scene.ts"
import type { Break } from "../../../src/ui/session/session.ts"
import { Canvas, type Rect } from "../../../src/ui/terminal/canvas.ts"
import { rowsOf, tokenAt, tokenOfWords } from "./paint.ts"

const room: Rect = { x: 0, y: 2, width: 80, height: 21 }

const item = (nth: number, more: Partial<MenuItem> = {}): MenuItem => ({
  key: "abcdefghijklmnopqrstuvwxyz"[nth % 26] as string,
  label: `fault${nth}`,
  words: `does thing ${nth}`,
  note: `n1=${nth}%`,
  ...more,
})

const menuOf = (items: readonly MenuItem[], chosen: number, within = room): Canvas => {
  const canvas = new Canvas(80, 24)
  menu(canvas, { _tag: "menu", title: "faults for n1", items, chosen, hint: "enter strike · esc close" }, within)
  return canvas
}

describe("a menu", () => {
  it("shows for each item its key, its name, what it does and what is noted of it", () => {
    const canvas = menuOf([item(0), item(1), item(2)], 1)
    expect(canvas.toString()).toMatch(/╭ faults for n1 ─+╮/)
    expect(canvas.toString()).toMatch(/│ {3}a fault0 {2}does thing 0 {2}n1=0% │/)
    expect(canvas.toString()).toMatch(/│ ▸ b fault1 {2}does thing 1 {2}n1=1% │/)
    expect(canvas.toString()).toContain("enter strike · esc close")
    expect(tokenOfWords(canvas, "a fault0")).toBe("mark")
    expect([tokenOfWords(canvas, "fault0"), tokenOfWords(canvas, "fault1")]).toEqual(["strong", "focus"])
  })

  it("keeps the chosen item in sight and says which it is, however many there are", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        fc.integer({ min: 6, max: 21 }),
        (count, which, height) => {
          const items = Array.from({ length: count }, (_, nth) => item(nth))
          const chosen = which % count
          const frame = menuOf(items, chosen, { ...room, height }).toString()
          expect(frame).toMatch(new RegExp(`▸ . fault${chosen} `))
          expect(frame.includes(` ${chosen + 1}/${count} `)).toBe(count > height - 4)
          expect(frame.match(/fault\d/g)?.length).toBe(Math.min(count, height - 4))
        },
      ),
    )
  })

  it("cuts what an item does before what it is called and what is noted", () => {
    const frame = menuOf([item(0, { words: "x ".repeat(80), note: "unsound" })], 0).toString()
    expect(frame).toMatch(/▸ a fault0 {2}(x )+x?… {2}unsound │/)
  })

  it("leaves no strip beside it that is too narrow to show anything", () => {
    const width = (columns: number) =>
      (rowsOf(menuOf([{ label: "x", words: "y".repeat(columns - 11) }], 0))[11] ?? "").trim().length
    expect([60, 73, 74, 79].map(width)).toEqual([60, 73, 80, 80])
  })

  it("needs no column for keys or notes where there are none", () => {
    const bare = { label: "plain", words: "does it" }
    expect(menuOf([bare], 0).toString()).toMatch(/│ ▸ plain {2}does it/)
  })
})

describe("a page", () => {
  const lines = Array.from({ length: 40 }, (_, nth) => `line ${nth}`)
  const pageOf = (scroll: number, of = lines): string => {
    const canvas = new Canvas(80, 24)
    page(canvas, { _tag: "page", title: "keys", lines: of, scroll, hint: "any key closes" }, room)
    return canvas.toString()
  }

  it("shows its lines from where it is scrolled to, but never beyond its end", () => {
    expect(pageOf(0).match(/line \d+/g)).toEqual(lines.slice(0, 17))
    expect(pageOf(5).match(/line \d+/g)).toEqual(lines.slice(5, 22))
    expect(pageOf(39).match(/line \d+/g)).toEqual(lines.slice(23))
    expect(pageOf(5)).toContain(" 22/40 ")
  })

  it("is no larger than what it says", () => {
    const rows = pageOf(0, ["short"])
      .split("\n")
      .filter((row) => row !== "")
    expect(rows).toHaveLength(5)
    expect(rows[0]?.trim()).toMatch(/^╭ keys ─{10}╮$/)
    expect(pageOf(0, ["short"])).not.toMatch(/\d\/\d/)
  })
})

const broken: Break = {
  name: "acknowledged-writes-survive",
  sentence: "A write that was acknowledged is in the log of the primary, and of every later one.",
  because: "c1 was told that w13 is saved at 1/14; only n1 held it, and n1 is down",
  at: 2_101_000,
  entry: 814,
  chain: new Set(),
}

const bannerIn = (rect: Rect): Canvas => {
  const canvas = new Canvas(130, 40)
  canvas.fill({ x: 0, y: 0, width: 130, height: 40 }, "#")
  banner(canvas, broken, rect)
  return canvas
}

/** All that is said within a rectangle, as one line. */
const saidIn = (canvas: Canvas, { x, y, width, height }: Rect): string =>
  rowsOf(canvas)
    .slice(y, y + height)
    .map((row) => row.slice(x + 1, x + width - 1).trim())
    .join(" ")
    .replace(/ +/g, " ")

describe("the banner of a broken promise", () => {
  it("says which, when, what it promised and how it was broken, whole, in any room", () => {
    const width = fc.integer({ min: 32, max: 120 })
    fc.assert(
      fc.property(width, fc.integer({ min: 0, max: 10 }), (columns, more) => {
        const rect = { x: 3, y: 2, width: columns, height: (columns < 50 ? 18 : 9) + more }
        const canvas = bannerIn(rect)
        const said = saidIn(canvas, rect)
        for (const words of [broken.name, broken.sentence, broken.because, "broken at 2.101 s"]) {
          expect(said.replaceAll("─", "")).toContain(words)
        }
        for (const hint of ["r replay the last second", "d another design", "any key goes on"])
          expect(said).toContain(hint)
        // Nothing beside its room is touched.
        for (const row of rowsOf(canvas)) expect(row.slice(0, 3) + row.slice(3 + columns)).toMatch(/^#+$/)
      }),
    )
  })

  it("lies at the bottom of a large room, and takes all of one that is hardly larger", () => {
    const rows = rowsOf(bannerIn({ x: 0, y: 0, width: 110, height: 30 }))
    expect(rows.slice(0, 30).findIndex((row) => row.startsWith("╭"))).toBeGreaterThan(18)
    expect(rows[29]).toMatch(/^╰─+╯/)
    expect(rowsOf(bannerIn({ x: 0, y: 0, width: 110, height: 10 }))[0]).toMatch(
      /^╭ ✗ acknowledged-writes-survive ─+ broken at 2\.101 s ╮/,
    )
  })

  it("has its keys marked", () => {
    const canvas = bannerIn({ x: 0, y: 0, width: 110, height: 10 })
    expect(tokenOfWords(canvas, "r replay")).toBe("mark")
    expect(tokenOfWords(canvas, "any key")).toBe("mark")
    expect(tokenOfWords(canvas, "c1 was")).toBe("strong")
    expect(tokenAt(canvas, 0, 0)).toBe("bad")
  })
})

describe("a toast", () => {
  const toastOf = (words: string, tone: "ok" | "warn" | "bad"): Canvas => {
    const canvas = new Canvas(80, 24)
    toast(canvas, { words, tone }, room)
    return canvas
  }

  it("says what a key did in the bottom right corner, with a sign for how it went", () => {
    const rows = rowsOf(toastOf("n1 starts again", "ok"))
    expect(rows.slice(20, 23)).toEqual([
      expect.stringMatching(/^ {58}╭─{19}╮$/),
      expect.stringMatching(/^ {58}│ ✔ n1 starts again │$/),
      expect.stringMatching(/^ {58}╰─{19}╯$/),
    ])
    const signs = (["ok", "warn", "bad"] as const).map((tone) => rowsOf(toastOf("x", tone))[21]?.trim()[2])
    expect(new Set(signs).size).toBe(3)
  })

  it("takes as many lines as it must, and says all of it", () => {
    const words = Array.from({ length: 30 }, (_, nth) => `word${nth}`).join(" ")
    const canvas = toastOf(words, "warn")
    const said = rowsOf(canvas).map((row) => /│ [^ ]? +(.*?) +│$/.exec(row)?.[1] ?? "")
    expect(said.join(" ").trim()).toBe(words)
    for (const row of rowsOf(canvas)) expect(row.length).toBeLessThan(80)
  })
})

describe("progress", () => {
  it("says how far it has come, and why it is done", () => {
    const canvas = new Canvas(80, 24)
    progress(canvas, { share: 0.5, why: "the same faults under another design" }, room)
    expect(canvas.toString()).toContain("the same faults under another design")
    const bar = rowsOf(canvas).find((row) => row.includes("50 %")) ?? ""
    const full = [...bar].filter((glyph) => glyph === "━").length
    const empty = [...bar].filter((glyph) => glyph === "─").length
    expect(full).toBeGreaterThan(10)
    expect(Math.abs(full - empty)).toBeLessThanOrEqual(1)
  })

  it("never says more than all of it", () => {
    const canvas = new Canvas(80, 24)
    progress(canvas, { share: 1.2, why: "" }, room)
    expect(canvas.toString()).toContain(" 100 % ")
  })
})
