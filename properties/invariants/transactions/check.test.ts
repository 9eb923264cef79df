import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type AnomalyName,
  checkTransactions,
  type IsolationLevel,
  type RecordedTransaction,
  type Transaction,
  type TransactionHistory,
  type TransactionsResult,
} from "#invariants"
import { forbiddenAt, impliedBy } from "../../../src/invariants/transactions/level.ts"
import { explains, readsAtomically } from "./oracle.ts"
import { waysOf } from "./phenomena.ts"
import { type Isolation, play, type Weakness, weaknesses } from "./store.ts"
import { atOnce, inTurn } from "./story.ts"

const namesOf = ({ anomalies }: TransactionsResult): readonly AnomalyName[] =>
  [...new Set(anomalies.map(({ name }) => name))].sort()

const verdictAt = ({ ladder }: TransactionsResult, level: IsolationLevel) =>
  ladder.find((rung) => rung.level === level)?.verdict

/** The same transaction on other keys, some rounds later. */
const moved = (each: RecordedTransaction, round: number, span: number): RecordedTransaction => {
  const on = (steps: Transaction) => steps.map((step) => ({ ...step, key: `${step.key}${round}` }))
  const { id, input, outcome, calledAt, returnedAt } = each
  return {
    ...each,
    id: `${id}.${round}`,
    input: on(input),
    outcome: outcome._tag === "ok" ? { ...outcome, value: on(outcome.value) } : outcome,
    calledAt: calledAt + round * span,
    returnedAt: returnedAt + round * span,
  }
}

/** Few transactions of a store with any isolation and up to two weaknesses. */
const small: fc.Arbitrary<TransactionHistory> = fc
  .record({
    seed: fc.nat(),
    isolation: fc.constantFrom<Isolation>("serializable", "snapshot", "read-committed", "read-uncommitted"),
    weaknesses: fc.subarray(Object.keys(weaknesses) as Weakness[], { maxLength: 2 }),
    transactions: fc.integer({ min: 1, max: 5 }),
    clients: fc.integer({ min: 1, max: 4 }),
    keys: fc.integer({ min: 1, max: 3 }),
  })
  .map(play)

