/** The report of a run that violates a promise, as the commands print it: in colour where there is a terminal that wants it. */
import { firstViolated, inPart, type Report, type RunResult, reportOf, tellReport } from "#run"
import { version } from "./version.ts"

/** The report of the promise that broke first, or nothing. */
export const reportOn = (result: RunResult): Report | undefined => {
  const broken = firstViolated(result)
  if (broken === undefined) return undefined
  const { scenario, input } = result
  return reportOf({ scenario, input, result, invariant: inPart(broken.part, broken.name) })
}

const wantsColour = (): boolean => process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb"

export const printed = (report: Report, ascii: boolean): readonly string[] =>
  tellReport(report, { ascii, version, colour: wantsColour() })
