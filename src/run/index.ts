/** How a run happens and is told. Knows the shape of systems, never a system. */
export { exceeded, type StormMode, withinBudget } from "./budget.ts"
export { keepInCorpus, readCorpus } from "./corpus.ts"
export { defineScenario, defineSystem, type ScenarioOutline, type SystemOutline } from "./define.ts"
export { type Difference, diff, readable, tellDiff } from "./diff/index.ts"
export { type HoldsOptions, holds } from "./holds.ts"
export { Input, inputFormat, Operation } from "./input.ts"
export { type Cell, type Declared, type Judged, judgeVariant, type Variant, variantsOf } from "./matrix.ts"
export {
  checkFault,
  instead,
  nearest,
  nextOrdinal,
  parseFaults,
  parseTime,
  quote,
  spellFault,
  spellFaults,
  spellTime,
  type Targets,
} from "./notation.ts"
export { shellWord } from "./replay-line.ts"
export {
  type Batch,
  type Finding,
  type Held,
  type Report,
  type ReportOptions,
  reportOf,
  tellPass,
  tellReport,
} from "./report/index.ts"
export {
  type Cast,
  firstViolated,
  type InvariantResult,
  Run,
  type RunOptions,
  type RunOutcome,
  type RunResult,
  run,
} from "./run.ts"
export type { Part, Scenario } from "./scenario.ts"
export {
  concluded,
  type ShakeOptions,
  type ShakeResult,
  shake,
  shrinkFound,
  type ViolationFound,
} from "./shake.ts"
export { applyDesign, inPart, type StagedPart, stage, targetsOf, wrongWith } from "./stage.ts"
export { normalise, ordinaryStorm, type StormOptions, storm } from "./storm.ts"
export {
  addTallies,
  type BatchOptions,
  type Discovery,
  distinct,
  emptyTally,
  inputOfBatch,
  leastExercised,
  type Swept,
  sweep,
  type Tally,
} from "./sweep.ts"
export { isNotable, type TellOptions, tellRun, tellStory } from "./tell.ts"
export { decodeToken, encodeToken, type Recorded, readSaved, saveInput, trouble } from "./token.ts"
export { asciiOnly, type Sayable, wordsOf } from "./words.ts"
