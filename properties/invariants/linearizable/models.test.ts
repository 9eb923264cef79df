/** The models, as truth tables; and how little a model needs. */
import { describe, expect, it } from "vitest"
import { type Outcome, ok, unknown } from "../../../src/invariants/history.ts"
import {
  type CasRegisterInput,
  casRegister,
  checkLinearizable,
  empty,
  illegal,
  type KeyValueInput,
  keyValue,
  type ListAppendInput,
  listAppend,
  type Model,
  type MutexInput,
  mutex,
  type NotLinearizable,
  type QueueInput,
  queue,
  register,
  type Value,
} from "../../../src/invariants/linearizable/index.ts"
import { told } from "./told.ts"

/** In a state, an operation with an answer (or without) leads to a state, or nowhere. */
type Line<State, Input> = readonly [state: State, input: Input, answer: Outcome, after: State | "illegal"]

const lost = unknown("timed out")

const check = <State, Input>(model: Model<State, Input, unknown>, table: readonly Line<State, Input>[]): void => {
  for (const [state, input, answer, after] of table) {
    const line = `${JSON.stringify(state)} ${model.say(input, answer)}`
    const reached = answer._tag === "ok" ? model.step(state, input, answer.value) : model.unseen(state, input)
    expect([line, reached]).toEqual([line, after === "illegal" ? illegal : after])
  }
}

describe("the model of", () => {
  it("a register", () => {
    check(register(0), [
      [0, { _tag: "read" }, ok(0), 0],
      [0, { _tag: "read" }, ok(1), "illegal"],
      [null, { _tag: "read" }, ok(null), null],
      [0, { _tag: "write", value: 1 }, ok(null), 1],
      [0, { _tag: "write", value: 1 }, lost, 1],
    ])
    expect(register().initial).toBe(null)
    expect(register(7).initial).toBe(7)
  })

  it("a cas-register: a cas that failed says what the register did not hold", () => {
    const cas: CasRegisterInput = { _tag: "cas", expected: 1, value: 2 }
    check(casRegister(0), [
      [1, cas, ok(true), 2],
      [1, cas, ok(false), "illegal"],
      [3, cas, ok(true), "illegal"],
      [3, cas, ok(false), 3],
      [1, cas, lost, 2],
      [3, cas, lost, "illegal"],
      [3, { _tag: "read" }, ok(3), 3],
      [3, { _tag: "write", value: null }, ok(null), null],
    ])
  })

  it("a mutex", () => {
    const [acquire, release]: MutexInput[] = [{ _tag: "acquire" }, { _tag: "release" }]
    check(mutex(), [
      ["free", acquire as MutexInput, ok(null), "held"],
      ["held", acquire as MutexInput, ok(null), "illegal"],
      ["held", release as MutexInput, ok(null), "free"],
      ["free", release as MutexInput, lost, "illegal"],
    ])
  })

  it("a text that is put and appended to", () => {
    const get: KeyValueInput = { _tag: "get", key: "x" }
    check(keyValue(), [
      ["ab", get, ok("ab"), "ab"],
      ["ab", get, ok("a"), "illegal"],
      ["ab", { _tag: "put", key: "x", value: "c" }, ok(null), "c"],
      ["ab", { _tag: "append", key: "x", value: "c" }, lost, "abc"],
    ])
  })

  it("a list", () => {
    const read: ListAppendInput = { _tag: "read" }
    check<readonly Value[], ListAppendInput>(listAppend(), [
      [[1, 2], read, ok([1, 2]), [1, 2]],
      [[1, 2], read, ok([2, 1]), "illegal"],
      [[1, 2], read, ok([1]), "illegal"],
      [[1], { _tag: "append", value: "1" }, ok(null), [1, "1"]],
    ])
  })

  it("a queue", () => {
    const dequeue: QueueInput = { _tag: "dequeue" }
    check<readonly Value[], QueueInput>(queue(), [
      [[1, 2], dequeue, ok(1), [2]],
      [[1, 2], dequeue, ok(2), "illegal"],
      [[1, 2], dequeue, ok(empty), "illegal"],
      [[], dequeue, ok(empty), []],
      [[], dequeue, ok(null), "illegal"],
      [[], dequeue, lost, []],
      [[1, 2], dequeue, lost, [2]],
      [[1], { _tag: "enqueue", value: 1 }, ok(null), [1, 1]],
    ])
  })

  it("several objects judges each by itself", () => {
    const history = told<CasRegisterInput>([
      ["a", { _tag: "write", key: "x", value: 1 }, 0, 10],
      ["b", { _tag: "read", key: "y" }, 11, 20, 1],
      ["c", { _tag: "read", key: "x" }, 12, 20, 1],
    ])
    const result = checkLinearizable(casRegister(0), history) as NotLinearizable
    expect([result.verdict, result.key, result.evidence.map(({ process }) => process)]).toEqual([
      "violated",
      "y",
      ["b"],
    ])
    const one = history.map((operation) => ({ ...operation, input: { ...operation.input, key: "x" } }))
    expect(checkLinearizable(casRegister(0), one)).toMatchObject({ verdict: "holds", witness: [{ key: "x" }] })
  })
})

describe("a model of one's own", () => {
  /** A counter that answers with the sum; the state is plain data, not even primitive. */
  const counter: Model<{ readonly sum: number }, number, number> = {
    name: "counter",
    initial: { sum: 0 },
    step: ({ sum }, more, answer) => (answer === sum + more ? { sum: answer } : illegal),
    unseen: ({ sum }, more) => ({ sum: sum + more }),
    say: (more, outcome) => `add ${more} → ${outcome._tag === "ok" ? outcome.value : "?"}`,
  }

  it("needs no more than its steps", () => {
    const history = told<number>([
      ["a", 1, 0, 10, 3],
      ["b", 2, 5, 15, 2],
      ["c", 5, 12],
      ["d", 1, 20, 30, 9],
    ])
    expect(checkLinearizable(counter, history as never)).toMatchObject({
      verdict: "holds",
      witness: [{ order: [1, 0, 2, 3] }],
    })
    expect(checkLinearizable(counter, history.toSpliced(2, 1) as never)).toMatchObject({
      verdict: "violated",
      confirmed: true,
    })
  })

  it("that is more than plain data has to tell its states apart", () => {
    const bag: Model<Map<string, number>, string, number> = {
      name: "bag",
      initial: new Map(),
      step: (state, item, answer) =>
        (state.get(item) ?? 0) + 1 === answer ? new Map(state).set(item, answer) : illegal,
      unseen: (state, item) => new Map(state).set(item, (state.get(item) ?? 0) + 1),
      say: (item) => `add ${item}`,
    }
    const history = told<string>([
      ["a", "x", 0, 10, 1],
      ["b", "x", 5, 15, 2],
    ]) as never
    expect(() => checkLinearizable(bag, history)).toThrow(TypeError)
    const told2 = { ...bag, identity: (state: Map<string, number>) => [...state].join() }
    expect(checkLinearizable(told2, history).verdict).toBe("holds")
  })
})
