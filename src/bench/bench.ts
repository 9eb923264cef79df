/**
 * What is measured, in groups of workloads that belong side by side, and what is wanted of each.
 *
 * A budget is a figure to look at, never a test that fails: machines differ, ratios to the raw heap hardly do.
 */
import { casRegister, register } from "#invariants"
import { type Effort, median, type Rounds, sideBySide, times } from "./measure.ts"
import { figure, type Row, row } from "./table.ts"
import { callsHere, callsOnFakeTimers, callsOnTestClock } from "./workloads/calls.ts"
import { busyCrowd, idleCrowd } from "./workloads/crowd.ts"
import { shrinkSeeds, twoJobs } from "./workloads/exploring.ts"
import { heartbeats, messagesPerHour } from "./workloads/heartbeats.ts"
import { casRegisters, checked, decided, longCasRegister, replayed, uniqueRegister } from "./workloads/linearizable.ts"
import { bytesPerEntry } from "./workloads/memory.ts"
import { changesHere, changesInEffect, lookupsHere, lookupsInEffect } from "./workloads/placement.ts"
import { throughBroker, virtualRate } from "./workloads/queue.ts"
import { rawHeap, timeline } from "./workloads/raw.ts"
import { largeRuns, passes, smallRuns, swept, told, withoutFaults } from "./workloads/replication.ts"
import { ringHere, ringOnFakeTimers, ringOnTestClock } from "./workloads/ring.ts"
import { lookedBack, watchScreen } from "./workloads/screen.ts"
import { sleepersHere, sleepersOnFakeTimers, sleepersOnTestClock } from "./workloads/sleepers.ts"
import { transactionsChecked } from "./workloads/transactions.ts"

type Budget = readonly [first: number, goal: number]

/** What it may cost to keep a trace and a digest. */
const recording: Budget = [1.25, 1.1]

const nano = 1e-9

/** A workload of ours beside the raw heap and what else there is for JavaScript. */
const against = (
  name: string,
  rounds: Readonly<Record<"raw" | "here" | "testClock" | "fakeTimers", Rounds>>,
  budget: Budget,
): readonly Row[] => {
  const { raw, here, testClock, fakeTimers } = rounds
  const line = (what: string, its: Rounds, wanted?: Budget) =>
    row(what, median(its), "ns", { ofRaw: 1 / times(its, raw), ...(wanted && { budget: wanted }) })
  const short = name.slice(0, 2)
  return [
    line(name, here, budget),
    line(`${short} on Effect's TestClock`, testClock),
    line(`${short} on fake-timers`, fakeTimers),
    row(`${short} against TestClock`, times(testClock, here), "×", { budget: [5, 15] }),
    row(`${short} against fake-timers`, times(fakeTimers, here), "×"),
  ]
}

const time = async (effort: Effort) => {
  const rounds = await sideBySide(
    { raw: rawHeap, timeline, here: sleepersHere, testClock: sleepersOnTestClock, fakeTimers: sleepersOnFakeTimers },
    effort,
  )
  return [
    row("raw heap, an event", median(rounds.raw), "ns", { ofRaw: 1 }),
    row("timeline of the kernel, an event", median(rounds.timeline), "ns", {
      ofRaw: 1 / times(rounds.timeline, rounds.raw),
    }),
    ...against("W1 sleepers, a wake-up", rounds, [0.1, 0.18]),
  ]
}

const messages = async (effort: Effort) => {
  const here = ringHere("W2 ring", { nodes: 10, peers: 1, record: "all" })
  const off = ringHere("W2 ring, no trace", { nodes: 10, peers: 1, record: "nothing" })
  const rounds = await sideBySide(
    { raw: rawHeap, here, off, testClock: ringOnTestClock, fakeTimers: ringOnFakeTimers },
    effort,
  )
  return [
    ...against("W2 mailbox ring, a delivery", rounds, [0.07, 0.12]),
    row("W2 with trace and digest against without", times(rounds.here, rounds.off), "×", { budget: recording }),
  ]
}

const calls = async (effort: Effort) => {
  const rounds = await sideBySide(
    { raw: rawHeap, here: callsHere, testClock: callsOnTestClock, fakeTimers: callsOnFakeTimers },
    effort,
  )
  return against("W3 call with a deadline, a call", rounds, [0.035, 0.08])
}

const long = async (effort: Effort) => {
  const { beats } = await sideBySide({ beats: heartbeats }, effort)
  return [
    row("W4 five nodes with heartbeats, a virtual hour", median(beats) * messagesPerHour * nano, "s", {
      budget: [1.4, 0.8],
    }),
  ]
}

