/**
 * A picture of a terminal, as SVG: what a README can show and anyone can enlarge. Words are drawn in runs of one style, each as
 * wide as the columns it takes; borders, bars, blocks, braille and marks are drawn as shapes, because fonts disagree about them.
 * So the picture looks the same whatever font there is.
 */
import { type Canvas, colourOf, inkOf, type ThemeName, themes, tokenOf } from "#ui/terminal"
import type { Cell, Cells } from "./cells.ts"
import { cellHeight, cellWidth, type Shape, type Stroke, shapeOf } from "./shapes.ts"

/** What a terminal of sixteen million colours would show of a whole canvas. */
export const cellsOfCanvas = ({ width, height, codes, styles }: Canvas, theme: ThemeName): Cells =>
  Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column): Cell => {
      const at = row * width + column
      const style = styles[at] ?? 0
      const { bold, faint, underline, inverse } = inkOf(style, { theme, level: "truecolor", ascii: false })
      const colour = colourOf(tokenOf(style), themes[theme])
      return { glyph: String.fromCharCode(codes[at] ?? 0x20), colour, bold, faint, underline, inverse }
    }),
  )

export interface PictureOptions {
  /** On the bar of the window. */
  readonly title: string
  /** Dark where it is left out. */
  readonly theme?: ThemeName
}

/** Neighbouring cells that are drawn as one. */
interface Run {
  readonly x: number
  readonly y: number
  readonly cells: readonly [Cell, ...Cell[]]
  readonly shape: Shape | undefined
}

const padding = 12
const barHeight = 34
const fontSize = 15
const baseline = 13.5

const strokes: Readonly<Record<Exclude<Stroke, "fill">, string>> = {
  thin: 'stroke-width="1"',
  heavy: 'stroke-width="2.4"',
  mark: 'stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"',
  dot: 'stroke-width="2.9" stroke-linecap="round"',
  speck: 'stroke-width="2" stroke-linecap="round"',
}

const fonts = "ui-monospace,'JetBrains Mono','SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace"

const hex = (rgb: number): string => `#${rgb.toString(16).padStart(6, "0")}`

const escaped = (words: string): string =>
  words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const alike = (a: Cell, b: Cell): boolean =>
  a.colour === b.colour &&
  a.bold === b.bold &&
  a.faint === b.faint &&
  a.underline === b.underline &&
  a.inverse === b.inverse

/** A blank of which nothing can be seen. */
const isBlank = (cell: Cell): boolean => cell.glyph === " " && !cell.inverse && !cell.underline

/** Words go together as long as they look alike, over a single blank; shapes as long as they are the same. */
const joins = (first: Cell, next: Cell, gap: number): boolean => {
  if (gap > 1 || !alike(first, next)) return false
  if (shapeOf(first.glyph) !== undefined) return gap === 0 && first.glyph === next.glyph
  return shapeOf(next.glyph) === undefined && (gap === 0 || (!first.inverse && !first.underline))
}

const runsOf = (cells: Cells): readonly Run[] =>
  cells.flatMap((row, line) => {
    const runs: { readonly x: number; readonly cells: [Cell, ...Cell[]] }[] = []
    row.forEach((cell, column) => {
      if (isBlank(cell)) return
      const run = runs.at(-1)
      const end = run === undefined ? 0 : run.x + run.cells.length
      if (run !== undefined && joins(run.cells[0], cell, column - end)) run.cells.push(...row.slice(end, column + 1))
      else runs.push({ x: column, cells: [cell] })
    })
    return runs.map(({ x, cells }) => ({
      x: padding + x * cellWidth,
      y: barHeight + line * cellHeight,
      cells,
      shape: shapeOf(cells[0].glyph),
    }))
  })

/** Gathers what is drawn alike, in the order in which it first occurs. */
class Groups {
  readonly #groups = new Map<string, string[]>()

  add(open: string, part: string): void {
    const parts = this.#groups.get(open)
    if (parts === undefined) this.#groups.set(open, [part])
    else parts.push(part)
  }

  map(write: (open: string, parts: readonly string[]) => string): string {
    return Array.from(this.#groups, ([open, parts]) => write(open, parts)).join("\n")
  }
}

/** Draws what a terminal shows, in a window. */
export const svgOf = (cells: Cells, { title, theme = "dark" }: PictureOptions): string => {
  const { background, foreground, colours } = themes[theme]
  const width = 2 * padding + cellWidth * Math.max(0, ...cells.map((row) => row.length))
  const height = barHeight + padding + cellHeight * cells.length
  const behind = new Groups()
  const shapes = new Groups()
  const words = new Groups()
  for (const { x, y, cells: run, shape } of runsOf(cells)) {
    const [{ bold, faint, underline, inverse, ...first }] = run
    const ink = hex(first.colour ?? foreground)
    const colour = inverse ? hex(background) : ink
    const opacity = faint ? ' opacity=".5"' : ""
    const columns = run.length * cellWidth
    if (inverse) behind.add(`fill="${ink}"${opacity}`, `M${x} ${y}h${columns}v${cellHeight}h${-columns}z`)
    if (shape !== undefined) {
      const { stroke } = shape
      const how = stroke === "fill" ? `fill="${colour}"` : `fill="none" stroke="${colour}" ${strokes[stroke]}`
      shapes.add(how + opacity, shape.path(x, y, run.length))
      continue
    }
    const weight = bold ? ' font-weight="700"' : ""
    const line = underline ? ' text-decoration="underline"' : ""
    const said = escaped(run.map(({ glyph }) => glyph).join(""))
    words.add(
      `fill="${colour}"${weight}${line}${opacity}`,
      `<text x="${x}" y="${y + baseline}" textLength="${columns}">${said}</text>`,
    )
  }
  const paths = (groups: Groups): string => groups.map((open, parts) => `<path ${open} d="${parts.join("")}"/>`)
  const lights = [colours.bad, colours.warn, colours.ok]
    .map((light, index) => `<circle cx="${20 + 20 * index}" cy="18" r="6" fill="${hex(light)}"/>`)
    .join("")
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" rx="10" fill="${hex(background)}" stroke="${hex(colours.border)}"/>
${lights}
<g font-family="${fonts}" font-size="${fontSize}" xml:space="preserve">
<text x="${width / 2}" y="23" font-size="13" text-anchor="middle" fill="${hex(colours.dim)}">${escaped(title)}</text>
${paths(behind)}
${paths(shapes)}
${words.map((open, parts) => `<g ${open}>${parts.join("")}</g>`)}
</g>
</svg>
`
}
