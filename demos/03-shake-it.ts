// Lesson 3. Nobody knows how it breaks: let the globe find the smallest story.
import { reportOf, shake, tellReport } from "#run"
import { scenarios } from "#scenarios"

const storm = scenarios.find(({ name }) => name === "replication/storm")
if (storm === undefined) throw new Error("The catalogue has lost replication/storm.")

const found = shake(storm, { seed: 1, runs: 1000, design: { rejoin: "resume" } })
console.log(`rejoin=resume: ${found.verdict} in run ${found.violation?.run}`)
if (found.violation !== undefined) console.log(tellReport(reportOf({ scenario: storm, ...found.violation })).join("\n"))
