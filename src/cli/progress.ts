/** How a batch goes on, in one line of a terminal that is written over and over. */
import type { Scenario } from "#run"
import type { Progress } from "./jobs.ts"

/** So often the line is written, in real milliseconds. */
const every = 200

const clock = (millis: number): string => {
  const seconds = Math.floor(millis / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}

/** Verdicts as they are counted. */
const counted = [
  ["holds", "hold"],
  ["violated", "violated"],
  ["unknown", "unknown"],
] as const

/** What is known after so many real milliseconds, in words. */
export const tellProgress = (
  about: readonly string[],
  of: number | undefined,
  progress: Progress,
  millis: number,
): string => {
  const { tally, shrinks } = progress
  if (shrinks > 0) return `found in ${tally.runs} runs; shrinking, ${shrinks} smaller inputs so far, ${clock(millis)}`
  const verdicts = counted.flatMap(([verdict, word]) =>
    tally.verdicts[verdict] > 0 ? [`${tally.verdicts[verdict]} ${word}`] : [],
  )
  const [least] = [...about].sort((a, b) => (tally.exercised[a] ?? 0) - (tally.exercised[b] ?? 0))
  return [
    `${tally.runs}${of === undefined ? "" : ` of ${of}`} runs`,
    `${Math.round((tally.runs / Math.max(1, millis)) * 1000)}/s`,
    clock(millis),
    ...(verdicts.length > 0 ? [verdicts.join(", ")] : []),
    ...(progress.findings > 0 ? [`${progress.findings} found`] : []),
    ...(least === undefined ? [] : [`least tested: ${least} ${tally.exercised[least] ?? 0}`]),
  ].join(" · ")
}

/** Writes progress to a terminal, and wipes it away in the end. */
export const progressLine = (scenario: Scenario, of: number | undefined, terminal: NodeJS.WriteStream) => {
  const started = performance.now()
  let wroteAt = Number.NEGATIVE_INFINITY
  return {
    see: (progress: Progress): void => {
      const now = performance.now()
      if (now - wroteAt < every) return
      wroteAt = now
      const line = tellProgress(scenario.about, of, progress, now - started)
      terminal.write(`\r${line.slice(0, Math.max(1, (terminal.columns ?? 80) - 1))}\u001b[K`)
    },
    wipe: (): void => {
      if (wroteAt > 0) terminal.write("\r\u001b[K")
    },
  }
}
