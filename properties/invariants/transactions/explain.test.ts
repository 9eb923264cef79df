import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  checkTransactions,
  explainTransactions,
  type IsolationLevel,
  isolationLevels,
  type TransactionHistory,
} from "#invariants"
import { type Isolation, play, type Weakness, weaknesses } from "./store.ts"
import { atOnce, inTurn } from "./story.ts"

const told = (history: TransactionHistory, level: IsolationLevel): string =>
  explainTransactions(history, checkTransactions(history, { level })).join("\n")

const names = [
  "x",
  "a key with a name that goes on and on",
  "\u001b[31mred\n",
  "\ud800",
  "💥💥💥💥💥💥💥💥💥💥💥💥",
  "",
]

/** The same history with keys, clients and ids of strangers. */
const renamed = (history: TransactionHistory, name: string): TransactionHistory =>
  history.map((each) => {
    const on = (steps: (typeof each)["input"]) => steps.map((step) => ({ ...step, key: `${name}${step.key}` }))
    const { outcome } = each
    return {
      ...each,
      id: `${name}${each.id}`,
      process: `${name}${each.process}`,
      input: on(each.input),
      outcome: outcome._tag === "ok" ? { ...outcome, value: on(outcome.value) } : outcome,
    }
  })

describe("an explanation", () => {
  it("tells what is wrong as a chain that ends in a contradiction, and what is left", () => {
    expect(told(inTurn(["a:ok:ax1", "b:ok:ax2", "c:ok:rx1", "d:ok:rx12"]), "strict-serializable")).toBe(`\
 NOT STRICT-SERIALIZABLE   G-single-realtime: read skew, against real time
   2 of 4 transactions are enough

   T1 = t1 of b: append 2 to x
   T2 = t2 of c: read x = 1

   why  1  T1 had returned when T2 was called. So T1 < T2.
        2  T2 read x without T1's append of 2. So T2 < T1.
           T1 would come before itself: a contradiction.

   ruled out   strong-snapshot-isolation, and all stronger
   holds       strong-session-serializable, strong-read-committed, and all
               weaker`)
  })

  it("tells why a level holds, and what does not hold besides", () => {
    expect(told(atOnce(["a:ok:ax1ry", "b:ok:ay1rx"]), "snapshot-isolation")).toBe(`\
 SNAPSHOT-ISOLATION   2 transactions

   In an order of begins and commits that was found and played, 2 transactions
   read what they did read.

   ruled out   repeatable-read, and all stronger
   holds       strong-snapshot-isolation, and all weaker
   found       1 G2`)
    expect(told(inTurn(["a:ok:ax1", "b:info:ax2", "c:ok:rx1"]), "serializable")).toBe(`\
 SERIALIZABLE   3 transactions

   One after the other, in an order that was found and played, 2 transactions
   read what they did read.

   holds       strict-serializable, and all weaker`)
    expect(told(inTurn(["a:ok:ax1ax2", "b:ok:rx1"]), "read-uncommitted")).toContain(
      "\n   Nothing that read-uncommitted forbids shows in what was read.\n",
    )
  })

  it("says what is missing where nobody can say", () => {
    expect(told(inTurn(["a:ok:ax1"]), "serializable")).toBe(`\
 SERIALIZABLE?   nobody can say, of 1 transaction

   Unknown: no transaction read what another appended, or missed it.

   unknown     read-uncommitted, and what is stronger and not ruled out`)
  })

  it.each<readonly [string, readonly string[], readonly string[]]>([
    [
      "G0",
      ["a:ok:ax1ay1", "b:ok:ax2ay2", "c:ok:rx12ry21"],
      [
        "T1 appended 1 to x, T2 2 after it: T3 read x = 1 2. So T1 < T2.",
        "T2 appended 2 to y, T1 1 after it: T3 read y = 2 1. So T2 < T1.",
        "T1 would come before itself: a contradiction.",
      ],
    ],
    [
      "G1c",
      ["a:ok:ax1ry1", "b:ok:ay1rx1"],
      [
        "T2 read T1's append of 1 to x. So T1 < T2.",
        "T1 read T2's append of 1 to y. So T2 < T1.",
        "T1 would come before itself: a contradiction.",
      ],
    ],
    [
      "G1a",
      ["a:fail:ax1", "b:ok:ax2", "c:ok:rx12"],
      [
        "T2 was to append 1 to x and was refused: it never happened.",
        "But T1 read x = 1 2.",
        "T1 read what never happened: a contradiction.",
      ],
    ],
    [
      "G1b",
      ["a:ok:ax1ax2", "b:ok:rx1"],
      [
        "T2 appended 1 to x, and then more, in one transaction.",
        "But T1 read x = 1, and nothing after it.",
        "T1 read a state that was only within T2: a contradiction.",
      ],
    ],
    [
      "internal",
      ["a:ok:ax1", "b:ok:rx1ax2rx1"],
      [
        "By what T1 itself had read and appended, x was 1 2.",
        "But then T1 read x = 1.",
        "x cannot have been both: a contradiction.",
      ],
    ],
    [
      "internal",
      ["a:ok:ax1", "b:ok:ax2rx1"],
      [
        "T1 had appended to x: whatever was there before, it ended in 2.",
        "But then T1 read x = 1.",
        "x cannot have been both: a contradiction.",
      ],
    ],
    [
      "future-read",
      ["a:ok:rx1ax1"],
      [
        "T1 read x = 1.",
        "Only T1 itself ever appended 1 to x, and only after that.",
        "T1 read what was yet to come: a contradiction.",
      ],
    ],
    [
      "garbage-read",
      ["a:ok:ax1", "b:ok:rx19"],
      ["T1 read x = 1 9.", "Nobody ever appended 9 to x.", "9 came from nowhere: a contradiction."],
    ],
    [
      "duplicate-elements",
      ["a:ok:ax1", "b:ok:rx11"],
      ["T1 read x with 1 in it twice.", "1 was appended to x once.", "One append took effect twice: a contradiction."],
    ],
    [
      "incompatible-order",
      ["a:ok:ax1", "b:ok:ax2", "c:ok:rx12", "d:ok:rx21"],
      ["T1 read x = 2 1.", "T2 read x = 1 2.", "A list that only grows cannot have been both: a contradiction."],
    ],
    [
      "incompatible-order",
      ["a:ok:ax1ax2", "b:ok:rx21"],
      [
        "T2 appended to x, in this order: 1 2.",
        "But T1 read x = 2 1.",
        "That is not how T2 appended them: a contradiction.",
      ],
    ],
    [
      "lost-update",
      ["a:ok:rxax1", "b:ok:rxax2", "c:ok:rx12"],
      [
        "T1 read x = nothing, and appended 2 to it.",
        "T2 appended 1 to it.",
        "T3 read x = 1 2, so T2 was first.",
        "T1 did not append to what it had read: T2's update was lost on it.",
      ],
    ],
    [
      "lost-update",
      ["a:ok:rxax1", "b:ok:rxax2"],
      [
        "T1 read x = nothing, and appended 2 to it.",
        "T2 read x = nothing, and appended 1 to it.",
        "Whoever came second did not append to what it had read.",
      ],
    ],
    [
      "fractured-read",
      ["a:ok:ax1ay1", "b:ok:rx1ry"],
      [
        "T2 appended 1 to x and 1 to y.",
        "T1 read its append to x.",
        "But T1 read y = nothing.",
        "For T1, T2 happened and did not: a contradiction.",
      ],
    ],
  ])("argues about %s in steps: %j", (name, texts, steps) => {
    const history = atOnce(texts)
    const result = checkTransactions(history)
    const violations = result.anomalies.filter((anomaly) => anomaly.name === name)
    const lines = explainTransactions(history, { ...result, violations })
    const argument = lines.slice(lines.findIndex((line) => line.startsWith("   why")))
    expect(argument.slice(0, argument.indexOf("")).map((line) => line.slice(11))).toEqual(steps)
  })

  it("leaves out the middle of a long cycle", () => {
    const letters = Array.from({ length: 26 }, (_, nth) => String.fromCharCode(97 + nth))
    const texts = letters.map((key, nth) => `p${nth}:ok:a${key}1r${letters[(nth + 1) % 26]}`)
    const lines = told(atOnce(texts), "serializable").split("\n")
    expect(lines).toContain("        7  And so on, 19 steps more.")
    expect(lines).toContain("        8  T26 read a without T1's append of 1. So T26 < T1.")
    expect(lines.filter((line) => / = t\d+ of /.test(line))).toHaveLength(8)
  })

  it("shows of a long list what matters", () => {
    const many = Array.from({ length: 40 }, (_, nth) => nth)
    const writer = (nth: number) => ({ id: `w${nth}`, process: `w${nth}`, calledAt: nth, returnedAt: 100 })
    const history: TransactionHistory = [
      ...many.map((nth) => {
        const value = [{ _tag: "append", key: "x", element: nth }] as const
        return { ...writer(nth), input: value, outcome: { _tag: "ok", value } as const }
      }),
      ...[many, many.with(20, 99)].map((seen, nth) => {
        const value = [{ _tag: "read", key: "x", seen }] as const
        return { ...writer(40 + nth), input: value, outcome: { _tag: "ok", value } as const }
      }),
    ]
    expect(told(history, "read-uncommitted")).toContain("1  T1 read x = … 19 99 21 … 39.")
  })

  it("has at most 30 lines of at most 80 columns, says the same of the same, and shows nothing that a terminal obeys", () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(),
          isolation: fc.constantFrom<Isolation>("snapshot", "read-committed", "read-uncommitted"),
          weaknesses: fc.subarray(Object.keys(weaknesses) as Weakness[], { maxLength: 2 }),
          transactions: fc.integer({ min: 0, max: 60 }),
          clients: fc.integer({ min: 2, max: 12 }),
          keys: fc.integer({ min: 1, max: 6 }),
        }),
        fc.constantFrom(...isolationLevels),
        fc.constantFrom(...names),
        (setting, level, name) => {
          const history = renamed(play(setting), name)
          const result = checkTransactions(history, { level })
          const lines = explainTransactions(history, result)
          expect(lines.length).toBeLessThanOrEqual(30)
          for (const line of lines) {
            expect(line.length).toBeLessThanOrEqual(80)
            expect(line).not.toMatch(/\p{C}/u)
          }
          expect(explainTransactions(structuredClone(history), structuredClone(result))).toEqual(lines)
        },
      ),
      { numRuns: 200 },
    )
  })
})
