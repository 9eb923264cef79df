/**
 * Two logs that hold an entry of the same epoch and LSN are the same up to it: hashes chain each log, so that one
 * comparison tells (Log Matching of Raft, Ongaro and Ousterhout, 2014).
 */
import type { Invariant, Violation } from "#invariants"
import { hashText, join, Kind } from "#world"
import { promised } from "../design.ts"
import type { Line } from "../logs.ts"
import type { Fact } from "../protocol.ts"

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

export const logsAgree: Invariant = {
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
