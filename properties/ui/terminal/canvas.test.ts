/**
 * The canvas: nothing is painted outside, words are cut to their room, and the strokes look as in the pictures of the screen.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Canvas, columnsOf, type Frame, type Rect } from "../../../src/ui/terminal/canvas.ts"
import { penOf } from "../../../src/ui/terminal/pen.ts"
import { style } from "../../../src/ui/terminal/theme.ts"

const rects: fc.Arbitrary<Rect> = fc.record({
  x: fc.integer({ min: -6, max: 24 }),
  y: fc.integer({ min: -4, max: 12 }),
  width: fc.integer({ min: -2, max: 30 }),
  height: fc.integer({ min: -2, max: 14 }),
})
const words = fc.string({
  unit: fc.constantFrom("a", "é", "✔", "…", "中", "\u0301", "\u001b", " ", "🌐"),
  maxLength: 12,
})

const isUntouched = ({ codes, styles }: Canvas, at: number): boolean =>
  codes[at] === "·".codePointAt(0) && styles[at] === style("dim")

/** Every stroke there is, somewhere in and around a canvas. */
const scribble = (canvas: Canvas, { x, y, width, height }: Rect, said: string): void => {
  canvas.put(x, y, "✗", "bad")
  canvas.text(x, y + 1, said, "ok")
  canvas.text(x, y + 1, said, "ok", width)
  canvas.right(x, y + 2, said, "warn")
  canvas.fill({ x, y: y + 3, width, height }, "█", "info")
  canvas
    .box({ x, y, width, height }, { key: "1", title: said, badge: said })
    .fill({ x: -9, y: -9, width: 99, height: 99 }, "▒")
  canvas.bar(x, y, width, [{ share: 2, style: "ok" }])
  canvas.spark(x, y + 2, width, [1, undefined, 3, 2])
  canvas.clear({ x, y, width: 2, height: 1 })
}

/** The first row of a box. */
const top = (width: number, frame: Frame): string => {
  const canvas = new Canvas(width, 2)
  canvas.box({ x: 0, y: 0, width, height: 2 }, frame)
  return canvas.toString().split("\n")[0] ?? ""
}

const line = (width: number, stroke: (canvas: Canvas) => void): string => {
  const canvas = new Canvas(width, 1)
  stroke(canvas)
  return canvas.toString()
}

