/**
 * `npm run bench [-- --json] [--quick] [--only GROUP]`: measures this machine, this engine and this version, and prints the table.
 *
 * Nothing fails here but a workload that did something else than it claims.
 */
import { availableParallelism, cpus } from "node:os"
import { parseArgs } from "node:util"
import { bench, groupNames } from "./bench.ts"
import { quick, thorough } from "./measure.ts"
import { type Report, table } from "./table.ts"

const { values } = parseArgs({
  options: { json: { type: "boolean" }, quick: { type: "boolean" }, only: { type: "string" } },
})
if (values.only !== undefined && !groupNames.includes(values.only)) {
  console.error(`--only ${values.only} is no group; there are ${groupNames.join(", ")}`)
  process.exit(3)
}

const tell = (group: string) => {
  if (process.stderr.isTTY) process.stderr.write(`measuring ${group}\n`)
}

const report: Report = {
  machine: {
    node: process.version.slice(1),
    cpus: availableParallelism(),
    model: cpus()[0]?.model.trim() ?? "unknown",
  },
  rows: await bench(values.quick ? quick : thorough, tell, values.only),
}
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : table(report))
