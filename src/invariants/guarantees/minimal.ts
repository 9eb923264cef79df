/**
 * The least part of a history that still breaks a promise: one-minimal (Zeller & Hildebrandt, 2002). A write leaves
 * only together with every read that may have seen it; without that, leaving out a write would make violations up.
 */
import { type Access, type AccessHistory, keyOf } from "./access.ts"

type Part = AccessHistory[number]

const maySee = ({ input, outcome }: Part, write: Access & { _tag: "write" }): boolean =>
  input._tag === "read" && keyOf(input) === keyOf(write) && outcome._tag === "ok" && outcome.value === write.value

const without = (history: AccessHistory, removed: ReadonlySet<Part>): AccessHistory => {
  const writes = [...removed].flatMap(({ input }) => (input._tag === "write" ? [input] : []))
  return history.filter((each) => !removed.has(each) && !writes.some((write) => maySee(each, write)))
}

/** Throws where the history as a whole does not break the promise: then the proof was wrong, which is our defect. */
export const minimal = (history: AccessHistory, breaks: (part: AccessHistory) => boolean): AccessHistory => {
  if (!breaks(history)) throw new Error("What was taken for evidence breaks nothing.")
  let kept = history
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = kept.length; end > 0; end -= size) {
      const candidate = without(kept, new Set(kept.slice(Math.max(0, end - size), end)))
      if (candidate.length < kept.length && breaks(candidate)) {
        kept = candidate
        end = Math.min(end, kept.length + size)
      }
    }
  }
  return kept
}
