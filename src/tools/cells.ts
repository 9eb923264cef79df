/** The cells of a terminal: what it shows in each place, and in which colour, whatever way it was told. */
import type { IBufferCell, Terminal } from "@xterm/headless"

/** What a terminal shows in one place. A colour is 0xRRGGBB; without one it is the terminal's own. */
export interface Cell {
  readonly glyph: string
  readonly colour: number | undefined
  readonly bold: boolean
  readonly faint: boolean
  readonly underline: boolean
  readonly inverse: boolean
}

export type Cells = readonly (readonly Cell[])[]

/** The sixteen colours as xterm has them, which nobody has to agree with. */
const sixteen = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00,
  0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
]

const cubeSteps = [0, 95, 135, 175, 215, 255]

/** The colour behind a number of xterm's 256. */
export const paletteColour = (index: number): number => {
  if (index < 16) return sixteen[index] ?? 0
  if (index >= 232) return (8 + 10 * (index - 232)) * 0x010101
  const step = (weight: number): number => cubeSteps[Math.floor((index - 16) / weight) % 6] ?? 0
  return (step(36) << 16) | (step(6) << 8) | step(1)
}

const colourIn = (cell: IBufferCell): number | undefined =>
  cell.isFgDefault() ? undefined : cell.isFgRGB() ? cell.getFgColor() : paletteColour(cell.getFgColor())

/** What a terminal shows now. */
export const cellsOf = (terminal: Terminal): Cells => {
  const { active } = terminal.buffer
  return Array.from({ length: terminal.rows }, (_, row) =>
    Array.from({ length: terminal.cols }, (_, column): Cell => {
      const cell = active.getLine(active.baseY + row)?.getCell(column)
      return {
        glyph: cell?.getChars() || " ",
        colour: cell && colourIn(cell),
        bold: (cell?.isBold() ?? 0) !== 0,
        faint: (cell?.isDim() ?? 0) !== 0,
        underline: (cell?.isUnderline() ?? 0) !== 0,
        inverse: (cell?.isInverse() ?? 0) !== 0,
      }
    }),
  )
}
