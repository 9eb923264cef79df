/**
 * Glyphs that fonts disagree about, as shapes: an SVG path for each, in a cell 9 wide and 18 high.
 */

export const cellWidth = 9
export const cellHeight = 18

const middleX = cellWidth / 2
const middleY = cellHeight / 2

/** How a path is drawn: filled, or with a line of this weight. */
export type Stroke = "fill" | "thin" | "heavy" | "mark" | "dot" | "speck"

export interface Shape {
  readonly stroke: Stroke
  /** The path of so many of them side by side, from the top left corner of the first. */
  readonly path: (x: number, y: number, count: number) => string
}

/** A shape that is drawn once for each cell. */
const single = (stroke: Stroke, path: (x: number, y: number) => string): Shape => ({
  stroke,
  path: (x, y, count) => Array.from({ length: count }, (_, cell) => path(x + cell * cellWidth, y)).join(""),
})

/** A line across the cell, which goes on in the next. */
const across = (stroke: Stroke): Shape => ({
  stroke,
  path: (x, y, count) => `M${x} ${y + middleY}h${count * cellWidth}`,
})

const down = (stroke: Stroke): Shape => single(stroke, (x, y) => `M${x + middleX} ${y}v${cellHeight}`)

/** Arms from the middle of the cell to its edges: up, right, down, left. */
const arms = (...to: readonly ("up" | "right" | "down" | "left")[]): Shape => {
  const ends = { up: `v${-middleY}`, right: `h${middleX}`, down: `v${middleY}`, left: `h${-middleX}` }
  return single("thin", (x, y) => to.map((arm) => `M${x + middleX} ${y + middleY}${ends[arm]}`).join(""))
}

/** A rounded corner, from the middle of one edge to the middle of another. */
const corner = (upright: -1 | 1, sideways: -1 | 1): Shape =>
  single("thin", (x, y) => {
    const straight = upright * (middleY - middleX)
    const bend = `q0 ${-upright * middleX} ${sideways * middleX} ${-upright * middleX}`
    return `M${x + middleX} ${y + middleY + upright * middleY}v${-straight}${bend}`
  })

/** The lowest eighths of the cell, or all of it. */
const block = (eighths: number): Shape => {
  const height = (cellHeight * eighths) / 8
  return {
    stroke: "fill",
    path: (x, y, count) => `M${x} ${y + cellHeight - height}h${count * cellWidth}v${height}h${-count * cellWidth}z`,
  }
}

const filled = (outline: string, x0: number, y0: number): Shape =>
  single("fill", (x, y) => `M${x + x0} ${y + y0}${outline}z`)

const drawn = (outline: string, x0: number, y0: number): Shape =>
  single("mark", (x, y) => `M${x + x0} ${y + y0}${outline}`)

const ring = (radius: number): string =>
  `a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`

const shapes: Readonly<Record<string, Shape>> = {
  "─": across("thin"),
  "━": across("heavy"),
  "│": down("thin"),
  "┃": down("heavy"),
  "╭": corner(1, 1),
  "╮": corner(1, -1),
  "╰": corner(-1, 1),
  "╯": corner(-1, -1),
  "┌": arms("right", "down"),
  "┐": arms("left", "down"),
  "└": arms("up", "right"),
  "┘": arms("up", "left"),
  "├": arms("up", "right", "down"),
  "┤": arms("up", "down", "left"),
  "┬": arms("right", "down", "left"),
  "┴": arms("up", "right", "left"),
  "┼": arms("up", "right", "down", "left"),
  ...Object.fromEntries(Array.from("▁▂▃▄▅▆▇█", (glyph, index) => [glyph, block(index + 1)])),
  "·": single("speck", (x, y) => `M${x + middleX} ${y + middleY}h0`),
  "●": filled(ring(3.8), 0.7, 9),
  "○": drawn(ring(3.2), 1.3, 9),
  "■": filled("h7v7h-7", 1, 5.5),
  "◆": filled("l4.2 4.6l-4.2 4.6l-4.2 -4.6", 4.5, 4.4),
  "▲": filled("l4.2 8h-8.4", 4.5, 5),
  "▼": filled("l4.2 -8h-8.4", 4.5, 13),
  "▸": filled("l5 4l-5 4", 2, 5),
  "▾": filled("l4 5l4 -5", 0.5, 6.5),
  "✗": drawn("l6 7m0 -7l-6 7", 1.5, 5.5),
  "✔": drawn("l2.4 3.2l4.4 -7.2", 1.1, 9.3),
  "‖": drawn("v9m3 -9v9", 3, 4.5),
}

const brailleFirst = 0x2800

/** Column and row of each of a braille cell's eight dots, by its bit. */
const dots = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 1],
  [1, 2],
  [0, 3],
  [1, 3],
] as const

const braille = (bits: number): Shape =>
  single("dot", (x, y) =>
    dots
      .filter((_, bit) => ((bits >> bit) & 1) === 1)
      .map(([column, row]) => `M${x + 2.25 + column * 4.5} ${y + 2.25 + row * 4.5}h0`)
      .join(""),
  )

/** The shape of a glyph; none for one that every font has. */
export const shapeOf = (glyph: string): Shape | undefined => {
  const bits = (glyph.codePointAt(0) ?? 0) - brailleFirst
  return bits >= 0 && bits < 0x100 ? braille(bits) : shapes[glyph]
}