describe("the verdict on a history", () => {
  const orders: readonly [IsolationLevel, Parameters<typeof explains>[1]][] = [
    ["serializable", { serial: true, sessions: false, realtime: false }],
    ["strong-session-serializable", { serial: true, sessions: true, realtime: false }],
    ["strict-serializable", { serial: true, sessions: true, realtime: true }],
    ["snapshot-isolation", { serial: false, sessions: false, realtime: false }],
    ["strong-session-snapshot-isolation", { serial: false, sessions: true, realtime: false }],
    ["strong-snapshot-isolation", { serial: false, sessions: true, realtime: true }],
  ]

  it.each(orders)("is at %s what all orders of begins and commits say", (level, demand) => {
    const said = { holds: 0, violated: 0 }
    fc.assert(
      fc.property(small, (history) => {
        const { ladder, unknown } = checkTransactions(history)
        const verdict = ladder.find((rung) => rung.level === level)?.verdict
        const isExplained = explains(history, demand)
        if (verdict === "holds" || verdict === "violated") {
          said[verdict]++
          expect(verdict).toBe(isExplained ? "holds" : "violated")
        } else if (demand.serial && unknown?.includes("more than once") !== true) expect(isExplained).toBe(true)
      }),
      { numRuns: 700 },
    )
    expect(said.holds).toBeGreaterThan(100)
    expect(said.violated).toBeGreaterThan(50)
  })

  it("is at the weaker levels what all orders of unread appends say", () => {
    const judged: Readonly<Record<string, (way: ReturnType<typeof waysOf>[number]) => boolean>> = {
      "read-uncommitted": (way) => !way.writeCycle,
      "read-committed": (way) => !way.informationCycle && !way.dirtyRead && !way.turned,
      "cursor-stability": (way) => judged["read-committed"]?.(way) === true && !way.lostUpdate,
      "repeatable-read": (way) => judged["cursor-stability"]?.(way) === true && !way.anyCycle,
    }
    const strange: readonly AnomalyName[] = ["garbage-read", "duplicate-elements", "incompatible-order"]
    fc.assert(
      fc.property(small, (history) => {
        const result = checkTransactions(history)
        fc.pre(!namesOf(result).some((name) => strange.includes(name)))
        fc.pre(result.unknown?.includes("more than once") !== true)
        fc.pre(history.flatMap(({ input }) => input).filter(({ _tag }) => _tag === "append").length <= 6)
        const ways = waysOf(history)
        const expected = Object.entries(judged).map(([level, isFine]) => [level, ways.some(isFine)])
        for (const [level, holds] of [...expected, ["read-atomic", readsAtomically(history)]]) {
          const verdict = verdictAt(result, level as IsolationLevel)
          if (verdict !== "unknown") expect([level, verdict]).toEqual([level, holds ? "holds" : "violated"])
        }
      }),
      { numRuns: 1000 },
    )
  })

  it("never contradicts what levels imply, and each level that is ruled out names what it forbids", () => {
    fc.assert(
      fc.property(small, (history) => {
        const { ladder, anomalies } = checkTransactions(history)
        const verdicts = new Map(ladder.map(({ level, verdict }) => [level, verdict]))
        for (const { level, verdict, anomaly } of ladder) {
          for (const weaker of impliedBy(level)) {
            if (verdict === "holds") expect(verdicts.get(weaker)).toBe("holds")
            if (verdicts.get(weaker) === "violated") expect(verdict).toBe("violated")
          }
          expect(anomaly !== undefined).toBe(verdict === "violated")
          if (anomaly === undefined) continue
          expect(forbiddenAt(level)).toContain(anomaly)
          expect(anomalies.map(({ name }) => name)).toContain(anomaly)
        }
      }),
      { numRuns: 500 },
    )
  })

  it("does not depend on the order in which the history is told", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, turn) => {
        const isolation = "snapshot"
        const history = play({ seed, isolation, weaknesses: ["no conflicts"], transactions: 20, clients: 5, keys: 3 })
        // Calls at one instant keep the order in which they are told.
        const apart = history.map((each, nth) => ({ ...each, calledAt: each.calledAt + nth / 1000 }))
        const cut = turn % apart.length
        expect(checkTransactions([...apart.slice(cut), ...apart.slice(0, cut)])).toEqual(checkTransactions(apart))
      }),
      { numRuns: 50 },
    )
  })
})

