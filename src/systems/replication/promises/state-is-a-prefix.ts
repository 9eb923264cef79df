/** A replica shows a prefix of its primary's log: nothing else, nothing twice, nothing left out. */
import type { Invariant, Step } from "#invariants"
import { Kind } from "#world"
import { promised } from "../design.ts"
import { type Line, Logs, same } from "../logs.ts"
import type { Fact } from "../protocol.ts"

const skipped = (from: number, until: number): string =>
  until <= from
    ? `though it shows ${from - 1} already`
    : `and leaves out ${from === until - 1 ? from : `${from} to ${until - 1}`}`

export const stateIsAPrefix: Invariant = {
  name: promised.prefix,
  kind: "always",
  sentence: "What a replica shows is a prefix of its primary's log, in order.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const logs = new Logs()
    /** The log of each primary in its epoch. */
    const reigns = new Map<string, Line[]>()
    const follows = new Map<number, string>()
    const applied = new Map<number, number>()
    /** The entry of the trace with which a node's state came to what it is. */
    const shown = new Map<number, number>()
    let exercised = 0
    const sayLine = (line: Line | undefined, lsn: number) =>
      line === undefined ? "nothing" : `${line.epoch}/${lsn}${line.request === "" ? "" : ` (${line.request})`}`
    return {
      exercised: () => exercised,
      see: (entry) => {
        const { node, index } = entry
        if (entry.kind === Kind.boot) {
          applied.set(node, 0)
          shown.set(node, index)
          follows.delete(node)
        }
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        logs.follow(node, fact)
        switch (fact._tag) {
          case "Led": {
            const reign = `${fact.epoch} ${stage.name(node)}`
            reigns.set(reign, [...logs.of(node)])
            follows.set(node, reign)
            return undefined
          }
          case "Appended":
            if (fact.author === stage.name(node)) reigns.get(`${fact.epoch} ${fact.author}`)?.push(fact)
            return undefined
          case "Followed":
            follows.set(node, `${fact.epoch} ${fact.primary}`)
            return undefined
          case "Reset":
            applied.set(node, fact.lsn)
            shown.set(node, index)
            return undefined
          case "Applied": {
            const expected = (applied.get(node) ?? 0) + 1
            const [name, before] = [stage.name(node), shown.get(node)]
            applied.set(node, fact.lsn)
            shown.set(node, index)
            const steps = (what: string): readonly Step[] => [
              ...(before === undefined ? [] : [{ entry: before, what: `${name} shows its log up to ${expected - 1}` }]),
              { entry: index, what },
            ]
            if (fact.lsn !== expected) {
              return {
                because: `${name} applied entry ${fact.lsn} where ${expected} was next`,
                evidence: [index],
                required: `entry ${expected} as the next that ${name} applies`,
                seen: `entry ${fact.lsn}, ${sayLine(fact, fact.lsn)}`,
                steps: steps(`${name} applies entry ${fact.lsn}, ${skipped(expected, fact.lsn)}`),
              }
            }
            const reign = follows.get(node)
            const log = reign === undefined ? undefined : reigns.get(reign)
            if (log === undefined) return undefined
            exercised++
            if (same(log[fact.lsn - 1], fact)) return undefined
            const [epoch, primary] = reign?.split(" ") ?? []
            const theirs = log[fact.lsn - 1]
            return {
              because: `${name} applied ${fact.epoch}/${fact.lsn}, which is not entry ${fact.lsn} of its primary's log (${primary} in epoch ${epoch})`,
              evidence: [index],
              required:
                theirs === undefined
                  ? `nothing yet: the log of ${primary}, which ${name} follows in epoch ${epoch}, has no entry ${fact.lsn}`
                  : `${sayLine(theirs, fact.lsn)}, entry ${fact.lsn} of the log of ${primary}, which ${name} follows in epoch ${epoch}`,
              seen: `${name} applies ${sayLine(fact, fact.lsn)}`,
              steps: steps(
                `${name}, which follows ${primary}, applies ${sayLine(fact, fact.lsn)}, where ${primary} has ${sayLine(theirs, fact.lsn)}`,
              ),
            }
          }
          default:
            return undefined
        }
      },
    }
  },
}
