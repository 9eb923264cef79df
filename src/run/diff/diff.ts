/**
 * Two runs compared: how far they are the same, entry by entry, the first entry in which they are not, and what only one of
 * them has after that. A pure function of the two traces; seen from the other side it says the same with sides exchanged.
 */
import { firstViolated, type RunResult } from "../run.ts"
import { inPart } from "../stage.ts"
import { encodeToken } from "../token.ts"
import { align, type Pair } from "./align.ts"
import { inputDifferences } from "./inputs.ts"
import { meaningsOf, type Told } from "./meaning.ts"

/** One of the two runs. */
export interface Side {
  readonly scenario: string
  readonly seed: number
  readonly digest: string
  readonly entries: number
  readonly verdict: RunResult["verdict"]
  readonly violation?: { readonly invariant: string; readonly at: number; readonly because: string }
  readonly token?: string
}

export interface Difference {
  /** Whether the two traces are the same, whatever the inputs are. */
  readonly same: boolean
  readonly a: Side
  readonly b: Side
  /** How the inputs differ, one phrase each. */
  readonly inputs: readonly string[]
  /** How many entries they share at the beginning, to the microsecond. */
  readonly common: number
  /** The last that they share before they part. */
  readonly before: readonly Told[]
  /** Where they part: what each has there, if it has not ended. */
  readonly first?: Pair
  /** All of both after what they share, aligned. */
  readonly rows: readonly Pair[]
  /** Of the rows: in both at one instant, in both at different instants, only in one. */
  readonly counts: { readonly together: number; readonly moved: number; readonly onlyA: number; readonly onlyB: number }
}

const sideOf = (result: RunResult): Side => {
  const { scenario, input, digest, trace, verdict } = result
  const broken = firstViolated(result)
  const token = encodeToken(input, digest, scenario)
  return {
    scenario: scenario.name,
    seed: input.seed,
    digest,
    entries: trace.length,
    verdict,
    ...(broken?.violation !== undefined && {
      violation: {
        invariant: inPart(broken.part, broken.name),
        at: broken.violation.at,
        because: broken.violation.because,
      },
    }),
    ...(token !== undefined && { token }),
  }
}

/** Whether two entries mean the same and happened at the same instant. */
const alike = (a: Told, b: Told): boolean => a.meaning === b.meaning && a.at === b.at

/** So much of what two runs share is told for context. */
const shared = 12

const turned = ({ a, b }: Pair): Pair => ({ ...(b !== undefined && { a: b }), ...(a !== undefined && { b: a }) })

const compare = (a: RunResult, b: RunResult): Pick<Difference, "common" | "before" | "rows"> => {
  const keyed = a.input.seed === b.input.seed
  const [ours, theirs] = [meaningsOf(a, keyed), meaningsOf(b, keyed)]
  let common = 0
  for (;;) {
    const [one, other] = [ours[common], theirs[common]]
    if (one === undefined || other === undefined || !alike(one, other)) break
    common++
  }
  const before = ours.slice(Math.max(0, common - shared), common)
  return { common, before, rows: align(ours.slice(common), theirs.slice(common)) }
}

export const diff = (a: RunResult, b: RunResult): Difference => {
  const inputs = inputDifferences(a.input, b.input)
  const sides = { a: sideOf(a), b: sideOf(b), inputs }
  const counts = { together: 0, moved: 0, onlyA: 0, onlyB: 0 }
  if (a.digest === b.digest) return { same: true, ...sides, common: a.trace.length, before: [], rows: [], counts }
  // Of several longest alignments one is found; which one must not depend on who comes first.
  const turn = a.digest > b.digest
  const { common, before, rows: found } = turn ? compare(b, a) : compare(a, b)
  const rows = turn ? found.map(turned) : found
  const alone = new Set(rows.flatMap(({ a: one, b: other }) => (one === undefined && other ? [other.meaning] : [])))
  for (const { a: one, b: other } of rows) {
    if (one === undefined) counts.onlyB++
    else if (other !== undefined) counts[one.at === other.at ? "together" : "moved"]++
    else if (!alone.has(one.meaning)) counts.onlyA++
    else {
      // Both have it, in another order: it was told once on either side.
      counts.moved++
      counts.onlyB--
    }
  }
  const [one, other] = [rows.find((row) => row.a !== undefined)?.a, rows.find((row) => row.b !== undefined)?.b]
  const first = { ...(one !== undefined && { a: one }), ...(other !== undefined && { b: other }) }
  return { same: false, ...sides, common, before, first, rows, counts }
}
