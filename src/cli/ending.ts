/** What a session at the screen came to, in plain text: verdict, token, and the line that plays it again. */
import { encodeToken, firstViolated, inPart, spellFaults } from "#run"
import type { Ending } from "#ui"

const seconds = (micros: number): string => `${(micros / 1_000_000).toFixed(3)} s`

const signs = { violated: "✗", holds: "✔", unknown: "…" } as const

const sayTrial = ({ label, verdict, brokeAt }: Ending["trials"][number]): string =>
  `${label} ${signs[verdict]}${brokeAt === undefined ? "" : ` at ${seconds(brokeAt)}`}`

export const tellEnding = ({ result, trials, otherwise }: Ending): readonly string[] => {
  const { scenario, input, verdict } = result
  const broken = firstViolated(result)
  const token = encodeToken(input, result.digest, scenario)
  const others = Object.entries(otherwise).map(([choice, value]) => ` --design ${choice}=${value}`)
  return [
    `${scenario.name}, seed ${input.seed}, ${seconds(input.calmAt)}: ${verdict}`,
    ...(broken?.violation === undefined
      ? []
      : [
          `✗ ${inPart(broken.part, broken.name)}, broken at ${seconds(broken.violation.at)}`,
          `  ${broken.violation.because}`,
        ]),
    ...(input.faults.length === 0 ? [] : [`  faults: ${spellFaults(input.faults)}`]),
    ...(trials.length < 2 ? [] : [`  designs: ${trials.map(sayTrial).join(" │ ")}`]),
    "",
    token === undefined
      ? "too long for a token: start with --save FILE next time"
      : `replay  npx snowglobe replay ${token}`,
    ...(others.length === 0 ? [] : [`        and the same under the other design with${others.join("")}`]),
  ]
}
