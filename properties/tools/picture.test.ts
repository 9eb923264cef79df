/**
 * Pictures of a terminal: a canvas and a terminal that shows it look the same, every word stands where its cells are, and what
 * fonts disagree about is no text.
 */
import xterm from "@xterm/headless"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Cells, cellsOf, paletteColour } from "../../src/tools/cells.ts"
import { cellsOfCanvas, svgOf } from "../../src/tools/picture.ts"
import { shapeOf } from "../../src/tools/shapes.ts"
import { Canvas } from "../../src/ui/terminal/canvas.ts"
import { glyphs, heights } from "../../src/ui/terminal/glyphs.ts"
import { penOf } from "../../src/ui/terminal/pen.ts"
import { type Style, style } from "../../src/ui/terminal/theme.ts"

const looks = { title: "snowglobe" } as const

const canvases = fc
  .array(
    fc.record({
      x: fc.integer({ min: 0, max: 18 }),
      y: fc.integer({ min: 0, max: 4 }),
      words: fc.string({
        unit: fc.constantFrom("a", "b", " ", "<", "&", ">", '"', "→", "é", "━", "✔", "█", "⣿"),
        maxLength: 20,
      }),
      id: fc.constantFrom<Style>(
        "ok",
        "plain",
        style("bad", "bold"),
        style("mark", "inverse"),
        style("dim", "underline"),
      ),
    }),
    { maxLength: 8 },
  )
  .map((strokes) => {
    const canvas = new Canvas(20, 5)
    for (const { x, y, words, id } of strokes) canvas.text(x, y, words, id)
    return canvas
  })

/** A blank has no other look than its line or its background. */
const visible = (cells: Cells) =>
  cells.map((row) => row.map((cell) => (cell.glyph === " " && !cell.inverse && !cell.underline ? " " : cell)))

const number = (found: string | undefined): number => Number(found ?? Number.NaN)

const unescaped = (words: string): string =>
  words.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")

/** Every character of text in a picture, with its column and row. */
const textIn = (svg: string): readonly string[] =>
  Array.from(svg.matchAll(/<text x="(\d+)" y="([\d.]+)" textLength="(\d+)">([^<]*)<\/text>/g)).flatMap(
    ([, x, y, length, words = ""]) => {
      const characters = Array.from(unescaped(words))
      expect(number(length)).toBe(9 * characters.length)
      return characters
        .map((character, index) => `${(number(x) - 12) / 9 + index} ${(number(y) - 13.5 - 34) / 18} ${character}`)
        .filter((where) => !where.endsWith("  "))
    },
  )