describe("what nobody can say", () => {
  const judge = (...texts: readonly string[]) => checkTransactions(inTurn(texts))

  it("is unknown where no transaction depends on another", () => {
    const none = [
      [],
      ["0:ok:ax1"],
      ["0:ok:ax1", "1:ok:ax2"],
      ["0:ok:ax1rx1", "1:ok:ry"],
      ["0:fail:ax1", "1:ok:rx"],
      ["0:info:ax1", "1:ok:rx"],
    ]
    for (const texts of none) {
      const { verdict, unknown, ladder } = judge(...texts)
      expect([verdict, unknown]).toEqual(["unknown", "no transaction read what another appended, or missed it"])
      expect(ladder.every((rung) => rung.verdict === "unknown")).toBe(true)
    }
    // What was refused is no dependency either, though it is read.
    expect(verdictAt(judge("0:fail:ax1", "1:ok:rx1"), "read-uncommitted")).toBe("unknown")
    expect(judge("0:ok:ax1", "1:ok:rx1")).toMatchObject({ verdict: "holds" })
    expect(judge("0:ok:rx", "1:ok:ax1")).toMatchObject({ verdict: "holds" })
  })

  it("is unknown where an element was appended twice, but not what is wrong besides", () => {
    const twice = judge("0:ok:ax1", "1:ok:ax1", "2:ok:rx1")
    expect(twice).toMatchObject({ verdict: "unknown", anomalies: [] })
    expect(twice.unknown).toBe("1 was appended to x more than once, so a read of it does not tell whose append it saw")
    expect(namesOf(judge("0:ok:ax1", "1:ok:ax1", "2:ok:rx11", "3:ok:ay1", "4:ok:ry12"))).toEqual(["garbage-read"])
    expect(judge("0:ok:ax1ax1", "1:ok:rx1").verdict).toBe("unknown")
  })

  it("is known where all but one of those who appended an element were refused", () => {
    expect(judge("0:fail:ax1", "1:ok:ax1", "2:ok:rx1").verdict).toBe("holds")
    expect(judge("0:ok:ax1", "1:fail:ax1", "2:ok:rx1").verdict).toBe("holds")
    expect(namesOf(judge("0:fail:ax1", "1:fail:ax1", "2:ok:rx1"))).toEqual(["G1a"])
  })

  it("did not happen where nobody saw it, and did where somebody did", () => {
    // Not seen: had it happened, its append would be missing from a later read.
    expect(judge("0:info:ax1", "1:ok:ay1", "2:ok:rxry1").verdict).toBe("holds")
    expect(namesOf(judge("0:info:ax1ay1", "1:ok:rx1", "2:ok:ry"))).toEqual(["G-single-realtime"])
    // It may take effect long after its client gave up.
    expect(judge("0:info:ax1", "0:ok:rx", "1:ok:rx1").verdict).toBe("holds")
    // But not before it was called.
    expect(namesOf(judge("0:ok:rx1", "1:info:ax1"))).toEqual(["G1c-realtime"])
  })

  it("is what a transaction read that was not answered, or that does not tell", () => {
    expect(judge("0:ok:ax1", "1:info:rx", "2:ok:rx1").verdict).toBe("holds")
    const [first, second, third] = inTurn(["0:ok:ax1", "1:ok:rx", "2:ok:rx1"])
    const silent = { ...second, outcome: { _tag: "ok", value: [{ _tag: "read", key: "x" }] } }
    expect(checkTransactions([first, second, third] as TransactionHistory).verdict).toBe("violated")
    expect(checkTransactions([first, silent, third] as TransactionHistory).verdict).toBe("holds")
    const input = [{ _tag: "read", key: "x", seen: [9] }] as const
    const unanswered = { ...second, input, outcome: { _tag: "unknown", reason: "timed out" } }
    expect(checkTransactions([first, unanswered, third] as TransactionHistory).anomalies).toEqual([])
  })

  it("is at cursor stability whether updates that nobody read are of old versions, unless an order shows that none is", () => {
    const skewed = atOnce(["0:ok:rx", "1:ok:rxay1ax1", "2:ok:ryrx1ay3", "3:ok:ay2"])
    expect(waysOf(skewed).some((way) => !way.informationCycle && !way.lostUpdate)).toBe(false)
    const result = checkTransactions(skewed)
    expect([verdictAt(result, "read-committed"), verdictAt(result, "cursor-stability")]).toEqual(["holds", "unknown"])
    const fine = checkTransactions(atOnce(["0:ok:rx", "1:ok:rxax1", "2:ok:ryay3", "3:ok:ax2"]))
    expect(verdictAt(fine, "cursor-stability")).toBe("holds")
  })

  it("is at snapshot isolation whether appends that nobody read can be kept apart, unless an order shows it", () => {
    const skewed = atOnce(["0:ok:rxay1ax2", "1:ok:ax1ry"])
    expect(explains(skewed, { serial: false, sessions: false, realtime: false })).toBe(false)
    const { ladder, unknown } = checkTransactions(skewed)
    const of = (level: string) => ladder.find((rung) => rung.level === level)?.verdict
    expect([of("read-atomic"), of("cursor-stability"), of("snapshot-isolation"), of("serializable")]).toEqual([
      "holds",
      "holds",
      "unknown",
      "violated",
    ])
    expect(unknown).toBe("nobody read some appends, and no order of them was found in which none is to an old version")
  })
})

