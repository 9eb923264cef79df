/** The second look at evidence: it lets through what the checker finds, and nothing that was tampered with. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type Anomaly,
  type Cycle,
  checkTransactions,
  type Dependency,
  type Observed,
  type TransactionHistory,
} from "#invariants"
import { verifier } from "../../../src/invariants/transactions/verify.ts"
import { type Isolation, play, type Weakness, weaknesses } from "./store.ts"
import { inTurn, recorded } from "./story.ts"

const histories = fc
  .record({
    seed: fc.nat(),
    isolation: fc.constantFrom<Isolation>("snapshot", "read-committed", "read-uncommitted"),
    weaknesses: fc.subarray(Object.keys(weaknesses) as Weakness[], { maxLength: 2 }),
    transactions: fc.integer({ min: 3, max: 20 }),
    clients: fc.integer({ min: 2, max: 4 }),
    keys: fc.integer({ min: 1, max: 3 }),
  })
  .map(play)

/** Whether evidence is let through; that it names nobody is as good as no. */
const isBelieved = (history: TransactionHistory, anomaly: Anomaly): boolean => {
  try {
    return verifier(history)(anomaly)
  } catch {
    return false
  }
}

const strange = 4711

/** The same step, with something else in it. */
const stepsLike = (step: Dependency): readonly Dependency[] => {
  const { from, to } = step
  const turned = { ...step, from: to, to: from }
  if (!("key" in step)) return [turned]
  const elsewhere = { ...step, key: "elsewhere" }
  if (step.kind === "ww") {
    const { earlier, later } = step
    return [
      turned,
      elsewhere,
      { ...step, earlier: strange },
      { ...step, later: strange },
      { ...step, earlier: later, later: earlier },
      { ...step, seenBy: "nobody" },
    ]
  }
  return [turned, elsewhere, { ...step, element: strange }]
}

const cyclesLike = (cycle: Cycle): readonly Cycle[] => [
  { ...cycle, name: cycle.name === "G0" ? "G1c" : "G0" },
  { ...cycle, steps: cycle.steps.slice(1) },
  { ...cycle, steps: [] },
  { ...cycle, operations: cycle.operations.slice(1) },
  ...cycle.steps.flatMap((step, nth) =>
    stepsLike(step).map((other) => ({ ...cycle, steps: cycle.steps.toSpliced(nth, 1, other) })),
  ),
]

const observedLike = (anomaly: Observed): readonly Observed[] => {
  const elsewhere = { ...anomaly, key: "elsewhere" }
  const others = anomaly.operations.length > 1 ? [{ ...anomaly, operations: [...anomaly.operations].reverse() }] : []
  switch (anomaly.name) {
    case "internal":
      return [
        elsewhere,
        { ...anomaly, expected: [...anomaly.expected, strange] },
        { ...anomaly, whole: !anomaly.whole },
      ]
    case "incompatible-order":
      return [elsewhere]
    case "dirty-update":
      return [elsewhere, { ...anomaly, aborted: strange }, { ...anomaly, committed: strange }]
    case "lost-update":
      return [elsewhere, { ...anomaly, element: strange }, { ...anomaly, lost: strange }]
    case "fractured-read":
      return [elsewhere, ...others, { ...anomaly, element: strange }, { ...anomaly, seen: strange }]
    case "G1a":
    case "G1b":
      return [elsewhere, ...others, { ...anomaly, element: strange }]
    default:
      return [elsewhere, { ...anomaly, element: strange }]
  }
}

