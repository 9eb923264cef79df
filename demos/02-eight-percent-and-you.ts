// Lesson 2. Replicas are 40 ms behind, a page changes every 500 ms: 8 % of strangers see the old one. And you?
import { run } from "#run"
import { scenarios } from "#scenarios"

const staleness = scenarios.find(({ name }) => name === "replication/staleness")
if (staleness === undefined) throw new Error("The catalogue has lost replication/staleness.")

for (const read of ["any", "cookie", "session"]) {
  const result = run(staleness, { ...staleness.story(1), design: { read } })
  const stale = result.figures.filter(({ name }) => name.startsWith("stale"))
  console.log(`read=${read}`)
  for (const { name, value, unit } of stale) console.log(`  ${name.padEnd(32)} ${value} ${unit}`)
}