describe("a canvas within another", () => {
  it("paints nothing outside itself, whatever is painted where", () => {
    fc.assert(
      fc.property(rects, rects, rects, words, (outer, inner, where, said) => {
        const whole = new Canvas(20, 8)
        whole.fill({ x: 0, y: 0, width: 20, height: 8 }, "·", "dim")
        scribble(whole.within(outer).within(inner), where, said)
        const left = Math.max(0, outer.x, outer.x + inner.x)
        const right = Math.min(20, outer.x + Math.max(0, outer.width), outer.x + inner.x + Math.max(0, inner.width))
        const upper = Math.max(0, outer.y, outer.y + inner.y)
        const lower = Math.min(8, outer.y + Math.max(0, outer.height), outer.y + inner.y + Math.max(0, inner.height))
        const spilt = Array.from({ length: 160 }, (_, at) => [at % 20, Math.floor(at / 20)] as const).filter(
          ([x, y]) => !(x >= left && x < right && y >= upper && y < lower) && !isUntouched(whole, y * 20 + x),
        )
        expect(spilt).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it("paints into the cells of the one around it, at its own place", () => {
    const whole = new Canvas(9, 4)
    const part = whole.within({ x: 1, y: 1, width: 7, height: 3 }).within({ x: 2, y: 1, width: 3, height: 1 })
    expect([part.width, part.height]).toEqual([3, 1])
    part.text(0, 0, "abcdef")
    expect(whole.toString()).toBe("\n\n   ab…\n")
    expect(part.toString()).toBe("ab…")
  })

  it("reads as blank where it reaches out of the one around it", () => {
    const whole = new Canvas(3, 1)
    whole.text(0, 0, "abc")
    expect(whole.within({ x: -1, y: 0, width: 6, height: 2 }).toString()).toBe(" abc\n")
  })
})

describe("words", () => {
  it("take as many columns as they say, and never more than there is room for", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: -2, max: 14 }), fc.integer({ min: -3, max: 9 }), (said, width, x) => {
        const canvas = new Canvas(8, 1)
        const taken = canvas.text(x, 0, said, "plain", width)
        expect(taken).toBe(Math.max(0, Math.min(columnsOf(said), width, 8 - x)))
        expect(canvas.right(8, 0, said)).toBe(Math.min(8, columnsOf(said)))
      }),
    )
  })

  it.each([
    ["controls and joining marks are left out", "a\u001b[31m\u0007b\u0301\u200dc\u009b", "a[31mbc"],
    ["glyphs of two columns or of no known width become ?", "中🌐\ud800⚡", "????"],
    ["letters and the screen's own glyphs are kept", "é ß λ Ж ± ⣿ ✔ ▅ ┃", "é ß λ Ж ± ⣿ ✔ ▅ ┃"],
  ])("%s", (_, said, shown) => {
    expect(line(20, (canvas) => canvas.text(0, 0, said))).toBe(shown)
  })

  it("end in … where they are cut, and not where they just fit", () => {
    expect(line(5, (canvas) => canvas.text(0, 0, "abcde"))).toBe("abcde")
    expect(line(5, (canvas) => canvas.text(0, 0, "abcdef"))).toBe("abcd…")
    expect(line(9, (canvas) => canvas.text(1, 0, "abcdef", "plain", 3))).toBe(" ab…")
    expect(line(9, (canvas) => canvas.right(8, 0, "abcdef", "plain", 3))).toBe("     ab…")
    expect(line(9, (canvas) => canvas.right(8, 0, "abc"))).toBe("     abc")
  })
})

describe("a box", () => {
  it.each<readonly [string, number, Frame]>([
    ["╭─1 nodes ─────────────────────────────────── term 7 ╮", 54, { key: "1", title: "nodes", badge: "term 7" }],
    ["╭─2 ring ────── 72 vnodes · RF 3 ╮", 34, { key: "2", title: "ring", badge: "72 vnodes · RF 3" }],
    ["╭─2 ring 72 vnodes · RF 3 ╮", 27, { key: "2", title: "ring", badge: "72 vnodes · RF 3" }],
    ["╭ timeline ────── −7.3s ╮", 25, { title: "timeline", badge: "−7.3s" }],
    ["╭───────── −7.3s ╮", 18, { badge: "−7.3s" }],
    ["╭─2 ring 72 … ╮", 15, { key: "2", title: "ring", badge: "72 vnodes · RF 3" }],
    ["╭─2 ring ────╮", 14, { key: "2", title: "ring", badge: "72 vnodes · RF 3" }],
    ["╭─2 ring 72 ╮", 13, { key: "2", title: "ring", badge: "72" }],
    ["╭─2 ri…╮", 8, { key: "2", title: "ring", badge: "72" }],
    ["╭╮", 2, { key: "2", title: "ring" }],
  ])("reads %s", (shown, width, frame) => {
    expect(top(width, frame)).toBe(shown)
  })

  it("is rounded, and gives the canvas inside it", () => {
    const canvas = new Canvas(6, 4)
    const inside = canvas.box({ x: 0, y: 0, width: 6, height: 4 })
    inside.text(0, 0, "abcdef")
    expect([inside.width, inside.height]).toEqual([4, 2])
    expect(canvas.toString()).toBe("╭────╮\n│abc…│\n│    │\n╰────╯")
  })

  it("has the colour of its border, or of the focus, or its own", () => {
    const corner = (frame: Frame): number | undefined => {
      const canvas = new Canvas(3, 3)
      canvas.box({ x: 0, y: 0, width: 3, height: 3 }, frame)
      return canvas.styles[8]
    }
    expect([corner({}), corner({ focused: true }), corner({ focused: true, style: "bad" })]).toEqual(
      (["border", "focus", "bad"] as const).map((token) => style(token)),
    )
  })
})

