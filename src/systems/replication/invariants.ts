/** The promises of a replicated log, judged by what nodes did to their logs and by what clients were told. */
import {
  type Invariant,
  monotonicReads,
  type Observe,
  type Returned,
  readYourWrites,
  type Violation,
} from "#invariants"
import { type Fault, hashText, join, Kind } from "#world"
import { majorityOf, promised } from "./design.ts"
import { type Answer, type Fact, keyName } from "./protocol.ts"
import type { Call } from "./workload.ts"

/** One line of a log, as the trace tells it. */
interface Line {
  readonly epoch: number
  readonly request: string
}

const same = (a: Line | undefined, b: Line | undefined): boolean => a?.epoch === b?.epoch && a?.request === b?.request

/** The logs in the nodes' memories, followed from fact to fact. */
class Logs {
  readonly #lines = new Map<number, Line[]>()

  of(node: number): Line[] {
    let lines = this.#lines.get(node)
    if (lines === undefined) {
      lines = []
      this.#lines.set(node, lines)
    }
    return lines
  }

  /** Whether a node's log holds a request. What is asked for is most often near the end. */
  hold(node: number, request: string): boolean {
    return this.of(node).findLastIndex((line) => line.request === request) >= 0
  }

  /** The nodes whose logs hold a request. */
  holders(request: string): readonly number[] {
    return [...this.#lines.keys()].filter((node) => this.hold(node, request))
  }

  follow(node: number, fact: Fact): void {
    const lines = this.of(node)
    if (fact._tag === "Appended") lines[fact.lsn - 1] = { epoch: fact.epoch, request: fact.request }
    else if (fact._tag === "Truncated") lines.length = Math.min(lines.length, fact.lsn)
    else if (fact._tag === "Recovered") lines.splice(0, lines.length, ...fact.entries)
  }
}

interface Acknowledged {
  readonly id: string
  readonly epoch: number
  readonly lsn: number
  readonly entry: number
  readonly client: number
}

const acknowledgedWritesSurvive: Invariant = {
  name: promised.acknowledged,
  kind: "always",
  sentence: "A write that was acknowledged is in the log of the primary, and of every later one.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const logs = new Logs()
    const majority = majorityOf(stage.size.nodes ?? 1)
    const acknowledged: Acknowledged[] = []
    const followers = new Map<string, Set<string>>()
    const leading = new Map<number, number>()
    let ruler:
      | { readonly epoch: number; readonly name: string; readonly node: number; readonly entry: number }
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
      }
    }

    const established = (epoch: number, node: number, entry: number): Violation | undefined => {
      if (epoch <= latest) return undefined
      latest = epoch
      ruler = { epoch, name: stage.name(node), node, entry }
      const held = new Set(logs.of(node).map((line) => line.request))
      for (const write of acknowledged) {
        const violation = missing(write, entry, (_, request) => held.has(request))
        if (violation !== undefined) return violation
      }
      return undefined
    }

    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind === Kind.return) {
          const { outcome, id } = entry.value as Returned
          const wrote = outcome._tag === "ok" ? (outcome.value as Answer).wrote : undefined
          if (wrote === undefined) return undefined
          const { epoch, lsn } = wrote
          const write = { id, epoch, lsn, entry: entry.index, client: entry.node }
          acknowledged.push(write)
          return missing(write, entry.index)
        }
        if (entry.kind === Kind.crash || entry.kind === Kind.stopped) down.add(entry.node)
        if (entry.kind === Kind.boot) down.delete(entry.node)
        // Whoever went down has lost its office with its memory; what it still holds is asked of the next primary.
        if (entry.kind === Kind.boot && entry.node === ruler?.node) ruler = undefined
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        logs.follow(entry.node, fact)
        if (fact._tag === "Led") leading.set(fact.epoch, entry.node)
        if (fact._tag !== "Followed") return undefined
        const key = `${fact.epoch} ${fact.primary}`
        const set = followers.get(key) ?? new Set([fact.primary])
        followers.set(key, set.add(stage.name(entry.node)))
        const primary = leading.get(fact.epoch)
        if (set.size < majority || primary === undefined || stage.name(primary) !== fact.primary) return undefined
        return established(fact.epoch, primary, entry.index)
      },
    }
  },
}

const logsAgree: Invariant = {
  name: promised.agree,
  kind: "always",
  sentence: "Two logs that hold an entry of the same epoch and LSN are the same up to it.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const chains = new Map<number, number[]>()
    const first = new Map<string, { readonly chain: number; readonly node: number; readonly entry: number }>()
    let exercised = 0
    const chainOf = (node: number) => {
      let chain = chains.get(node)
      if (chain === undefined) {
        chain = []
        chains.set(node, chain)
      }
      return chain
    }
    const hold = (node: number, lsn: number, line: Line, entry: number): Violation | undefined => {
      const chain = chainOf(node)
      const link = join(chain[lsn - 2] ?? 0, join(line.epoch, hashText(line.request)))
      chain[lsn - 1] = link
      const place = `${line.epoch}/${lsn}`
      const known = first.get(place)
      if (known === undefined) {
        first.set(place, { chain: link, node, entry })
        return undefined
      }
      if (known.node !== node) exercised++
      if (known.chain === link) return undefined
      return {
        because: `${stage.name(known.node)} and ${stage.name(node)} both hold ${place}, and their logs differ at or before it`,
        evidence: [known.entry, entry],
      }
    }
    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag === "Appended") return hold(entry.node, fact.lsn, fact, entry.index)
        if (fact._tag === "Truncated") {
          const chain = chainOf(entry.node)
          chain.length = Math.min(chain.length, fact.lsn)
        }
        if (fact._tag === "Recovered") {
          chainOf(entry.node).length = 0
          let lsn = 1
          for (const line of fact.entries) {
            const violation = hold(entry.node, lsn++, line, entry.index)
            if (violation !== undefined) return violation
          }
        }
        return undefined
      },
    }
  },
}

