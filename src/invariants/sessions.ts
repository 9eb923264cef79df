/**
 * Session guarantees (Terry et al., 1994), judged by what clients were answered.
 *
 * A system says which version a call wrote or saw; versions of one key are ordered as its log orders them.
 */
import { Kind } from "#sim"
import { Memory, ownReads, ownWrites, type SessionRule } from "./guarantees/session-rules.ts"
import type { Returned } from "./history.ts"
import type { Invariant, Violation } from "./invariant.ts"

/** A place in a log: the epoch, and the position within it. */
export interface Version {
  readonly epoch: number
  readonly lsn: number
}

/** What an answered call tells about a key. */
export interface Observation {
  readonly key: string
  /** Whether the session wrote this version, or saw it. */
  readonly wrote: boolean
  readonly version: Version
}

/** Reads an answer in a system's words: what it tells, in the order in which it happened. */
export type Observe = (returned: Returned) => readonly Observation[]

export const isBefore = (a: Version, b: Version): boolean => a.epoch < b.epoch || (a.epoch === b.epoch && a.lsn < b.lsn)

const spell = ({ epoch, lsn }: Version): string => (lsn === 0 ? "nothing" : `${epoch}/${lsn}`)

interface Known {
  readonly version: Version
  readonly entry: number
  readonly id: string
  readonly wrote: boolean
}

const learnt = (wrote: boolean): string => (wrote ? "is told that it has saved" : "reads")

/** Remembers one version per session and key, and compares what is seen with it. */
const sessionGuarantee = (
  { name, sentence, remembers }: SessionRule,
  observe: Observe,
  explain: (session: string, key: string, known: Known, seen: Version, id: string) => string,
): Invariant => ({
  name,
  kind: "always",
  sentence,
  assumes: ["damage", "time"],
  judge: (stage) => {
    const memory = new Memory<Known>((known, learnt) => (isBefore(known.version, learnt.version) ? learnt : known))
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry): Violation | undefined => {
        if (entry.kind !== Kind.return) return undefined
        const returned = entry.value as Returned
        for (const { key, version, wrote } of observe(returned)) {
          const place = `${entry.node} ${key}`
          const known = memory.at(place)
          if (!wrote && known !== undefined) {
            exercised++
            if (isBefore(version, known.version)) {
              const session = stage.name(entry.node)
              return {
                because: explain(session, key, known, version, returned.id),
                evidence: [known.entry, entry.index],
                required: `${key} at ${spell(known.version)} or later, for ${session}`,
                seen: version.lsn === 0 ? "no value at all" : `${key} at ${spell(version)}`,
                steps: [
                  {
                    entry: known.entry,
                    what: `${session} ${learnt(known.wrote)} ${key} at ${spell(known.version)} (${known.id})`,
                  },
                  { entry: entry.index, what: `${session} reads ${spell(version)} of ${key} (${returned.id})` },
                ],
              }
            }
          }
          if (remembers(wrote)) memory.remember(place, { version, entry: entry.index, id: returned.id, wrote })
        }
        return undefined
      },
    }
  },
})

export const readYourWrites = (observe: Observe): Invariant =>
  sessionGuarantee(
    ownWrites,
    observe,
    (session, key, known, seen, id) =>
      `${session} was told that its write ${known.id} of ${key} is saved at ${spell(known.version)}, and then read ${spell(seen)} (${id})`,
  )

export const monotonicReads = (observe: Observe): Invariant =>
  sessionGuarantee(
    ownReads,
    observe,
    (session, key, known, seen, id) =>
      `${session} read ${key} at ${spell(known.version)} (${known.id}), and then at ${spell(seen)} (${id})`,
  )