describe("bars and columns", () => {
  it("a bar is as long as its share, to the nearest column, over a track", () => {
    const bar = (share: number): string => line(10, (canvas) => canvas.bar(0, 0, 10, [{ share, style: "ok" }]))
    expect([0, 0.04, 0.05, 0.5, 0.96, 1, 3].map((share) => bar(share).indexOf("─"))).toEqual([0, 0, 1, 5, -1, -1, -1])
  })

  it("the segments of a bar follow each other, and rounding never adds up", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }), (shares) => {
        const canvas = new Canvas(12, 1)
        canvas.bar(
          1,
          0,
          10,
          shares.map((share) => ({ share, style: "ok" })),
        )
        const total = shares.reduce((sum, share) => sum + share, 0)
        expect(canvas.toString().match(/━/g)?.length ?? 0).toBe(Math.min(10, Math.round(total * 10)))
        expect(canvas.toString()).toMatch(/^ ━*─*$/)
      }),
    )
  })

  it("each segment of a bar keeps its own style", () => {
    const canvas = new Canvas(5, 1)
    canvas.bar(0, 0, 5, [
      { share: 0.4, style: "ok" },
      { share: 0.4, style: "bad" },
    ])
    expect(Array.from(canvas.styles)).toEqual(
      (["ok", "ok", "bad", "bad", "faint"] as const).map((token) => style(token)),
    )
  })

  it("columns show the latest values, the tallest for the largest, and a dot for a gap", () => {
    const spark = (values: readonly (number | undefined)[], max?: number): string =>
      line(8, (canvas) => canvas.spark(0, 0, 8, values, "accent", max))
    expect(spark([0, 1, 2, 3, 4, 5, 6, 7])).toBe("▁▂▃▄▅▆▇█")
    expect(spark([99, 0, 1, 2, 3, 4, 5, 6, 7])).toBe("▁▂▃▄▅▆▇█")
    expect(spark([5, undefined, 10])).toBe("▅·█")
    expect(spark([5, 30, -2], 10)).toBe("▅█▁")
    expect(spark([0, 0])).toBe("▁▁")
  })

  it("columns take their style from their value", () => {
    const canvas = new Canvas(3, 1)
    canvas.spark(0, 0, 3, [1, 9, undefined], (value) => (value > 5 ? "warn" : "accent"))
    expect(Array.from(canvas.styles)).toEqual((["accent", "warn", "faint"] as const).map((token) => style(token)))
  })
})

describe("a canvas as text", () => {
  const pen = penOf({ theme: "dark", level: "16", ascii: false })

  it("is empty once it is cleared", () => {
    const canvas = new Canvas(4, 2)
    canvas.fill({ x: 0, y: 0, width: 4, height: 2 }, "x", style("bad", "inverse"))
    canvas.clear()
    expect([canvas.toString(), ...canvas.styles]).toEqual(["\n", 0, 0, 0, 0, 0, 0, 0, 0])
  })

  it("keeps blanks that can be seen, and forgets the style of those that cannot", () => {
    const canvas = new Canvas(6, 1)
    canvas.text(0, 0, "a b", style("bad", "bold"))
    canvas.text(4, 0, " ", style("ok", "inverse"))
    expect(canvas.styles[1]).toBe(0)
    expect(canvas.toAnsi(pen)).toBe("\u001b[1;91ma b \u001b[0;7;92m \u001b[m")
  })

  it("is cut off after what can be seen of each row", () => {
    const canvas = new Canvas(6, 2)
    canvas.text(0, 0, "ab", "ok")
    canvas.text(0, 1, "cd")
    expect(canvas.toAnsi(pen)).toBe("\u001b[92mab\u001b[m\ncd")
  })
})
