/**
 * What was acknowledged is in the log of every later primary: who held it then, what became of it there, and who
 * rules without it.
 */
import type { Invariant, Margin, Returned, Step, Violation } from "#invariants"
import { type Fault, Kind } from "#world"
import { majorityOf, promised } from "../design.ts"
import { and, Logs } from "../logs.ts"
import type { Answer, Fact } from "../protocol.ts"

interface Acknowledged {
  readonly id: string
  readonly epoch: number
  readonly lsn: number
  readonly entry: number
  readonly client: number
  /** The nodes that held it when it was acknowledged: on disk, or at least in memory. */
  readonly onDisk: readonly number[]
  readonly inMemory: readonly number[]
}

const has = (count: number): string => (count === 1 ? "has" : "have")

export const acknowledgedWritesSurvive: Invariant = {
  name: promised.acknowledged,
  kind: "always",
  sentence: "A write that was acknowledged is in the log of the primary, and of every later one.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const logs = new Logs()
    const majority = majorityOf(stage.size.nodes ?? 1)
    const acknowledged: Acknowledged[] = []
    const followers = new Map<string, Set<string>>()
    const leading = new Map<number, { readonly node: number; readonly entry: number; readonly last: number }>()
    /** What became of acknowledged writes on the nodes that held them. */
    const losses = new Map<string, Step[]>()
    let nearest: Margin | undefined
    let ruler:
      | {
          readonly epoch: number
          readonly name: string
          readonly node: number
          readonly entry: number
          readonly led: { readonly entry: number; readonly last: number }
        }
      | undefined
    const down = new Set<number>()
    let latest = 0
    let exercised = 0

    const whoHolds = (request: string): string => {
      const holders = logs.holders(request)
      const one = holders[0]
      if (one === undefined) return "nobody holds it any more"
      if (holders.length > 1) return `only ${holders.map(stage.name).join(" and ")} hold it`
      return `only ${stage.name(one)} ${down.has(one) ? `held it, and ${stage.name(one)} is down` : "holds it"}`
    }

    const whoHad = ({ onDisk, inMemory }: Acknowledged): string => {
      const names = (nodes: readonly number[]) => and(nodes.map(stage.name))
      const few = onDisk.length < majority ? "only " : ""
      if (onDisk.length > 0) return `${few}${names(onDisk)} ${has(onDisk.length)} it on disk`
      return inMemory.length > 0 ? `only ${names(inMemory)} ${has(inMemory.length)} it, in memory` : "no node has it"
    }

    /** A node's log has changed: what it held before and does not hold now. */
    const lost = (node: number, before: ReadonlySet<string>, entry: number, how: string): void => {
      for (const { id } of acknowledged) {
        if (!before.has(id) || logs.hold(node, id)) continue
        const steps = losses.get(id) ?? []
        losses.set(id, steps)
        steps.push({ entry, what: `${stage.name(node)} ${how} ${id}` })
      }
    }

    /** When a node goes down, the fewest disks elsewhere that hold an acknowledged write. */
    const weigh = (node: number, at: number): void => {
      if (nearest?.value === 0) return
      const elsewhere = logs.copies(node)
      for (const { id } of acknowledged) {
        const value = elsewhere.get(id) ?? 0
        if (nearest !== undefined && value >= nearest.value) continue
        const what = `${id} was on ${value} other ${value === 1 ? "disk" : "disks"} when ${stage.name(node)} lost power`
        nearest = { value, of: "disks that hold an acknowledged write when another node goes down", what, at }
      }
    }

    const missing = (
      write: Acknowledged,
      entry: number,
      isHeld: (node: number, request: string) => boolean = (node, request) => logs.hold(node, request),
    ): Violation | undefined => {
      if (ruler === undefined || write.epoch > ruler.epoch) return undefined
      exercised++
      if (isHeld(ruler.node, write.id)) return undefined
      return {
        because:
          `${stage.name(write.client)} was told that ${write.id} is saved at ${write.epoch}/${write.lsn}; ` +
          `${whoHolds(write.id)}; ${ruler.name} leads epoch ${ruler.epoch}, followed by a majority, without it`,
        evidence: [write.entry, ruler.entry, entry],
        required: `${write.id}, acknowledged at ${write.epoch}/${write.lsn}, in the log of ${ruler.name}, primary of epoch ${ruler.epoch}`,
        seen: `a log of ${logs.of(ruler.node).length} entries without it`,
        // It is untrue as soon as somebody rules without it; that it is accepted shows only later.
        ...(ruler.led.entry > write.entry && ruler.led.entry < entry && { since: ruler.led.entry }),
        steps: [
          {
            entry: write.entry,
            what: `${stage.name(write.client)} is told that ${write.id} is saved, when ${whoHad(write)}`,
          },
          ...(losses.get(write.id) ?? []),
          {
            entry: ruler.led.entry,
            what: `${ruler.name} becomes primary of epoch ${ruler.epoch} with a log that ends at ${ruler.led.last}, without ${write.id}`,
          },
          {
            entry: ruler.entry,
            what: `${ruler.name} is followed by a majority: what its log does not hold is lost`,
          },
        ].sort((one, other) => one.entry - other.entry),
      }
    }

    const established = (
      epoch: number,
      { node, ...led }: { readonly node: number; readonly entry: number; readonly last: number },
      entry: number,
    ): Violation | undefined => {
      if (epoch <= latest) return undefined
      latest = epoch
      ruler = { epoch, name: stage.name(node), node, entry, led }
      const held = new Set(logs.of(node).map((line) => line.request))
      for (const write of acknowledged) {
        const violation = missing(write, entry, (_, request) => held.has(request))
        if (violation !== undefined) return violation
      }
      return undefined
    }

    return {
      exercised: () => exercised,
      closest: () => nearest,
      see: (entry) => {
        if (entry.kind === Kind.return) {
          const { outcome, id } = entry.value as Returned
          const wrote = outcome._tag === "ok" ? (outcome.value as Answer).wrote : undefined
          if (wrote === undefined) return undefined
          const { epoch, lsn } = wrote
          const [onDisk, inMemory] = [logs.keepers(id), logs.holders(id)]
          const write = { id, epoch, lsn, entry: entry.index, client: entry.node, onDisk, inMemory }
          acknowledged.push(write)
          return missing(write, entry.index)
        }
        if (entry.kind === Kind.crash || entry.kind === Kind.stopped) down.add(entry.node)
        if (entry.kind === Kind.crash) weigh(entry.node, entry.at)
        if (entry.kind === Kind.fault && (entry.value as Fault).kind === "wipe") logs.wipe(entry.node)
        if (entry.kind === Kind.boot) down.delete(entry.node)
        // Whoever went down has lost its office with its memory; what it still holds is asked of the next primary.
        if (entry.kind === Kind.boot && entry.node === ruler?.node) ruler = undefined
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag === "Truncated" || fact._tag === "Recovered") {
          const before = new Set(logs.of(entry.node).map(({ request }) => request))
          logs.follow(entry.node, fact)
          lost(entry.node, before, entry.index, fact._tag === "Truncated" ? "cuts off" : "comes back without")
        } else logs.follow(entry.node, fact)
        if (fact._tag === "Led") {
          leading.set(fact.epoch, { node: entry.node, entry: entry.index, last: logs.of(entry.node).length })
        }
        if (fact._tag !== "Followed") return undefined
        const key = `${fact.epoch} ${fact.primary}`
        const set = followers.get(key) ?? new Set([fact.primary])
        followers.set(key, set.add(stage.name(entry.node)))
        const primary = leading.get(fact.epoch)
        if (set.size < majority || primary === undefined || stage.name(primary.node) !== fact.primary) return undefined
        return established(fact.epoch, primary, entry.index)
      },
    }
  },
}
