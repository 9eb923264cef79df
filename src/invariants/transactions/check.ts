/**
 * Checks a history of transactions over lists against the isolation levels (Kingsbury & Alvaro, "Elle: Inferring Isolation
 * Anomalies from Experimental Observations", VLDB 2020).
 *
 * What is wrong comes as anomalies, each with its smallest evidence, looked at again by `verify.ts`. What is right comes with
 * a witness, played by `replay.ts`: for the levels of serializability an order of the transactions, for those of snapshot
 * isolation one of their begins and commits. The weaker levels are defined by the anomalies that they forbid, and hold where
 * none of these shows.
 *
 * Appends that nobody read, and transactions of unknown outcome, may be placed as suits the witness. For serializability that
 * costs nothing: any order that agrees with the dependencies is one. For snapshot isolation it may fail, since two that
 * append to one key may not be under way at once, and then the level is unknown: in general the question is NP-complete
 * (Biswas & Enea, 2019).
 */
import type { Verdict } from "../invariant.ts"
import { type Anomaly, type AnomalyName, anomalyNames } from "./anomaly.ts"
import { findCycles } from "./cycles.ts"
import { type DependencyGraph, dependenciesOf, Kind } from "./dependencies.ts"
import { cycleOf } from "./evidence.ts"
import { strongComponents } from "./graph.ts"
import { type Ledger, ledgerOf } from "./ledger.ts"
import { forbiddenAt, type IsolationLevel, impliedBy, isolationLevels } from "./level.ts"
import { anomaliesOfPrograms } from "./programs.ts"
import { shown } from "./reasons.ts"
import { plays, type WitnessEvent } from "./replay.ts"
import { anomaliesOfReads } from "./sightings.ts"
import type { TransactionHistory } from "./transaction.ts"
import { verifier } from "./verify.ts"
import { serialOrder, snapshotOrder } from "./witness.ts"

/** What is known of one level. */
export interface IsolationRung {
  readonly level: IsolationLevel
  readonly verdict: Verdict
  /** What rules it out, the gravest. */
  readonly anomaly?: AnomalyName
}

/** Begins and commits, in an order that gives the very answers of a history and so shows that a level holds. */
export interface IsolationWitness {
  readonly level: IsolationLevel
  readonly events: readonly WitnessEvent[]
}

export interface TransactionsResult {
  /** The level that was asked for. */
  readonly level: IsolationLevel
  /** Whether that level holds. */
  readonly verdict: Verdict
  /** Everything found, whatever the level, the gravest first. */
  readonly anomalies: readonly Anomaly[]
  /** Those of them that the level forbids. */
  readonly violations: readonly Anomaly[]
  /** Every level, each after all that it implies. */
  readonly ladder: readonly IsolationRung[]
  /** Why levels are unknown, as one sentence; absent where none is. */
  readonly unknown?: string
  readonly witnesses: readonly IsolationWitness[]
}

export interface TransactionsOptions {
  /** Default `strict-serializable`. */
  readonly level?: IsolationLevel
}

/** The levels of which there are witnesses, by what they keep besides data; the strictest first. */
const families = [
  {
    others: Kind.process | Kind.realtime,
    keeps: { sessions: true, realtime: true },
    serializable: "strict-serializable",
    snapshot: "strong-snapshot-isolation",
  },
  {
    others: Kind.process,
    keeps: { sessions: true, realtime: false },
    serializable: "strong-session-serializable",
    snapshot: "strong-session-snapshot-isolation",
  },
  {
    others: 0,
    keeps: { sessions: false, realtime: false },
    serializable: "serializable",
    snapshot: "snapshot-isolation",
  },
] as const

const defect = (what: string): never => {
  throw new Error(`a defect of the checker: ${what}`)
}

const hasCycle = (graph: DependencyGraph, mask: number): boolean => strongComponents(graph, mask).members.length > 0

const inOrderOfCalls = (history: TransactionHistory): TransactionHistory =>
  history.every(({ calledAt }, nth) => nth === 0 || (history[nth - 1]?.calledAt ?? 0) <= calledAt)
    ? history
    : [...history].sort((a, b) => a.calledAt - b.calledAt)

