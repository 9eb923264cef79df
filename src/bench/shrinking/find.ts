/**
 * `npm run found [-- SEEDS]`: looks up anew which runs of a shake break the first promise of each unsound design, for the
 * properties and the bench of shrinking. Without its table they look for themselves, and take longer.
 */
import { writeFileSync } from "node:fs"
import { firstBroken, unsound } from "./known.ts"

const seeds = Number(process.argv[2] ?? 19)
const rows = unsound.map((value) => {
  const runs = Array.from({ length: seeds }, (_, nth) => firstBroken(value, nth + 1, 1))
  return `  ${JSON.stringify(value.name)}: [${runs.join(", ")}],\n`
})
writeFileSync(
  new URL("./found.ts", import.meta.url),
  `/** Written by \`npm run found\`: under seeds 1, 2, 3 …, the first run of a shake that breaks what an unsound design breaks. */
export const found: Readonly<Record<string, readonly number[]>> = {
${rows.join("")}}
`,
)
