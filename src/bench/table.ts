/** The table: what was measured, beside what is wanted. Plain text, aligned, or one JSON object. */

/** How far a figure came; null where nothing is wanted. */
export type Reached = "goal" | "first" | "no" | null

export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** How many times as fast as the raw heap, event for operation. */
  readonly ofRaw?: number
  /** What is wanted first and in the end: of `ofRaw` where a row has it, else of the value. */
  readonly first?: number
  readonly goal?: number
  readonly reached: Reached
}

export interface Report {
  readonly machine: { readonly node: string; readonly cpus: number; readonly model: string }
  readonly rows: readonly Row[]
}

/** A budget is a floor where the goal lies above the first aim, and a ceiling where it lies below. */
const isFloor = (first: number, goal: number): boolean => goal > first

export const reachedOf = (figure: number, first: number, goal: number): Reached => {
  const within = (aim: number) => (isFloor(first, goal) ? figure >= aim : figure <= aim)
  return within(goal) ? "goal" : within(first) ? "first" : "no"
}

export const row = (
  name: string,
  value: number,
  unit: string,
  more: { readonly ofRaw?: number; readonly budget?: readonly [first: number, goal: number] } = {},
): Row => {
  const { ofRaw, budget } = more
  const base = { name, value, unit, ...(ofRaw !== undefined && { ofRaw }) }
  if (budget === undefined) return { ...base, reached: null }
  const [first, goal] = budget
  return { ...base, first, goal, reached: reachedOf(ofRaw ?? value, first, goal) }
}

/** Three digits that count, thousands apart. */
export const figure = (value: number): string => {
  const size = Math.abs(value)
  const digits = size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4
  const [whole, fraction] = value.toFixed(digits).split(".") as [string, string?]
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ",")
  return fraction === undefined ? apart : `${apart}.${fraction}`
}

const columns = ["", "measured", "", "of raw", "first", "goal", "reached"] as const
const rightward = [false, true, false, true, true, true, false]

const cells = ({ name, value, unit, ofRaw, first, goal, reached }: Row): readonly string[] => {
  const budget = first === undefined || goal === undefined ? undefined : { first, goal }
  const sign = budget === undefined ? "" : isFloor(budget.first, budget.goal) ? "≥ " : "≤ "
  return [
    name,
    figure(value),
    unit,
    ofRaw === undefined ? "" : figure(ofRaw),
    budget === undefined ? "" : `${sign}${budget.first}`,
    budget === undefined ? "" : `${sign}${budget.goal}`,
    reached ?? "",
  ]
}

export const table = ({ machine, rows }: Report): string => {
  const lines = [columns, ...rows.map(cells)]
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => (line[column] as string).length)))
  const text = lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] as number
        return rightward[column] ? cell.padStart(width) : cell.padEnd(width)
      })
      .join("  ")
      .trimEnd(),
  )
  const head = `Node ${machine.node} on ${machine.cpus} × ${machine.model}; medians of main-thread CPU time`
  return [head, "", ...text, ""].join("\n")
}
