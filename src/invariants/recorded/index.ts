/** Recorded histories: read from Jepsen's EDN, Porcupine's logs and our own JSON Lines, written in the last, and judged. */
export { type Judgement, type JudgeOptions, judgeRecording } from "./judge.ts"
export { type ModelChoice, type ModelName, modelNames, parseModel } from "./models.ts"
export { parseRecording, type Reading, type Recording } from "./recording.ts"
export { writeRecording } from "./writer.ts"
