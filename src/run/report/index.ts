/** The report of a failure, and of a pass. */
export type { Batch, Finding } from "./finding.ts"
export { type Held, tellPass } from "./pass.ts"
export { type Report, reportOf } from "./report.ts"
export { type ReportOptions, tellReport } from "./tell.ts"
