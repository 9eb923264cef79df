/** Two runs side by side, as text: what they share, where they part, and what only one of them has after that. */
import { spellInstant } from "../notation.ts"
import { beside, cut, plural } from "../page.ts"
import { asciiOnly } from "../words.ts"
import type { Difference, Side } from "./diff.ts"
import type { Told } from "./meaning.ts"
import { type Row, readable } from "./rows.ts"

const width = 80
const cell = 37
/** So many rows are told one by one before and after the runs part, and so many turning points after those. */
const rowsBefore = 4
const rowsAfter = 30
/** Of rows that both have, so many are told before and after one in which the runs differ. */
const context = 2
const rowsLater = 12

/** What happened, in a few words: who, and what, or which message and what became of it. */
export const sayTold = ({ kind, node, peer, words, reason }: Told): string => {
  if (kind === "deliver") return `${peer}→${node} ${words}`
  if (kind === "drop") return `${node}╳${peer} ${reason}: ${words}`
  if (kind === "hold") return `${node}→${peer} held, ${reason}: ${words}`
  if (kind === "duplicate") return `${node}→${peer} copied: ${words}`
  return `${node} ${words}`.trimStart()
}

const half = (told: Told | undefined): string =>
  (told === undefined ? "" : cut(`${spellInstant(told.at).padStart(8)} ${sayTold(told)}`, cell)).padEnd(cell)

const line = ({ mark, a, b }: Row): string => `${mark} ${half(a)} │ ${half(b)}`.trimEnd()

const sideLines = (name: string, { scenario, seed, verdict, violation, digest }: Side): readonly string[] => [
  `${name}  ${scenario}, seed ${seed}: ${verdict}, digest ${digest}`,
  ...(violation === undefined
    ? []
    : beside("", `✗ ${violation.invariant} at ${spellInstant(violation.at)} ms: ${violation.because}`, width, 3, 3)),
]

/** The lines of some rows, those that only repeat what both have counted instead of told. */
const condensed = (rows: readonly Row[]): readonly string[] => {
  const differing = rows.flatMap(({ mark }, at) => (mark === "=" ? [] : [at]))
  const lines: string[] = []
  let skipped = 0
  const skip = () => {
    if (skipped > 0) lines.push(`  ${`⋮ ${skipped} the same`.padEnd(cell)} │ ⋮`)
    skipped = 0
  }
  for (const [at, row] of rows.entries()) {
    if (!differing.some((each) => Math.abs(each - at) <= context)) skipped++
    else {
      skip()
      lines.push(line(row))
    }
  }
  skip()
  return lines
}

export const tellDiff = (difference: Difference, options: { readonly ascii?: boolean } = {}): readonly string[] => {
  const { a, b, inputs, same, common, before, counts } = difference
  const rows = readable(difference)
  const shown = before
    .filter(({ kind }) => kind !== "send" && kind !== "write" && kind !== "sync")
    .slice(-rowsBefore)
    .map((told): Row => ({ mark: "=", a: told, b: told }))
  const start = Math.max(
    0,
    rows.findIndex(({ mark }) => mark !== "="),
  )
  const near = rows.slice(start, start + rowsAfter)
  const later = rows
    .slice(start + rowsAfter)
    .filter(({ mark, a: one, b: other }) => mark !== "=" && mark !== "~" && (one ?? other)?.notable === true)
  const parted = near[0]
  const partedAt = Math.min(parted?.a?.at ?? Number.POSITIVE_INFINITY, parted?.b?.at ?? Number.POSITIVE_INFINITY)
  const lines = [
    ...sideLines("A", a),
    ...sideLines("B", b),
    ...beside("inputs", inputs.length === 0 ? "the same" : inputs.join(" · "), width, 8, 6),
    "",
    ...(same
      ? [`The runs are the same, all ${plural(common, "entry").replace("entrys", "entries")}.`]
      : [
          `The runs are the same for ${common} entries, and part at ${spellInstant(partedAt)} ms.`,
          "",
          `  ${"A".padEnd(cell)} │ B`,
          ...shown.map(line),
          ...condensed(near),
          ...(later.length === 0 ? [] : ["", "  turning points after that, of one of them alone"]),
          ...later.slice(0, rowsLater).map(line),
          ...(later.length > rowsLater ? [`  and ${later.length - rowsLater} more`] : []),
          "",
          `After they part both have ${counts.together} entries at one instant and ${counts.moved} otherwise;`,
          `${counts.onlyA} are only in A, ${counts.onlyB} only in B.`,
          "= both  ~ both, at another instant or in another order  < only A  > only B",
          "≠ something else becomes of a message or a call",
        ]),
  ]
  return options.ascii === true ? asciiOnly(lines) : lines
}
