/**
 * Who answered a read, and what it knew: the half of a broken session guarantee that lies with a node. The guarantee itself
 * is judged by what the session was told; this only adds the step at which a node answered from too little.
 */
import type { Invariant, Step } from "#invariants"
import { Kind } from "#world"
import type { Fact, Message } from "./protocol.ts"

/** The invariant, with a violation that tells which node answered and how much of its log it showed. */
export const withAnswerer = (invariant: Invariant): Invariant => ({
  ...invariant,
  judge: (stage) => {
    const judge = invariant.judge(stage)
    const held = new Map<number, number>()
    const shown = new Map<number, number>()
    /** The last value that each client was sent, and from which state. */
    const served = new Map<number, Step>()
    return {
      ...judge,
      see: (entry) => {
        const { node } = entry
        if (entry.kind === Kind.boot) shown.set(node, 0)
        if (entry.kind === Kind.fact) {
          const fact = entry.value as Fact
          if (fact._tag === "Applied") shown.set(node, Math.max(shown.get(node) ?? 0, fact.lsn))
          if (fact._tag === "Reset") shown.set(node, fact.lsn)
          if (fact._tag === "Appended") held.set(node, fact.lsn)
          if (fact._tag === "Truncated") held.set(node, Math.min(held.get(node) ?? 0, fact.lsn))
          if (fact._tag === "Recovered") held.set(node, fact.entries.length)
        }
        if (entry.kind === Kind.send && (entry.value as Message)._tag === "Value") {
          const [name, log, state] = [stage.name(node), held.get(node) ?? 0, shown.get(node) ?? 0]
          const behind = log > state ? `it holds ${log} entries and shows ${state}` : `it holds ${log} entries`
          served.set(entry.peer, { entry: entry.index, what: `${name} answers the read, and ${behind}` })
        }
        const violation = judge.see(entry)
        const step = served.get(entry.node)
        if (violation === undefined || step === undefined) return violation
        const steps = [...(violation.steps ?? []), step].sort((a, b) => a.entry - b.entry)
        return { ...violation, steps }
      },
    }
  },
})
