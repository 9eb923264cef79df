/** The promise of a buffer: what was pushed to the list is stored or still queued, and stored once. */
import type { Invariant, Violation } from "#invariants"
import type { Entry } from "#world"
import { promised } from "../design.ts"
import { type ListCommand, Lists } from "../list/lists.ts"
import { factOf } from "./reading.ts"

/** What a command takes out of lists, and puts in: a move does both. */
const changes = (
  lists: Lists,
  command: ListCommand,
): { readonly out: readonly string[]; readonly in: readonly string[] } => {
  switch (command._tag) {
    case "LPUSH":
      lists.run(command)
      return { out: [], in: command.values }
    case "LTRIM": {
      const before = lists.values(command.key)
      lists.run(command)
      return { out: before, in: lists.values(command.key) }
    }
    case "LREM":
      return { out: Array.from({ length: lists.run(command).length }, () => command.value), in: [] }
    default:
      lists.run(command)
      return { out: [], in: [] }
  }
}

const buffer: Invariant = {
  name: promised.buffer,
  kind: "always",
  sentence: "What was pushed is stored or queued at every instant, and never stored twice.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    let lists = new Lists()
    /** How often an event is queued, in any list. */
    const queued = new Map<string, number>()
    const pushed = new Map<string, number>()
    const stored = new Map<string, number>()
    let exercised = 0

    const lost = (values: Iterable<string>, { node, index }: Entry, how: string): Violation | undefined => {
      for (const value of values) {
        if ((queued.get(value) ?? 0) > 0 || stored.has(value)) continue
        return {
          because: `${value} was pushed, and ${how} ${stage.name(node)} has it no more; it was never stored`,
          evidence: [pushed.get(value) ?? index, index],
        }
      }
      return undefined
    }

    const count = (value: string, by: number): void => {
      queued.set(value, (queued.get(value) ?? 0) + by)
    }

    return {
      exercised: () => exercised,
      see: (entry) => {
        const fact = factOf(entry)
        switch (fact?._tag) {
          case "Ran": {
            if (fact.command._tag === "LPUSH") for (const value of fact.command.values) pushed.set(value, entry.index)
            const changed = changes(lists, fact.command)
            for (const value of changed.out) count(value, -1)
            for (const value of changed.in) count(value, 1)
            if (changed.out.length > changed.in.length) exercised++
            return changed.out.length > changed.in.length
              ? lost(changed.out, entry, `after ${fact.command._tag}`)
              : undefined
          }
          case "Listed":
            lists = new Lists(fact.lists)
            queued.clear()
            for (const values of Object.values(fact.lists)) for (const value of values) count(value, 1)
            return lost(pushed.keys(), entry, "after a restart")
          case "Restored":
          case "Done":
            if (fact._tag === "Restored") stored.clear()
            for (const { kind, op } of fact.deeds) {
              if (kind !== "row") continue
              exercised++
              const before = stored.get(op)
              if (before !== undefined) {
                const evidence = before === entry.index ? [before] : [before, entry.index]
                return { because: `${op} is stored twice`, evidence }
              }
              stored.set(op, entry.index)
            }
            return undefined
          default:
            return undefined
        }
      },
    }
  },
}

export const buffering: readonly Invariant[] = [buffer]
