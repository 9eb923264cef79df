/** What is lost: one of two changes to the same version, or what was acknowledged and is not there in the end. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  checkLostUpdates,
  checkNothingLost,
  type History,
  type ListAppendInput,
  type Update,
  type Value,
} from "#invariants"

const outcomes = <A>(value: A) => [
  { _tag: "ok" as const, value },
  { _tag: "ok" as const, value },
  { _tag: "unknown" as const, reason: "no answer" },
  { _tag: "refused" as const, reason: "busy" },
]

const timed = <Input, Output>(
  all: readonly {
    readonly input: Input
    readonly outcome: History<Input, Output>[number]["outcome"]
    readonly lasts: number
  }[],
): History<Input, Output> =>
  all.map(({ input, outcome, lasts }, nth) => ({
    id: `o${nth + 1}`,
    process: `p${nth % 3}`,
    calledAt: nth * 10,
    returnedAt: nth * 10 + lasts,
    input,
    outcome,
  }))

describe("an update", () => {
  const updates = fc
    .array(
      fc.record({
        key: fc.constantFrom("x", "y"),
        read: fc.constantFrom<Value>(null, 1, 2, 3, 4),
        end: fc.nat({ max: 3 }),
      }),
      { maxLength: 6 },
    )
    .map((all) =>
      timed<Update, Value>(
        all.map(({ key, read, end }, nth) => {
          const [first = { _tag: "refused", reason: "" }] = outcomes(read).slice(end)
          return { input: { key, value: nth + 1 }, outcome: first, lasts: 5 }
        }),
      ),
    )

  it("is lost if another was made to the same version, and both are committed", () => {
    const verdicts = new Set<string>()
    fc.assert(
      fc.property(updates, (history) => {
        const { verdict, evidence } = checkLostUpdates(history)
        verdicts.add(verdict)
        const committed = history.flatMap(({ id, input, outcome }) =>
          outcome._tag === "ok" ? [{ id, place: `${input.key} ${outcome.value}` }] : [],
        )
        const pairs = committed.flatMap((a, nth) =>
          committed.slice(nth + 1).flatMap((b) => (a.place === b.place ? [[a.id, b.id]] : [])),
        )
        expect(verdict).toBe(committed.length === 0 ? "unknown" : pairs.length > 0 ? "violated" : "holds")
        if (pairs.length > 0) expect(pairs).toContainEqual(evidence)
      }),
      { numRuns: 400, seed: 1 },
    )
    expect(verdicts.size).toBe(3)
  })

  it("is told with the version that both were made to", () => {
    const update = (value: number, read: Value) => ({
      input: { key: "x", value },
      outcome: { _tag: "ok" as const, value: read },
      lasts: 5,
    })
    expect(checkLostUpdates(timed<Update, Value>([update(1, null), update(2, 1), update(3, 1)]))).toEqual({
      verdict: "violated",
      exercised: 3,
      evidence: ["o2", "o3"],
      because: [
        "p1 read x=1 and made 2 of it (o2).",
        "p2 read x=1 and made 3 of it (o3).",
        "Both are committed, so one of them overwrote the other unseen.",
      ],
    })
  })
})

describe("an element", () => {
  const histories = fc
    .array(
      fc.record({
        key: fc.constantFrom("x", "y"),
        list: fc.option(fc.subarray([1, 2, 3, 4, 5, 6]), { freq: 2 }),
        end: fc.nat({ max: 3 }),
        lasts: fc.nat({ max: 30 }),
      }),
      { maxLength: 6 },
    )
    .map((all) =>
      timed<ListAppendInput, unknown>(
        all.map(({ key, list, end, lasts }, nth) => {
          const [outcome = { _tag: "refused", reason: "" }] = outcomes<unknown>(list).slice(end)
          return {
            input: list === null ? { _tag: "append", key, value: nth + 1 } : { _tag: "read", key },
            outcome,
            lasts,
          }
        }),
      ),
    )

  it("is lost if it was acknowledged before the last read began, which did not see it", () => {
    const verdicts = new Set<string>()
    fc.assert(
      fc.property(histories, (history) => {
        const { verdict, evidence } = checkNothingLost(history)
        verdicts.add(verdict)
        const asked = history.flatMap((added) => {
          const reads = history.filter(
            ({ input, outcome }) => input._tag === "read" && outcome._tag === "ok" && input.key === added.input.key,
          )
          const last = reads.at(-1)
          const { input, outcome } = added
          if (input._tag !== "append" || outcome._tag !== "ok" || last === undefined) return []
          if (added.returnedAt >= last.calledAt) return []
          const list = last.outcome._tag === "ok" ? (last.outcome.value as readonly number[]) : []
          return [{ ids: [added.id, last.id], isThere: list.includes(Number(input.value)) }]
        })
        const lost = asked.filter(({ isThere }) => !isThere)
        expect(verdict).toBe(asked.length === 0 ? "unknown" : lost.length > 0 ? "violated" : "holds")
        if (lost.length > 0) expect(lost.map(({ ids }) => ids)).toContainEqual(evidence)
      }),
      { numRuns: 600, seed: 1 },
    )
    expect(verdicts.size).toBe(3)
  })

  it("is told with who was promised it, and who missed it", () => {
    const history = timed<ListAppendInput, unknown>([
      { input: { _tag: "append", key: "x", value: 1 }, outcome: { _tag: "ok", value: null }, lasts: 5 },
      { input: { _tag: "append", key: "x", value: 2 }, outcome: { _tag: "ok", value: null }, lasts: 5 },
      { input: { _tag: "read", key: "x" }, outcome: { _tag: "ok", value: [2] }, lasts: 5 },
    ])
    expect(checkNothingLost(history)).toEqual({
      verdict: "violated",
      exercised: 2,
      evidence: ["o1", "o3"],
      because: ["p0 was told that 1 is there (o1).", "p2 read everything after that, and it was not (o3)."],
    })
  })
})
