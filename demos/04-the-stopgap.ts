// Lesson 4. A list buffers events; every five seconds some are read, stored and trimmed. What is lost, and what comes twice?
import { reportOf, run, shake, tellReport } from "#run"
import { scenarios } from "#scenarios"

const stopgap = scenarios.find(({ name }) => name === "queue/stopgap")
if (stopgap === undefined) throw new Error("The catalogue has lost queue/stopgap.")

for (const flush of ["lrange-ltrim", "processing-list"]) {
  const { figures } = run(stopgap, { ...stopgap.story(1), design: { flush } })
  console.log(`flush=${flush}`)
  for (const { name, value, unit } of figures.slice(-6)) console.log(`  ${name.padEnd(32)} ${value} ${unit}`)
}

const found = shake(stopgap, { seed: 1, runs: 1, invariant: "pushed-is-stored-or-queued" })
if (found.violation !== undefined)
  console.log(tellReport(reportOf({ scenario: stopgap, ...found.violation })).join("\n"))
