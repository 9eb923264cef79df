/**
 * Every glyph once, with the ASCII that stands for it where a terminal has nothing better. Panels always paint the glyph; the
 * exchange happens when cells are written. Nothing else enters a cell: what may take two columns, or none, or a number of
 * columns that terminals disagree about, becomes `?`.
 */

/** Glyphs by what they say. No two states share their ASCII, so that none needs a colour to be told from another. */
export const glyphs = {
  alive: "●",
  idle: "○",
  down: "✗",
  holds: "✔",
  violated: "✗",
  unknown: "…",
  paused: "‖",
  cursor: "▸",
  now: "┃",
  fault: "▲",
  cure: "◆",
  sent: "→",
  back: "←",
  up: "↑",
  square: "■",
  between: "·",
  ellipsis: "…",
  full: "━",
  empty: "─",
} as const

/** Eight heights of a column, lowest first. */
export const heights = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const

const ascii: Readonly<Record<string, string>> = {
  "●": "*",
  "○": "o",
  "✗": "x",
  "✔": "+",
  "…": "~",
  "‖": "=",
  "▸": ">",
  "▾": "v",
  "▲": "^",
  "▼": "v",
  "◆": "&",
  "■": "@",
  "→": ">",
  "←": "<",
  "↑": "^",
  "↓": "v",
  "·": ".",
  "×": "x",
  "±": "~",
  "−": "-",
  "–": "-",
  "—": "-",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "≤": "<",
  "≥": ">",
  "≠": "!",
  µ: "u",
  μ: "u",
  "━": "=",
  "─": "-",
  "│": "|",
  "┃": "|",
  "╭": "+",
  "╮": "+",
  "╯": "+",
  "╰": "+",
  "├": "+",
  "┤": "+",
  "┬": "+",
  "┴": "+",
  "┼": "+",
  "└": "+",
  "┌": "+",
  "┐": "+",
  "┘": "+",
  "▁": ".",
  "▂": ":",
  "▃": "-",
  "▄": "=",
  "▅": "+",
  "▆": "*",
  "▇": "%",
  "█": "#",
  "░": ".",
  "▒": ":",
  "▓": "%",
}

const asciiCodes = new Map(
  Object.entries(ascii).map(([glyph, plain]) => [glyph.codePointAt(0) ?? 0, plain.codePointAt(0) ?? 0]),
)

const question = 0x3f
const brailleFirst = 0x2800
const brailleLast = 0x28ff

/** By how many of its eight dots are set. */
const brailleShades = Array.from(" .:-=+*%#", (shade) => shade.codePointAt(0) ?? 0)

const dotsOf = (braille: number): number => {
  let dots = 0
  for (let bits = braille - brailleFirst; bits > 0; bits >>= 1) dots += bits & 1
  return dots
}

const isAscii = (code: number): boolean => code >= 0x20 && code < 0x7f

/** Latin, Greek and Cyrillic letters are one column wide in every terminal, as long as they stand alone. */
const isLetter = (code: number): boolean =>
  (code >= 0xa1 && code <= 0x24f && code !== 0xad) ||
  (code >= 0x391 && code <= 0x3c9) ||
  (code >= 0x400 && code <= 0x45f)

/** The code point that a cell holds for this one: itself where it takes one column for certain, else `?`. */
export const cellOf = (code: number): number =>
  isAscii(code) || isLetter(code) || asciiCodes.has(code) || (code >= brailleFirst && code <= brailleLast)
    ? code
    : question

/** The ASCII that stands for a cell's code point. */
export const asciiOf = (code: number): number => {
  if (isAscii(code)) return code
  if (code >= brailleFirst && code <= brailleLast) return brailleShades[dotsOf(code)] ?? question
  return asciiCodes.get(code) ?? question
}
