/** What is said where there is no room for all of it: something shorter, never half of a number. */
import { columnsOf } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"

/** The first of several ways to say something that fits into so many columns; the last one where none does. */
export const fitting = (ways: readonly string[], width: number): string =>
  ways.find((words) => columnsOf(words) <= width) ?? ways.at(-1) ?? ""

/** As much of some words as fits into so many columns. A number is there whole or not at all: half of it would be another. */
export const clipped = (words: string, width: number): string => {
  if (columnsOf(words) <= width) return words
  const kept = words.slice(0, Math.max(0, width - 1))
  const isSplit = /\d$/.test(kept) && /^\d/.test(words.slice(kept.length))
  return `${isSplit ? kept.replace(/\d+$/, "") : kept}${glyphs.ellipsis}`
}
