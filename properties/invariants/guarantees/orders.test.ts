/** Orders of versions: read off logs and lists, and then the checkers know as much as the judges that watch a run. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  accessesOfLists,
  checkCausalConvergence,
  checkMonotonicReads,
  checkReadYourWrites,
  checkSequential,
  type History,
  type Judge,
  type ListAppendInput,
  monotonicReads,
  type Observation,
  orderOfLists,
  orderOfVersions,
  readYourWrites,
  type Stage,
} from "#invariants"
import { type Entry, Kind } from "#sim"
import { accesses, replicatedHistories } from "./histories.ts"

const stage: Stage = { name: (node) => `p${node}`, core: [], size: {} }

/** Whether a judge that is told these observations, one call each, finds a violation. */
const isViolated = (
  judge: Judge,
  told: readonly { readonly node: number; readonly observed: Observation }[],
): boolean =>
  told.some(({ node, observed }, index) => {
    const value = { id: `o${index + 1}`, call: observed, outcome: { _tag: "ok", value: observed } }
    const entry: Entry = { index, at: index, kind: Kind.return, detail: 0, node, peer: -1, n: 0, cause: -1, value }
    return judge.see(entry) !== undefined
  })

describe("the order of a log", () => {
  it("lets the checkers of a history find what the judges of a run find", () => {
    const violated = new Map<string, number>()
    const placed = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 15, maxLength: 15 })
    fc.assert(
      fc.property(replicatedHistories({ operations: 14, processes: 3, keys: 2 }), placed, (history, places) => {
        const versionOf = (value: unknown) => {
          const lsn = value === null ? 0 : (places[Number(value)] ?? 0) * 100 + Number(value)
          return { epoch: Math.floor(lsn / 400), lsn }
        }
        const order = orderOfVersions(
          history.flatMap(({ input }) =>
            input._tag === "write"
              ? [{ key: input.key ?? "", value: input.value, version: versionOf(input.value) }]
              : [],
          ),
        )
        const told = history.map(({ process, input, outcome }) => {
          const wrote = input._tag === "write"
          const value = wrote ? input.value : outcome._tag === "ok" ? outcome.value : null
          return {
            node: Number(process.slice(1)),
            observed: { key: input.key ?? "", wrote, version: versionOf(value) },
          }
        })
        const observe = ({ call }: { readonly call: unknown }) => [call as Observation]
        for (const [invariant, check] of [
          [readYourWrites(observe), checkReadYourWrites],
          [monotonicReads(observe), checkMonotonicReads],
        ] as const) {
          const judge = invariant.judge(stage)
          const expected = isViolated(judge, told)
          const { verdict, exercised } = check(history, { order })
          expect(verdict === "violated").toBe(expected)
          if (!expected) expect(exercised).toBe(judge.exercised())
          if (expected) violated.set(invariant.name, (violated.get(invariant.name) ?? 0) + 1)
        }
      }),
      { numRuns: 1000, seed: 1 },
    )
    expect([...violated.keys()].sort()).toEqual(["monotonic-reads", "read-your-writes"])
    expect(Math.min(...violated.values())).toBeGreaterThan(50)
  })

  it("goes by epoch and then by place, and knows nothing of other values", () => {
    const order = orderOfVersions([
      { key: "x", value: 1, version: { epoch: 2, lsn: 1 } },
      { key: "x", value: 2, version: { epoch: 1, lsn: 9 } },
      { key: "y", value: 3, version: { epoch: 1, lsn: 1 } },
      { key: "x", value: 4, version: { epoch: 2, lsn: 1 } },
    ])
    expect([2, 1, 4].map((value) => order("x", value))).toEqual([0, 1, 1])
    expect([order("y", 3), order("x", 3), order("z", 1)]).toEqual([0, undefined, undefined])
  })

  it("may break what could otherwise be explained", () => {
    const history = accesses("p w x 1, q w x 2, p r x 2")
    const order = orderOfVersions([
      { key: "x", value: 1, version: { epoch: 1, lsn: 2 } },
      { key: "x", value: 2, version: { epoch: 1, lsn: 1 } },
    ])
    expect(checkReadYourWrites(history).verdict).toBe("holds")
    expect(checkReadYourWrites(history, { order })).toEqual({
      verdict: "violated",
      exercised: 1,
      evidence: ["w1", "w2", "r3"],
      because: [
        "p wrote x=1 (w1). Then p read x=2 (r3): so x=1 is not newer than that.",
        "x=2 is older than x=1 in the order that is given.",
        "No order of x=1 and x=2 allows that.",
      ],
    })
    expect(checkCausalConvergence(history, { order }).because).toContain(
      "x=2 is older than x=1 in the order that is given.",
    )
  })
})

describe("the order that is given", () => {
  it("counts for a write without an answer, if a read shows that it happened", () => {
    const history = accesses("p w x 1, p w x 2?, q w y 3, q r x 2, q r y 3")
    const order = (_: string, value: unknown) => (value === 3 ? undefined : -Number(value))
    for (const check of [checkSequential, checkCausalConvergence]) {
      expect(check(history).verdict).toBe("holds")
      expect(check(history, { order }).evidence).toEqual(["w1", "w2", "r4"])
    }
  })
})

/** `p a x 1, q r x 1+2`: appends and reads of lists. */
const lists = (text: string): History<ListAppendInput> =>
  text.split(",").map((line, nth) => {
    const [process = "", what = "", key = "", value = ""] = line.trim().split(/\s+/)
    const elements = value === "nil" ? [] : value.split("+").map(Number)
    return {
      id: `${what}${nth + 1}`,
      process,
      calledAt: nth * 10,
      returnedAt: nth * 10 + 5,
      input: what === "a" ? { _tag: "append", key, value: Number(value) } : { _tag: "read", key },
      outcome: { _tag: "ok", value: what === "a" ? null : elements },
    }
  })

describe("lists", () => {
  const history = lists("p a x 1, q a x 2, r r x 2, s r x 2+1, q r y nil, p a y 3")

  it("order what was appended by the longest that was read", () => {
    const order = orderOfLists(history)
    expect([2, 1, 3].map((value) => order("x", value))).toEqual([0, 1, undefined])
    expect(order("y", 3)).toBe(undefined)
  })

  it("are judged as versions, each made by its last element", () => {
    const order = orderOfLists(history)
    const versions = accessesOfLists(history)
    expect(versions.map(({ input, outcome }) => [input._tag, outcome._tag === "ok" ? outcome.value : "?"])).toEqual([
      ["write", null],
      ["write", null],
      ["read", 2],
      ["read", 1],
      ["read", null],
      ["write", null],
    ])
    const { witness = [] } = checkSequential(versions, { order })
    expect(["a2", "r3", "a1", "r4"].map((id) => witness.indexOf(id))).toEqual([0, 2, 3, 5])
    const back = lists("p a x 1, q a x 2, r r x 2, s r x 1+2, r r x 1")
    expect(checkMonotonicReads(accessesOfLists(back)).verdict).toBe("holds")
    expect(checkMonotonicReads(accessesOfLists(back), { order: orderOfLists(back) }).verdict).toBe("violated")
  })
})
