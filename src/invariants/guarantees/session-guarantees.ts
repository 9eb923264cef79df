/**
 * Read your writes, monotonic reads, monotonic writes, writes follow reads (Terry et al., 1994), and PRAM, which is the
 * first three at once (Brzezinski et al., 2004). Each says what becomes visible to a session; from then on the session
 * reads no older version of that key.
 *
 * Which version is older may be given. Where it isn't, this much is inferred: the first value is the oldest; what a
 * session writes is newer than what it was told it had written before; and for the session itself, also newer than what
 * it had read before. All else is open: a guarantee is violated only if no order explains what a session saw. Each
 * session may have an order of its own, for no guarantee says that sessions agree (that is convergence), nor that one
 * knows what another had read (that is causality).
 *
 * Monotonic writes and writes follow reads are promises about what others see first. Only a session whose reads don't
 * go back by themselves can show that; the others are not asked.
 */
import type { AccessHistory } from "./access.ts"
import { broken, type Finding, unbroken } from "./finding.ts"
import { minimal } from "./minimal.ts"
import {
  firstChain,
  isAnswered,
  type Operation,
  type OrderOptions,
  type Relations,
  relationsOf,
  type VersionOrder,
} from "./relations.ts"
import { Memory, ownReads, ownWrites, type SessionRule } from "./session-rules.ts"
import { type Run, type Sight, VersionGraph } from "./version-graph.ts"
import { sayList, sayRun, sayVersion } from "./words.ts"

interface Guarantee {
  /** What of its own operations a session remembers. */
  readonly own: readonly SessionRule[]
  /** Whether with a write a session sees what the writer had written before. */
  readonly writes: boolean
  /** Whether with a write a session sees what the writer had read before. */
  readonly reads: boolean
  /** Asked only of sessions that keep this one. */
  readonly given?: Guarantee
}

const monotonic: Guarantee = { own: [ownReads], writes: false, reads: false }

/** What a session saw: how often the guarantee was put to the test, and a contradiction, if there is one. */
interface Look {
  readonly exercised: number
  readonly contradiction: readonly Run[] | undefined
}

/** Follows what becomes visible to a session, and what it reads then. */
const look = (
  relations: Relations,
  session: readonly Operation[],
  guarantee: Guarantee,
  order: VersionOrder | undefined,
): Look => {
  const keys = new Set(session.flatMap(({ wrote, key }) => (wrote ? [] : [key])))
  const versions = new VersionGraph(
    relations.operations.filter(({ wrote, key }) => wrote && keys.has(key)),
    order,
  )
  const visible = new Memory(versions.join)
  const read = new Memory(versions.join)
  const tested = new Set<string>()
  const reached = new Map<number, number>()
  let exercised = 0

  const learn = (sight: Sight) => {
    const { key } = sight.version
    if (!keys.has(key)) return
    visible.remember(key, versions.above(sight.version, { _tag: "visible", sight }))
    if (guarantee.given === undefined || sight.with !== undefined) tested.add(key)
  }

  /** What a read brings along: of every session up to the write that was seen, each operation once. */
  const bring = (by: Operation) => {
    const writes: { readonly write: Operation; readonly sight: Sight | undefined }[] = [
      { write: by.source, sight: undefined },
    ]
    for (const { write, sight } of writes) {
      const { after } = write
      if (after === undefined || after.chain === firstChain) continue
      const from = reached.get(after.chain) ?? 0
      for (const had of relations.chains[after.chain]?.slice(from, after.place + 1) ?? []) {
        if (!(had.wrote ? guarantee.writes : guarantee.reads)) continue
        const brought: Sight = { version: had.source, by, with: { write, had, sight } }
        learn(brought)
        if (!had.wrote) writes.push({ write: had.source, sight: brought })
      }
      reached.set(after.chain, Math.max(from, after.place + 1))
    }
  }

  for (const operation of session) {
    const { key, wrote, source } = operation
    if (wrote) {
      const bound = read.at(key)
      if (bound !== undefined) versions.overwritten(bound, operation)
    } else {
      bring(operation)
      const bound = visible.at(key)
      if (bound !== undefined) versions.returned(bound, operation)
      if (tested.has(key)) exercised++
      read.remember(key, versions.above(source, { _tag: "had read", read: operation }))
    }
    const remembered = guarantee.own.some((rule) => rule.remembers(wrote))
    if (remembered && isAnswered(operation)) learn({ version: source, by: operation })
  }
  return { exercised, contradiction: versions.contradiction() }
}

