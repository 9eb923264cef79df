/**
 * Random histories of small objects: what clients were answered by a real one, or by one that lies. Times are few, so
 * that many are equal; some operations are never answered, and of these some take effect, even late.
 */
import * as fc from "fast-check"
import type { History, Outcome, Recorded } from "../../../src/invariants/history.ts"
import {
  type CasRegisterInput,
  casRegister,
  empty,
  type KeyValueInput,
  keyValue,
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

/** A real object, and what may be asked of it. */
export interface Toy<Input extends { readonly _tag: string } = { readonly _tag: string }> {
  readonly model: Model<unknown, Input, unknown>
  /** One of the inputs, for any number; the nth operation of its history. */
  readonly input: (pick: number, nth: number) => Input
  /** A new object, which answers. */
  readonly create: () => (input: Input) => unknown
  /** An answer that may be wrong. */
  readonly lie: (input: Input, pick: number, truth: unknown) => unknown
}

/** The answer of an object that did nothing. */
const refusal = Symbol("refusal")

const aRegister = (initial: unknown) => () => {
  let held = initial
  return (input: CasRegisterInput): unknown => {
    switch (input._tag) {
      case "read":
        return held
      case "write":
        held = input.value
        return null
      case "cas": {
        const holds = held === input.expected
        if (holds) held = input.value
        return holds
      }
    }
  }
}

const values = 3

export const registers: Toy<RegisterInput> = {
  model: register(0),
  input: (pick) => (pick % 2 === 0 ? { _tag: "read" } : { _tag: "write", value: (pick >> 1) % values }),
  create: aRegister(0),
  lie: (input, pick, truth) => (input._tag === "read" ? pick % values : truth),
}

/** Each value is written once. */
export const uniqueRegisters: Toy<RegisterInput> = {
  model: register(0),
  input: (pick, nth) => (pick % 2 === 0 ? { _tag: "read" } : { _tag: "write", value: nth + 1 }),
  create: aRegister(0),
  lie: (input, pick, truth) => (input._tag === "read" ? pick % 8 : truth),
}

/** Most only read. */
export const readers: Toy<RegisterInput> = {
  ...uniqueRegisters,
  input: (pick, nth) => (pick % 8 > 0 ? { _tag: "read" } : { _tag: "write", value: nth + 1 }),
}

export const casRegisters: Toy<CasRegisterInput> = {
  model: casRegister(0),
  input: (pick) => {
    const [value, expected] = [(pick >> 2) % values, (pick >> 4) % values]
    if (pick % 4 === 0) return { _tag: "read" }
    return pick % 4 === 1 ? { _tag: "write", value } : { _tag: "cas", expected, value }
  },
  create: aRegister(0),
  lie: (input, pick, truth) => (input._tag === "read" ? pick % values : input._tag === "cas" ? pick % 2 === 0 : truth),
}

/** Most only read. */
export const casReaders: Toy<CasRegisterInput> = {
  ...casRegisters,
  input: (pick, nth) => (pick % 8 > 0 ? { _tag: "read" } : casRegisters.input(pick >> 3, nth)),
}

/** Each value is written once; nobody is told that a cas failed. */
export const uniqueCasRegisters: Toy<CasRegisterInput> = {
  model: casRegister(0),
  input: (pick, nth) => {
    if (pick % 3 === 0) return { _tag: "read" }
    return pick % 3 === 1
      ? { _tag: "write", value: nth + 1 }
      : { _tag: "cas", expected: (pick >> 2) % (nth + 1), value: nth + 1 }
  },
  create: () => {
    const ask = aRegister(0)()
    return (input) => {
      const answer = ask(input)
      return input._tag === "cas" && answer === false ? refusal : answer
    }
  },
  lie: (input, pick, truth) => (input._tag === "read" ? pick % 8 : input._tag === "cas" ? true : truth),
}

export const mutexes: Toy<MutexInput> = {
  model: mutex(),
  input: (pick) => ({ _tag: pick % 2 === 0 ? "acquire" : "release" }),
  create: () => {
    let held = false
    return ({ _tag }) => {
      if (held !== (_tag === "release")) return refusal
      held = !held
      return null
    }
  },
  lie: () => null,
}

const texts = (input: (pick: number, nth: number) => KeyValueInput): Toy<KeyValueInput> => ({
  model: keyValue(),
  input,
  create: () => {
    let text = ""
    return (asked) => {
      if (asked._tag === "get") return text
      text = asked._tag === "put" ? asked.value : text + asked.value
      return null
    }
  },
  lie: (asked, pick, truth) => {
    if (asked._tag !== "get") return truth
    const text = truth as string
    return pick % 3 === 0 ? text.slice(0, -1) : pick % 3 === 1 ? `${text}a` : text.slice(1)
  },
})

export const keyValues = texts((pick) => {
  const value = "ab".slice(0, 1 + ((pick >> 2) % 2)).repeat(1 + ((pick >> 3) % 2))
  if (pick % 4 < 2) return { _tag: "get", key: "k" }
  return { _tag: pick % 4 === 2 ? "put" : "append", key: "k", value }
})

/** Each value is written once. */
export const uniqueKeyValues = texts((pick, nth) => {
  const value = `${String.fromCharCode(97 + nth)}`
  if (pick % 5 < 2) return { _tag: "get", key: "k" }
  return { _tag: pick % 5 === 2 ? "put" : "append", key: "k", value }
})

const lists = (input: (pick: number, nth: number) => ListAppendInput): Toy<ListAppendInput> => ({
  model: listAppend(),
  input,
  create: () => {
    const list: (string | number | boolean | null)[] = []
    return (asked) => {
      if (asked._tag === "read") return [...list]
      list.push(asked.value)
      return null
    }
  },
  lie: (asked, pick, truth) => {
    if (asked._tag !== "read") return truth
    const list = truth as readonly number[]
    const last = list.length - 1
    return pick % 3 === 0 ? list.slice(0, -1) : pick % 3 === 1 ? [...list, pick % 8] : list.toSpliced(last - 1, 2)
  },
})

export const listAppends = lists((pick) =>
  pick % 2 === 0 ? { _tag: "read" } : { _tag: "append", value: (pick >> 1) % 2 },
)

/** Each value is appended once. */
export const uniqueListAppends = lists((pick, nth) =>
  pick % 2 === 0 ? { _tag: "read" } : { _tag: "append", value: nth },
)

export const queues: Toy<QueueInput> = {
  model: queue(),
  input: (pick) => (pick % 2 === 0 ? { _tag: "dequeue" } : { _tag: "enqueue", value: (pick >> 1) % values }),
  create: () => {
    const waiting: unknown[] = []
    return (input) => {
      if (input._tag === "dequeue") return waiting.length === 0 ? empty : waiting.shift()
      waiting.push(input.value)
      return null
    }
  },
  lie: (input, pick, truth) => (input._tag === "dequeue" ? (pick % 4 === 3 ? empty : pick % 4) : truth),
}

/** What happens to an operation. */
interface Fate {
  readonly process: number
  /**
   * From the process's last return to the call, from there to the return, and to the effect if that is before the
   * return.
   */
  readonly wait: number
  readonly takes: number
  readonly effect: number
  readonly pick: number
  /** Whether it is answered, and truly. Without an answer it takes effect or not. */
  readonly end: "answered" | "lied" | "effective" | "lost" | "refused"
}

export interface Shape {
  /** At most so many, and at least. */
  readonly operations: number
  readonly least?: number
  readonly processes: number
  /** The longest that one takes. */
  readonly takes?: number
  /** Of how many operations one is not answered, and one is lied about. */
  readonly unanswered?: number
  readonly lies?: number
}

const fates = (shape: Shape): fc.Arbitrary<readonly Fate[]> => {
  const { operations, least = 0, processes, takes = 5, unanswered = 5, lies = 3 } = shape
  const end = fc.record({ unanswered: fc.nat(unanswered - 1), lied: fc.nat(lies - 1), other: fc.nat(19) })
  return fc.array(
    fc.record({
      process: fc.nat(processes - 1),
      wait: fc.nat(2),
      takes: fc.nat(takes),
      effect: fc.nat(takes),
      pick: fc.nat(255),
      end: end.map(({ unanswered, lied, other }): Fate["end"] => {
        if (other === 19) return "refused"
        if (unanswered === 1) return other % 2 === 0 ? "effective" : "lost"
        return lied === 1 ? "lied" : "answered"
      }),
    }),
    { minLength: least, maxLength: operations, size: "max" },
  )
}

const happened = <Input extends { readonly _tag: string }>(
  toy: Toy<Input>,
  plan: readonly Fate[],
): History<Input, unknown> => {
  const clocks = new Map<number, number>()
  const planned = plan.map((fate, nth) => {
    const calledAt = (clocks.get(fate.process) ?? 0) + fate.wait
    const returnedAt = calledAt + fate.takes
    clocks.set(fate.process, returnedAt)
    const isAnswered = fate.end === "answered" || fate.end === "lied"
    const at = calledAt + (isAnswered ? Math.min(fate.effect, fate.takes) : 3 * fate.effect)
    return { ...fate, nth, calledAt, returnedAt, at, input: toy.input(fate.pick, nth) }
  })
  const ask = toy.create()
  const answers = new Map<number, unknown>()
  /** What was answered before to the like. */
  const earlier = new Map<string, unknown[]>()
  for (const { nth, end, input, pick } of planned.toSorted((a, b) => a.at - b.at)) {
    if (end === "lost" || end === "refused") continue
    const truth = ask(input)
    const stale = earlier.get(input._tag) ?? []
    earlier.set(input._tag, [...stale, truth])
    if (end !== "lied") answers.set(nth, truth)
    else
      answers.set(nth, pick % 8 < 5 && stale.length > 0 ? stale[pick % stale.length] : toy.lie(input, pick >> 3, truth))
  }
  return planned
    .map(({ nth, process, calledAt, returnedAt, input, end }): Recorded<Input, unknown> => {
      const outcome = outcomeOf(end, answers.get(nth))
      return { id: `o${nth}`, process: `p${process}`, calledAt, returnedAt, input, outcome }
    })
    .sort((a, b) => a.calledAt - b.calledAt)
}

const outcomeOf = (end: Fate["end"], value: unknown): Outcome => {
  if (end === "refused" || value === refusal) return { _tag: "refused", reason: "busy" }
  return end === "answered" || end === "lied" ? { _tag: "ok", value } : { _tag: "unknown", reason: "timed out" }
}

export const histories = <Input extends { readonly _tag: string }>(
  toy: Toy<Input>,
  shape: Shape,
): fc.Arbitrary<History<Input, unknown>> => fates(shape).map((plan) => happened(toy, plan))
