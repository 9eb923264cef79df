/** What is written is read again: any history whose processes do one thing after another survives the way through a file. */
import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { empty, type MicroOperation, parseRecording, type Recorded, type Recording, writeRecording } from "#invariants"

const fraction = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((number) => number + 0)
const value = fc.oneof(fc.maxSafeInteger(), fraction, fc.string({ unit: "binary" }), fc.boolean(), fc.constant(null))
const something = value.filter((each) => each !== null)
const text = fc.string({ unit: "binary" })
const key = fc.constantFrom("x", "y", "0", ":k", "\ud800")
const silent = fc.constant(true)

/** An input and what it may be answered. */
type Asked = fc.Arbitrary<{ readonly input: unknown; readonly answer: unknown }>

const asked = (
  tag: string,
  fields: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  answer: fc.Arbitrary<unknown>,
): Asked => fc.record({ input: fc.record({ _tag: fc.constant(tag), ...fields }, { noNullPrototype: true }), answer })

const element = fc.oneof(fc.integer(), text)
const micro: fc.Arbitrary<MicroOperation> = fc.oneof(
  fc.record({ _tag: fc.constant("append" as const), key, element }, { noNullPrototype: true }),
  fc.record(
    { _tag: fc.constant("read" as const), key, seen: fc.array(element, { maxLength: 3 }) },
    { noNullPrototype: true },
  ),
)
const transaction: Asked = fc.array(micro, { maxLength: 3 }).map((answer) => ({
  input: answer.map((each) => (each._tag === "read" ? { _tag: "read", key: each.key } : each)),
  answer,
}))

/** Of each model an operation, with a key or without. */
const vocabularies = (
  keyed: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): Readonly<Record<Recording["model"], Asked>> => {
  const read = asked("read", keyed, value)
  const write = asked("write", { ...keyed, value }, silent)
  return {
    register: fc.oneof(read, write),
    "cas-register": fc.oneof(read, write, asked("cas", { ...keyed, expected: value, value }, fc.boolean())),
    mutex: fc.oneof(asked("acquire", keyed, silent), asked("release", keyed, silent)),
    queue: fc.oneof(
      asked("enqueue", { ...keyed, value: something }, silent),
      asked("dequeue", keyed, fc.oneof(something, fc.constant(empty))),
    ),
    "list-append": fc.oneof(
      asked("append", { ...keyed, value }, silent),
      asked("read", keyed, fc.array(value, { maxLength: 3 })),
    ),
    "key-value": fc.oneof(
      asked("get", { key }, text),
      asked("put", { key, value: text }, silent),
      asked("append", { key, value: text }, silent),
    ),
    transactions: transaction,
  }
}

const duration = fc.oneof(fc.constant(0), fc.nat(5), fc.double({ min: 0, max: 5, noNaN: true }))

/** Histories of a few processes on one clock, with many equal instants. */
const historyOf = (operation: Asked): fc.Arbitrary<readonly Recorded[]> =>
  fc
    .array(
      fc.record({
        process: fc.constantFrom("c1", "c2", "7", "\u0000"),
        operation,
        pause: duration,
        lasts: duration,
        ended: fc.constantFrom("ok", "ok", "ok", "refused", "unknown"),
        reason: text,
      }),
      { maxLength: 12 },
    )
    .map((steps) => {
      const clocks = new Map<string, number>()
      const records = steps.map(
        ({ process, operation: { input, answer }, pause, lasts, ended, reason }): Omit<Recorded, "id"> => {
          const calledAt = (clocks.get(process) ?? 0) + pause
          clocks.set(process, calledAt + lasts)
          const returnedAt = ended === "unknown" ? Number.POSITIVE_INFINITY : calledAt + lasts
          const outcome =
            ended === "ok"
              ? ({ _tag: ended, value: answer } as const)
              : ({ _tag: ended as "refused" | "unknown", reason } as const)
          return { process, calledAt, returnedAt, input, outcome }
        },
      )
      return records
        .sort((left, right) => left.calledAt - right.calledAt)
        .map((record, place) => ({ id: String(place), ...record }))
    })

const recordings = (model: Recording["model"], keyed: boolean): fc.Arbitrary<Recording> =>
  fc
    .tuple(historyOf(vocabularies(keyed ? { key } : {})[model]), value)
    .map(
      ([history, held]) =>
        (model.endsWith("register") ? { model, initial: held, history } : { model, history }) as Recording,
    )
/** Without the ids, which a file gives anew. */
const plain = ({ history, ...rest }: Recording) => {
  const records: readonly Recorded[] = history
  return { ...rest, history: records.map(({ id: _, ...record }) => record) }
}

describe.each<readonly [model: Recording["model"], keyed: boolean]>([
  ["register", false],
  ["register", true],
  ["cas-register", false],
  ["cas-register", true],
  ["mutex", true],
  ["queue", false],
  ["list-append", true],
  ["key-value", true],
  ["transactions", true],
])("a history of %s (with keys: %s)", (model, keyed) => {
  it("is the same once it was written and read", () => {
    fc.assert(
      fc.property(recordings(model, keyed), (recording) => {
        const again = Result.getOrThrow(parseRecording(writeRecording(recording)))
        expect(again.notation).toBe("JSON Lines")
        // Processes that start at one instant have no order.
        const order = (each: Recorded | Omit<Recorded, "id">) => `${each.calledAt} ${each.process}`
        const sorted = (one: Recording) => {
          const { history, ...rest } = plain(one)
          const model = rest.model === "transactions" && history.length === 0 ? "list-append" : rest.model
          return {
            ...rest,
            model,
            history: [...history].sort((left, right) =>
              order(left) < order(right) ? -1 : order(left) > order(right) ? 1 : 0,
            ),
          }
        }
        expect(sorted(again.recording)).toEqual(sorted(recording))
      }),
      { numRuns: 400 },
    )
  })
})

it("a history is written as people would write it", () => {
  const history: Recorded<{ readonly _tag: "read" } | { readonly _tag: "write"; readonly value: number }>[] = [
    {
      id: "a",
      process: "c1",
      calledAt: 1,
      returnedAt: Number.POSITIVE_INFINITY,
      input: { _tag: "write", value: 3 },
      outcome: { _tag: "unknown", reason: "timed out" },
    },
    { id: "b", process: "c2", calledAt: 2, returnedAt: 4, input: { _tag: "read" }, outcome: { _tag: "ok", value: 3 } },
    {
      id: "c",
      process: "c1",
      calledAt: 3,
      returnedAt: 5,
      input: { _tag: "read" },
      outcome: { _tag: "refused", reason: "busy" },
    },
  ]
  expect(writeRecording({ model: "register", initial: null, history })).toBe(
    [
      '{"model":"register","initial":null}',
      '{"process":"c1","type":"invoke","f":"write","value":3,"time":1}',
      '{"process":"c2","type":"invoke","f":"read","time":2}',
      '{"process":"c1","type":"info","error":"timed out"}',
      '{"process":"c1","type":"invoke","f":"read","time":3}',
      '{"process":"c2","type":"ok","value":3,"time":4}',
      '{"process":"c1","type":"fail","error":"busy","time":5}',
      "",
    ].join("\n"),
  )
})
