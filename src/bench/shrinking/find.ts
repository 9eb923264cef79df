/**
 * `npm run found [-- SEEDS]`: looks up which runs of a shake break the first promise of each unsound design, from those that did
 * so far on, for the properties and the bench of shrinking. Without its table they look for themselves, and take longer.
 */
import { writeFileSync } from "node:fs"
import { found } from "./found.ts"
import { firstBroken, seedsInTests, unsound } from "./known.ts"

const rows = unsound.map((value) => {
  const seeds = Math.max(Number(process.argv[2] ?? 0), seedsInTests[value.name] ?? 0)
  const runs = Array.from({ length: seeds }, (_, nth) => firstBroken(value, nth + 1, found[value.name]?.[nth] ?? 1))
  return `  ${JSON.stringify(value.name)}: [${runs.join(", ")}],\n`
})
writeFileSync(
  new URL("./found.ts", import.meta.url),
  `/** Written by \`npm run found\`: under seeds 1, 2, 3 …, the first run of a shake that breaks what an unsound design breaks. */
export const found: Readonly<Record<string, readonly number[]>> = {
${rows.join("")}}
`,
)
