/** What a verdict comes with proves it, and whoever checks the proof is not easily deceived. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { History, Recorded } from "../../../src/invariants/history.ts"
import { Debts } from "../../../src/invariants/linearizable/debts.ts"
import {
  checkLinearizable,
  isImpossible,
  type KeyValueInput,
  keyValue,
  type Model,
  type MutexInput,
  mutex,
  type NotLinearizable,
  type RegisterInput,
  register,
  replays,
} from "../../../src/invariants/linearizable/index.ts"
import { cases } from "./cases.ts"
import * as toys from "./histories.ts"
import { type Told, times, told } from "./told.ts"
import { isLinearizable } from "./wgl.ts"

const operationsOf = ({ evidence, written }: NotLinearizable): History =>
  [...evidence, ...written].sort((a, b) => a.calledAt - b.calledAt)

/** Without an operation, and without what can't stay without it. */
const without = (model: Model, history: History, gone: number): History => {
  const debts = new Debts(model, history)
  const left = new Set(history.keys())
  left.delete(gone)
  for (let size = 0; size !== left.size; ) {
    size = left.size
    for (const i of left) if (debts.of(i).creditors.some((creditor) => !left.has(creditor))) left.delete(i)
  }
  return history.filter((_, i) => left.has(i))
}

describe.each(cases)("of $name", ({ toy, shape, isUnique = false }) => {
  it("every verdict comes with a proof", () => {
    fc.assert(
      fc.property(toys.histories(toy, shape), (history) => {
        const result = checkLinearizable(toy.model, history)
        if (result.verdict === "holds") {
          expect(replays(toy.model, history, result.witness)).toBe(true)
        } else {
          expect(result.verdict).toBe("violated")
          const violated = result as NotLinearizable
          expect(violated.confirmed).toBe(true)
          expect(isImpossible(toy.model, operationsOf(violated))).toBe(true)
          expect(isLinearizable(toy.model, operationsOf(violated))).toBe(false)
          expect(operationsOf(violated).every((operation) => history.includes(operation as never))).toBe(true)
          // Two from each of two blocks; what a compare-and-set or a list ties together must be told besides.
          const ties = toy.model.name !== "register"
          if (isUnique) expect(violated.evidence.length).toBeLessThanOrEqual(ties ? 8 : 4)
        }
      }),
      { numRuns: 300 },
    )
  })

  it("no operation of the evidence can be left out", () => {
    fc.assert(
      fc.property(toys.histories(toy, shape), (history) => {
        const result = checkLinearizable(toy.model, history) as NotLinearizable
        if (result.verdict !== "violated") return
        const evidence = operationsOf(result)
        const debts = new Debts(toy.model, evidence)
        for (const [i, operation] of evidence.entries()) {
          if (!debts.canGo(i) || result.written.includes(operation)) continue
          expect(isImpossible(toy.model, without(toy.model, evidence, i))).toBe(false)
        }
      }),
      { numRuns: 300 },
    )
  })

  it("what may be left out leaves a history linearizable that was", () => {
    fc.assert(
      fc.property(toys.histories(toy, { ...shape, lies: 1000 }), fc.nat(), (history, pick) => {
        const happened = history.filter(({ outcome }) => outcome._tag !== "refused")
        if (happened.length === 0 || !isLinearizable(toy.model, happened)) return
        const gone = pick % happened.length
        if (!new Debts(toy.model, happened).canGo(gone)) return
        expect(isLinearizable(toy.model, without(toy.model, happened, gone) as never)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe("evidence", () => {
  const again = ({ process, input, calledAt, returnedAt, outcome }: Recorded<KeyValueInput>): Told<KeyValueInput> => [
    process,
    input,
    calledAt,
    returnedAt,
    outcome._tag === "ok" ? outcome.value : undefined,
  ]
  const seen = (result: unknown) => {
    const { anomaly, evidence, written } = result as NotLinearizable
    return { anomaly, evidence: evidence.map(({ process }) => process), written: written.map(({ process }) => process) }
  }

  it("has all that the text consists of, though it was overwritten", () => {
    const history = told<KeyValueInput>([
      ["a", { _tag: "put", key: "x", value: "a" }, 0, 10],
      ["b", { _tag: "append", key: "x", value: "b" }, 20, 30],
      ["c", { _tag: "append", key: "x", value: "c" }, 40, 50],
      ["d", { _tag: "put", key: "x", value: "d" }, 60, 70],
      ["e", { _tag: "get", key: "x" }, 80, 90, "abc"],
    ])
    expect(seen(checkLinearizable(keyValue(), history))).toEqual({
      anomaly: "stale read",
      evidence: ["d", "e"],
      written: ["a", "b", "c"],
    })
    // The same where the search has to find it: one text is written twice.
    const longer = told<KeyValueInput>([...history.map(again), ["f", { _tag: "put", key: "x", value: "d" }, 62, 68]])
    expect(seen(checkLinearizable(keyValue(), longer))).toEqual({
      anomaly: "stale read",
      evidence: ["a", "b", "c", "f", "e"],
      written: [],
    })
  })

  it("has one write of the value, and one that replaced it, of many", () => {
    const writes = times<RegisterInput>(40, (i) => ["w", { _tag: "write", value: i % 4 }, 10 * i, 10 * i + 5])
    const history = told<RegisterInput>([...writes, ["r", { _tag: "read" }, 1000, 1010, 1]])
    const { evidence } = checkLinearizable(register(0), history) as NotLinearizable
    expect(evidence.map(({ input }) => (input as { readonly value?: unknown }).value)).toEqual([1, 3, undefined])
  })

  it("has the write that a read saw though all is as it was at first when another has replaced it", () => {
    const history = told<RegisterInput>([
      ["a", { _tag: "write", value: 1 }, 0, 10],
      ["b", { _tag: "write", value: 0 }, 20, 30],
      ["c", { _tag: "write", value: 0 }, 25, 35],
      ["d", { _tag: "read" }, 40, 50, 1],
    ])
    expect(seen(checkLinearizable(register(0), history))).toMatchObject({
      anomaly: "stale read",
      evidence: { length: 3 },
    })
  })

  it("begins anew where what was before no longer matters", () => {
    const locked = (i: number): Told<MutexInput>[] => [
      ["a", { _tag: "acquire" }, 10 * i, 10 * i + 2],
      ["a", { _tag: "release" }, 10 * i + 4, 10 * i + 6],
    ]
    const both: Told<MutexInput>[] = [
      ["b", { _tag: "acquire" }, 1000, 1010],
      ["c", { _tag: "acquire" }, 1005, 1015],
    ]
    const history = told<MutexInput>([...Array.from({ length: 50 }, (_, i) => locked(i)).flat(), ...both])
    expect(seen(checkLinearizable(mutex(), history))).toEqual({
      anomaly: "conflicting updates",
      evidence: ["b", "c"],
      written: [],
    })
  })

  it("of something that returns at the end of time is found too", () => {
    const history = told<RegisterInput>([
      ["a", { _tag: "write", value: 1 }, 0, 10],
      ["b", { _tag: "read" }, 20, Number.POSITIVE_INFINITY, 0],
    ])
    expect(seen(checkLinearizable(register(0), history))).toMatchObject({ evidence: ["a", "b"] })
  })
})

describe("whoever checks a proof", () => {
  const history = told<RegisterInput>([
    ["a", { _tag: "write", value: 1 }, 0, 10],
    ["b", { _tag: "write", value: 2 }, 5, 15],
    ["c", { _tag: "read" }, 20, 30, 2],
    ["d", { _tag: "write", value: 3 }, 25],
    ["e", { _tag: "write", value: 4 }, 26, "refused"],
  ])
  const model = register(0)
  const accepts = (...order: readonly number[]) => replays(model, history, [{ key: "", order }])

  it("accepts every order that explains all answers", () => {
    expect(accepts(0, 1, 2)).toBe(true)
    expect(accepts(0, 1, 2, 3)).toBe(true)
  })

  it("refuses an order in which an operation has another answer", () => {
    expect(accepts(1, 0, 2)).toBe(false)
    expect(accepts(0, 1, 3, 2)).toBe(false)
  })

  it("refuses an order in which an operation comes before one that had returned before it was called", () => {
    expect(accepts(2, 0, 1)).toBe(false)
    expect(accepts(0, 2, 1)).toBe(false)
    expect(
      replays(
        model,
        told<RegisterInput>([
          ["a", { _tag: "write", value: 1 }, 0, 1],
          ["b", { _tag: "write", value: 2 }, 2, 3],
        ]),
        [{ key: "", order: [1, 0] }],
      ),
    ).toBe(false)
  })

  it("refuses an order that lacks an answered operation, has one twice, or one that never was", () => {
    expect(accepts(0, 1)).toBe(false)
    expect(accepts(0, 0, 1, 2)).toBe(false)
    expect(accepts(0, 1, 2, 4)).toBe(false)
    expect(accepts(0, 1, 2, 5)).toBe(false)
  })

  it("refuses an order of one key with operations of another, and two orders of one key", () => {
    expect(replays(model, history, [{ key: "x", order: [0, 1, 2] }])).toBe(false)
    expect(
      replays(model, history, [
        { key: "", order: [0, 1] },
        { key: "", order: [2] },
      ]),
    ).toBe(false)
  })

  it("finds an explanation of evidence where there is one", () => {
    expect(isImpossible(model, history)).toBe(false)
    expect(isImpossible(model, [])).toBe(false)
    expect(
      isImpossible(
        model,
        told<RegisterInput>([
          ["a", { _tag: "write", value: 1 }, 0],
          ["b", { _tag: "read" }, 1, 2, 1],
        ]),
      ),
    ).toBe(false)
  })

  it("finds none where there is none", () => {
    const stale = told<RegisterInput>([
      ["a", { _tag: "write", value: 1 }, 0, 10],
      ["b", { _tag: "write", value: 2 }, 11, 15],
      ["c", { _tag: "read" }, 16, 30, 1],
    ])
    expect(isImpossible(model, stale)).toBe(true)
    expect(isImpossible(model, stale.slice(1))).toBe(true)
    expect(isImpossible(model, stale.slice(0, 2))).toBe(false)
  })

  it("says so where there is too much to try", () => {
    const many = Array.from(
      { length: 60 },
      (_, i): Told<RegisterInput> => [`w${i}`, { _tag: "write", value: i }, 0, 100],
    )
    expect(isImpossible(model, told([...many, ["r", { _tag: "read" }, 0, 100, 77]]))).toBe(undefined)
  })
})