describe("evidence", () => {
  it("is believed as it was found, and not when anything in it is changed", () => {
    const names = new Set<string>()
    fc.assert(
      fc.property(histories, (history) => {
        for (const anomaly of checkTransactions(history).anomalies) {
          names.add(anomaly.name)
          expect(isBelieved(history, anomaly)).toBe(true)
          for (const other of "steps" in anomaly ? cyclesLike(anomaly) : observedLike(anomaly)) {
            expect([other, isBelieved(history, other)]).toEqual([other, false])
          }
        }
      }),
      { numRuns: 150 },
    )
    expect(names.size).toBeGreaterThan(12)
  })

  const isBelievedOf = (texts: readonly string[], anomaly: Anomaly) => isBelieved(inTurn(texts), anomaly)

  it("of a cycle is not believed of what need not have happened", () => {
    const cycle: Cycle = {
      name: "G-single-realtime",
      steps: [
        { kind: "realtime", from: "t0", to: "t1" },
        { kind: "rw", from: "t1", to: "t0", key: "x", element: 1 },
      ],
      operations: ["t0", "t1"],
    }
    expect(isBelievedOf(["0:ok:ax1", "1:ok:rx"], cycle)).toBe(true)
    expect(isBelievedOf(["0:info:ax1", "1:ok:rx"], cycle)).toBe(false)
    expect(isBelievedOf(["0:fail:ax1", "1:ok:rx"], cycle)).toBe(false)
    // Two may have appended it.
    expect(isBelievedOf(["0:ok:ax1", "1:ok:rx", "2:ok:ax1"], cycle)).toBe(false)
    expect(isBelievedOf(["0:ok:ax1", "1:ok:rx", "2:fail:ax1"], cycle)).toBe(true)
  })

  it("of a step is believed where the operations did just that, and nowhere else", () => {
    /** A step from the second transaction to the first, which had returned before the second was called. */
    const isBack = (texts: readonly string[], step: Dependency, operations = ["t0", "t1", "t2"]) => {
      const kind = { ww: "G0", wr: "G1c", rw: "G-single", process: "G0", realtime: "G0" } as const
      return isBelievedOf(texts, {
        name: `${kind[step.kind]}-realtime`,
        steps: [{ kind: "realtime", from: "t0", to: "t1" }, step],
        operations,
      })
    }
    const ends = { from: "t1", to: "t0", key: "x" } as const
    const ww = { kind: "ww", ...ends, earlier: 2, later: 1, seenBy: "t2" } as const
    expect(isBack(["0:ok:ax1", "1:ok:ax2", "2:ok:rx21"], ww)).toBe(true)
    expect(isBack(["0:ok:ax1", "1:ok:ax2", "2:ok:rx2"], ww)).toBe(true)
    expect(isBack(["0:ok:ax1", "1:ok:ax2", "2:ok:rx12"], ww)).toBe(false)
    expect(isBack(["0:ok:ax1", "1:ok:ax2", "2:ok:rx"], ww)).toBe(false)
    expect(isBack(["0:ok:ax1", "1:ok:ax2", "2:ok:rx1"], ww)).toBe(false)
    expect(isBack(["0:ok:ax1", "1:ok:ax2", "2:info:rx21"], ww)).toBe(false)
    expect(isBack(["0:ok:ax1", "1:ok:ay1", "2:ok:rx21", "3:ok:ax2"], ww)).toBe(false)
    expect(isBack(["0:ok:ay1", "1:ok:ax2", "2:ok:rx21", "3:ok:ax1"], ww)).toBe(false)
    expect(isBack(["0:ok:ax1", "1:ok:ax2", "2:ok:rx21"], ww, ["t0", "t1"])).toBe(false)
    const wr = { kind: "wr", ...ends, element: 2 } as const
    expect(isBack(["0:ok:rx2", "1:ok:ax2", "2:ok:ax1"], wr)).toBe(true)
    expect(isBack(["0:ok:rx21", "1:ok:ax2", "2:ok:ax1"], wr)).toBe(false)
    expect(isBack(["0:ok:rx2", "1:ok:ax1", "2:ok:ax2"], wr)).toBe(false)
    const rw = { kind: "rw", ...ends, element: 1 } as const
    expect(isBack(["0:ok:ax1", "1:ok:rx2", "2:ok:ax2"], rw)).toBe(true)
    expect(isBack(["0:ok:ax1", "1:ok:rx21", "2:ok:ax2"], rw)).toBe(false)
    expect(isBack(["0:ok:ay1", "1:ok:rx2", "2:ok:ax1"], rw)).toBe(false)
  })

  it("of what was observed is believed where the operations did just that, and nowhere else", () => {
    const observed = (texts: readonly string[], anomaly: Omit<Observed, "key">) =>
      isBelievedOf(texts, { ...anomaly, key: "x" } as Observed)
    const aborted = { name: "G1a", operations: ["t1", "t0"], element: 1 } as const
    expect(observed(["0:fail:ax1", "1:ok:rx1"], aborted)).toBe(true)
    expect(observed(["0:ok:ax1", "1:ok:rx1"], aborted)).toBe(false)
    expect(observed(["0:fail:ax1", "1:ok:rx1", "2:ok:ax1"], aborted)).toBe(false)
    const intermediate = { name: "G1b", operations: ["t1", "t0"], element: 1 } as const
    expect(observed(["0:ok:ax1ax2", "1:ok:rx1"], intermediate)).toBe(true)
    expect(observed(["0:ok:ax1", "1:ok:rx1"], intermediate)).toBe(false)
    const garbage = { name: "garbage-read", operations: ["t1"], element: 1 } as const
    expect(observed(["0:ok:ay1", "1:ok:rx1"], garbage)).toBe(true)
    expect(observed(["0:ok:ax1", "1:ok:rx1"], garbage)).toBe(false)
    const twice = { name: "duplicate-elements", operations: ["t1"], element: 1 } as const
    expect(observed(["0:ok:ax1", "1:ok:rx121"], twice)).toBe(true)
    expect(observed(["0:ok:ax1", "1:ok:rx121", "2:ok:ax1"], twice)).toBe(false)
    const dirty = { name: "dirty-update", operations: ["t2", "t0", "t1"], aborted: 1, committed: 2 } as const
    expect(observed(["0:fail:ax1", "1:ok:ax2", "2:ok:rx12"], dirty)).toBe(true)
    expect(observed(["0:fail:ax1", "1:info:ax2", "2:ok:rx12"], dirty)).toBe(false)
    expect(observed(["0:ok:ax1", "1:ok:ax2", "2:ok:rx12"], dirty)).toBe(false)
    expect(observed(["0:fail:ax1", "1:ok:ax2", "2:ok:rx21"], dirty)).toBe(false)
    const lost = { name: "lost-update", operations: ["t1", "t0", "t2"], element: 2, lost: 1 } as const
    expect(observed(["0:ok:ax1", "1:ok:rxax2", "2:ok:rx12"], lost)).toBe(true)
    expect(observed(["0:ok:ax1", "1:ok:rxax2", "2:ok:rx21"], lost)).toBe(false)
    expect(observed(["0:ok:ax1", "1:ok:rx1ax2", "2:ok:rx12"], lost)).toBe(false)
    expect(observed(["0:ok:ay1", "1:ok:rxax2", "2:ok:rx12", "3:ok:ax1"], lost)).toBe(false)
    expect(observed(["0:ok:ax1", "1:ok:ax2rx12", "2:ok:rx12"], lost)).toBe(false)
    const fractured = { name: "fractured-read", operations: ["t1", "t0"], seenKey: "y", seen: 1, element: 1 } as const
    expect(observed(["0:ok:ax1ay1", "1:ok:rxry1"], fractured)).toBe(true)
    expect(observed(["0:ok:ax1", "1:ok:rxry1", "2:ok:ay1"], fractured)).toBe(false)
    expect(observed(["0:ok:ay1", "1:ok:rxry1", "2:ok:ax1"], fractured)).toBe(false)
    expect(observed(["0:ok:ax1ay1", "1:ok:rx1ry1"], fractured)).toBe(false)
  })

  it("of unknown outcome counts once one of the operations saw it", () => {
    const steps: Cycle["steps"] = [
      { kind: "rw", from: "t0", to: "t1", key: "x", element: 1 },
      { kind: "wr", from: "t1", to: "t0", key: "y", element: 1 },
    ]
    const cycle: Cycle = { name: "G-single", steps, operations: ["t0", "t1"] }
    expect(isBelievedOf(["0:ok:rxry1", "1:info:ax1ay1"], cycle)).toBe(true)
    const unseen: Cycle = {
      name: "G2",
      steps: [
        { kind: "rw", from: "t0", to: "t1", key: "x", element: 1 },
        { kind: "rw", from: "t1", to: "t0", key: "y", element: 1 },
      ],
      operations: ["t0", "t1"],
    }
    expect(isBelievedOf(["0:ok:rxay1", "1:ok:ax1ry"], unseen)).toBe(true)
    expect(isBelievedOf(["0:ok:rxay1", "1:info:ax1ry"], unseen)).toBe(false)
  })

  it("of time needs the one to have returned before the other was called", () => {
    const [first, second] = inTurn(["0:ok:ax1", "1:ok:rx"])
    const stale = (returnedAt: number, name: "process" | "realtime", process = "1") =>
      isBelieved([{ ...first, returnedAt, process }, second] as TransactionHistory, {
        name: `G-single-${name}`,
        steps: [
          { kind: name, from: "t0", to: "t1" },
          { kind: "rw", from: "t1", to: "t0", key: "x", element: 1 },
        ],
        operations: ["t0", "t1"],
      })
    expect([stale(1, "realtime"), stale(2, "realtime"), stale(3, "realtime")]).toEqual([true, false, false])
    expect([stale(1, "process"), stale(2, "process"), stale(3, "process")]).toEqual([true, true, false])
    expect(stale(1, "process", "0")).toBe(false)
    // Where both are at one instant, the history says which was first.
    const [one, other] = ["0:ok:ax1", "0:ok:rx1"].map((text, place) =>
      recorded(place, text, { calledAt: 5, returnedAt: 5 }),
    )
    const turned: Cycle = {
      name: "G1c-process",
      steps: [
        { kind: "wr", from: "t0", to: "t1", key: "x", element: 1 },
        { kind: "process", from: "t1", to: "t0" },
      ],
      operations: ["t0", "t1"],
    }
    expect(isBelieved([other, one] as TransactionHistory, turned)).toBe(true)
    expect(isBelieved([one, other] as TransactionHistory, turned)).toBe(false)
  })
})
