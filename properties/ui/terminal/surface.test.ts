/**
 * The surface: a terminal that was told nothing but differences shows the canvas, cell for cell, whatever was painted, resized,
 * left out or looked at in other colours before; and it was told little.
 */
import xterm from "@xterm/headless"
import * as fc from "fast-check"
import { describe, expect, it, vi } from "vitest"
import { type Cells, cellsOf, paletteColour } from "../../../src/tools/cells.ts"
import { Canvas } from "../../../src/ui/terminal/canvas.ts"
import { to16, to256 } from "../../../src/ui/terminal/colour.ts"
import { asciiOf } from "../../../src/ui/terminal/glyphs.ts"
import { inkOf, type Look, penOf } from "../../../src/ui/terminal/pen.ts"
import { Surface } from "../../../src/ui/terminal/surface.ts"
import { type Attribute, colourOf, showsOnBlank, style, themes, tokenOf } from "../../../src/ui/terminal/theme.ts"

/** A terminal, and a stream to it that can be stalled. */
const openTerminal = (columns: number, rows: number) => {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const waiting: (() => void)[] = []
  const written: string[] = []
  let stalled = false
  return {
    terminal,
    written,
    sink: {
      write: (text: string) => {
        written.push(text)
        terminal.write(text)
        return !stalled
      },
      once: (_: "drain", listener: () => void) => waiting.push(listener),
    },
    stall: () => {
      stalled = true
    },
    drain: () => {
      stalled = false
      for (const listener of waiting.splice(0)) listener()
    },
    shown: async (): Promise<Cells> => {
      await new Promise<void>((resolve) => terminal.write("", resolve))
      return cellsOf(terminal)
    },
  }
}

const colourIn = (id: number, { theme, level }: Look): number | undefined => {
  const rgb = colourOf(tokenOf(id), themes[theme])
  if (rgb === undefined || level === "none") return undefined
  if (level === "truecolor") return rgb
  const parameter = to16(rgb)
  return paletteColour(level === "256" ? to256(rgb) : parameter < 90 ? parameter - 30 : parameter - 82)
}

/** What a terminal should show of a canvas; of a blank only what can be seen of it. */
const wanted = ({ width, height, codes, styles }: Canvas, look: Look) =>
  Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const id = styles[row * width + column] ?? 0
      const code = codes[row * width + column] ?? 0
      const glyph = String.fromCharCode(look.ascii ? asciiOf(code) : code)
      const { underline, inverse, bold, faint } = inkOf(id, look)
      const seen = glyph !== " " || showsOnBlank(id)
      return { glyph, underline, inverse, ...(seen && { colour: colourIn(id, look), bold, faint }) }
    }),
  )

const visible = (cells: Cells) =>
  cells.map((row) =>
    row.map(({ glyph, underline, inverse, ...ink }) => {
      const seen = glyph !== " " || underline || inverse
      return { glyph, underline, inverse, ...(seen && ink) }
    }),
  )

const looks: fc.Arbitrary<Look> = fc.record({
  theme: fc.constantFrom("dark", "light"),
  level: fc.constantFrom("truecolor", "256", "16", "none"),
  ascii: fc.boolean(),
})
const styles = fc
  .tuple(
    fc.constantFrom("plain", "strong", "dim", "ok", "bad", "mark", "hue2"),
    fc.subarray<Attribute>(["bold", "inverse", "underline"]),
  )
  .map(([token, attributes]) => style(token, ...attributes))