const wide = async (effort: Effort) => {
  const nodes = effort.thorough ? 1000 : 100
  const few = ringHere("few nodes", { nodes: 10, peers: 8, record: "all" })
  const many = ringHere("many nodes", { nodes, peers: 8, record: "all" })
  const rounds = await sideBySide({ idle: idleCrowd(nodes), busy: busyCrowd(nodes), few, many }, effort)
  const line = (what: string, value: number, unit: string, budget: Budget) =>
    row(what, value, unit, effort.thorough ? { budget } : {})
  const count = nodes === 1000 ? "1,000" : `${nodes}`
  return [
    line(`${count} nodes that sleep, 10 virtual s`, median(rounds.idle) * nano, "s", [0.05, 0.01]),
    line(`${count} nodes with a 50 ms timer, 10 virtual s`, median(rounds.busy) * nano, "s", [0.3, 0.15]),
    line(`a delivery among ${count} nodes against 10`, times(rounds.many, rounds.few), "×", [1.7, 1.3]),
  ]
}

const memory = async (effort: Effort) => {
  // Whole chunks, else what is left of the last one is counted too.
  const deliveries = effort.thorough ? 2 ** 19 : 2 ** 13
  return [
    row("an entry of the trace", bytesPerEntry("all", deliveries), "bytes", { budget: [48, 24] }),
    row("an entry without its message", bytesPerEntry("rows", deliveries), "bytes", { budget: [48, 24] }),
  ]
}

const perSecond = (rounds: Rounds): number => 1 / (median(rounds) * nano)

const runs = async (effort: Effort) => {
  const count = effort.thorough ? 12 : 1
  const large = largeRuns(count)
  const calm = withoutFaults(large)
  const small = smallRuns(count)
  const rounds = await sideBySide(
    {
      storm: passes("storm", large, told, "virtual second"),
      stormSwept: passes("storm, swept", large, swept, "virtual second"),
      calm: passes("calm", calm, told, "virtual second"),
      calmSwept: passes("calm, swept", calm, swept, "virtual second"),
      small: passes("small runs", small, told, "run"),
      smallSwept: passes("small runs, swept", small, swept, "run"),
    },
    effort,
  )
  const speed: Budget = [500, 2000]
  const rate: Budget = [200, 700]
  return [
    row("replication 5 + 4 in storms, × real time", perSecond(rounds.storm), "×", { budget: speed }),
    row("replication 5 + 4 in storms, as shake sweeps", perSecond(rounds.stormSwept), "×", { budget: speed }),
    row("replication 5 + 4 without faults, × real time", perSecond(rounds.calm), "×"),
    row("replication 5 + 4 without faults, as shake sweeps", perSecond(rounds.calmSwept), "×"),
    row("replication with trace and digest against without", times(rounds.storm, rounds.stormSwept), "×", {
      budget: recording,
    }),
    row("small runs in storms", perSecond(rounds.small), "/s", { budget: rate }),
    row("small runs in storms, as shake sweeps", perSecond(rounds.smallSwept), "/s", { budget: rate }),
  ]
}

/** A hundred nodes of a hundred vnodes: a million lookups, a hundred times a node that joins and leaves. */
const placing = async (effort: Effort) => {
  const rounds = await sideBySide(
    {
      lookups: lookupsHere(),
      theirLookups: lookupsInEffect(),
      changes: changesHere(),
      theirChanges: changesInEffect(),
    },
    effort,
  )
  const line = (what: string, its: Rounds, many: number) => row(what, (median(its) * many) / 1e6, "ms")
  return [
    line("ring of 100 × 100 vnodes, a million lookups", rounds.lookups, 1e6),
    line("the same on Effect's HashRing", rounds.theirLookups, 1e6),
    line("ring of 100 × 100 vnodes, a hundred joins and leaves", rounds.changes, 100),
    line("a hundred joins and leaves on Effect's HashRing", rounds.theirChanges, 100),
  ]
}

/** Messages through the broker, by the wall clock and by their own. */
const messaging = async (effort: Effort) => {
  const messages = effort.thorough ? 1000 : 20
  const crowds = [1, 10, 100]
  const contenders = crowds.map((workers) => [String(workers), throughBroker(workers, messages)] as const)
  const rounds = await sideBySide(Object.fromEntries(contenders), effort)
  return crowds.flatMap((workers) => {
    const broker = `broker with ${workers} ${workers === 1 ? "consumer" : "consumers"}`
    return [
      row(`${broker}, messages`, perSecond(rounds[workers] as Rounds), "/s"),
      row(`${broker}, a virtual second`, virtualRate(workers, messages), "messages"),
    ]
  })
}

