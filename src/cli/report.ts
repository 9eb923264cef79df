/** The report of a run that violates a promise, as the commands print it: in colour where there is a terminal that wants it. */
import { firstViolated, inPart, type Report, type RunResult, reportOf, shellWord, tellReport } from "#run"
import { version } from "./version.ts"

/** A report whose line plays it again where scenarios of the user's own had to be loaded, too. */
export const loading = (report: Report, load: readonly string[]): Report =>
  report.replay === undefined || load.length === 0
    ? report
    : { ...report, replay: [report.replay, ...load.map((file) => `--load ${shellWord(file)}`)].join(" ") }

/** The report of the promise that broke first, or nothing. */
export const reportOn = (result: RunResult, load: readonly string[]): Report | undefined => {
  const broken = firstViolated(result)
  if (broken === undefined) return undefined
  const { scenario, input } = result
  return loading(reportOf({ scenario, input, result, invariant: inPart(broken.part, broken.name) }), load)
}

const wantsColour = (): boolean => process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb"

export const printed = (report: Report, ascii: boolean): readonly string[] =>
  tellReport(report, { ascii, version, colour: wantsColour() })
