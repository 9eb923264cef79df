/**
 * The ladder: no rung contradicts another, what is missing follows from the rest, and all of it is told in a few lines.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type AccessHistory, explainLadder, type LadderOptions, ladder, type RungName, rungNames } from "#invariants"
// What the checkers find before anything is inferred from it is nobody else's business.
import { findings, implied } from "../../../src/invariants/guarantees/ladder.ts"
import { accesses, histories, replicatedHistories } from "./histories.ts"

const drawn = fc.oneof(
  histories({ operations: 12, processes: 3, keys: 2 }),
  histories({ operations: 8, processes: 4, keys: 1 }),
  replicatedHistories({ operations: 14, processes: 4, keys: 2 }),
)

const verdictOf = (name: RungName, history: AccessHistory, options: LadderOptions = {}) =>
  ladder(history, options).rungs.find((rung) => rung.name === name)?.verdict

describe("the rungs", () => {
  const parted = new Set<string>()

  it("never contradict each other: what a rung implies is not violated where it holds", () => {
    fc.assert(
      fc.property(drawn, (history) => {
        const found = findings(history)
        for (const name of rungNames) {
          for (const weaker of implied[name]) {
            const [above, below] = [found[name].verdict, found[weaker].verdict]
            if (above === "holds") expect([name, weaker, below]).not.toEqual([name, weaker, "violated"])
            if (above === "violated" && below === "holds") parted.add(`${weaker}, yet not ${name}`)
          }
        }
        expect(found["bounded staleness"].staleness === 0).toBe(found.linearizable.verdict !== "violated")
      }),
      { numRuns: 1000, seed: 3 },
    )
  })

  it("are each more than what they imply", () => {
    const pairs = rungNames.flatMap((name) => implied[name].map((weaker) => `${weaker}, yet not ${name}`))
    expect(pairs.filter((pair) => !parted.has(pair))).toEqual([])
  })

  it("follow from each other where clocks are too coarse: a read that began when the session's write returned", () => {
    const [write, read] = accesses("p w x 1, p r x nil")
    if (write === undefined || read === undefined) throw new Error("There are two.")
    const history = [write, { ...read, calledAt: write.returnedAt }]
    expect(findings(history).linearizable.verdict).toBe("holds")
    const [rung] = ladder(history).rungs
    expect(rung).toEqual({
      name: "linearizable",
      verdict: "violated",
      exercised: 1,
      evidence: ["w1", "r2"],
      because: [
        "x=nil came first, before p wrote x=1 (w1).",
        "p wrote x=1 (w1) before it read x=nil (r2).",
        "So x=1 came before r2, which read x=nil instead: x=1 is the older.",
        "So x=nil would come before itself.",
        "So it is not sequential, which it has to be.",
      ],
    })
  })

  it("follow from each other where a search gave up", () => {
    const history = accesses("p w x 1, q w x 2, r r x 2, p r x 2")
    expect(findings(history, { steps: 1 }).sequential.verdict).toBe("unknown")
    expect(verdictOf("linearizable", history, { steps: 1 })).toBe("holds")
    expect(verdictOf("sequential", history, { steps: 1 })).toBe("holds")
    const stale = accesses("p w x 1, p w x 2, p r x 1")
    expect(verdictOf("linearizable", stale, { steps: 1 })).toBe("violated")
  })

  it("are unknown where nobody read, or nothing was put to the test", () => {
    expect(ladder(accesses("p w x 1, q w x 2")).rungs.every(({ verdict }) => verdict === "unknown")).toBe(true)
    expect(verdictOf("read your writes", accesses("p w x 1, q r x 1"))).toBe("unknown")
  })

  it("know how stale a read may be", () => {
    const history = accesses("p w x 1, p w x 2, q r x 1")
    expect(ladder(history).staleness).toBe(5)
    expect(verdictOf("bounded staleness", history)).toBe("holds")
    expect(verdictOf("bounded staleness", history, { bound: 5 })).toBe("holds")
    expect(verdictOf("bounded staleness", history, { bound: 4 })).toBe("violated")
  })
})

describe("the ladder for people", () => {
  it("gives each rung's verdict, and why the first that is violated is", () => {
    const history = accesses("p w x 1, q r x 1, q w x 2, r r x 2, r r x 1, r w y 1, r r y 1")
    expect(explainLadder(ladder(history))).toEqual([
      "linearizable ✗ · sequential ✗ · causally convergent ✗ · causal ✗",
      "weakly causal ✗ · PRAM ✔ · writes follow reads ✗ · monotonic writes ?",
      "monotonic reads ✔ · read your writes ✔ · bounded staleness ✔ (15)",
      "linearizable ✗ because",
      " 1  p wrote x=1 (w1), from 0 to 5.",
      " 2  q wrote x=2 (w3), from 20 to 25.",
      " 3  r read x=1 (r5), from 40 to 45.",
      " 4  No order of these, each between its call and its return, explains what was",
      "    read.",
    ])
    expect(explainLadder(ladder(accesses("p w x 1, q r x 1")))).toEqual([
      "linearizable ✔ · sequential ✔ · causally convergent ✔ · causal ✔",
      "weakly causal ✔ · PRAM ? · writes follow reads ? · monotonic writes ?",
      "monotonic reads ? · read your writes ? · bounded staleness ✔",
    ])
  })

  it("tells times as it is told to", () => {
    const sayInstant = (instant: number) => `line ${instant}`
    const saySpan = (span: number) => `${span} lines`
    const told = ladder(accesses("p w x 1, p w x 2, q r x 1"), { bound: 4, sayInstant, saySpan })
    const lines = explainLadder(told, saySpan)
    expect(lines).toContain("monotonic reads ? · read your writes ? · bounded staleness ✗ (5 lines)")
    expect(lines).toContain(" 1  p wrote x=1 (w1), from line 0 to line 5.")
    expect(told.rungs.at(-1)?.because).toEqual([
      "p wrote x=2 (w2), and that was over at line 15.",
      "q read x=1 (r3), and that began at line 20.",
      "p wrote x=1 (w1), and that was over at line 5.",
      "p wrote x=2 (w2), and that began at line 10.",
      "So whichever of x=1 and x=2 came first, a read was stale by 5 lines or more; the bound is 4 lines.",
    ])
  })

  it("tells a weaker rung's reasons where that is all there is to tell", () => {
    const { rungs, staleness } = ladder(accesses("p w x 1, p w y 1, q r y 1, q r x nil"))
    const below = rungs.filter(({ name }) => name === "monotonic writes" || name === "read your writes")
    expect(explainLadder({ rungs: below, staleness })).toEqual([
      "monotonic writes ✗ · read your writes ?",
      "monotonic writes ✗ because",
      " 1  q read y=1 (r3); before p wrote y=1 (w2), it had written x=1 (w1). Then q",
      "    read x=nil (r4): so x=1 is not newer than that.",
      " 2  x=nil is what there was before any write.",
      " 3  No order of x=1 and x=nil allows that.",
    ])
  })

  it("breaks a line where one more word would be too much for eighty columns", () => {
    const tell = (...words: readonly number[]) => {
      const because = [words.map((length) => "a".repeat(length)).join(" ")]
      const rung = { name: "sequential", verdict: "violated", exercised: 1, evidence: [], because } as const
      return explainLadder({ rungs: [rung], staleness: 0 }).slice(2)
    }
    expect(tell(38, 37)).toEqual([` 1  ${"a".repeat(38)} ${"a".repeat(37)}`])
    expect(tell(38, 38)).toEqual([` 1  ${"a".repeat(38)}`, `    ${"a".repeat(38)}`])
  })

  it("needs no more than eighty columns, and is the same for the same history", () => {
    fc.assert(
      fc.property(drawn, fc.nat({ max: 9 }), (history, bound) => {
        const lines = explainLadder(ladder(history, { bound }), (span) => `${span} ms`)
        expect(lines.filter((line) => line.length > 80)).toEqual([])
        expect(lines.join("\n")).not.toMatch(/[{}]|undefined|NaN/)
        expect(explainLadder(ladder(history, { bound }), (span) => `${span} ms`)).toEqual(lines)
      }),
      { numRuns: 150, seed: 4 },
    )
  })
})
