/** Histories that the literature uses to tell the guarantees apart, and what each guarantee says of them. */
import { describe, expect, it } from "vitest"
import {
  type AccessHistory,
  checkCausal,
  checkCausalConvergence,
  checkMonotonicReads,
  checkMonotonicWrites,
  checkPram,
  checkReadYourWrites,
  checkSequential,
  checkWeaklyCausal,
  checkWritesFollowReads,
  type Finding,
} from "#invariants"
import { accesses } from "./histories.ts"

const checks: Readonly<Record<string, (history: AccessHistory) => Finding>> = {
  sequential: checkSequential,
  "causally convergent": checkCausalConvergence,
  causal: checkCausal,
  "weakly causal": checkWeaklyCausal,
  PRAM: checkPram,
  "writes follow reads": checkWritesFollowReads,
  "monotonic writes": checkMonotonicWrites,
  "monotonic reads": checkMonotonicReads,
  "read your writes": checkReadYourWrites,
}

const violatedBy = (text: string): readonly string[] =>
  Object.entries(checks).flatMap(([name, check]) => (check(accesses(text)).verdict === "violated" ? [name] : []))

const convergence = ["sequential", "causally convergent"]
const causality = [...convergence, "causal", "weakly causal"]

describe("what is violated by", () => {
  it.each<[string, string, readonly string[]]>([
    ["two who each miss the other's write (Dekker)", "p w x 1, p r y nil, q w y 2, q r x nil", ["sequential"]],
    [
      "two who see concurrent writes in opposite orders (Tanenbaum & van Steen)",
      "p w x 1, q r x 1, q w x 2, p w x 3, r r x 1, r r x 3, r r x 2, s r x 1, s r x 2, s r x 3",
      convergence,
    ],
    ["two writers who both see the other's write last", "p w x 1, q w x 2, p r x 2, q r x 1", convergence],
    [
      "one who sees an answer before what it answers (Tanenbaum & van Steen)",
      "p w x 1, q r x 1, q w x 2, r r x 2, r r x 1",
      [...causality, "writes follow reads"],
    ],
    [
      "causal convergence that is no causal memory (Bouajjani et al.)",
      "p w z 1, p w x 1, p w y 1, q w x 2, q r z nil, q r y 1, q r x 2",
      ["sequential", "causal"],
    ],
    [
      "one who goes back and forth between concurrent writes",
      "p w x 1, q w x 2, r r x 1, r r x 2, r r x 1",
      [...convergence, "causal", "PRAM", "monotonic reads"],
    ],
    [
      "one who reads what came before its own write",
      "p w x 1, p w x 2, p r x 1",
      [...causality, "PRAM", "read your writes"],
    ],
    [
      "one who replaces what it read, and reads it again",
      "p w x 1, q r x 1, q w x 2, q r x 1",
      [...causality, "PRAM", "read your writes"],
    ],
    [
      "one who sees the later of two writes of a session alone",
      "p w x 1, p w y 1, q r y 1, q r x nil",
      [...causality, "PRAM", "monotonic writes"],
    ],
    [
      "one who sees two writes of a session, but not what came between",
      "p w z 1, p w y 1, p w x 1, p w y 2, q r y 1, q r y 2, q r x nil",
      [...causality, "PRAM", "monotonic writes"],
    ],
    [
      "one who sees a write without what its session had read",
      "p w x 1, q r x 1, q w y 1, r r y 1, r r x nil",
      [...causality, "writes follow reads"],
    ],
    [
      "the same with another in between",
      "p w x 1, q r x 1, q w y 1, r r y 1, r w z 1, s r z 1, s r x nil",
      [...causality, "writes follow reads"],
    ],
    ["two who each write what the other had read", "p r x 2, p w y 1, q r y 1, q w x 2", causality],
    ["a read of what nobody wrote", "p w x 1, q r x 7", causality],
    ["a read of what was refused", "p w x 1!, q r x 1", causality],
    ["a write without an answer that takes effect late", "p w x 1?, p w x 2, q r x 2, q r x 1", []],
    [
      "the same write, seen by its own session",
      "p w x 1?, p r x nil, p r x 1, p r x nil",
      [...causality, "PRAM", "monotonic reads"],
    ],
    ["a write without an answer that nobody sees", "p w x 1, p w x 2?, p r x 1, q r x 1", []],
    [
      "what came before a write without an answer",
      "p w x 1, p w x 2?, q r x 2, q r x 1",
      [...causality, "PRAM", "monotonic reads"],
    ],
  ])("%s", (_, text, expected) => {
    expect(violatedBy(text)).toEqual(expected)
  })

  it("is told by the operations that prove it, and why", () => {
    expect(checkMonotonicWrites(accesses("p w x 1, p w y 1, q r x 1, q r y 1, q r x nil, p r x 1, q r z nil"))).toEqual(
      {
        verdict: "unknown",
        exercised: 0,
        evidence: [],
        because: ["Nothing put it to the test."],
      },
    )
    expect(checkMonotonicWrites(accesses("p w z 3, p w x 1, p w y 1, q r z 3, q r y 1, q r x nil, p r x 1"))).toEqual({
      verdict: "violated",
      exercised: 1,
      evidence: ["w2", "w3", "r5", "r6"],
      because: [
        "q read y=1 (r5); before p wrote y=1 (w3), it had written x=1 (w2). Then q read x=nil (r6): so x=1 is not newer than that.",
        "x=nil is what there was before any write.",
        "No order of x=1 and x=nil allows that.",
      ],
    })
    expect(checkWeaklyCausal(accesses("p w x 1, q r x 1, q w x 2, r r x 2, r w y 4, r r x 1"))).toEqual({
      verdict: "violated",
      exercised: 3,
      evidence: ["w1", "r2", "w3", "r4", "r6"],
      because: [
        "q read x=1 (r2), which p wrote (w1).",
        "q read x=1 (r2) before it wrote x=2 (w3).",
        "r read x=2 (r4), which q wrote (w3).",
        "r read x=2 (r4) before it read x=1 (r6).",
        "So x=2 came before r6, which read x=1 instead: x=2 is the older.",
        "So x=1 would come before itself.",
      ],
    })
    expect(checkReadYourWrites(accesses("p w 1 1, p w k 1!, q r k 1")).verdict).toBe("unknown")
    expect(checkCausal(accesses("p w k 1!, q r k 1"))).toEqual({
      verdict: "violated",
      exercised: 1,
      evidence: ["w1", "r2"],
      because: ["q read k=1 (r2), but p was told that its write of it did not happen (w1)."],
    })
  })
})

