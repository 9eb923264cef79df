/** Rows of a comparison as a person reads them: without what only repeats others, the two fates of one message as one row. */
import type { Pair } from "./align.ts"
import type { Difference } from "./diff.ts"
import type { Told } from "./meaning.ts"

/** What the row says by itself: a send shows where it arrives or dies, a write where it is durable or a node says so. */
const silent = new Set(["send", "write", "sync", "log"])

/** Both have it at one instant, both otherwise in time or order, one of them, or something else becomes of a message. */
export type Mark = "=" | "~" | "<" | ">" | "≠"

export interface Row extends Pair {
  readonly mark: Mark
}

/** What a row says by itself; `both` are the meanings that either run has somewhere. */
const markOf = ({ a, b }: Pair, both: ReadonlySet<string>): Mark => {
  if (a === undefined || b === undefined) {
    if (both.has((a ?? b)?.meaning ?? "")) return "~"
    return a === undefined ? ">" : "<"
  }
  return a.meaning !== b.meaning ? "≠" : a.at === b.at ? "=" : "~"
}

/** Joins what the two runs do with the same message, where nothing that both have lies between. */
const joined = (rows: readonly Pair[]): readonly Pair[] => {
  const out: { a?: Told; b?: Told }[] = []
  let open: { a?: Told; b?: Told }[] = []
  for (const row of rows) {
    if (row.a !== undefined && row.b !== undefined) {
      open = []
      out.push(row)
      continue
    }
    const [side, other] = row.a === undefined ? (["b", "a"] as const) : (["a", "b"] as const)
    const subject = row[side]?.subject
    const mate = open.find(
      (each) => subject !== undefined && each[side] === undefined && each[other]?.subject === subject,
    )
    if (mate !== undefined && row[side] !== undefined) mate[side] = row[side]
    else {
      const fresh = { ...row }
      open.push(fresh)
      out.push(fresh)
    }
  }
  return out
}

/** The rows after the two runs have parted. */
export const readable = ({ rows }: Difference): readonly Row[] => {
  const isLoud = (each: Told | undefined) => each !== undefined && !silent.has(each.kind)
  const inA = new Set(rows.map(({ a }) => a?.meaning))
  const both = new Set(rows.flatMap(({ b }) => (b !== undefined && inA.has(b.meaning) ? [b.meaning] : [])))
  return joined(rows.filter(({ a, b }) => isLoud(a) || isLoud(b))).map((row) => ({ ...row, mark: markOf(row, both) }))
}

/** What tells by itself that another story has begun, and what may only lead up to it. */
const decisive = new Set(["return", "crash", "boot"])
const weighty = new Set(["drop", "deliver", "fact"])

/** A row that only one run has, with what becomes of its message or call in the other, wherever that is. */
const completed = (rows: readonly Row[], row: Row): Row => {
  if (row.a !== undefined && row.b !== undefined) return row
  const [side, other] = row.a === undefined ? (["b", "a"] as const) : (["a", "b"] as const)
  const subject = row[side]?.subject
  const mate = rows.find((each) => each !== row && subject !== undefined && each[other]?.subject === subject)?.[other]
  return mate === undefined ? row : { ...row, [other]: mate, mark: "≠" }
}

/**
 * The first row in which something else happens, and not only at another instant: what becomes of a message, a turning
 * point, what a client is told. What was changed by hand is not counted.
 */
export const firstThatMatters = (rows: readonly Row[], isChanged: (told: Told) => boolean): Row | undefined => {
  const differing = rows.filter(({ mark, a, b }) => {
    const told = a ?? b
    return mark !== "=" && mark !== "~" && told !== undefined && !isChanged(told)
  })
  const first =
    differing.find(({ mark, a, b }) => mark === "≠" || (a ?? b)?.notable || decisive.has((a ?? b)?.kind ?? "")) ??
    differing.find(({ a, b }) => weighty.has((a ?? b)?.kind ?? ""))
  return first && completed(rows, first)
}
