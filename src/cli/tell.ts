/** What the commands say in plain text: pure functions from facts to lines. How a run is told is `#run`'s. */
import { type Scenario, type ShakeResult, tellPass } from "#run"
import type { Design } from "#system"
import { designOf, type listJson } from "./shape.ts"

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

/** How a batch went in which no violation was shrunk to a story. */
export const tellTally = (
  scenario: Scenario,
  seed: number,
  tally: ShakeResult,
  design: Design,
  ascii: boolean,
): readonly string[] => {
  const { verdict, runs } = tally
  if (verdict === "violated") return [`${scenario.name}, seed ${seed}: violated in ${runs} runs`]
  return tellPass({ ...tally, verdict, scenario, seed, design: designOf(scenario, design) }, { ascii })
}
