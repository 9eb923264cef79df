/** In the end every node of the healed core holds and shows the same log, and nobody who asked still waits. */
import type { Invariant, Returned } from "#invariants"
import { Kind } from "#world"
import { promised } from "../design.ts"
import { and, Logs, same } from "../logs.ts"
import type { Fact } from "../protocol.ts"

export const converges: Invariant = {
  name: promised.converges,
  kind: "eventually",
  sentence: "Once the storm is over, every node of the healed core holds and shows the same log.",
  assumes: ["absence", "damage", "time"],
  judge: (stage) => {
    const logs = new Logs()
    const applied = new Map<number, number>()
    const nodes = new Map<string, number>()
    const asked = new Set<string>()
    /** The last entries with which a node's log and its state changed. */
    const grew = new Map<number, number>()
    const shown = new Map<number, number>()
    let appended = 0
    const core = () => stage.core.flatMap((name) => nodes.get(name) ?? [])
    const longestOf = (all: readonly number[]) =>
      all.reduce((best, node) => (logs.of(node).length > logs.of(best).length ? node : best), all[0] ?? 0)
    return {
      exercised: () => appended,
      see: (entry) => {
        const { node } = entry
        if (node >= 0) nodes.set(stage.name(node), node)
        if (entry.kind === Kind.boot) applied.set(node, 0)
        if (entry.kind === Kind.call) asked.add((entry.value as Returned).id)
        if (entry.kind === Kind.return) asked.delete((entry.value as Returned).id)
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        logs.follow(node, fact)
        if (fact._tag === "Appended") appended++
        if (fact._tag === "Applied") applied.set(node, Math.max(applied.get(node) ?? 0, fact.lsn))
        if (fact._tag === "Reset") applied.set(node, fact.lsn)
        if (fact._tag === "Applied" || fact._tag === "Reset") shown.set(node, entry.index)
        if (fact._tag === "Appended" || fact._tag === "Recovered") grew.set(node, entry.index)
        return undefined
      },
      pending: () => {
        const all = core()
        const longest = longestOf(all)
        const whole = logs.of(longest)
        const steps = [
          { entry: grew.get(longest), what: `${stage.name(longest)} holds all ${whole.length} entries` },
          ...all.map((node) => ({
            entry: shown.get(node),
            what: `${stage.name(node)} shows ${applied.get(node) ?? 0} of ${whole.length} entries`,
          })),
        ].flatMap(({ entry, what }) => (entry === undefined ? [] : [{ entry, what }]))
        return {
          evidence: steps.map(({ entry }) => entry).sort((a, b) => a - b),
          required: `${and(all.map(stage.name))} hold and show the same ${whole.length} entries`,
          seen: and(all.map((node) => `${stage.name(node)} shows ${applied.get(node) ?? 0}`)),
          steps: steps.sort((a, b) => a.entry - b.entry),
        }
      },
      waits: () => {
        for (const id of asked) return `${id} has not returned`
        const all = core()
        const longest = longestOf(all)
        const whole = logs.of(longest)
        for (const node of all) {
          const log = logs.of(node)
          const at = log.findIndex((line, i) => !same(line, whole[i]))
          if (at >= 0) return `${stage.name(node)} and ${stage.name(longest)} differ at entry ${at + 1}`
          if (log.length < whole.length) return `${stage.name(node)} holds ${log.length} of ${whole.length} entries`
          const shown = applied.get(node) ?? 0
          if (shown < whole.length) return `${stage.name(node)} shows ${shown} of ${whole.length} entries`
        }
        return undefined
      },
    }
  },
}
