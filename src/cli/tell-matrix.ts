/** A matrix in plain text: a grid that fits 80 columns, then a line for each violation with the token that plays it. */
import type { Cell } from "#run"
import type { Design } from "#system"

/** A cell, and the token of an input that breaks it. */
export interface ToldCell {
  readonly cell: Cell
  readonly token: string | undefined
}

export const spellDesign = (design: Design): string =>
  Object.entries(design)
    .map(([choice, value]) => `${choice}=${value}`)
    .join(" ") || "default"

const marks = { holds: "✔", violated: "✗", unknown: "?" } as const

/** The mark of a cell: what was observed, in brackets where it is not what was declared; a dot where nothing was promised. */
const markOf = ({ declared, observed, agrees }: Cell): string => {
  if (declared === "not-promised") return " · "
  return agrees ? ` ${marks[observed]} ` : `[${marks[observed]}]`
}

/** The name of a column: a, b, …, z, then aa, and so on. */
const letter = (index: number): string =>
  index < 26 ? String.fromCharCode(0x61 + index) : letter(Math.floor(index / 26) - 1) + letter(index % 26)

const count = (times: number, noun: string): string => `${times} ${noun}${times === 1 ? "" : "s"}`

/** What a cell says in words, besides its mark. */
const sayCell = ({ cell, token }: ToldCell): readonly string[] => {
  const { design, invariant, declared, observed, runs, exercised } = cell
  const what = `${spellDesign(design)}  ${invariant}`
  const seen = `run ${runs - 1}, tested in ${count(exercised, "run")}`
  if (!cell.agrees) {
    return [`  ${what}: declared ${declared}, observed ${observed} in ${count(runs, "run")}, tested in ${exercised}`]
  }
  return [`  ${what}  ${seen}`, ...(token === undefined ? [] : [`    ${token}`])]
}

export const tellMatrix = (
  system: string,
  cells: readonly ToldCell[],
  { runs, seed }: { readonly runs: number; readonly seed: number },
): readonly string[] => {
  const invariants = [...new Set(cells.map(({ cell }) => cell.invariant))]
  const designs = [...new Set(cells.map(({ cell }) => spellDesign(cell.design)))]
  const widest = Math.max(0, ...designs.map((each) => each.length))
  const find = (design: string, invariant: string) =>
    cells.find(({ cell }) => spellDesign(cell.design) === design && cell.invariant === invariant)?.cell
  const grid = designs.map((design) => {
    const row = invariants.map((invariant) => {
      const cell = find(design, invariant)
      return cell === undefined ? "   " : markOf(cell)
    })
    return `  ${design.padEnd(widest)}  ${row.join("")}`.trimEnd()
  })
  const violated = cells.filter(({ cell }) => cell.agrees && cell.declared === "violated")
  const odd = cells.filter(({ cell }) => !cell.agrees)
  const asDeclared = cells.filter(({ cell }) => cell.agrees).length
  return [
    `MATRIX ${system}: at most ${count(runs, "run")} a design, seed ${seed}`,
    ...invariants.map((name, nth) => `  ${letter(nth).padStart(2)}  ${name}`),
    "",
    `  ${"".padEnd(widest)}  ${invariants.map((_, nth) => letter(nth).padStart(2).padEnd(3)).join("")}`.trimEnd(),
    ...grid,
    "  ✔ holds  ✗ violated, as declared  · not promised  ? not put to the test  [ ] not as declared",
    ...(violated.length === 0 ? [] : ["", "violated, as declared", ...violated.flatMap(sayCell)]),
    ...(odd.length === 0 ? [] : ["", "NOT AS DECLARED", ...odd.flatMap(sayCell)]),
    "",
    `${asDeclared} of ${count(cells.length, "cell")} as declared`,
    "",
  ]
}