describe("a picture", () => {
  it("is the same of a canvas and of a terminal that shows it", async () => {
    await fc.assert(
      fc.asyncProperty(canvases, fc.constantFrom("dark", "light"), async (canvas, theme) => {
        const terminal = new xterm.Terminal({ cols: 20, rows: 5, allowProposedApi: true, convertEol: true })
        const text = canvas.toAnsi(penOf({ theme, level: "truecolor", ascii: false }))
        await new Promise<void>((resolve) => terminal.write(text, resolve))
        expect(visible(cellsOf(terminal))).toEqual(visible(cellsOfCanvas(canvas, theme)))
      }),
      { numRuns: 60 },
    )
  })

  it("has each character of the canvas where its cell is, once, and nothing else as text", () => {
    fc.assert(
      fc.property(canvases, (canvas) => {
        const wanted = canvas
          .toString()
          .split("\n")
          .flatMap((row, y) => Array.from(row, (glyph, x) => ({ glyph, where: `${x} ${y} ${glyph}` })))
          .filter(({ glyph }) => glyph !== " " && shapeOf(glyph) === undefined)
          .map(({ where }) => where)
        expect(textIn(svgOf(cellsOfCanvas(canvas, "dark"), looks)).toSorted()).toEqual(wanted.toSorted())
      }),
    )
  })

  it("draws every glyph of the screen as a shape, but for those that every font has", () => {
    const drawn = [...Object.values(glyphs), ...heights, ..."╭╮╰╯│┌┐└┘├┤┬┴┼", "⠁", "⣿"].filter(
      (glyph) => shapeOf(glyph) === undefined,
    )
    expect(new Set(drawn)).toEqual(new Set(["…", "→", "←", "↑"]))
  })

  it("draws a bar as one line, a column from the bottom, and braille as its dots", () => {
    const canvas = new Canvas(8, 1)
    canvas.bar(0, 0, 4, [{ share: 0.5, style: "ok" }])
    canvas.text(4, 0, "▄▄⠃")
    const svg = svgOf(cellsOfCanvas(canvas, "dark"), looks)
    expect(svg).toContain('stroke="#4ade80" stroke-width="2.4" d="M12 43h18"')
    expect(svg).toContain('stroke="#333d4b" stroke-width="1" d="M30 43h18"')
    expect(svg).toContain('fill="#cbd5e1" d="M48 43h18v9h-18z"')
    expect(svg).toContain('d="M68.25 36.25h0M68.25 40.75h0"')
  })

  it("draws words apart that are two blanks apart or differ in style, and together over one blank", () => {
    const canvas = new Canvas(12, 1)
    canvas.text(0, 0, "a b  c", "ok")
    canvas.text(6, 0, "d", "bad")
    const svg = svgOf(cellsOfCanvas(canvas, "dark"), looks)
    expect(Array.from(svg.matchAll(/textLength="\d+">([^<]*)</g), ([, words]) => words?.trimEnd())).toEqual([
      "a b",
      "c",
      "d",
    ])
    expect(svg).toContain('<g fill="#f87171"><text x="66" y="47.5" textLength="9">d</text></g>')
  })

  it("draws a background behind what is inverse, and words on it in the window's colour", () => {
    const canvas = new Canvas(8, 1)
    canvas.text(1, 0, " a ", style("mark", "inverse", "bold"))
    const svg = svgOf(cellsOfCanvas(canvas, "dark"), looks)
    expect(svg).toContain('<path fill="#fbbf24" d="M21 34h27v18h-27z"/>')
    expect(svg).toContain('<g fill="#0b1016" font-weight="700"><text x="21" y="47.5" textLength="27"> a </text></g>')
  })

  it("draws nothing over a blank between two that are inverse, underlined or shapes", () => {
    const canvas = new Canvas(12, 1)
    for (const [x, glyph, id] of [
      [0, "a", style("mark", "inverse")],
      [4, "b", style("ok", "underline")],
      [8, "━", style("bad")],
    ] as const) {
      canvas.put(x, 0, glyph, id)
      canvas.put(x + 2, 0, glyph, id)
    }
    const svg = svgOf(cellsOfCanvas(canvas, "dark"), looks)
    expect(svg).toContain("M12 34h9v18h-9zM30 34h9v18h-9z")
    expect(svg.match(/textLength="9">b</g)).toHaveLength(2)
    expect(svg).toContain("M84 43h9M102 43h9")
  })

  it("draws the line under a blank", () => {
    const canvas = new Canvas(3, 1)
    canvas.text(0, 0, "a b", style("ok", "underline"))
    expect(svgOf(cellsOfCanvas(canvas, "dark"), looks)).toContain('textLength="27">a b<')
  })

  it("is as large as its terminal, in the colours of its theme, with its title", () => {
    const svg = svgOf(cellsOfCanvas(new Canvas(120, 40), "light"), { title: "<snow & globe>", theme: "light" })
    expect(svg).toContain('viewBox="0 0 1104 766"')
    expect(svg).toContain('rx="10" fill="#fbfcfe"')
    expect(svg.match(/&lt;snow &amp; globe&gt;/g)).toHaveLength(2)
    expect(svg).not.toContain("<snow")
  })

  it("of a full screen is smaller than 200 KB", () => {
    const canvas = new Canvas(120, 40)
    for (let y = 0; y < 40; y++) {
      for (let x = 0; x < 120; x += 6) canvas.text(x, y, "word1", x % 12 === 0 ? "ok" : "bad")
    }
    canvas.fill({ x: 30, y: 5, width: 40, height: 20 }, "⠗", "faint")
    expect(svgOf(cellsOfCanvas(canvas, "dark"), looks).length).toBeLessThan(200_000)
  })
})

describe("xterm's 256 colours", () => {
  it.each([
    [9, 0xff0000],
    [16, 0x000000],
    [21, 0x0000ff],
    [46, 0x00ff00],
    [110, 0x87afd7],
    [196, 0xff0000],
    [231, 0xffffff],
    [232, 0x080808],
    [255, 0xeeeeee],
  ])("%i is %i", (index, rgb) => {
    expect(paletteColour(index)).toBe(rgb)
  })
})