/** The real screen over a real terminal, in a process of its own, by the wall clock; and looking back over ten minutes. */
const screen = async (effort: Effort) => {
  const seen = await watchScreen(effort.thorough ? 8000 : 300, effort.thorough ? 600 : 5)
  const looks = lookedBack(effort.thorough ? 600 : 20)
  return [
    ...seen.cpu.map(({ speed, percent }) =>
      row(`screen 120×40 at ${speed}×, CPU`, percent, "% of a core", { budget: [8, 4] }),
    ),
    row("screen, bytes a frame", seen.bytesPerFrame, "bytes", { budget: [4096, 2048] }),
    row("screen, frames a second", seen.framesPerSecond, "/s"),
    row("screen, from a key to the terminal, p95", seen.keyMillis, "ms", { budget: [25, 10] }),
    row("screen, bytes while paused", seen.bytesWhilePaused, "bytes", { budget: [0, 0] }),
    row("screen, memory after ten virtual minutes", seen.megabytes, "MB"),
    row("screen, of which those ten minutes took", seen.megabytesGrown, "MB"),
    row("looking back over ten virtual minutes, p95", looks, "ms", { budget: [100, 20] }),
  ]
}

/** Linearizability with all its proofs: unique values by their order, others by a search. */
const checkers = async (effort: Effort) => {
  const many = effort.thorough ? 100_000 : 1000
  const few = effort.thorough ? 52 : 4
  const unique = uniqueRegister(many)
  const short = casRegisters(few)
  const rounds = await sideBySide(
    {
      unique: checked("unique values", register(), [unique]),
      replayed: replayed("unique values, replayed", register(), unique),
      long: checked("cas on five values", casRegister(), [longCasRegister(many)]),
      decided: decided("short histories", casRegister(), short),
      checked: checked("short histories with proofs", casRegister(), short),
      transactions: transactionsChecked,
    },
    effort,
  )
  const line = (what: string, its: Rounds, operations: number, budget?: Budget) =>
    row(what, (median(its) * operations) / 1e6, "ms", budget && { budget })
  const operations = short.reduce((sum, { length }) => sum + length, 0)
  return [
    line(
      `linearizability of ${figure(many)} unique values, proved`,
      rounds.unique,
      many,
      effort.thorough ? [50, 25] : undefined,
    ),
    line("of that, the order replayed", rounds.replayed, many),
    line(`linearizability of ${figure(many)} with cas, proved`, rounds.long, many),
    line(`linearizability of ${few} × 84 with cas`, rounds.decided, operations, effort.thorough ? [4, 2] : undefined),
    line(`linearizability of ${few} × 84 with cas, proved`, rounds.checked, operations),
    row("anomalies of transactions, a transaction", median(rounds.transactions) / 1000, "µs"),
  ]
}

/** Shaking and shrinking as a person at a terminal waits for them. */
const exploring = async (effort: Effort) => {
  const jobs = await twoJobs(effort.thorough ? 400 : 4, effort.thorough ? 5 : 1)
  const ends = shrinkSeeds(effort.thorough ? 500 : 3)
  const quantile = (share: number) => ends.millis[Math.floor((ends.millis.length - 1) * share)] ?? 0
  return [
    row("shake --jobs 2 over --jobs 1", median(jobs), "×", effort.thorough ? { budget: [1.7, 1.9] } : {}),
    row("shrinks that end at the fewest lines known", ends.atFewest * 100, "%", { budget: [95, 99] }),
    row("a shrink, median", quantile(0.5), "ms"),
    row("a shrink, p95", quantile(0.95), "ms"),
    ...ends.distribution.flatMap(({ name, lines }) =>
      lines.map(([count, seeds]) => row(`${name} ends with ${count} line${count === 1 ? "" : "s"}`, seeds, "seeds")),
    ),
  ]
}

const groups = { memory, time, messages, calls, long, wide, runs, placing, messaging, checkers, exploring, screen }

/** The names of what can be measured by itself. */
export const groupNames = Object.keys(groups)

/** Measures everything, or one group alone; `onGroup` hears the name of each as it begins. */
export const bench = async (
  effort: Effort,
  onGroup: (name: string) => void = () => {},
  only?: string,
): Promise<readonly Row[]> => {
  const rows: Row[] = []
  for (const [name, group] of Object.entries(groups)) {
    if (only !== undefined && name !== only) continue
    onGroup(name)
    rows.push(...(await group(effort)))
  }
  return rows
}
