/**
 * Isolation levels, what each forbids, and which imply which.
 *
 * After Adya (1999), Bailis et al. (2014), Cerone & Gotsman (2016) and Daudjee & Salem (2006), as Elle relates them (Kingsbury
 * & Alvaro, 2020). The graph holds what can be told apart in a history of appends and reads of whole lists: it has no
 * predicates, so G-single and G2 are always of items.
 */
import type { AnomalyName } from "./anomaly.ts"

/** The levels, each after all that it implies. */
export const isolationLevels = [
  "read-uncommitted",
  "read-committed",
  "cursor-stability",
  "read-atomic",
  "snapshot-isolation",
  "repeatable-read",
  "serializable",
  "strong-session-read-uncommitted",
  "strong-session-read-committed",
  "strong-session-snapshot-isolation",
  "strong-session-serializable",
  "strong-read-uncommitted",
  "strong-read-committed",
  "strong-snapshot-isolation",
  "strict-serializable",
] as const

export type IsolationLevel = (typeof isolationLevels)[number]

interface Rule {
  /** What holds wherever this level holds. */
  readonly implies: readonly IsolationLevel[]
  /** What it forbids besides what those forbid. */
  readonly forbids: readonly AnomalyName[]
}

const rules: Readonly<Record<IsolationLevel, Rule>> = {
  "read-uncommitted": { implies: [], forbids: ["G0", "garbage-read", "duplicate-elements"] },
  "read-committed": {
    implies: ["read-uncommitted"],
    forbids: ["G1a", "G1b", "G1c", "dirty-update", "incompatible-order", "future-read"],
  },
  "cursor-stability": { implies: ["read-committed"], forbids: ["lost-update"] },
  "read-atomic": { implies: ["read-committed"], forbids: ["internal", "fractured-read"] },
  "snapshot-isolation": { implies: ["cursor-stability", "read-atomic"], forbids: ["G-single", "G-nonadjacent"] },
  "repeatable-read": { implies: ["cursor-stability"], forbids: ["G-single", "G-nonadjacent", "G2"] },
  serializable: { implies: ["snapshot-isolation", "repeatable-read"], forbids: [] },
  "strong-session-read-uncommitted": { implies: ["read-uncommitted"], forbids: ["G0-process"] },
  "strong-session-read-committed": {
    implies: ["read-committed", "strong-session-read-uncommitted"],
    forbids: ["G1c-process"],
  },
  "strong-session-snapshot-isolation": {
    implies: ["snapshot-isolation", "strong-session-read-committed"],
    forbids: ["G-single-process", "G-nonadjacent-process"],
  },
  "strong-session-serializable": {
    implies: ["serializable", "strong-session-snapshot-isolation"],
    forbids: ["G2-process"],
  },
  "strong-read-uncommitted": { implies: ["strong-session-read-uncommitted"], forbids: ["G0-realtime"] },
  "strong-read-committed": {
    implies: ["strong-session-read-committed", "strong-read-uncommitted"],
    forbids: ["G1c-realtime"],
  },
  "strong-snapshot-isolation": {
    implies: ["strong-session-snapshot-isolation", "strong-read-committed"],
    forbids: ["G-single-realtime", "G-nonadjacent-realtime"],
  },
  "strict-serializable": {
    implies: ["strong-session-serializable", "strong-snapshot-isolation"],
    forbids: ["G2-realtime"],
  },
}

/** The levels that a level implies, itself among them. */
export const impliedBy = (level: IsolationLevel): ReadonlySet<IsolationLevel> =>
  new Set([level, ...rules[level].implies.flatMap((weaker) => [...impliedBy(weaker)])])

/** All that may not be in a history at a level. */
export const forbiddenAt = (level: IsolationLevel): ReadonlySet<AnomalyName> =>
  new Set([...impliedBy(level)].flatMap((implied) => rules[implied].forbids))

/** Those of some levels that none of the others implies. */
export const strongestOf = (some: readonly IsolationLevel[]): readonly IsolationLevel[] =>
  some.filter((level) => !some.some((other) => other !== level && impliedBy(other).has(level)))

/** Those of some levels that imply none of the others. */
export const weakestOf = (some: readonly IsolationLevel[]): readonly IsolationLevel[] =>
  some.filter((level) => !some.some((other) => other !== level && impliedBy(level).has(other)))
