/** Two runs compared. */
export type { Pair } from "./align.ts"
export { type Difference, diff, type Side } from "./diff.ts"
export { inputDifferences } from "./inputs.ts"
export type { Told } from "./meaning.ts"
export { firstThatMatters, type Mark, type Row, readable } from "./rows.ts"
export { sayTold, tellDiff } from "./tell.ts"
