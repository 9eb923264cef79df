/** The ladder in a few lines, for people. */
import type { Ladder, Rung } from "./ladder.ts"

const width = 80

const glyphs = { holds: "✔", violated: "✗", unknown: "?" } as const

/** Words joined into lines that are no longer than `room`. */
const wrap = (words: readonly string[], joint: string, room: number): readonly string[] => {
  const [first = "", ...others] = words
  const lines: string[] = []
  let line = first
  for (const word of others) {
    const longer = `${line}${joint}${word}`
    if (longer.length > room) lines.push(line)
    line = longer.length > room ? word : longer
  }
  return [...lines, line]
}

/**
 * One verdict for each rung, strongest first; then why the first violated rung is, a number for each step. At most 80
 * columns; the same text for the same ladder. `saySpan` tells a span of the history's time.
 */
export const explainLadder = (
  { rungs, staleness }: Ladder,
  saySpan: (span: number) => string = String,
): readonly string[] => {
  const verdicts = rungs.map(({ name, verdict }) => {
    const spelled =
      name === "bounded staleness" && verdict !== "unknown" && staleness > 0 ? ` (${sayStale(staleness, saySpan)})` : ""
    return `${name} ${glyphs[verdict]}${spelled}`
  })
  const first = rungs.find(({ verdict }) => verdict === "violated")
  return [...wrap(verdicts, " · ", width), ...(first === undefined ? [] : why(first))]
}

const sayStale = (staleness: number, saySpan: (span: number) => string): string =>
  Number.isFinite(staleness) ? saySpan(staleness) : "no bound"

const why = ({ name, because }: Rung): readonly string[] => [
  `${name} ${glyphs.violated} because`,
  ...because.flatMap((sentence, nth) =>
    wrap(sentence.split(" "), " ", width - 4).map(
      (line, at) => `${at === 0 ? `${nth + 1}`.padStart(2) : "  "}  ${line}`,
    ),
  ),
]
