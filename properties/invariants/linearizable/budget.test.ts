/** However hard a history is, there is an answer within the budget; and `unknown` is said only where it has to be. */

import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { History } from "../../../src/invariants/history.ts"
import {
  type CasRegisterInput,
  casRegister,
  checkLinearizable,
  decideLinearizable,
  type ListAppendInput,
  listAppend,
  type QueueInput,
  queue,
  type RegisterInput,
  register,
} from "../../../src/invariants/linearizable/index.ts"
import { casRegisters, histories } from "./histories.ts"
import { hard, type Told, times, told } from "./told.ts"

const many = 10_000

describe("of ten thousand open operations", () => {
  it("those that were never answered hide nothing", () => {
    const writes = times<RegisterInput>(many, (i) => [`w${i}`, { _tag: "write", value: i % 7 }, i])
    const read = (value: number): Told<RegisterInput> => ["r", { _tag: "read" }, many, many + 1, value]
    expect(decideLinearizable(register(), told([...writes, read(5)]))).toBe("holds")
    expect(decideLinearizable(register(), told([...writes, read(9)]))).toBe("violated")
  })

  it("those that were answered are put in order", () => {
    const both = times<RegisterInput>(many, (i) => [
      `p${i}`,
      i % 2 === 0 ? { _tag: "read" } : { _tag: "write", value: i % 100 },
      0,
      many + i,
      i % 2 === 0 ? (i + 1) % 100 : null,
    ])
    const result = checkLinearizable(register(), told(both))
    expect(result.verdict).toBe("holds")
  })

  it("unique ones take no search at all", () => {
    const appends = times<ListAppendInput>(many, (i) => [`p${i}`, { _tag: "append", value: i }, 0, many + i])
    const result = checkLinearizable(
      listAppend(),
      told([...appends, ["r", { _tag: "read" }, 3 * many, 3 * many + 1, [2, 1, 0]]]),
    )
    expect(result).toMatchObject({ verdict: "violated", steps: 0, evidence: { length: 2 } })
  })

  it("those of which too many orders are possible end unknown, within the steps and little memory", () => {
    const enqueues = times<QueueInput>(many, (i) => [`p${i}`, { _tag: "enqueue", value: i % 50 }, 0, many + i])
    const dequeue = (at: number, value: number): Told<QueueInput> => ["d", { _tag: "dequeue" }, at, at + 1, value]
    const history = told([...enqueues, dequeue(3 * many, 7), dequeue(4 * many, 77)])
    const before = process.memoryUsage().rss
    const result = checkLinearizable(queue(), history, { steps: 1_000_000 })
    expect(result.verdict).toBe("unknown")
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6)
  })
})

describe("a budget", () => {
  it("that is used up is told with the keys that were not decided", () => {
    const history = told([...hard("x"), ["w", { _tag: "write", key: "y", value: 1 }, 0, 10] as Told<CasRegisterInput>])
    const result = checkLinearizable(casRegister(0), history, { steps: 20_000 })
    expect(result).toMatchObject({ verdict: "unknown", keys: ["x"] })
    expect(result.steps).toBeGreaterThan(20_000)
    expect(result.steps).toBeLessThan(22_000)
  })

  it("gives the same answer every time", () => {
    const history = told(hard("x"))
    const [first, second] = [1, 2].map(() => {
      decideLinearizable(casRegister(0), told(hard("z")), { steps: 5000 })
      return checkLinearizable(casRegister(0), history, { steps: 50_000 })
    })
    expect(first).toEqual(second)
  })

  it("is enough for an easy key behind a hard one", () => {
    const history = told([
      ...hard("x"),
      ...hard("z"),
      ["w", { _tag: "write", key: "y", value: 1 }, 0, 10] as Told<CasRegisterInput>,
      ["w", { _tag: "cas", key: "y", expected: 1, value: 2 }, 5, 15, true],
      ["w", { _tag: "read", key: "y" }, 20, 30, 1],
      ["w", { _tag: "cas", key: "y", expected: 3, value: 2 }, 20, 35, false],
    ])
    const result = checkLinearizable(casRegister(0), history, { steps: 100_000 })
    expect(result).toMatchObject({ verdict: "violated", key: "y" })
  })

  it("that is larger never changes a verdict, only what was unknown", () => {
    fc.assert(
      fc.property(histories(casRegisters, { operations: 16, processes: 6 }), fc.nat(200), (history, steps) => {
        const large = decideLinearizable(casRegisters.model, history)
        expect(["unknown", large]).toContain(decideLinearizable(casRegisters.model, history, { steps }))
      }),
      { numRuns: 300 },
    )
  })
})

describe("a history", () => {
  const history: History<RegisterInput> = told([
    ["a", { _tag: "write", value: 1 }, 0, 10],
    ["b", { _tag: "write", value: 2 }, 11, 15],
    ["c", { _tag: "read" }, 16, 30, 2],
  ])

  it("may come in any order, and its witness speaks of the places in it", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...history], { minLength: 3 }), (shuffled) => {
        const result = checkLinearizable(register(), shuffled)
        expect(result).toMatchObject({ verdict: "holds", exercised: 3 })
        const order = result.verdict === "holds" ? (result.witness[0]?.order ?? []) : []
        expect(order.map((place) => shuffled[place]?.process)).toEqual(["a", "b", "c"])
      }),
      { numRuns: 20 },
    )
  })

  it("in which nothing was answered puts nothing to the test", () => {
    expect(checkLinearizable(register(), [])).toEqual({ verdict: "holds", exercised: 0, steps: 0, witness: [] })
    expect(checkLinearizable(register(), told([["a", { _tag: "read" }, 0]]))).toMatchObject({ exercised: 0 })
  })

  it("in which something returned before it was called is refused", () => {
    const broken = [{ ...history[0], returnedAt: -1 }] as unknown as History<RegisterInput>
    expect(() => checkLinearizable(register(), broken)).toThrow(new RangeError("a0 was called at 0 and returned at -1"))
    const timeless = [{ ...history[0], calledAt: Number.NaN }] as unknown as History<RegisterInput>
    expect(() => checkLinearizable(register(), timeless)).toThrow(RangeError)
  })
})