describe("a long history", () => {
  it("is no deeper than a short one: a cycle of 20,000 transactions, and an order of 20,000", () => {
    const many = 20_000
    const ring = Array.from({ length: many }, (_, nth): RecordedTransaction => {
      const value: Transaction = [
        { _tag: "append", key: `k${nth}`, element: 1 },
        { _tag: "read", key: `k${(nth + many - 1) % many}`, seen: [1] },
      ]
      const outcome = { _tag: "ok", value } as const
      return { id: `t${nth}`, process: `c${nth}`, calledAt: nth, returnedAt: many + nth, input: value, outcome }
    })
    const [cycle] = checkTransactions(ring).anomalies
    expect(cycle).toMatchObject({ name: "G1c" })
    expect(cycle?.operations).toHaveLength(many)
    const setting = { seed: 1, isolation: "serializable", weaknesses: [], clients: 5, keys: 26 } as const
    // The store copies lists, so a long history is made of short ones on other keys, one after the other.
    const part = play({ ...setting, transactions: 500 })
    const span = Math.max(...part.map(({ returnedAt }) => returnedAt)) + 1
    const long = Array.from({ length: 40 }, (_, round) => part.map((each) => moved(each, round, span))).flat()
    expect(checkTransactions(long)).toMatchObject({ verdict: "holds", anomalies: [] })
  })
})

describe("a store", () => {
  const results = (isolation: Isolation, weakness?: Weakness): readonly TransactionsResult[] =>
    Array.from({ length: 25 }, (_, seed) =>
      checkTransactions(
        play({
          seed,
          isolation,
          weaknesses: weakness === undefined ? [] : [weakness],
          transactions: 60,
          clients: 4,
          keys: 3,
        }),
      ),
    )
  const found = (all: readonly TransactionsResult[]) => new Set(all.flatMap(namesOf))
  const isNever = (all: readonly TransactionsResult[], level: IsolationLevel) =>
    all.every((result) => verdictAt(result, level) !== "violated")

  it("that is serializable has no anomaly, and holds at every level", () => {
    for (const { anomalies, verdict, witnesses } of results("serializable")) {
      expect(anomalies).toEqual([])
      expect(verdict).toBe("holds")
      expect(witnesses.map(({ level }) => level)).toEqual(["strict-serializable"])
    }
  })

  it("of snapshots has write skew at times, and nothing else", () => {
    const all = results("snapshot")
    expect([...found(all)].filter((name) => !name.startsWith("G2"))).toEqual([])
    expect(found(all)).toContain("G2")
    for (const result of all) expect(verdictAt(result, "strong-snapshot-isolation")).toBe("holds")
  })

  it("of what is committed has read skew and lost updates at times, and no dirty read", () => {
    const all = results("read-committed")
    expect([...found(all)]).toEqual(
      expect.arrayContaining(["G-single", "G2", "lost-update", "fractured-read", "internal"]),
    )
    for (const result of all) expect(verdictAt(result, "strong-read-committed")).toBe("holds")
  })

  it("of lists as they are has dirty reads and write cycles", () => {
    expect([...found(results("read-uncommitted"))]).toEqual(
      expect.arrayContaining(["G0", "G1a", "G1b", "G1c", "G-single", "dirty-update"]),
    )
  })

  it.each<readonly [Weakness, Isolation, readonly AnomalyName[], IsolationLevel, IsolationLevel | undefined]>([
    [
      "stale snapshots",
      "snapshot",
      ["G-single-process", "G-single-realtime"],
      "strong-session-snapshot-isolation",
      "snapshot-isolation",
    ],
    ["no conflicts", "snapshot", ["lost-update", "G-single"], "cursor-stability", "read-uncommitted"],
    ["half commits", "snapshot", ["fractured-read", "G-single"], "read-atomic", "read-committed"],
    ["aborts that stay", "snapshot", ["G1a", "dirty-update"], "read-committed", "read-uncommitted"],
    ["double appends", "snapshot", ["duplicate-elements"], "read-uncommitted", undefined],
    ["swapped reads", "serializable", ["incompatible-order"], "read-committed", undefined],
    ["invented elements", "snapshot", ["garbage-read"], "read-uncommitted", undefined],
    ["forgotten appends", "serializable", ["internal"], "read-atomic", "repeatable-read"],
    ["hasty appends", "serializable", ["future-read"], "read-committed", "read-uncommitted"],
  ])("with %s, though else of isolation %s, is found out: %j", (weakness, isolation, names, ruledOut, kept) => {
    const all = results(isolation, weakness)
    expect([...found(all)]).toEqual(expect.arrayContaining([...names]))
    expect(isNever(all, ruledOut)).toBe(false)
    if (kept !== undefined) expect(isNever(all, kept)).toBe(true)
  })
})
