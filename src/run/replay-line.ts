/** The line that plays a run again. */
import { isDeepStrictEqual } from "node:util"
import * as Result from "effect/Result"
import { parseFaults, spellFaults } from "./notation.ts"
import type { RunResult } from "./run.ts"
import { encodeToken } from "./token.ts"

/** A word as a shell takes it. */
export const shellWord = (text: string): string =>
  /^[\w:@=+.,%/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** The story's own name while that says it all, else a token; nothing where it is too long for one. */
export const replayCommand = (result: RunResult): string | undefined => {
  const { scenario, input } = result
  const story = scenario.story(input.seed)
  if (isDeepStrictEqual({ ...story, design: input.design, faults: input.faults }, input)) {
    const design = Object.entries(input.design).map(([choice, value]) => ` --design ${choice}=${value}`)
    const added = input.faults.slice(story.faults.length)
    // An id names dice: whoever spells the faults again must get the same ones.
    const again =
      added.length > 0 ? Result.getOrElse(parseFaults(spellFaults(added), story.faults.length + 1), () => []) : []
    if (isDeepStrictEqual(input.faults, [...story.faults, ...again])) {
      const faults = added.length > 0 ? ` --faults ${shellWord(spellFaults(added))}` : ""
      return `npx snowglobe run ${scenario.name} --seed ${input.seed}${design.join("")}${faults}`
    }
  }
  const token = encodeToken(input, result.digest, scenario)
  return token === undefined ? undefined : `npx snowglobe replay ${token}`
}

export const replayLine = (result: RunResult): string =>
  `replay  ${replayCommand(result) ?? "too long for a token: --save FILE, then snowglobe replay FILE"}`
