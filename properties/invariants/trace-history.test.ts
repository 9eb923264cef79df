/** The history in a trace: every call once, with what its client was told, in the order of the calls. */
import { describe, expect, it } from "vitest"
import { type Called, historyOf, type Outcome, ok, type Returned, refused, unknown } from "#invariants"
import { Kind, Trace } from "#sim"

interface Told {
  readonly at: number
  readonly node: number
  readonly id: string
  readonly outcome?: Outcome
}

const traceOf = (told: readonly Told[]): Trace => {
  const trace = new Trace()
  for (const { at, node, id, outcome } of told) {
    const call = { words: id }
    const value: Called | Returned = outcome === undefined ? { id, call } : { id, call, outcome }
    trace.append(at, outcome === undefined ? Kind.call : Kind.return, 0, node, -1, 0, -1, value)
    trace.append(at, Kind.fact, 0, node, -1, 0, -1, { id })
  }
  return trace
}

const name = (node: number): string => `c${node}`

describe("the history in a trace", () => {
  const trace = traceOf([
    { at: 1, node: 1, id: "a" },
    { at: 2, node: 2, id: "b" },
    { at: 3, node: 2, id: "b", outcome: refused("busy") },
    { at: 3, node: 2, id: "c" },
    { at: 4, node: 1, id: "a", outcome: ok(7) },
    { at: 5, node: 1, id: "d" },
    { at: 9, node: 1, id: "d", outcome: unknown("no answer") },
  ])

  it("has every call with its times, its client and its end; what never returned is unknown", () => {
    expect(historyOf(trace, name, ({ call, outcome }) => [{ input: call, outcome }])).toEqual([
      { id: "a", process: "c1", calledAt: 1, returnedAt: 4, input: { words: "a" }, outcome: ok(7) },
      { id: "b", process: "c2", calledAt: 2, returnedAt: 3, input: { words: "b" }, outcome: refused("busy") },
      {
        id: "c",
        process: "c2",
        calledAt: 3,
        returnedAt: Number.POSITIVE_INFINITY,
        input: { words: "c" },
        outcome: unknown("never returned"),
      },
      { id: "d", process: "c1", calledAt: 5, returnedAt: 9, input: { words: "d" }, outcome: unknown("no answer") },
    ])
  })

  it("has as many operations of a call as it is understood to be", () => {
    const history = historyOf(trace, name, ({ id, outcome }) =>
      id === "b" ? [] : [1, 2].map((input) => ({ input, outcome })),
    )
    expect(history.map(({ id, input }) => [id, input])).toEqual([
      ["a", 1],
      ["a.2", 2],
      ["c", 1],
      ["c.2", 2],
      ["d", 1],
      ["d.2", 2],
    ])
  })
})
