/**
 * Bounded staleness: how stale were reads, as one number. It is the least Δ for which the history is Δ-atomic (Golab,
 * Li & Shah, PODC 2011): linearizable, if every read might have begun Δ earlier. So 0 is linearizable.
 *
 * A write and the reads of it form a cluster. Its zone reaches from the first return to the last call among them; if Δ
 * is too small, two zones are in each other's way (Gibbons & Korach, 1997): each cluster has an operation that was over
 * before one of the other's began, so neither can come first.
 */
import type { AccessHistory, AccessOptions } from "./access.ts"
import { firstAt } from "./bisect.ts"
import { judgeThinAir } from "./circular.ts"
import { broken, type Finding, unbroken } from "./finding.ts"
import { minimal } from "./minimal.ts"
import { idsOf, type Operation, type Relations, relationsOf } from "./relations.ts"
import { sayOperation, sayVersion } from "./words.ts"

export interface StalenessOptions extends AccessOptions {
  /** How stale a read may be, in the history's unit of time; without it any finite staleness will do. */
  readonly bound?: number
  /** How an instant is told to people, and how a span of time. */
  readonly sayInstant?: (instant: number) => string
  readonly saySpan?: (span: number) => string
}

export interface StalenessFinding extends Finding {
  /** The least Δ, in the history's unit of time; `Infinity` if a read returned what was written later or never. */
  readonly staleness: number
}

/** A write and the reads of it. */
interface Cluster {
  readonly write: Operation
  readonly calledAt: number
  /** What returned first, and when. */
  readonly first: Operation
  readonly firstReturn: number
  /** The read that was called last, and when. */
  readonly lastRead: Operation | undefined
  readonly lastCall: number
}

const calledAt = ({ recorded }: Operation): number => recorded?.calledAt ?? Number.NEGATIVE_INFINITY

const returnedAt = ({ recorded }: Operation): number => {
  if (recorded === undefined) return Number.NEGATIVE_INFINITY
  return recorded.outcome._tag === "ok" ? recorded.returnedAt : Number.POSITIVE_INFINITY
}

const clusterOf = (write: Operation, reads: readonly Operation[]): Cluster => {
  const first = reads.reduce((least, each) => (returnedAt(each) < returnedAt(least) ? each : least), write)
  const lastRead = reads.reduce<Operation | undefined>(
    (last, each) => (last === undefined || calledAt(each) > calledAt(last) ? each : last),
    undefined,
  )
  return {
    write,
    calledAt: calledAt(write),
    first,
    firstReturn: returnedAt(first),
    lastRead,
    lastCall: lastRead === undefined ? Number.NEGATIVE_INFINITY : calledAt(lastRead),
  }
}

/** The least Δ for which no operation of the later cluster has to begin after the earlier one's first return. */
const needed = (earlier: Cluster, later: Cluster): number => {
  if (later.calledAt > earlier.firstReturn) return Number.POSITIVE_INFINITY
  return Math.max(0, later.lastCall - earlier.firstReturn)
}

/** Two clusters in each other's way, and the least Δ that lets them pass. */
interface Conflict {
  readonly staleness: number
  /** What was read too late, and what should have been read. */
  readonly stale: Cluster
  readonly fresh: Cluster
}

const conflictOf = (a: Cluster, b: Cluster): Conflict => {
  const [aFirst, bFirst] = [needed(a, b), needed(b, a)]
  return aFirst < bFirst ? { staleness: aFirst, stale: b, fresh: a } : { staleness: bFirst, stale: a, fresh: b }
}

/**
 * The conflict that needs the largest Δ; nothing if none needs any. For each cluster only one rival has to be looked
 * at: of those that returned first no later, the one whose zone ends last. If another needed more, it and that rival
 * would need as much.
 */
