/**
 * Colours: what a person asks for comes before what a terminal says, states differ at every level without colour being needed,
 * and the way from one style to the next is short and right.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { paletteColour } from "../../../src/tools/cells.ts"
import { type ColourLevel, colourLevel, to16, to256 } from "../../../src/ui/terminal/colour.ts"
import { type Look, penOf } from "../../../src/ui/terminal/pen.ts"
import { type Attribute, hue, style, type Theme, type ThemeName, themes } from "../../../src/ui/terminal/theme.ts"

const themeNames = Object.keys(themes) as readonly ThemeName[]
const levels = ["none", "16", "256", "truecolor"] as const satisfies readonly ColourLevel[]
const rgbs = fc.integer({ min: 0, max: 0xffffff })

const channels = (rgb: number): readonly number[] => [rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff]

const distance = (a: number, b: number): number =>
  channels(a).reduce((sum, channel, index) => sum + (channel - (channels(b)[index] ?? 0)) ** 2, 0)

describe("how many colours there are", () => {
  const tty = { TERM: "xterm-256color" }
  it.each<readonly [ColourLevel, string, Readonly<Record<string, string>>, boolean, number]>([
    ["none", "NO_COLOR is set", { NO_COLOR: "1", COLORTERM: "truecolor", ...tty }, true, 24],
    ["truecolor", "NO_COLOR is empty, which says nothing", { NO_COLOR: "", COLORTERM: "truecolor" }, true, 24],
    ["none", "NO_COLOR contradicts FORCE_COLOR", { NO_COLOR: "1", FORCE_COLOR: "3" }, true, 24],
    ["none", "FORCE_COLOR is 0", { FORCE_COLOR: "0", COLORTERM: "truecolor" }, true, 24],
    ["none", "FORCE_COLOR is false", { FORCE_COLOR: "false" }, true, 24],
    ["16", "FORCE_COLOR is 1", { FORCE_COLOR: "1" }, false, 1],
    ["16", "FORCE_COLOR is empty", { FORCE_COLOR: "" }, false, 1],
    ["16", "FORCE_COLOR is true", { FORCE_COLOR: "true" }, false, 1],
    ["256", "FORCE_COLOR is 2", { FORCE_COLOR: "2" }, false, 1],
    ["truecolor", "FORCE_COLOR is 3", { FORCE_COLOR: "3", TERM: "dumb" }, false, 1],
    ["none", "there is no terminal", { COLORTERM: "truecolor" }, false, 24],
    ["none", "the terminal is dumb", { TERM: "dumb", COLORTERM: "truecolor" }, true, 24],
    ["truecolor", "COLORTERM says truecolor", { COLORTERM: "truecolor", ...tty }, true, 4],
    ["truecolor", "COLORTERM says 24bit", { COLORTERM: "24bit" }, true, 4],
    ["truecolor", "TERM ends in -direct", { TERM: "xterm-direct" }, true, 4],
    ["truecolor", "Node knows the terminal for 24 bits", { TERM: "xterm" }, true, 24],
    ["256", "Node knows the terminal for 8 bits", { TERM: "xterm" }, true, 8],
    ["256", "TERM says 256", tty, true, 4],
    ["16", "COLORTERM says something else", { TERM: "xterm", COLORTERM: "yes" }, true, 4],
    ["none", "Node knows the terminal for none", { TERM: "vt100" }, true, 1],
  ])("is %s where %s", (level, _, env, isTTY, depth) => {
    expect(colourLevel(env, isTTY, () => depth)).toBe(level)
  })
})

it("Node is not asked where a person or the terminal has said it", () => {
  const asked = (): never => {
    throw new Error("asked")
  }
  for (const env of [{ NO_COLOR: "1", FORCE_COLOR: "1" }, { FORCE_COLOR: "1" }, { COLORTERM: "truecolor" }]) {
    expect(() => colourLevel(env, true, asked)).not.toThrow()
  }
})

describe("fewer colours", () => {
  it("256 have the nearest there is among cube and greys", () => {
    const nearest = (rgb: number): number =>
      Math.min(...Array.from({ length: 240 }, (_, index) => distance(rgb, paletteColour(16 + index))))
    fc.assert(
      fc.property(rgbs, (rgb) => {
        expect(distance(rgb, paletteColour(to256(rgb)))).toBe(nearest(rgb))
      }),
    )
  })

  it("256 have each of their own colours", () => {
    for (let index = 16; index < 256; index++) {
      expect(paletteColour(to256(paletteColour(index)))).toBe(paletteColour(index))
    }
  })

  it("16 keep the hue, and make every grey the one that shows on black and on white", () => {
    expect([0xff0000, 0xffff00, 0x00ff00, 0x00ffff, 0x0000ff, 0xff00ff].map(to16)).toEqual([91, 93, 92, 96, 94, 95])
    expect([0x800000, 0x808000, 0x008000, 0x008080, 0x000080, 0x800080].map(to16)).toEqual([31, 33, 32, 36, 34, 35])
    expect([0x000000, 0x444444, 0x7f8da3, 0xffffff].map(to16)).toEqual([90, 90, 90, 90])
    expect([0xff0040, 0xff00a0].map(to16)).toEqual([91, 95])
  })
})

/** The contrast of two colours, 1 to 21 (WCAG 2). */
const contrast = (a: number, b: number): number => {
  const luminance = (rgb: number): number => {
    const [red = 0, green = 0, blue = 0] = channels(rgb).map((channel) => {
      const share = channel / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [bright, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number]
  return (bright + 0.05) / (dark + 0.05)
}

describe.each(themeNames)("the %s theme", (theme) => {
  const { background, foreground, colours }: Theme = themes[theme]

  it("can be read: every colour that words are written in stands out from the background", () => {
    const lines = ["faint", "border"]
    for (const [token, colour] of [...Object.entries(colours), ["plain", foreground] as const]) {
      expect([token, contrast(colour, background) >= (lines.includes(token) ? 1.4 : 4.5)]).toEqual([token, true])
    }
  })

  it.each(["16", "256", "truecolor"] as const)("tells states apart in %s colours", (level) => {
    const { change } = penOf({ theme, level, ascii: false })
    const states = (["plain", "ok", "warn", "bad", "info", "accent", "dim"] as const).map((token) => style(token))
    const looks = states.map((id) => change(style("mark", "inverse"), id))
    expect(new Set(looks).size).toBe(states.length)
  })

  it("has eight different hues", () => {
    const hues = Array.from({ length: 16 }, (_, ordinal) => hue(ordinal))
    expect(new Set(hues.map((token) => colours[token as "hue1"])).size).toBe(8)
    expect(hues.slice(8)).toEqual(hues.slice(0, 8))
  })
})

const tokens = ["plain", "strong", "dim", "faint", "border", "focus", "chief", "ok", "bad", "mark", "hue3"] as const
const styles = fc
  .tuple(fc.constantFrom(...tokens), fc.subarray<Attribute>(["bold", "inverse", "underline"]))
  .map(([token, attributes]) => style(token, ...attributes))
const looks: fc.Arbitrary<Look> = fc.record({
  theme: fc.constantFrom(...themeNames),
  level: fc.constantFrom(...levels),
  ascii: fc.boolean(),
})

/** What a terminal makes of escapes: the parameters that are in force, by what they govern. */
const inForce = (escapes: string): Readonly<Record<string, string>> => {
  let force: Record<string, string> = {}
  for (const [, said = ""] of escapes.matchAll(/\[([\d;]*)m/g)) {
    const parameters = said.split(";")
    while (parameters.length > 0) {
      const one = parameters.shift() ?? ""
      if (one === "" || one === "0") force = {}
      else if (one === "1") force.bold = one
      else if (one === "2") force.faint = one
      else if (one === "4") force.underline = one
      else if (one === "7") force.inverse = one
      else if (one === "22") force = { ...force, bold: "", faint: "" }
      else if (one === "24") force.underline = ""
      else if (one === "27") force.inverse = ""
      else if (one === "39") force.colour = ""
      else force.colour = [one, ...(one === "38" ? parameters.splice(0, parameters[0] === "5" ? 2 : 4) : [])].join(";")
    }
  }
  return Object.fromEntries(Object.entries(force).filter(([, parameter]) => parameter !== ""))
}

describe("the pen", () => {
  it("leads from any style to any other, and says no more than starting afresh would", () => {
    fc.assert(
      fc.property(looks, styles, styles, styles, (look, before, from, to) => {
        const { change } = penOf(look)
        change(before, from)
        const fresh = change(0, to)
        expect(inForce(change(0, from) + change(from, to))).toEqual(inForce(fresh))
        expect(change(from, to).length).toBeLessThanOrEqual(fresh.length === 0 ? 3 : fresh.length + 2)
        expect(change(from, from)).toBe("")
      }),
      { numRuns: 500 },
    )
  })

  it("says the same between two styles whatever it was asked before", () => {
    const look = { theme: "dark", level: "16", ascii: false } as const
    const shared = penOf(look)
    const all = tokens.flatMap((token) => [style(token), style(token, "bold"), style(token, "inverse", "underline")])
    const pairs = all.flatMap((from) => all.map((to) => [from, to] as const))
    expect(pairs.filter(([from, to]) => shared.change(from, to) !== penOf(look).change(from, to))).toEqual([])
  })

  it.each<readonly [string, number, number, string]>([
    ["a colour only", style("ok"), style("bad"), "\u001b[91m"],
    ["an attribute more", style("ok"), style("ok", "underline"), "\u001b[4m"],
    ["an attribute less", style("ok", "underline"), style("ok"), "\u001b[24m"],
    ["back to nothing", style("ok", "bold", "inverse"), style("plain"), "\u001b[m"],
    ["bold to another colour without", style("ok", "bold"), style("bad"), "\u001b[0;91m"],
    [
      "inverse and underlined to underlined",
      style("ok", "underline", "inverse"),
      style("ok", "underline"),
      "\u001b[27m",
    ],
    ["what looks alike", style("chief"), style("accent", "bold"), ""],
  ])("says the least for %s", (_, from, to, said) => {
    expect(penOf({ theme: "dark", level: "16", ascii: false }).change(from, to)).toBe(said)
  })

  it("without colours has weights for what stands back and what comes forward", () => {
    const { change } = penOf({ theme: "dark", level: "none", ascii: false })
    expect((["plain", "ok", "dim", "border", "focus", "bad"] as const).map((token) => change(0, style(token)))).toEqual(
      ["", "", "\u001b[2m", "\u001b[2m", "\u001b[1m", "\u001b[1m"],
    )
    expect(change(style("dim"), style("bad"))).toBe("\u001b[0;1m")
  })
})