const anomaliesOf = (ledger: Ledger, graph: DependencyGraph): readonly Anomaly[] => {
  const anomalies: Anomaly[] = [
    ...anomaliesOfReads(ledger),
    ...anomaliesOfPrograms(ledger),
    ...findCycles(graph).map((steps) => cycleOf(ledger, steps)),
  ]
  if (anomalies.length > 0) {
    const follows = verifier(ledger.history)
    for (const anomaly of anomalies) {
      if (!follows(anomaly)) defect(`${anomaly.name} does not follow from ${anomaly.operations.join(", ")}`)
    }
  }
  const gravity = new Map(anomalyNames.map((name, nth) => [name, nth]))
  return anomalies.sort((a, b) => (gravity.get(a.name) ?? 0) - (gravity.get(b.name) ?? 0))
}

/** Orders that show the strictest levels of each family to hold, played before they are believed. */
const witnessesOf = (
  ledger: Ledger,
  graph: DependencyGraph,
  isPossible: (level: IsolationLevel) => boolean,
): readonly IsolationWitness[] => {
  const { history } = ledger
  const serial = families.find(({ serializable }) => isPossible(serializable))
  const witnesses: IsolationWitness[] = []
  if (serial !== undefined) {
    const order = serialOrder(ledger, graph, serial.others) ?? defect("a cycle without an anomaly")
    const events = order.flatMap((id): readonly WitnessEvent[] => [
      { event: "begin", id },
      { event: "commit", id },
    ])
    if (!plays(history, events, serial.keeps)) defect(`${serial.serializable}, but its witness does not play`)
    witnesses.push({ level: serial.serializable, events })
  }
  for (const family of families) {
    if (family === serial) break
    if (!isPossible(family.snapshot)) continue
    const events = snapshotOrder(ledger, graph, family.others)
    if (events === undefined || !plays(history, events, family.keeps)) continue
    witnesses.push({ level: family.snapshot, events })
    break
  }
  return witnesses
}

/**
 * Checks a history against a level, and tells what is known of the others. Throws where two operations have one id, or where
 * the checker finds itself wrong.
 */
export const checkTransactions = (
  recorded: TransactionHistory,
  { level = "strict-serializable" }: TransactionsOptions = {},
): TransactionsResult => {
  const history = inOrderOfCalls(recorded)
  if (new Set(history.map(({ id }) => id)).size < history.length) throw new Error("two operations have the same id")
  const ledger = ledgerOf(history)
  const graph = dependenciesOf(ledger)
  const anomalies = anomaliesOf(ledger, graph)
  const ruledOutBy = new Map<IsolationLevel, AnomalyName>()
  for (const each of isolationLevels) {
    const forbidden = forbiddenAt(each)
    const gravest = anomalies.find(({ name }) => forbidden.has(name))
    if (gravest !== undefined) ruledOutBy.set(each, gravest.name)
  }
  const isPossible = (each: IsolationLevel) => !ruledOutBy.has(each)

  const { ambiguous } = ledger
  const untold = ambiguous
    ? `${shown(ambiguous.element)} was appended to ${shown(ambiguous.key)} more than once, so a read of it does not tell whose append it saw`
    : graph.dependencies === 0
      ? "no transaction read what another appended, or missed it"
      : undefined
  const witnesses = untold === undefined ? witnessesOf(ledger, graph, isPossible) : []
  const proved = new Set(witnesses.flatMap((witness) => [...impliedBy(witness.level)]))
  const needWitness = new Set<IsolationLevel>(
    families.flatMap(({ serializable, snapshot }) => [serializable, snapshot]),
  )
  // Else appends that nobody read can be put in an order in which no update is of an old version.
  if (hasCycle(graph, Kind.ww | Kind.wr | Kind.update | Kind.relay)) needWitness.add("cursor-stability")
  const ladder = isolationLevels.map((each): IsolationRung => {
    const anomaly = ruledOutBy.get(each)
    if (anomaly !== undefined) return { level: each, verdict: "violated", anomaly }
    const isKnown = untold === undefined && (proved.has(each) || !needWitness.has(each))
    return { level: each, verdict: isKnown ? "holds" : "unknown" }
  })
  const isOpen = ladder.some(({ verdict }) => verdict === "unknown")
  const unknown =
    untold ?? "nobody read some appends, and no order of them was found in which none is to an old version"
  return {
    level,
    verdict: ladder.find((rung) => rung.level === level)?.verdict ?? defect(`no level ${level}`),
    anomalies,
    violations: anomalies.filter(({ name }) => forbiddenAt(level).has(name)),
    ladder,
    ...(isOpen && { unknown }),
    witnesses,
  }
}
