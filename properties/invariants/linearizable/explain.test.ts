/** What people are told of a verdict: pictures as expectations, and what holds of every picture. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type CasRegisterInput,
  casRegister,
  checkLinearizable,
  explainLinearizability,
  type ListAppendInput,
  listAppend,
  type Model,
  type MutexInput,
  mutex,
  type QueueInput,
  queue,
  type RegisterInput,
  register,
} from "../../../src/invariants/linearizable/index.ts"
import { cases } from "./cases.ts"
import * as toys from "./histories.ts"
import { hard, type Told, told } from "./told.ts"

const explained = <State, Input>(
  model: Model<State, Input, unknown>,
  operations: readonly Told<Input>[],
  sayTime?: (instant: number) => string,
): readonly string[] => {
  const history = told(operations)
  return explainLinearizability(model, history, checkLinearizable(model, history), sayTime)
}

const seconds = (millis: number): string => (millis / 1000).toFixed(3)

describe("an explanation", () => {
  it("of a stale read names what was read, what had replaced it, and when", () => {
    const story = explained<unknown, RegisterInput>(
      register(),
      [
        ["p2", { _tag: "read", key: "x" }, 10_400, 10_420, 471],
        ["p7", { _tag: "write", key: "x", value: 471 }, 10_398, 10_411],
        ["p3", { _tag: "write", key: "y", value: 1 }, 10_400, 10_420],
        ["p12", { _tag: "write", key: "x", value: 474 }, 10_501, 10_530],
        ["p13", { _tag: "read", key: "x" }, 10_533, 10_541, 471],
      ],
      seconds,
    )
    expect(story).toEqual([
      "NOT LINEARIZABLE   key x   stale read               3 of 5 operations are enough",
      "",
      "                   10.398  10.411  10.501  10.530  10.533  10.541",
      "  p7  write 471    │───────│",
      "  p12  write 474                   │───────│",
      "  p13  read → 471                                  │───────│ ✗",
      "  x must be        │···········│471│···········│······474······",
      "",
      "  why  1  p7's write 471 returned at 10.411. After that, x is 471.",
      "       2  p12's write 474 returned at 10.530. After that, x is 474.",
      "       3  p13's read → 471 took effect between 10.533 and 10.541. By these, x is",
      "          474 all that time: contradiction.",
    ])
  })

  it("of a value that came back tells who may have brought it", () => {
    const story = explained<unknown, RegisterInput>(register(0), [
      ["a", { _tag: "write", value: 1 }, 0],
      ["b", { _tag: "write", value: 2 }, 0],
      ["c", { _tag: "read" }, 10, 20, 1],
      ["d", { _tag: "read" }, 30, 40, 2],
      ["e", { _tag: "read" }, 50, 60, 1],
    ])
    expect(story).toEqual([
      "NOT LINEARIZABLE   stale read                       5 of 5 operations are enough",
      "",
      "                  0       10      20      30      40      50      60",
      "  a  write 1 → ?  │─────────────────────────────────────────────────▶ ?",
      "  b  write 2 → ?  │─────────────────────────────────────────────────▶ ?",
      "  c  read → 1             │───────│",
      "  d  read → 2                             │───────│",
      "  e  read → 1                                             │───────│ ✗",
      "  it must be      │···································│·······2·······",
      "",
      "  why  1  a's write 1 → ? was called at 0 and never answered: it takes effect at",
      "          any time after that, or never.",
      "       2  b's write 2 → ? was called at 0 and never answered: it takes effect at",
      "          any time after that, or never.",
      "       3  c's read → 1 returned at 20. After that, it is 2 or 1.",
      "       4  d's read → 2 returned at 40. After that, it is 2.",
      "       5  e's read → 1 took effect between 50 and 60. By these, it is 2 all that",
      "          time: contradiction.",
    ])
  })

  it("of a lost append lists what the list must have been", () => {
    const story = explained<unknown, ListAppendInput>(listAppend(), [
      ["a", { _tag: "append", value: 1 }, 0, 10],
      ["b", { _tag: "append", value: 2 }, 5, 15],
      ["c", { _tag: "read" }, 20, 30, [2]],
    ])
    expect(story).toEqual([
      "NOT LINEARIZABLE   stale read                       3 of 3 operations are enough",
      "",
      "                 0       5       10      15      20      30",
      "  a  append 1    │───────────────│",
      "  b  append 2            │───────────────│",
      "  c  read → [2]                                  │───────│ ✗",
      "  it must be     │···········································",
      "",
      "  why  1  a's append 1 returned at 10. After that, it is [1 2], [1] or [2 1].",
      "       2  b's append 2 returned at 15. After that, it is [1 2] or [2 1].",
      "       3  c's read → [2] took effect between 20 and 30. By these, it is [1 2] or",
      "          [2 1] all that time: contradiction.",
    ])
  })

  it("of two holders of a lock shows both", () => {
    const story = explained<unknown, MutexInput>(mutex(), [
      ["a", { _tag: "acquire" }, 0, 10],
      ["a", { _tag: "release" }, 20, 30],
      ["a", { _tag: "acquire" }, 40, 50],
      ["b", { _tag: "acquire" }, 45, 52],
      ["a", { _tag: "release" }, 54, 62],
    ])
    expect(story).toEqual([
      "NOT LINEARIZABLE   conflicting updates              2 of 5 operations are enough",
      "",
      "              40      45      50      52",
      "  a  acquire  │───────────────│",
      "  b  acquire          │───────────────│ ✗",
      "  it must be  │···················│·held··",
      "",
      "  why  1  a's acquire returned at 50. After that, it is held.",
      "       2  b's acquire took effect between 45 and 52. Wherever it did, one of",
      "          these would have ended otherwise: contradiction. All else that could",
      "          explain it was over before.",
    ])
  })

  it.each<[string, readonly Told<RegisterInput>[], string, string]>([
    ["nobody wrote", [["b", { _tag: "read" }, 3, 10, 7]], "thin-air read", "Nothing in the history explains that."],
    [
      "was refused",
      [
        ["a", { _tag: "write", value: 7 }, 0, "refused"],
        ["b", { _tag: "read" }, 3, 10, 7],
      ],
      "aborted read",
      "But a's write 7 → refused: it never happened.",
    ],
    [
      "was written later",
      [
        ["b", { _tag: "read" }, 3, 10, 7],
        ["a", { _tag: "write", value: 7 }, 12, 20],
      ],
      "future read",
      "But a's write 7 was called only at 12.",
    ],
  ])("of a value that %s says so", (_, operations, anomaly, reason) => {
    const story = explained<unknown, RegisterInput>(register(0), operations).join(" ").replace(/\s+/g, " ")
    expect(story).toContain(`NOT LINEARIZABLE ${anomaly} 1 of`)
    expect(story).toContain(`b's read → 7 returned at 10. ${reason}`)
  })

  it.each<[string, Model<unknown, never, unknown>, readonly Told<never>[]]>([
    [
      "conflicting updates",
      casRegister(0) as never,
      [
        ["a", { _tag: "cas", expected: 0, value: 1 } satisfies CasRegisterInput as never, 0, 10, true],
        ["b", { _tag: "cas", expected: 0, value: 2 } satisfies CasRegisterInput as never, 5, 12, true],
      ],
    ],
    [
      "conflicting updates",
      queue() as never,
      [
        ["a", { _tag: "enqueue", value: 1 } satisfies QueueInput as never, 0, 10],
        ["b", { _tag: "enqueue", value: 2 } satisfies QueueInput as never, 15, 22],
        ["c", { _tag: "dequeue" } satisfies QueueInput as never, 30, 40, 2],
      ],
    ],
    [
      "impossible order",
      listAppend() as never,
      [
        ["a", { _tag: "append", value: 1 } satisfies ListAppendInput as never, 0, 10],
        ["b", { _tag: "append", value: 2 } satisfies ListAppendInput as never, 5, 15],
        ["c", { _tag: "read" } satisfies ListAppendInput as never, 20, 30, [2, 1]],
        ["d", { _tag: "read" } satisfies ListAppendInput as never, 21, 30, [1, 2]],
      ],
    ],
  ])("calls it %s", (anomaly, model, operations) => {
    expect(checkLinearizable(model, told(operations))).toMatchObject({ verdict: "violated", anomaly })
    expect(explained(model, operations)[0]).toContain(anomaly)
  })

  it("of what holds says what was looked at", () => {
    const write: Told<RegisterInput> = ["a", { _tag: "write", key: "x", value: 1 }, 0, 10]
    const read: Told<RegisterInput> = ["b", { _tag: "read", key: "y" }, 0, 10, null]
    expect(explained(register(), [write, read])).toEqual([
      "LINEARIZABLE",
      "",
      "  2 operations on 2 keys: an order that explains every answer was found and",
      "  replayed.",
    ])
    expect(explained(register(), [])).toEqual([
      "LINEARIZABLE, for nothing was answered",
      "",
      "  0 operations: no answer that could be wrong.",
    ])
  })

  it("of what is unknown says what is left open", () => {
    const history = told(hard("x"))
    const result = checkLinearizable(casRegister(0), history, { steps: 1000 })
    expect(result.steps).toBeLessThan(2000)
    const steps = `1,${String(result.steps).slice(1)}`
    expect(explainLinearizability(casRegister(0), history, result)).toEqual([
      "UNKNOWN",
      "",
      `  40 operations: in ${steps} steps neither an order was found nor that there is`,
      "  none.",
      "  still open: x",
    ])
  })

  it.each(cases)(
    "of $name fits on a screen, is the same every time, and prints no data structure",
    ({ toy, shape }) => {
      fc.assert(
        fc.property(toys.histories(toy, { ...shape, lies: 2 }), (history) => {
          const tell = () => explainLinearizability(toy.model, history, checkLinearizable(toy.model, history))
          const story = tell()
          expect(story.length).toBeLessThanOrEqual(30)
          for (const line of story) expect(line.length).toBeLessThanOrEqual(80)
          expect(story.join("")).not.toMatch(/[{}]|undefined|NaN|Infinity|\[object/)
          expect(tell()).toEqual(story)
        }),
        { numRuns: 100 },
      )
    },
  )

  it("keeps long values, names and many operations within the screen", () => {
    const long = "value ".repeat(40)
    const story = explained<unknown, RegisterInput>(register(), [
      [`process-${long}`, { _tag: "write", key: long, value: long }, 0, 10],
      [`process-${long}`, { _tag: "write", key: long, value: "b" }, 123_456_789_012_345, 123_456_789_012_346],
      ["漢字", { _tag: "read", key: long }, 223_456_789_012_345, 223_456_789_012_346, long],
    ])
    expect(story.length).toBeLessThanOrEqual(30)
    for (const line of story) expect(line.length).toBeLessThanOrEqual(80)

    const crowd = Array.from(
      { length: 40 },
      (_, i): Told<MutexInput> => [`p${i}`, { _tag: i % 2 === 0 ? "acquire" : "release" }, 0, 50],
    )
    const many = explained<unknown, MutexInput>(mutex(), [
      ...crowd,
      ["a", { _tag: "acquire" }, 0, 50],
      ["b", { _tag: "acquire" }, 0, 50],
    ])
    expect(many[0]).toContain("42 of 42 operations are enough")
    expect(many).toContain("  and 32 operations that were called before these")
    expect(many.length).toBeLessThanOrEqual(30)
  })
})
