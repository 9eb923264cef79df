/**
 * The graph of what must come before what (Adya's serialization graph, with sessions and real time as in Elle).
 *
 * It has a node for each transaction, and relays: one edge into a relay and one out of it make one dependency, of the kind
 * of the first. Relays keep the graph linear in the history where n transactions all come before m others: in time, and
 * where all read a key before any of many appends that nobody read.
 */
import { Edges, type Graph } from "./graph.ts"
import { Fate, type Key, type Ledger, type Written } from "./ledger.ts"

/**
 * The kinds of edges, as bits. An `update` is an rw from one that appended to what it read: where nobody read what either
 * appended, the other came later, or the update was of an old version.
 */
export const Kind = { ww: 1, wr: 2, rw: 4, process: 8, realtime: 16, relay: 32, update: 64 } as const

export interface DependencyGraph extends Graph {
  /** Nodes below are transactions, the others relays. Labels of data dependencies are the keys' places. */
  readonly transactions: number
  /** How many dependencies of data there are, one into a relay counted once. */
  readonly dependencies: number
}

/** Those of a key that were committed and never read come after all that was read. */
const linkUnread = (edges: Edges, key: Key, unread: readonly number[], readers: readonly number[]): void => {
  const label = key.index
  const writer = key.chain.at(-1)?.by
  const place = new Map(unread.map((transaction, nth) => [transaction, nth]))
  // Two chains of relays: from one of the first, all unread from its place on are reached; from one of the second, all up to it.
  const onwards = unread.map(() => edges.node())
  const backwards = unread.map(() => edges.node())
  for (const [nth, transaction] of unread.entries()) {
    edges.edge(onwards[nth] as number, transaction, Kind.relay)
    edges.edge(backwards[nth] as number, transaction, Kind.relay)
    if (nth === 0) continue
    edges.edge(onwards[nth - 1] as number, onwards[nth] as number, Kind.relay)
    edges.edge(backwards[nth] as number, backwards[nth - 1] as number, Kind.relay)
  }
  const linkAllBut = (from: number, kind: number): void => {
    const nth = place.get(from)
    const after = nth === undefined ? 0 : nth + 1
    if (after < unread.length) edges.edge(from, onwards[after] as number, kind, label)
    if (nth !== undefined && nth > 0) edges.edge(from, backwards[nth - 1] as number, kind, label)
  }
  if (writer !== undefined) linkAllBut(writer, Kind.ww)
  for (const reader of readers) {
    linkAllBut(reader, Kind.rw)
    if (place.has(reader)) linkAllBut(reader, Kind.update)
  }
}

const linkKey = (edges: Edges, key: Key, fates: Uint8Array): void => {
  const { chain, next, index } = key
  for (let nth = 1; nth < chain.length; nth++) {
    const from = (chain[nth - 1] as Written).by
    const to = (chain[nth] as Written).by
    if (from !== to) edges.edge(from, to, Kind.ww, index)
  }
  const latest: number[] = []
  for (const { by, seen, fits } of key.sightings) {
    const last = seen.at(-1)
    const writer = last === undefined ? undefined : key.appends.get(last)
    // What it read of its own tells nothing that its append does not.
    if (writer?.by === by) continue
    if (writer !== undefined && !writer.shared && fates[writer.by] === Fate.committed) {
      edges.edge(writer.by, by, Kind.wr, index)
    }
    if (!fits) continue
    const lacked = chain[next[seen.length] as number]
    if (lacked === undefined) latest.push(by)
    else if (lacked.by !== by) edges.edge(by, lacked.by, Kind.rw, index)
  }
  const unread = [...new Set(key.unread.map(({ by }) => by))]
  if (unread.length > 0) linkUnread(edges, key, unread, [...new Set(latest)])
}

/**
 * Links each of some transactions, in the order of their calls, with those that had returned before it was called; in a
 * session, at the instant of its call too. A transaction of which nobody saw the end comes before none.
 */
const linkTime = (edges: Edges, ledger: Ledger, members: readonly number[], kind: number): void => {
  const { history } = ledger
  const calledAt = (member: number): number => history[member]?.calledAt ?? 0
  const returnedAt = (member: number): number => Math.max(history[member]?.returnedAt ?? 0, calledAt(member))
  const returns = members.filter((member) => history[member]?.outcome._tag === "ok")
  returns.sort((a, b) => returnedAt(a) - returnedAt(b) || a - b)
  const precedes = (before: number, member: number): boolean =>
    returnedAt(before) < calledAt(member) ||
    (kind === Kind.process && before < member && returnedAt(before) === calledAt(member))
  let relay: number | undefined
  let over = 0
  for (const member of members) {
    const first = returns[over]
    if (first !== undefined && precedes(first, member)) {
      const later = edges.node()
      if (relay !== undefined) edges.edge(relay, later, Kind.relay)
      relay = later
      for (; over < returns.length && precedes(returns[over] as number, member); over++) {
        edges.edge(returns[over] as number, relay, kind)
      }
    }
    if (relay !== undefined) edges.edge(relay, member, Kind.relay)
  }
}

export const dependenciesOf = (ledger: Ledger): DependencyGraph => {
  const { history, fates } = ledger
  const edges = new Edges(history.length)
  for (const key of ledger.keys) linkKey(edges, key, fates)
  const sessions = new Map<string, number[]>()
  for (const [transaction, { process }] of history.entries()) {
    const session = sessions.get(process)
    if (session === undefined) sessions.set(process, [transaction])
    else session.push(transaction)
  }
  for (const session of sessions.values()) linkTime(edges, ledger, session, Kind.process)
  linkTime(edges, ledger, [...history.keys()], Kind.realtime)
  const graph = edges.graph()
  const dependencies = graph.kinds.filter((kind) => (kind & (Kind.ww | Kind.wr | Kind.rw)) !== 0).length
  return { ...graph, transactions: history.length, dependencies }
}