const coordinates = { x: fc.integer({ min: -1, max: 12 }), y: fc.integer({ min: -1, max: 5 }) }
interface Stroke {
  readonly stroke: "text" | "box" | "clear"
  readonly x: number
  readonly y: number
  readonly words: string
  readonly id: number
}
const strokes: fc.Arbitrary<Stroke> = fc.oneof(
  fc.record({
    stroke: fc.constant("text" as const),
    ...coordinates,
    words: fc.string({ unit: fc.constantFrom("a", " ", "✔", "█", "é"), maxLength: 14 }),
    id: styles,
  }),
  fc.record({ stroke: fc.constant("box" as const), ...coordinates, words: fc.constant("b"), id: styles }),
  fc.record({ stroke: fc.constant("clear" as const), ...coordinates, words: fc.constant(""), id: styles }),
)
const steps = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("paint" as const), strokes: fc.array(strokes, { maxLength: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("resize" as const),
      width: fc.integer({ min: 2, max: 14 }),
      height: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("stall" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drain" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("look" as const), look: looks }) },
)

const paint = (canvas: Canvas, { stroke, x, y, words, id }: Stroke): void => {
  if (stroke === "text") canvas.text(x, y, words, id)
  else if (stroke === "box") canvas.box({ x, y, width: 6, height: 3 }, { title: words, style: id })
  else canvas.clear({ x, y, width: 5, height: 2 })
}

describe("a terminal that is told only differences", () => {
  it("shows the canvas after any frames, sizes, stalls and looks", async () => {
    await fc.assert(
      fc.asyncProperty(looks, fc.array(steps, { minLength: 1, maxLength: 16 }), async (first, script) => {
        let look = first
        let canvas = new Canvas(12, 5)
        const { terminal, sink, stall, drain, shown } = openTerminal(12, 5)
        const surface = new Surface({
          sink,
          pen: penOf(look),
          fps: 30,
          now: () => 0,
          owed: () => surface.frame(canvas),
        })
        for (const step of script) {
          if (step.do === "paint") for (const stroke of step.strokes) paint(canvas, stroke)
          if (step.do === "stall") stall()
          if (step.do === "drain") drain()
          if (step.do === "look") {
            look = step.look
            surface.reset(penOf(look))
          }
          if (step.do === "resize") {
            terminal.resize(step.width, step.height)
            canvas = new Canvas(step.width, step.height)
            surface.reset()
          }
          surface.frame(canvas)
        }
        drain()
        surface.frame(canvas)
        expect(visible(await shown())).toEqual(wanted(canvas, look))
      }),
      { numRuns: 400 },
    )
  })

  it("is told nothing where nothing changed, and no more than a cursor, a style and a glyph for each cell that did", () => {
    fc.assert(
      fc.property(
        looks,
        fc.array(fc.array(strokes, { maxLength: 5 }), { minLength: 1, maxLength: 6 }),
        (look, frames) => {
          const canvas = new Canvas(12, 5)
          const { sink, written } = openTerminal(12, 5)
          const surface = new Surface({ sink, pen: penOf(look), fps: 30, now: () => 0, owed: () => {} })
          surface.frame(canvas)
          for (const frame of frames) {
            const before = { codes: canvas.codes.slice(), styles: canvas.styles.slice() }
            for (const stroke of frame) paint(canvas, stroke)
            const changed = canvas.codes.filter(
              (code, at) => code !== before.codes[at] || canvas.styles[at] !== before.styles[at],
            )
            const bytes = surface.frame(canvas)
            expect(bytes === 0).toBe(changed.length === 0)
            expect(bytes).toBeLessThanOrEqual(16 + 3 + changed.length * (7 + 28 + 3))
            if (bytes > 0) expect(bytes).toBe(Buffer.byteLength(written.at(-1) ?? ""))
            expect(surface.frame(canvas)).toBe(0)
          }
        },
      ),
    )
  })
})

describe("a frame", () => {
  const sync = (text: string): string => `\u001b[?2026h${text}\u001b[?2026l`

  /** What is written for a change of a canvas that is already shown. */
  const change = (before: (canvas: Canvas) => void, after: (canvas: Canvas) => void): string => {
    const canvas = new Canvas(20, 3)
    const { sink, written } = openTerminal(20, 3)
    const pen = penOf({ theme: "dark", level: "16", ascii: false })
    const surface = new Surface({ sink, pen, fps: 30, now: () => 0, owed: () => {} })
    before(canvas)
    surface.frame(canvas)
    after(canvas)
    surface.frame(canvas)
    return written[1] ?? ""
  }
  const dots = (canvas: Canvas): void => canvas.fill({ x: 0, y: 0, width: 20, height: 3 }, ".")

  it("first hides the cursor and empties the screen", () => {
    const { sink, written } = openTerminal(2, 1)
    const surface = new Surface({
      sink,
      pen: penOf({ theme: "dark", level: "16", ascii: false }),
      fps: 30,
      now: () => 0,
      owed: () => {},
    })
    const canvas = new Canvas(2, 1)
    canvas.text(0, 0, "ab", "ok")
    surface.frame(canvas)
    surface.reset()
    surface.frame(canvas)
    expect(written).toEqual(
      Array.from({ length: 2 }, () => sync("\u001b[?25l\u001b[m\u001b[2J\u001b[1H\u001b[92mab\u001b[m")),
    )
  })

  it.each([
    ["wider", 4, 1],
    ["higher", 2, 2],
  ])("of a canvas that is %s writes everything", (_, width, height) => {
    const { sink, written } = openTerminal(4, 2)
    const pen = penOf({ theme: "dark", level: "16", ascii: false })
    const surface = new Surface({ sink, pen, fps: 30, now: () => 0, owed: () => {} })
    surface.frame(new Canvas(2, 1))
    surface.frame(new Canvas(width, height))
    expect(written).toEqual(Array.from({ length: 2 }, () => sync("\u001b[?25l\u001b[m\u001b[2J")))
  })

  it.each<readonly [string, string, (canvas: Canvas) => void]>([
    ["an absolute place", "\u001b[2;5Hx", (canvas) => canvas.put(4, 1, "x")],
    ["the start of a row", "\u001b[2Hx", (canvas) => canvas.put(0, 1, "x")],
    ["neighbours at once", "\u001b[2;5Hxyz", (canvas) => canvas.text(4, 1, "xyz")],
    ["a gap of three by writing it again", "\u001b[2;5Hx...y", (canvas) => canvas.text(4, 1, "x...y")],
    ["a gap of four by stepping over it", "\u001b[2;5Hx\u001b[4Cy", (canvas) => canvas.text(4, 1, "x....y")],
    [
      "a gap in another style by stepping over it",
      "\u001b[2;5H\u001b[92mx\u001b[Cy\u001b[m",
      (canvas) => {
        canvas.put(4, 1, "x", "ok")
        canvas.put(6, 1, "y", "ok")
      },
    ],
    [
      "the next row",
      "\u001b[1;20Hx\r\ny",
      (canvas) => {
        canvas.put(19, 0, "x")
        canvas.put(0, 1, "y")
      },
    ],
    [
      "a later row",
      "\u001b[1;20Hx\u001b[3Hy",
      (canvas) => {
        canvas.put(19, 0, "x")
        canvas.put(0, 2, "y")
      },
    ],
    ["a blank in no style of its own", "\u001b[2;5H\u001b[92mx y\u001b[m", (canvas) => canvas.text(4, 1, "x y", "ok")],
  ])("reaches %s", (_, text, after) => {
    expect(change(dots, after)).toBe(sync(text))
  })

  it("writes a gap of wide bytes only where that is shorter", () => {
    const blocks = (canvas: Canvas): void => canvas.fill({ x: 0, y: 0, width: 20, height: 3 }, "█")
    expect(
      change(blocks, (canvas) => {
        canvas.put(4, 1, "x")
        canvas.put(7, 1, "y")
      }),
    ).toBe(sync("\u001b[2;5Hx\u001b[2Cy"))
  })
})

describe("a terminal that is slow", () => {
  const canvas = new Canvas(3, 1)
  let millis = 0
  const open = (write: () => boolean, owed: () => void = () => {}) => {
    const listeners: (() => void)[] = []
    const sink = { write, once: (_: "drain", listener: () => void) => listeners.push(listener) }
    const surface = new Surface({
      sink,
      pen: penOf({ theme: "dark", level: "16", ascii: true }),
      fps: 30,
      now: () => millis,
      owed,
    })
    const frame = (): number => {
      surface.reset()
      canvas.put(0, 0, "x")
      return surface.frame(canvas)
    }
    const drain = (): void => {
      for (const listener of listeners.splice(0)) listener()
    }
    return { surface, frame, drain }
  }
  const takes = (each: number) => () => {
    millis += each
    return true
  }

  it("gets half the frames for each that blocks, down to a quarter", () => {
    const { surface, frame } = open(takes(16))
    const paces = [surface.fps]
    for (let each = 0; each < 3; each++) {
      frame()
      paces.push(surface.fps)
    }
    expect(paces).toEqual([30, 15, 8, 8])
  })

  it("gets all of them where it blocks for just as long as it may", () => {
    const { surface, frame } = open(takes(15))
    frame()
    expect(surface.fps).toBe(30)
  })

  it("gets them back, a step for every two seconds in time", () => {
    let each = 16
    const { surface, frame } = open(() => takes(each)())
    frame()
    frame()
    each = 1
    const paces = []
    for (let count = 0; count < 16 + 30; count++) {
      frame()
      paces.push(surface.fps)
    }
    expect(paces.indexOf(15)).toBe(15)
    expect(paces.indexOf(30)).toBe(45)
  })

  it("gets no frame while it has not taken the last one, and asks for what it is owed when it has", () => {
    const owed = vi.fn()
    let ready = false
    const { surface, frame, drain } = open(() => ready, owed)
    expect(frame()).toBeGreaterThan(0)
    drain()
    expect(owed).not.toHaveBeenCalled()
    frame()
    expect(surface.fps).toBe(30)
    expect([frame(), frame(), surface.fps]).toEqual([0, 0, 8])
    ready = true
    drain()
    expect(owed).toHaveBeenCalledOnce()
    expect(frame()).toBeGreaterThan(0)
  })
})
