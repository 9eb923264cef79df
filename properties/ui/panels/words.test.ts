/** Numbers and words as panels write them: short, steady, and never half of a number. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { clock, grouped, inSeconds, lasting, millis, pace, plural } from "../../../src/ui/panels/figures.ts"
import { clipped, fitting } from "../../../src/ui/panels/fitting.ts"
import { firstVisible } from "../../../src/ui/panels/scroll.ts"
import { wrap } from "../../../src/ui/panels/wrap.ts"

describe("figures", () => {
  it.each([
    [inSeconds(2_865_760), "2.866"],
    [inSeconds(2_865_760, 1), "2.9"],
    // As rounded as other instants are.
    [clock(2_865_760), "00:02.866"],
    [clock(3_599_999_000), "59:59.999"],
    [clock(3_599_999_999), "60:00.000"],
    [lasting(0), "0 ms"],
    [lasting(350_999), "350 ms"],
    [lasting(1_000_000), "1.0 s"],
    [lasting(2_199_999), "2.1 s"],
    [lasting(9_999_999), "9.9 s"],
    [lasting(10_000_000), "10 s"],
    [grouped(999), "999"],
    [grouped(1284), "1 284"],
    [grouped(1_284_567), "1 284 567"],
    [millis(0), "0"],
    [millis(3583), "3.6"],
    [millis(9949), "9.9"],
    [millis(9950), "10"],
    [millis(1_284_000), "1 284"],
    [pace(1 / 8), "1/8×"],
    [pace(1), "1×"],
    [pace(64), "64×"],
    [plural(1, "node"), "1 node"],
    [plural(2, "node"), "2 nodes"],
  ])("%s is %s", (written, expected) => {
    expect(written).toBe(expected)
  })
})

describe("wrapping", () => {
  it("loses no word, exceeds no line, and breaks no word that fits", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "7"), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 12, max: 30 }), (words, width) => {
        const lines = wrap(words.join(" "), width)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
        expect(lines.join(" ")).toBe(words.join(" "))
      }),
    )
  })

  it("fills lines as far as they go", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"])
    expect(wrap("one two three", 6)).toEqual(["one", "two", "three"])
  })

  it("breaks a word that is longer than a line where the line ends", () => {
    expect(wrap("a abcdefgh b", 3)).toEqual(["a", "abc", "def", "gh", "b"])
  })
})

describe("fitting", () => {
  it("says as much as there is room for", () => {
    const ways = ["slow ×20, isolate", "slow, isolate", "slow +1"]
    expect(fitting(ways, 17)).toBe("slow ×20, isolate")
    expect(fitting(ways, 16)).toBe("slow, isolate")
    expect(fitting(ways, 7)).toBe("slow +1")
    expect(fitting(ways, 2)).toBe("slow +1")
    expect(fitting([], 5)).toBe("")
  })
})

describe("clipping", () => {
  it("keeps as much as fits, and a number whole or not at all", () => {
    expect(clipped("e2 ship 6-16", 12)).toBe("e2 ship 6-16")
    expect(clipped("e2 ship 6-16", 11)).toBe("e2 ship 6-…")
    expect(clipped("commit 1284 of n2", 11)).toBe("commit …")
    expect(clipped("commit 1284 of n2", 12)).toBe("commit 1284…")
    expect(clipped("words", 1)).toBe("…")
  })

  it("never takes more columns than there are", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", " ", "7", "→") }),
        fc.integer({ min: 1, max: 20 }),
        (words, width) => {
          const kept = clipped(words, width)
          expect(kept.length).toBeLessThanOrEqual(width)
          if (kept !== words) expect(kept).toMatch(/…$/)
          const numbers = words.match(/7+/g) ?? []
          for (const [nth, number] of (kept.match(/7+/g) ?? []).entries()) expect(number).toBe(numbers[nth])
        },
      ),
    )
  })
})

describe("scrolling", () => {
  it("keeps the chosen row in sight and leaves no row empty that could be filled", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), fc.integer({ min: 1, max: 60 }), (rows, which, height) => {
        const chosen = rows === 0 ? 0 : which % rows
        const first = firstVisible(rows, chosen, height)
        expect(first).toBeGreaterThanOrEqual(0)
        expect(chosen - first).toBeGreaterThanOrEqual(0)
        expect(chosen - first).toBeLessThan(height)
        expect(first + height).toBeLessThanOrEqual(Math.max(rows, height))
      }),
    )
  })
})
