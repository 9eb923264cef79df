/**
 * Prefix consistency: logs of which none contradicts another, so that each is a prefix of one. Whoever shows an entry
 * of an index first defines it, so each entry is compared once.
 */
import { broken, type Finding, unbroken } from "./finding.ts"

/** A replica shows, or has committed, an entry of its log. */
export interface LogEntry {
  /** Names what showed it: an event, or a read of a whole log. */
  readonly id: string
  readonly replica: string
  readonly index: number
  /** What tells this entry from others: its text, or a hash of it. */
  readonly entry: string
}

/** No two logs hold different entries of the same index. `entries` in the order in which they were shown. */
export const checkPrefixes = (entries: Iterable<LogEntry>): Finding => {
  const first = new Map<number, LogEntry>()
  let exercised = 0
  let found: readonly [LogEntry, LogEntry] | undefined
  for (const each of entries) {
    const known = first.get(each.index)
    if (known === undefined) {
      first.set(each.index, each)
      continue
    }
    if (known.replica !== each.replica || known.id !== each.id) exercised++
    if (known.entry !== each.entry) found ??= [known, each]
  }
  if (found === undefined) return unbroken(exercised)
  const [known, other] = found
  return broken(
    exercised,
    [...new Set([known.id, other.id])],
    [
      `${known.replica} showed ${known.entry} at ${known.index} (${known.id}).`,
      `${other.replica} showed ${other.entry} at ${other.index} (${other.id}).`,
      "So neither log is the beginning of the other.",
    ],
  )
}
