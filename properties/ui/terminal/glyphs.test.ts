/**
 * Glyphs: each that enters a cell takes one column in a terminal, and each has an ASCII that keeps states apart.
 */
import xterm from "@xterm/headless"
import { describe, expect, it } from "vitest"
import { asciiOf, cellOf, glyphs, heights } from "../../../src/ui/terminal/glyphs.ts"

const code = (glyph: string): number => glyph.codePointAt(0) ?? 0
const ascii = (glyph: string): string => String.fromCodePoint(asciiOf(cellOf(code(glyph))))
const entering = Array.from({ length: 0x11000 }, (_, each) => each).filter((each) => cellOf(each) === each)

describe("the glyphs that enter a cell", () => {
  it("take one column each", async () => {
    const terminal = new xterm.Terminal({ cols: entering.length + 1, rows: 1, allowProposedApi: true })
    await new Promise<void>((resolve) => terminal.write(String.fromCodePoint(...entering), resolve))
    expect(entering.length).toBeGreaterThan(900)
    expect(terminal.buffer.active.cursorX).toBe(entering.length)
    const line = terminal.buffer.active.getLine(0)
    expect(entering.filter((each, column) => line?.getCell(column)?.getCode() !== each)).toEqual([])
  })

  it("are single units of UTF-16, as cells are written", () => {
    expect(entering.filter((each) => each > 0xffff || (each >= 0xd800 && each < 0xe000))).toEqual([])
  })

  it("are those of the screen, and neither wide nor widthless ones", () => {
    for (const glyph of [...Object.values(glyphs), ...heights, ..."╭╮╰╯│─━┃⠿×±−µ≤"])
      expect(cellOf(code(glyph))).toBe(code(glyph))
    for (const glyph of ["⚡", "⛔", "⌛", "中", "Ａ", "\u0301", "\u200b", "\u00ad", "\u009b", "\n"]) {
      expect([glyph, cellOf(code(glyph))]).toEqual([glyph, code("?")])
    }
  })
})

describe("in ASCII", () => {
  it("every cell is printable", () => {
    expect(entering.map(asciiOf).filter((each) => each < 0x20 || each > 0x7e)).toEqual([])
  })

  it("states keep different marks", () => {
    const states = [glyphs.alive, glyphs.idle, glyphs.down, glyphs.holds, glyphs.unknown, glyphs.cursor, glyphs.paused]
    expect(new Set(states.map(ascii)).size).toBe(states.length)
  })

  it("marks on a timeline differ from each other and from its columns", () => {
    const marks = [glyphs.fault, glyphs.cure, glyphs.violated, glyphs.now, ...heights]
    expect(new Set(marks.map(ascii)).size).toBe(marks.length)
  })

  it("borders and bars keep their shape, braille its weight, and letters become ?", () => {
    expect(Array.from("╭─╮│╰╯━─▸→⠀⠁⠛⣿é", ascii).join("")).toBe("+-+|++=->> .=#?")
  })
})