const worst = (clusters: readonly Cluster[]): Conflict | undefined => {
  const sorted = [...clusters].sort((a, b) => a.firstReturn - b.firstReturn)
  const end = ({ calledAt, lastCall }: Cluster) => Math.max(calledAt, lastCall)
  /** Of the clusters up to each, the one whose zone ends last. */
  const reaching: Cluster[] = []
  let found: Conflict | undefined
  for (const [nth, cluster] of sorted.entries()) {
    // In the way is only what returned first before this one's zone ends.
    const rivals = firstAt(sorted, ({ firstReturn }) => firstReturn >= end(cluster), nth)
    const rival = reaching[rivals - 1]
    const conflict = rival === undefined ? undefined : conflictOf(rival, cluster)
    if (conflict !== undefined && conflict.staleness > (found?.staleness ?? 0)) found = conflict
    const last = reaching.at(-1)
    reaching.push(last !== undefined && end(last) >= end(cluster) ? last : cluster)
  }
  return found
}

/** A read that returned before what it read was even called for. */
const foreseen = (reads: readonly Operation[]): Operation | undefined =>
  reads.find((read) => returnedAt(read) < calledAt(read.source))

const worstOf = ({ operations, reads }: Relations): Conflict | undefined => {
  const readsOf = Map.groupBy(reads, ({ source }) => source)
  const writes = operations.filter(({ wrote }) => wrote)
  let found: Conflict | undefined
  for (const ofKey of Map.groupBy(writes, ({ key }) => key).values()) {
    const conflict = worst(ofKey.map((write) => clusterOf(write, readsOf.get(write) ?? [])))
    if (conflict !== undefined && conflict.staleness > (found?.staleness ?? 0)) found = conflict
  }
  return found
}

const operationsOf = ({ write, first, lastRead = write }: Cluster): readonly Operation[] => [write, first, lastRead]

const sayConflict = (
  { staleness, stale, fresh }: Conflict,
  { bound = Number.POSITIVE_INFINITY, sayInstant = String, saySpan = String }: StalenessOptions,
): readonly string[] => {
  const [older, newer] = [sayVersion(stale.write), sayVersion(fresh.write)]
  const over = (operation: Operation, at: number) =>
    `${sayOperation(operation)}, and that was over at ${sayInstant(at)}.`
  const began = (operation: Operation) =>
    `${sayOperation(operation)}, and that began at ${sayInstant(calledAt(operation))}.`
  const after = fresh.calledAt > stale.firstReturn ? fresh.write : (fresh.lastRead ?? fresh.write)
  return [
    ...new Set([
      over(fresh.first, fresh.firstReturn),
      began(stale.lastRead ?? stale.write),
      stale.write.recorded === undefined
        ? `${older} is what there was at first.`
        : over(stale.first, stale.firstReturn),
      ...(stale.write.recorded === undefined || after.recorded === undefined ? [] : [began(after)]),
    ]),
    `So whichever of ${older} and ${newer} came first, a read was stale by ${saySpan(staleness)} or more; the bound is ${saySpan(bound)}.`,
  ]
}

/** No read is staler than the bound. */
export const checkStaleness = (history: AccessHistory, options: StalenessOptions = {}): StalenessFinding => {
  const { bound = Number.POSITIVE_INFINITY } = options
  const relations = relationsOf(history, options)
  const thinAir = judgeThinAir(history, relations)
  if (thinAir !== undefined) return { ...thinAir, staleness: Number.POSITIVE_INFINITY }
  const exercised = relations.reads.length
  const early = foreseen(relations.reads)
  if (early !== undefined) {
    const because = `${sayOperation(early)} before ${early.source.recorded?.process} began to write it (${early.source.recorded?.id}).`
    return { ...broken(exercised, idsOf([early, early.source]), [because]), staleness: Number.POSITIVE_INFINITY }
  }
  const conflict = worstOf(relations)
  if (conflict === undefined) return { ...unbroken(exercised, relations.doubts), staleness: 0 }
  const { staleness } = conflict
  if (staleness <= bound) return { ...unbroken(exercised, relations.doubts), staleness }
  const ids = new Set(idsOf([conflict.stale, conflict.fresh].flatMap(operationsOf)))
  const part = minimal(
    history.filter(({ id }) => ids.has(id)),
    (each) => (worstOf(relationsOf(each, options))?.staleness ?? 0) >= staleness,
  )
  const because = sayConflict(worstOf(relationsOf(part, options)) ?? conflict, options)
  return {
    ...broken(
      exercised,
      part.map(({ id }) => id),
      because,
    ),
    staleness,
  }
}
