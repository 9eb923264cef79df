/**
 * A restart brings back what the disk had confirmed, and nothing that was never written; a disk that was hurt may
 * have lost some.
 */
import type { Invariant, Step, Violation } from "#invariants"
import { type Fault, Kind } from "#world"
import { promised } from "../design.ts"
import { type Line, Logs, same } from "../logs.ts"
import type { Fact } from "../protocol.ts"
import { unreadable } from "../record.ts"

const reads = ({ epoch, request }: Line): string =>
  request === unreadable ? "cannot be read" : `reads as ${JSON.stringify(request)} of epoch ${epoch}`

export const recoversTheDurablePrefix: Invariant = {
  name: promised.recovers,
  kind: "always",
  sentence: "A restarted node recovers all that its disk had confirmed, and nothing that it never wrote.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const logs = new Logs()
    /** Logs as they were before a truncation, which may not have reached the disk. */
    const before = new Map<number, Line[][]>()
    const synced = new Map<number, number>()
    const damaged = new Set<number>()
    /** The last entries at which a node's disk confirmed something, and was hurt. */
    const marks = new Map<number, { confirmed?: Step; hurt?: Step }>()
    let exercised = 0
    const starts = (whole: readonly Line[], start: readonly Line[]) =>
      start.length <= whole.length && start.every((line, i) => same(line, whole[i]))
    return {
      exercised: () => exercised,
      see: (entry) => {
        const { node, index } = entry
        // A disk that was ever hurt may have lost what it confirmed; a wrong entry is never excused.
        const wiped = entry.kind === Kind.fault && (entry.value as Fault).kind === "wipe"
        const name = node < 0 ? "" : stage.name(node)
        const mark = marks.get(node) ?? {}
        if (node >= 0) marks.set(node, mark)
        if (node >= 0 && (wiped || entry.kind === Kind.damage)) {
          damaged.add(node)
          mark.hurt = { entry: index, what: `${name}'s disk is ${wiped ? "lost" : "damaged"}` }
        }
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        let violation: Violation | undefined
        if (fact._tag === "Synced") {
          synced.set(node, fact.lsn)
          mark.confirmed = { entry: index, what: `${name}'s disk confirms its log up to ${fact.lsn}` }
        }
        if (fact._tag === "Truncated") {
          const olds = before.get(node) ?? []
          before.set(node, [...olds, [...logs.of(node)]])
          synced.set(node, Math.min(synced.get(node) ?? 0, fact.lsn))
        }
        if (fact._tag === "Recovered") {
          const log = logs.of(node)
          const least = synced.get(node) ?? 0
          if (log.length > 0) exercised++
          const whole = [log, ...(before.get(node) ?? [])].some((version) => starts(version, fact.entries))
          const complete = fact.entries.length >= least && starts(fact.entries, log.slice(0, least))
          if (!whole || !(complete || damaged.has(node))) {
            const got = `${name} recovered ${fact.entries.length} entries`
            const stranger = fact.entries.find(
              (line, i) => ![log, ...(before.get(node) ?? [])].some((version) => same(version[i], line)),
            )
            violation = {
              because: !whole
                ? `${got}, and among them one that it never wrote`
                : `${got}, but its disk had confirmed ${least}${fact.entries.length >= least ? " others" : ""}`,
              evidence: [index],
              required: !whole
                ? `nothing in ${name}'s log that it did not write before (it held ${log.length} entries)`
                : `the ${least} entries that ${name}'s disk had confirmed`,
              seen:
                stranger === undefined
                  ? `${fact.entries.length} entries`
                  : `entry ${fact.entries.indexOf(stranger) + 1} ${reads(stranger)}`,
              steps: [mark.confirmed, mark.hurt]
                .filter((step) => step !== undefined)
                .sort((a, b) => a.entry - b.entry)
                .concat({
                  entry: index,
                  what: `${name} believes ${fact.entries.length} entries of its disk${fact.tail === "whole" ? "" : `, the end of which is ${fact.tail}`}`,
                }),
            }
          }
          before.delete(node)
          synced.set(node, fact.entries.length)
        }
        logs.follow(node, fact)
        return violation
      },
    }
  },
}