/** What a session did that made a version visible to it, and what others had done for that. */
const operationsOfSight = (sight: Sight): readonly Operation[] => {
  const operations = [sight.version, sight.by]
  for (let brought = sight.with; brought !== undefined; brought = brought.sight?.with) {
    operations.push(brought.write, brought.had)
  }
  return operations
}

/** The operations that say that one version is not newer than another. */
const operationsOf = ({ older, newer, edges }: Run): readonly Operation[] => [
  older,
  newer,
  ...edges.flatMap(({ why }) => {
    if (why._tag === "visible") return operationsOfSight(why.sight)
    if (why._tag === "had read" || why._tag === "returned") return [why.read]
    return []
  }),
]

const contradicts = (history: AccessHistory, guarantee: Guarantee, options: OrderOptions) => {
  const { order } = options
  const relations = relationsOf(history, options)
  let exercised = 0
  let least: { readonly runs: readonly Run[]; readonly operations: readonly Operation[] } | undefined
  for (const session of relations.sessions) {
    if (guarantee.given !== undefined && look(relations, session, guarantee.given, order).contradiction !== undefined) {
      continue
    }
    const { exercised: often, contradiction: runs } = look(relations, session, guarantee, order)
    exercised += often
    if (runs === undefined) continue
    const operations = [...new Set(runs.flatMap(operationsOf).flatMap((each) => [each, each.source]))]
    if (least === undefined || operations.length < least.operations.length) least = { runs, operations }
  }
  return { exercised, least, doubts: relations.doubts }
}

const check = (history: AccessHistory, guarantee: Guarantee, options: OrderOptions): Finding => {
  const { exercised, least, doubts } = contradicts(history, guarantee, options)
  if (least === undefined) return unbroken(exercised, doubts)
  const involved = new Set(least.operations.flatMap(({ recorded }) => recorded ?? []))
  const part = minimal(
    history.filter((each) => involved.has(each)),
    (each) => contradicts(each, guarantee, options).least !== undefined,
  )
  const { runs } = contradicts(part, guarantee, options).least ?? least
  const evidence = part.map(({ id }) => id)
  const versions = sayList([...new Set(runs.map(({ older }) => sayVersion(older)))])
  return broken(exercised, evidence, [...runs.map(sayRun), `No order of ${versions} allows that.`])
}

/** A session never reads a key older than its own acknowledged write of it. */
export const checkReadYourWrites = (history: AccessHistory, options: OrderOptions = {}): Finding =>
  check(history, { own: [ownWrites], writes: false, reads: false }, options)

/** A session never reads a key older than it has read it before. */
export const checkMonotonicReads = (history: AccessHistory, options: OrderOptions = {}): Finding =>
  check(history, monotonic, options)

/** Whoever has seen a write reads nothing older than what its session had been told it had written before. */
export const checkMonotonicWrites = (history: AccessHistory, options: OrderOptions = {}): Finding =>
  check(history, { own: [ownReads], writes: true, reads: false, given: monotonic }, options)

/** Whoever has seen a write reads nothing older than what its session had read before. */
export const checkWritesFollowReads = (history: AccessHistory, options: OrderOptions = {}): Finding =>
  check(history, { own: [ownReads], writes: false, reads: true, given: monotonic }, options)

/** Read your writes, monotonic reads and monotonic writes, in one order for each session. */
export const checkPram = (history: AccessHistory, options: OrderOptions = {}): Finding =>
  check(history, { own: [ownWrites, ownReads], writes: true, reads: false }, options)