const stateIsAPrefix: Invariant = {
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
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        const { node, index } = entry
        if (entry.kind === Kind.boot) {
          applied.set(node, 0)
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
            return undefined
          case "Applied": {
            const expected = (applied.get(node) ?? 0) + 1
            applied.set(node, fact.lsn)
            if (fact.lsn !== expected) {
              return {
                because: `${stage.name(node)} applied entry ${fact.lsn} where ${expected} was next`,
                evidence: [index],
              }
            }
            const reign = follows.get(node)
            const log = reign === undefined ? undefined : reigns.get(reign)
            if (log === undefined) return undefined
            exercised++
            if (same(log[fact.lsn - 1], fact)) return undefined
            return {
              because: `${stage.name(node)} applied ${fact.epoch}/${fact.lsn}, which is not entry ${fact.lsn} of its primary's log (${reign?.split(" ")[1]} in epoch ${reign?.split(" ")[0]})`,
              evidence: [index],
            }
          }
          default:
            return undefined
        }
      },
    }
  },
}

const onePrimaryPerEpoch: Invariant = {
  name: promised.onePrimary,
  kind: "always",
  sentence: "At most one primary is accepted in an epoch.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const accepted = new Map<number, { readonly primary: string; readonly by: number; readonly entry: number }>()
    let exercised = 0
    const accept = (epoch: number, primary: string, by: number, entry: number): Violation | undefined => {
      const known = accepted.get(epoch)
      if (known === undefined) {
        accepted.set(epoch, { primary, by, entry })
        return undefined
      }
      exercised++
      if (known.primary === primary) return undefined
      return {
        because: `in epoch ${epoch} ${stage.name(known.by)} accepted ${known.primary} and ${stage.name(by)} accepted ${primary}`,
        evidence: [known.entry, entry],
      }
    }
    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag === "Followed") return accept(fact.epoch, fact.primary, entry.node, entry.index)
        if (fact._tag === "Appended") return accept(fact.epoch, fact.author, entry.node, entry.index)
        return undefined
      },
    }
  },
}

const recoversTheDurablePrefix: Invariant = {
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
    let exercised = 0
    const starts = (whole: readonly Line[], start: readonly Line[]) =>
      start.length <= whole.length && start.every((line, i) => same(line, whole[i]))
    return {
      exercised: () => exercised,
      see: (entry) => {
        const { node, index } = entry
        // A disk that was ever hurt may have lost what it confirmed; a wrong entry is never excused.
        const wiped = entry.kind === Kind.fault && (entry.value as Fault).kind === "wipe"
        if (node >= 0 && (wiped || entry.kind === Kind.damage)) damaged.add(node)
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        let violation: Violation | undefined
        if (fact._tag === "Synced") synced.set(node, fact.lsn)
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
            const got = `${stage.name(node)} recovered ${fact.entries.length} entries`
            violation = {
              because: !whole
                ? `${got}, and among them one that it never wrote`
                : `${got}, but its disk had confirmed ${least}${fact.entries.length >= least ? " others" : ""}`,
              evidence: [index],
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

/** Not a promise of the log but of the test: without a change of office under load, survival proves little. */
const failoverUnderLoad: Invariant = {
  name: promised.failover,
  kind: "sometimes",
  sentence: "A primary is replaced after it has acknowledged writes.",
  assumes: [],
  judge: () => {
    let acknowledged = 0
    let highest = 0
    let failovers = 0
    return {
      exercised: () => failovers,
      see: (entry) => {
        if (entry.kind === Kind.return) {
          const { outcome } = entry.value as Returned
          if (outcome._tag === "ok" && (outcome.value as Answer).wrote !== undefined) acknowledged++
        }
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag === "Followed" && fact.epoch > highest) {
          if (highest > 0 && acknowledged > 0) failovers++
          highest = fact.epoch
        }
        return undefined
      },
    }
  },
}

const converges: Invariant = {
  name: promised.converges,
  kind: "eventually",
  sentence: "Once the storm is over, every node of the healed core holds and shows the same log.",
  assumes: ["absence", "damage", "time"],
  judge: (stage) => {
    const logs = new Logs()
    const applied = new Map<number, number>()
    const nodes = new Map<string, number>()
    const asked = new Set<string>()
    let appended = 0
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
        return undefined
      },
      waits: () => {
        for (const id of asked) return `${id} has not returned`
        const core = stage.core.flatMap((name) => nodes.get(name) ?? [])
        const longest = core.reduce(
          (best, node) => (logs.of(node).length > logs.of(best).length ? node : best),
          core[0] ?? 0,
        )
        const whole = logs.of(longest)
        for (const node of core) {
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

/** What an answer tells a session. */
export const observe: Observe = ({ call, outcome }) => {
  if (outcome._tag !== "ok") return []
  const key = keyName((call as Call).key)
  const { wrote, saw } = outcome.value as Answer
  return [
    ...(wrote === undefined ? [] : [{ key, wrote: true, version: wrote }]),
    ...(saw === undefined ? [] : [{ key, wrote: false, version: saw }]),
  ]
}

export const invariants: readonly Invariant[] = [
  acknowledgedWritesSurvive,
  recoversTheDurablePrefix,
  onePrimaryPerEpoch,
  logsAgree,
  stateIsAPrefix,
  readYourWrites(observe),
  monotonicReads(observe),
  converges,
  failoverUnderLoad,
]
