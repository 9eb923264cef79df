/**
 * `npm run found [-- SEEDS]`: looks up anew which runs of a shake break the first promise of each unsound design, for the
 * properties and the bench of shrinking. Without its table they look for themselves, and take longer.
 */
import { writeFileSync } from "node:fs"
import { firstBroken, unsound } from "../bench/shrinking/known.ts"

const seeds = Number(process.argv[2] ?? 19)
const found = unsound.map(({ name, ...value }) => [
  name,
  Array.from({ length: seeds }, (_, nth) => firstBroken({ name, ...value }, nth + 1, 1)),
])
writeFileSync(
  new URL("../bench/shrinking/found.json", import.meta.url),
  `${JSON.stringify(Object.fromEntries(found))}\n`,
)