describe("values that were written twice", () => {
  const twice = "p w x 1, q w x 1, p r x 1, r r x 1"

  it("leave unknown what the reads of them may have seen", () => {
    for (const check of Object.values(checks)) {
      const { verdict } = check(accesses(twice))
      expect(verdict).toBe("unknown")
    }
    expect(checkSequential(accesses(`${twice}, p w y 1, p r y 1`))).toEqual({
      verdict: "unknown",
      exercised: 1,
      evidence: [],
      because: [
        "1 was written to x more than once: nobody can say which r3 saw.",
        "1 was written to x more than once: nobody can say which r4 saw.",
      ],
    })
  })

  it("do not hide what is violated besides", () => {
    expect(violatedBy(`${twice}, p w y 1, p r y nil`)).toEqual([...causality, "PRAM", "read your writes"])
  })

  it("matter only where somebody read them", () => {
    expect(checkSequential(accesses("p w x 1, q w x 1, p w x 2, r r x 2")).verdict).toBe("holds")
  })

  it("may be the first value written again", () => {
    const history = accesses("p w x 0, q r x 0")
    expect(checkSequential(history).verdict).toBe("holds")
    expect(checkSequential(history, { initial: 0 }).verdict).toBe("unknown")
    expect(checkCausal(accesses("p w x 1, q r x 0")).verdict).toBe("violated")
    expect(checkCausal(accesses("p w x 1, q r x 0"), { initial: 0 }).verdict).toBe("holds")
  })
})
