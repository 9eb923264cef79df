/** What the commands say in plain text: pure functions from facts to lines. How a run is told is `#run`'s. */
import type { Scenario, ShakeResult } from "#run"
import type { Design } from "#system"
import { designOf, invariantsOf, type listJson } from "./shape.ts"

const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  )
}

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)

export const tellList = (list: ReturnType<typeof listJson>): readonly string[] => [
  "SCENARIOS",
  ...indent(columns(list.scenarios.map(({ name, expects, summary }) => [name, expects, summary]))),
  ...list.systems.flatMap((system) => [
    "",
    `SYSTEM ${system.name}: ${system.sentence}`,
    "  designs (the default first; ! marks what breaks a promise)",
    ...indent(
      indent(
        columns(
          system.designs.map(({ choice, sentence, default: sound, values }) => [
            choice,
            [...values]
              .sort((left, right) => Number(right.name === sound) - Number(left.name === sound))
              .map((value) => (value.sound ? value.name : `${value.name}!`))
              .join(" "),
            sentence,
          ]),
        ),
      ),
    ),
    "  invariants",
    ...indent(indent(columns(system.invariants.map(({ name, kind, sentence }) => [name, kind, sentence])))),
  ]),
]

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`

/** How a batch went, but for the story of its violation. */
export const tellTally = (scenario: Scenario, seed: number, tally: ShakeResult, design: Design): readonly string[] => {
  const chosen = Object.entries(designOf(scenario, design))
  const tested = columns(
    invariantsOf(scenario).map(({ name, sentence }) => [
      count(tally.exercised[name] ?? 0, "run").padStart(10),
      name,
      sentence,
    ]),
  )
  const fired = Object.entries(tally.faultsFired).filter(([, times]) => times > 0)
  return [
    `${scenario.name}, seed ${seed}: ${tally.verdict} in ${count(tally.runs, "run")}`,
    ...(chosen.length === 0 ? [] : [`design: ${chosen.map(([choice, value]) => `${choice}=${value}`).join(" ")}`]),
    ...(Object.keys(tally.exercised).length === 0 ? [] : ["", "put to the test in", ...indent(tested)]),
    ...(fired.length === 0
      ? []
      : ["", `faults that struck: ${fired.map(([kind, times]) => `${kind} ${times}`).join(", ")}`]),
  ]
}
