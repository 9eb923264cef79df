/** The promises of a replicated log, judged by what nodes did to their logs and by what clients were told. */
import {
  type Invariant,
  type Margin,
  monotonicReads,
  type Observe,
  type Returned,
  readYourWrites,
  type Step,
  type Violation,
} from "#invariants"
import { type Fault, hashText, join, Kind } from "#world"
import { withAnswerer } from "./answers.ts"
import { majorityOf, promised } from "./design.ts"
import { type Line, Logs, same } from "./logs.ts"
import { type Answer, type Fact, keyName } from "./protocol.ts"
import { unreadable } from "./record.ts"
import type { Call } from "./workload.ts"

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

const and = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`

const has = (count: number): string => (count === 1 ? "has" : "have")

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

/** An entry of a log, with all before it. */
interface Link extends Line {
  readonly hash: number
  readonly before: Link | undefined
  readonly lsn: number
  /** The entry of the trace that put it there. */
  readonly entry: number
}

/** Where two logs differ that end at the same LSN: the first entry of each that the other does not have. */
const fork = (one: Link, other: Link): readonly [Link, Link] => {
  let [left, right] = [one, other]
  while (left.before !== undefined && right.before !== undefined && left.before.hash !== right.before.hash) {
    left = left.before
    right = right.before
  }
  return [left, right]
}

const sayLink = ({ epoch, lsn, request }: Link): string =>
  `${epoch}/${lsn}${request === "" ? ", which opens the epoch," : ` (${request})`}`

const logsAgree: Invariant = {
  name: promised.agree,
  kind: "always",
  sentence: "Two logs that hold an entry of the same epoch and LSN are the same up to it.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    /** Of each node, what its log is up to each entry. */
    const chains = new Map<number, Link[]>()
    const first = new Map<string, { readonly chain: Link; readonly node: number; readonly entry: number }>()
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
      const before = chain[lsn - 2]
      const hash = join(before?.hash ?? 0, join(line.epoch, hashText(line.request)))
      const link: Link = { hash, before, lsn, epoch: line.epoch, request: line.request, entry }
      chain[lsn - 1] = link
      const place = `${line.epoch}/${lsn}`
      const known = first.get(place)
      if (known === undefined) {
        first.set(place, { chain: link, node, entry })
        return undefined
      }
      if (known.node !== node) exercised++
      if (known.chain.hash === link.hash) return undefined
      const [one, other] = [stage.name(known.node), stage.name(node)]
      const [left, right] = fork(known.chain, link)
      const differ = (name: string, link: Link) => ({
        entry: link.entry,
        what: `${name} holds ${sayLink(link)} as entry ${link.lsn}`,
      })
      return {
        because: `${one} and ${other} both hold ${place}, and their logs differ at or before it`,
        evidence: [known.entry, entry],
        required: `one entry at LSN ${left.lsn} in the logs of ${one} and ${other}, since both hold ${place}`,
        seen: `${sayLink(left)} on ${one}, ${sayLink(right)} on ${other}`,
        steps: [
          ...[differ(one, left), differ(other, right)].sort((a, b) => a.entry - b.entry),
          { entry: known.entry, what: `${one} holds ${place}` },
          { entry, what: `${other} accepts ${place} too, behind another entry ${left.lsn}` },
        ],
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

const skipped = (from: number, until: number): string =>
  until <= from
    ? `though it shows ${from - 1} already`
    : `and leaves out ${from === until - 1 ? from : `${from} to ${until - 1}`}`

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

const onePrimaryPerEpoch: Invariant = {
  name: promised.onePrimary,
  kind: "always",
  sentence: "At most one primary is accepted in an epoch.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const accepted = new Map<number, { readonly primary: string; readonly by: number; readonly entry: number }>()
    /** The entries with which each epoch's primaries took office. */
    const led = new Map<number, Map<string, number>>()
    let exercised = 0
    const accept = (epoch: number, primary: string, by: number, entry: number): Violation | undefined => {
      const known = accepted.get(epoch)
      if (known === undefined) {
        accepted.set(epoch, { primary, by, entry })
        return undefined
      }
      exercised++
      if (known.primary === primary) return undefined
      const offices = [...(led.get(epoch) ?? [])].filter(([name]) => name === primary || name === known.primary)
      return {
        because: `in epoch ${epoch} ${stage.name(known.by)} accepted ${known.primary} and ${stage.name(by)} accepted ${primary}`,
        evidence: [known.entry, entry],
        required: `one primary in epoch ${epoch}`,
        seen: `two, ${known.primary} and ${primary}`,
        steps: [
          ...offices.map(([name, at], nth) => ({
            entry: at,
            what: `${name} takes office in epoch ${epoch}${nth === 0 ? "" : " too"}`,
          })),
          {
            entry: known.entry,
            what: `${stage.name(known.by)} accepts ${known.primary} as the primary of epoch ${epoch}`,
          },
          { entry, what: `${stage.name(by)} accepts ${primary} as the primary of the same epoch` },
        ],
      }
    }
    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind !== Kind.fact) return undefined
        const fact = entry.value as Fact
        if (fact._tag === "Led") {
          const primaries = led.get(fact.epoch) ?? new Map<string, number>()
          led.set(fact.epoch, primaries.set(stage.name(entry.node), entry.index))
        }
        if (fact._tag === "Followed") return accept(fact.epoch, fact.primary, entry.node, entry.index)
        if (fact._tag === "Appended") return accept(fact.epoch, fact.author, entry.node, entry.index)
        return undefined
      },
    }
  },
}

const reads = ({ epoch, request }: Line): string =>
  request === unreadable ? "cannot be read" : `reads as ${JSON.stringify(request)} of epoch ${epoch}`

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
  withAnswerer(readYourWrites(observe)),
  withAnswerer(monotonicReads(observe)),
  converges,
  failoverUnderLoad,
]
