/** What recordings mean, in each notation: operations, outcomes, keys, times, and the model; and what is refused, and where. */
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { empty, type ModelChoice, parseModel, parseRecording, type Recording } from "#invariants"

const reading = (text: string, choice?: ModelChoice) => Result.getOrThrow(parseRecording(text, choice))
const read = (text: string, choice?: ModelChoice): Recording => reading(text, choice).recording
const refusal = (text: string, choice?: ModelChoice): string => {
  const result = parseRecording(text, choice)
  return Result.isFailure(result) ? result.failure : `it was read: ${JSON.stringify(result.success)}`
}

/** The operations, as short as they can be told: the line for the id. */
const told = (text: string, choice?: ModelChoice) =>
  read(text, choice).history.map(({ id, process, input, outcome }) => [
    id.replace("line ", ""),
    process,
    input,
    outcome._tag,
    ...answerOf(outcome),
  ])
const answerOf = (outcome: { readonly _tag: string; readonly value?: unknown }) =>
  outcome._tag === "ok" ? [outcome.value] : []

const spans = (text: string) => read(text).history.map(({ calledAt, returnedAt }) => [calledAt, returnedAt])

const never = Number.POSITIVE_INFINITY

describe("Jepsen's EDN", () => {
  const op = (process: number | string, type: string, f: string, value = "nil", more = "") =>
    `{:process ${process}, :type :${type}, :f :${f}, :value ${value}${more}}\n`

  it("is one vector, one list, or one operation after the other, as maps or records, with whatever else", () => {
    const expected = [
      ["1", "p0", { _tag: "write", value: 3 }, "ok", true],
      ["3", "p1", { _tag: "read" }, "ok", 3],
    ]
    const lines = [
      op(0, "invoke", "write", "3"),
      op(0, "ok", "write", "3"),
      op(1, "invoke", "read"),
      op(1, "ok", "read", "3"),
    ]
    const text = lines.join("")
    expect(told(text)).toEqual(expected)
    expect(told(`[${text}]`)).toEqual(expected)
    expect(told(`(${text})`)).toEqual(expected)
    expect(told(text.replaceAll("{:", "#jepsen.history.Op{:index 1, :").replaceAll(",", ""))).toEqual(expected)
    expect(told(`\uFEFF${text.replaceAll("\n", "\r\n")}`)).toEqual(expected)
    expect(
      told(
        text.replaceAll("}", ', :error [:x nil] :node "n1" #_#_:a 1}; said\n').replaceAll("}; said\n\n", "}; said\n"),
      ),
    ).toEqual(expected)
    expect(reading(text).notation).toBe("Jepsen EDN")
  })

  it("what failed did not happen; what is info, or never ended, nobody knows", () => {
    const text = `${op(0, "invoke", "write", "1")}${op(0, "fail", "write", "1", ' :error "why"')}${op(1, "invoke", "write", "2")}${op(1, "info", "write", "2", " :error [:timeout 1]")}${op(2, "invoke", "write", "3")}`
    expect(read(text).history.map(({ outcome, returnedAt }) => [outcome, returnedAt])).toEqual([
      [{ _tag: "refused", reason: "why" }, 2],
      [{ _tag: "unknown", reason: "[:timeout 1]" }, never],
      [{ _tag: "unknown", reason: "it never returned" }, never],
    ])
  })

  it("a failed compare-and-set did not happen, and a read of nil says nothing", () => {
    const text = `${op(0, "invoke", "cas", "[1 2]")}${op(0, "fail", "cas", "[1 2]")}${op(0, "invoke", "read")}${op(0, "ok", "read")}${op(0, "invoke", "cas", "[0 2]")}${op(0, "ok", "cas", "[0 2]")}`
    expect(told(text)).toEqual([
      ["1", "p0", { _tag: "cas", expected: 1, value: 2 }, "refused"],
      ["3", "p0", { _tag: "read" }, "unknown"],
      ["5", "p0", { _tag: "cas", expected: 0, value: 2 }, "ok", true],
    ])
  })

  it("an answer that says nothing was never seen", () => {
    expect(spans(`${op(0, "invoke", "read")}${op(0, "ok", "read")}`)).toEqual([[1, never]])
  })

  it("registers hold 0 at first, unless somebody expects nil", () => {
    const cas = (expected: string) => read(op(0, "invoke", "cas", `[${expected} 1]`))
    expect(cas("0")).toMatchObject({ model: "cas-register", initial: 0 })
    expect(cas("nil")).toMatchObject({ model: "cas-register", initial: null })
    expect(read(op(0, "invoke", "write", "nil"))).toMatchObject({ model: "register", initial: 0 })
    expect(read(op(0, "invoke", "cas", "[1 nil]"))).toMatchObject({ model: "cas-register", initial: 0 })
    expect(read(op(0, "invoke", "read"))).toMatchObject({ model: "register", initial: 0 })
    expect(read(op(0, "invoke", "read"), { name: "cas-register", initial: "a" })).toMatchObject({ initial: "a" })
    expect(read(op(0, "invoke", "read"), { name: "register", initial: null })).toMatchObject({ initial: null })
  })

  it("the nemesis and remarks are passed over", () => {
    const text = `${op(":nemesis", "info", "start")}${op(0, "invoke", "read")}${op(":nemesis", "info", "stop")}${op(7, "info", "log")}${op(0, "ok", "read", "0")}`
    expect(told(text)).toEqual([["2", "p0", { _tag: "read" }, "ok", 0]])
    expect(told(op(":nemesis", "info", "start"))).toEqual([])
    expect(told(`${op(":nemesis", "invoke", "start")}${op(":nemesis", "ok", "start")}`)).toEqual([])
    expect(told("[]")).toEqual([])
  })

  it("a process may go on after an operation of which nobody knows how it ended", () => {
    expect(told(`${op(0, "invoke", "write", "1")}${op(0, "info", "write")}${op(0, "invoke", "read")}`)).toHaveLength(2)
  })

  it("the lines say what came first, and times are used only where they say the same", () => {
    const events = (...times: readonly string[]) =>
      [
        op(0, "invoke", "read", "nil", times[0]),
        op(1, "invoke", "read", "nil", times[1]),
        op(0, "ok", "read", "0", times[2]),
        op(2, "invoke", "read", "nil", times[3]),
      ].join("")
    expect(spans(events("", "", "", ""))).toEqual([
      [1, 3],
      [2, never],
      [4, never],
    ])
    expect(reading(events("", "", "", "")).unit).toBe("lines")
    expect(spans(`\n${events("", "", "", "")}`)).toEqual([
      [2, 4],
      [3, never],
      [5, never],
    ])
    expect(spans(events("", "", "", "").replace("\n", ""))).toEqual([
      [1, 3],
      [2, never],
      [4, never],
    ])
    expect(reading(events("", "", "", "").replace("\n", "")).unit).toBe("events")
    expect(reading(events(" :time 10", " :time 10", " :time 30", " :time 31")).unit).toBe("ns")
    expect(spans(events(" :time 10", " :time 10", " :time 30", " :time 31"))).toEqual([
      [10, 30],
      [10, never],
      [31, never],
    ])
    expect(spans(events(" :time 10", " :time 10", " :time 30", " :time 30"))).toEqual([
      [1, 3],
      [2, never],
      [4, never],
    ])
    expect(spans(events(" :time 10", " :time 9", " :time 30", " :time 31"))).toEqual([
      [1, 3],
      [2, never],
      [4, never],
    ])
    expect(spans(events(" :time 10", "", " :time 30", " :time 31"))).toEqual([
      [1, 3],
      [2, never],
      [4, never],
    ])
  })

  it("operations of one line are told apart", () => {
    const text = [op(0, "invoke", "read"), op(1, "invoke", "read"), op(2, "invoke", "read")]
      .join(" ")
      .replaceAll("\n", "")
    expect(told(`\n${text}\n${op(3, "invoke", "read")}`).map(([id]) => id)).toEqual(["2", "2.2", "2.3", "3"])
  })

  it("keeps values apart that are not the same", () => {
    const values = [
      "1",
      '"1"',
      ":a",
      '":a"',
      "a",
      '"a"',
      '"\'a"',
      "[1]",
      '"[1]"',
      "\\a",
      "9007199254740993",
      '"9007199254740993"',
      "9007199254740992",
      "{:a 1}",
      "#{1}",
      "true",
      '"true"',
      "nil",
      '"nil"',
      "1/2",
      '"1/2"',
      "1.5",
    ]
    const text = values.map((value, process) => op(process, "invoke", "write", value)).join("")
    expect(new Set(read(text).history.map(({ input }) => "value" in input && input.value)).size).toBe(values.length)
    const twice = values.map((value, process) => op(process + 100, "invoke", "write", value)).join("")
    expect(new Set(read(text + twice).history.map(({ input }) => "value" in input && input.value)).size).toBe(
      values.length,
    )
  })

  it("independent objects have their key beside the value", () => {
    const text = `${op(0, "invoke", "write", "[x 3]")}${op(0, "ok", "write", "[x 3]")}${op(1, "invoke", "read", "[1 nil]")}${op(1, "ok", "read", "[1 4]")}${op(2, "invoke", "cas", "[:k [1 2]]")}${op(2, "fail", "cas", ":why")}${op(3, "invoke", "read", "[1 nil]")}${op(3, "ok", "read", "[1 nil]")}`
    expect(told(text)).toEqual([
      ["1", "p0", { _tag: "write", key: "x", value: 3 }, "ok", true],
      ["3", "p1", { _tag: "read", key: "1" }, "ok", 4],
      ["5", "p2", { _tag: "cas", key: ":k", expected: 1, value: 2 }, "refused"],
      ["7", "p3", { _tag: "read", key: "1" }, "unknown"],
    ])
    expect(told(`${op(0, "invoke", "acquire", "[x nil]")}${op(0, "ok", "acquire", "[x nil]")}`)).toEqual([
      ["1", "p0", { _tag: "acquire", key: "x" }, "ok", true],
    ])
  })

  it("a compare-and-set of a pair has a key, and what names its key apart from its value has no other", () => {
    expect(told(op(0, "invoke", "cas", "[x [1 2]]"))[0]?.[2]).toEqual({ _tag: "cas", key: "x", expected: 1, value: 2 })
    expect(told(op(0, "invoke", "acquire", "[x nil]", " :key 5"))[0]?.[2]).toEqual({ _tag: "acquire", key: "5" })
  })

  it("a register may hold pairs: where nothing is read of a key, there are none", () => {
    expect(
      told(`${op(0, "invoke", "write", "[1 2]")}${op(1, "invoke", "read")}${op(1, "ok", "read", "[1 2]")}`),
    ).toEqual([
      ["1", "p0", { _tag: "write", value: "[1 2]" }, "unknown"],
      ["2", "p1", { _tag: "read" }, "ok", "[1 2]"],
    ])
    expect(told(op(0, "invoke", "cas", "[1 2]"))).toEqual([
      ["1", "p0", { _tag: "cas", expected: 1, value: 2 }, "unknown"],
    ])
  })

  it("knows locks, queues, lists and texts by their operations", () => {
    const locks = `${op(0, "invoke", "acquire")}${op(0, "ok", "acquire", ":held")}${op(0, "invoke", "release")}${op(0, "fail", "release")}`
    expect(read(locks).model).toBe("mutex")
    expect(told(locks)).toEqual([
      ["1", "p0", { _tag: "acquire" }, "ok", true],
      ["3", "p0", { _tag: "release" }, "refused"],
    ])
    const queue = `${op(0, "invoke", "enqueue", ":a")}${op(0, "ok", "enqueue", ":a")}${op(0, "invoke", "dequeue")}${op(0, "ok", "dequeue", ":a")}${op(0, "invoke", "dequeue")}${op(0, "ok", "dequeue")}`
    expect(read(queue).model).toBe("queue")
    expect(told(queue)).toEqual([
      ["1", "p0", { _tag: "enqueue", value: ":a" }, "ok", true],
      ["3", "p0", { _tag: "dequeue" }, "ok", ":a"],
      ["5", "p0", { _tag: "dequeue" }, "ok", empty],
    ])
    const list = `${op(0, "invoke", "append", "1")}${op(0, "ok", "append", "1")}${op(0, "invoke", "read")}${op(0, "ok", "read", "[1 2]")}${op(0, "invoke", "read")}${op(0, "ok", "read")}`
    expect(read(list).model).toBe("list-append")
    expect(told(list)).toEqual([
      ["1", "p0", { _tag: "append", value: 1 }, "ok", true],
      ["3", "p0", { _tag: "read" }, "ok", [1, 2]],
      ["5", "p0", { _tag: "read" }, "ok", []],
    ])
    const at = ' :key "x"'
    const texts = `${op(0, "invoke", "put", '"a"', at)}${op(0, "ok", "put", '"a"', at)}${op(0, "invoke", "append", '"b"', at)}${op(0, "ok", "append", '"b"')}${op(0, "invoke", "get", "nil", at)}${op(0, "ok", "get", '"ab"', at)}`
    expect(read(texts).model).toBe("key-value")
    expect(told(texts)).toEqual([
      ["1", "p0", { _tag: "put", key: "x", value: "a" }, "ok", true],
      ["3", "p0", { _tag: "append", key: "x", value: "b" }, "ok", true],
      ["5", "p0", { _tag: "get", key: "x" }, "ok", "ab"],
    ])
  })

  it("transactions say what they ask for, and what they saw where they returned", () => {
    const text = `${op(0, "invoke", "txn", "[[:append 1 2] [:r :x nil]]")}${op(0, "ok", "txn", "[[:append 1 2] [:r :x [1 3]]]")}${op(1, "invoke", "txn", "[[:r 1 nil]]")}${op(1, "ok", "txn", "[[:r 1 nil]]")}${op(2, "invoke", "txn", "[[:append y 3]]")}${op(2, "fail", "txn")}${op(3, "invoke", "txn", "[[:r y nil]]")}${op(3, "info", "txn")}`
    const asked = [
      { _tag: "append", key: "1", element: 2 },
      { _tag: "read", key: ":x" },
    ]
    const expected = [
      ["1", "p0", asked, "ok", [asked[0], { _tag: "read", key: ":x", seen: [1, 3] }]],
      ["3", "p1", [{ _tag: "read", key: "1" }], "ok", [{ _tag: "read", key: "1", seen: [] }]],
      ["5", "p2", [{ _tag: "append", key: "y", element: 3 }], "refused"],
      ["7", "p3", [{ _tag: "read", key: "y" }], "unknown"],
    ]
    expect(read(text).model).toBe("transactions")
    expect(told(text)).toEqual(expected)
    expect(told(text, { name: "list-append" })).toEqual(expected)
    expect(told(text.replaceAll(" :f :txn,", ""))).toEqual(expected)
    const onlyEnd = `${op(0, "invoke", "txn")}${op(0, "ok", "txn", "[[:append 1 2]]")}`
    expect(told(onlyEnd)[0]?.slice(2)).toEqual([asked.slice(0, 1), "ok", asked.slice(0, 1)])
  })

  it.each([
    ["{:process 0}", "line 1: this operation has no :type; it must be :invoke, :ok, :fail or :info"],
    ["\n{:process 0 :type :started}", "line 2: :type is ':started'; it must be :invoke"],
    ["{:type :invoke, :f :read}", "line 1: this operation has no :process"],
    ["{:process [1] :type :invoke}", "line 1: :process is '[1]'"],
    ["{:process 1 :type :invoke :f [1]}", "line 1: :f is '[1]'; it must be a keyword"],
    ["[1 2]", "line 1: '1' is no operation; one is written {:process 0, :type :invoke, :f :read}"],
    [
      op(0, "invoke", "read").repeat(2),
      "line 2: process 'p0' invokes again, but what it invoked on line 1 has not ended",
    ],
    [op(0, "ok", "read"), "line 1: process 'p0' ends something (ok) that it never invoked"],
    [op(0, "fail", "read"), "line 1: process 'p0' ends something (fail) that it never invoked"],
    [
      `${op(0, "invoke", "read")}${op(0, "ok", "write", "1")}`,
      "line 2: process 'p0' ends 'write', but on line 1 it invoked 'read'",
    ],
    [
      `${op(0, "invoke", "write", "1")}${op(0, "ok", "write", "2")}`,
      "line 2: this returned ok with '2', but on line 1 it was invoked with '1'",
    ],
    [
      op(0, "invoke", "cas", "3"),
      "line 1: 'cas' has the value '3'; it must be a pair: what is expected, and what is set",
    ],
    [op(0, "invoke", "write").replace(", :value nil", ""), "line 1: this is invoked without a value"],
    [op(0, "invoke", "drain"), "line 1: no model has the operation 'drain'; there are read, write, cas,"],
    [
      `${op(0, "invoke", "read")}${op(1, "invoke", "enqueue", "1")}`,
      "line 2: no model has 'enqueue' and also what comes before it, from the 'read' of line 1 on",
    ],
    ["{:process 0 :type :invoke}", "line 1: this operation does not say what it is (f)"],
    [
      `${op(0, "invoke", "read", "[x nil]")}${op(1, "invoke", "cas", "[1 2]")}`,
      "line 2: '[1 2]' has no key, but '[x nil]' of line 1 has",
    ],
    [
      `${op(0, "invoke", "read", "[x nil]")}${op(1, "invoke", "write", "3")}`,
      "line 2: '3' has no key, but '[x nil]' of line 1 has",
    ],
    [
      `${op(0, "invoke", "read", "[x nil]")}${op(0, "ok", "read", "[y 1]")}`,
      "line 2: the key is 'y', but it was invoked with 'x'",
    ],
    [
      `${op(0, "invoke", "read", "[x nil]")}${op(0, "ok", "read", "3")}`,
      "line 2: '3' has no key, but what was invoked has",
    ],
    [
      `${op(0, "invoke", "read", "nil", " :key 1")}${op(0, "ok", "read", "3", " :key 2")}`,
      "line 2: process 'p0' ends something at the key '2', but invoked it on line 1 at '1'",
    ],
    [
      `${op(0, "invoke", "read", "nil", " :key 1")}${op(1, "invoke", "read")}`,
      "line 2: line 1 names a key and line 2 does not",
    ],
    [op(0, "invoke", "get"), "line 1: 'get' names no key"],
    [op(0, "invoke", "put", "3", " :key 1"), "line 1: 'put' has the value '3'; it must be text"],
    [
      `${op(0, "invoke", "get", "nil", " :key 1")}${op(0, "ok", "get")}`,
      "line 2: 'get' has the value 'nil'; it must be text",
    ],
    [op(0, "invoke", "enqueue"), "line 1: 'enqueue' has no value: nil is what an empty queue answers"],
    [
      `${op(0, "invoke", "append", "1")}${op(1, "invoke", "read")}${op(1, "ok", "read", "1")}`,
      "line 3: 'read' was answered '1'; it must be a list",
    ],
    [op(0, "invoke", "txn", "3"), "line 1: this transaction has the value '3'; it must be a list"],
    [op(0, "invoke", "txn", "[[:w 1 2]]"), "line 1: lists have no ':w', in '[:w 1 2]'; there are :append and :r"],
    [op(0, "invoke", "txn", "[[:append 1]]"), "line 1: '[:append 1]' appends nothing"],
    [op(0, "invoke", "txn", "[:r]"), "line 1: ':r' must be like [:append x 1] or [:r x nil]"],
    [op(0, "invoke", "txn", "[[:append 1 nil]]"), "line 1: 'nil' is no element of a list; one is a number or text"],
    [`${op(0, "invoke", "txn", "[[:r 1 nil]]")}${op(0, "ok", "txn", "[[:r 1 3]]")}`, "line 2: a list was read as '3'"],
    [
      `${op(0, "invoke", "txn", "[[:r 1 nil]]")}${op(0, "ok", "txn", "[[:r 2 nil]]")}`,
      "line 2: this transaction returned as '[[:r 2 nil]]', but on line 1 it was '[[:r 1 nil]]'",
    ],
    [
      `${op(0, "invoke", "txn", "[[:append 1 1]]")}${op(0, "ok", "txn", "[[:append 1 2]]")}`,
      "line 2: this transaction returned as",
    ],
    [
      `${op(0, "invoke", "append", "1")}${op(1, "invoke", "txn", "[]")}`,
      "line 2: line 2 is a transaction and line 1 does not",
    ],
  ])("%j is refused", (text, says) => {
    expect(refusal(text)).toContain(says)
  })
})

describe("Porcupine's logs", () => {
  const log = (...lines: readonly string[]) => lines.map((line) => `INFO  jepsen.util - ${line}\n`).join("")

  it("are read line by line, and what else was printed is passed over", () => {
    const text = log(
      "0\t:invoke\t:read\tnil",
      "1  :invoke :write  3",
      "0\t:ok\t:read\tnil",
      "1 :info :write :timed-out",
      "2 :invoke :cas [0 2]",
    )
    const expected = [
      ["1", "p0", { _tag: "read" }, "ok", null],
      ["2", "p1", { _tag: "write", value: 3 }, "unknown"],
      ["5", "p2", { _tag: "cas", expected: 0, value: 2 }, "unknown"],
    ]
    expect(read(text)).toMatchObject({ model: "cas-register", initial: null })
    expect(reading(text).notation).toBe("Porcupine log")
    expect(told(text)).toEqual(expected)
    expect(told(text.replaceAll("\n", "\r\n"))).toEqual(expected)
    const others = `WARN etcd is slow\nINFO  jepsen.core - Running test\n${text}`
    expect(told(others).map(([id]) => id)).toEqual(["3", "4", "7"])
  })

  it("a failed compare-and-set saw another value; where it failed otherwise nobody knows; a failed read says nothing", () => {
    const text = log(
      "0 :invoke :cas [0 2]",
      "0 :fail :cas [0 2]",
      "0 :invoke :cas [0 2]",
      "0 :fail :cas :timed-out",
      "0 :invoke :read nil",
      "0 :fail :read :timed-out",
      "0 :invoke :cas [0 2]",
      "0 :ok :cas [0 2]",
    )
    expect(told(text).map(([, , , ...answer]) => answer)).toEqual([
      ["ok", false],
      ["unknown"],
      ["refused"],
      ["ok", true],
    ])
  })

  it.each([
    [log("0 :invoke :read nil", "0 :invoke :read nil"), "line 2: process 'p0' invokes again"],
    [log("0 :ok :read nil"), "line 1: process 'p0' ends something (ok) that it never invoked"],
    [log("0 :invoke :cas 3"), "line 1: 'cas' has the value '3'"],
  ])("%j is refused", (text, says) => {
    expect(refusal(text)).toContain(says)
  })
})

describe("JSON Lines", () => {
  const lines = (...events: readonly object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("")
  const begin = { process: "c1", type: "invoke" } as const
  const end = { process: "c1", type: "ok" } as const

  it("are one event each, below the name of the model if somebody gave it", () => {
    const text = lines(
      { ...begin, f: "write", value: 3 },
      end,
      { ...begin, f: "read" },
      { ...end, value: 3, more: [1] },
    )
    const expected = [
      ["1", "c1", { _tag: "write", value: 3 }, "ok", true],
      ["3", "c1", { _tag: "read" }, "ok", 3],
    ]
    expect(read(text)).toMatchObject({ model: "register", initial: null })
    expect(reading(text).notation).toBe("JSON Lines")
    expect(told(text)).toEqual(expected)
    expect(told(`\uFEFF${text.replaceAll("\n", "\r\n\r\n")}`).map(([, ...rest]) => rest)).toEqual(
      expected.map(([, ...rest]) => rest),
    )
    const header = lines({ model: "cas-register", initial: 0 })
    expect(read(header + text)).toMatchObject({ model: "cas-register", initial: 0 })
    expect(told(header + text).map(([id]) => id)).toEqual(["2", "4"])
    expect(read(header + text, { name: "register", initial: "a" })).toMatchObject({ model: "register", initial: "a" })
    expect(read(header + text, { name: "register" })).toMatchObject({ model: "register", initial: null })
  })

  it("a read of null saw nothing, a compare-and-set says whether it set, a queue may be empty", () => {
    expect(told(lines({ ...begin, f: "read" }, { ...end, value: null }))).toEqual([
      ["1", "c1", { _tag: "read" }, "ok", null],
    ])
    const cas = (answer: object) =>
      told(lines({ ...begin, f: "cas", value: [1, 2], key: 7 }, { ...end, ...answer }))[0]?.slice(2)
    const input = { _tag: "cas", key: "7", expected: 1, value: 2 }
    expect(cas({ value: true })).toEqual([input, "ok", true])
    expect(cas({})).toEqual([input, "ok", true])
    expect(cas({ value: [1, 2] })).toEqual([input, "ok", true])
    expect(cas({ value: false })).toEqual([input, "ok", false])
    expect(cas({ type: "fail" })).toEqual([input, "refused"])
    expect(told(lines({ ...begin, f: "dequeue" }, { ...end, value: null }))).toEqual([
      ["1", "c1", { _tag: "dequeue" }, "ok", empty],
    ])
  })

  it("times say what came first where there are any, so that logs can be put together", () => {
    const one = lines({ ...begin, f: "read", time: 10 }, { ...end, value: 1, time: 20 })
    const other = lines(
      { process: 2, type: "invoke", f: "write", value: 1, time: 0.5 },
      { process: 2, type: "info" },
      { process: 2, type: "invoke", f: "read", time: 10 },
    )
    expect(read(one + other).history.map(({ process }) => process)).toEqual(["p2", "c1", "p2"])
    expect([reading(one).unit, reading(lines({ ...begin, f: "read" })).unit]).toEqual([undefined, "lines"])
    expect(read(one + other).history.map(({ id, calledAt, returnedAt }) => [id, calledAt, returnedAt])).toEqual([
      ["line 3", 0.5, never],
      ["line 1", 10, 20],
      ["line 5", 10, never],
    ])
    expect(spans(lines({ ...begin, f: "read" }, { ...end, value: 1 }))).toEqual([[1, 2]])
  })

  it.each<readonly [text: string, says: string]>([
    ['{"process"', "line 1: '{\"process\"' is no JSON; there is one event a line, and each is an object"],
    [`${lines({ ...begin, f: "read" })}{"process":`, "line 2: '{\"process\":' is no JSON"],
    [`[${lines(begin)}]`, "is no JSON; there is one event a line"],
    [`[${JSON.stringify(begin)}]`, "line 1: this is a list; there is one event a line"],
    [`${lines({ ...begin, f: "read" })}3`, "line 2: this is '3'; there is one event a line"],
    ["{}", "line 1: process is missing"],
    [lines({ process: 1 }), "line 1: type is missing"],
    [
      lines({ process: 1, type: "started" }),
      'line 1: type is \'"started"\'; expected "invoke" | "ok" | "fail" | "info"',
    ],
    [lines({ process: [1], type: "ok" }), "line 1: process is a list; expected string | number"],
    [lines({ ...begin, f: 3 }), "line 1: f is '3'; expected string"],
    [lines({ ...begin, f: "read", time: "now" }), "line 1: time is '\"now\"'; expected number"],
    [
      lines({ ...begin, f: "write", value: { a: 1 } }),
      "line 1: '{\"a\" 1}' is no value; one is text, a number, true, false or null",
    ],
    [lines({ ...begin, f: "write" }), "line 1: this is invoked without a value"],
    [lines({ ...begin, f: "read" }, end), "line 2: this returned ok without a value"],
    [
      '{"process":1,"type":"invoke","f":"write","value":9007199254740993}',
      "line 1: 9007199254740992 is more than a number can hold exactly; write it as text",
    ],
    ['{"process":1,"type":"invoke","f":"write","value":1e999}', "line 1: Infinity is more than a number can hold"],
    [lines({ ...begin, f: "read", time: 1 }, { ...end, value: 1 }), "line 2: line 1 has a time and line 2 has none"],
    [lines({ ...begin, f: "read" }, { ...end, value: 1, time: 1 }), "line 2: line 2 has a time and line 1 has none"],
    [
      lines({ ...begin, f: "read", time: 2 }, { ...end, value: 1, time: 1 }),
      "line 2: for process 'c1' it is 1 here, but it was 2 before",
    ],
    [lines({ model: "stack" }), 'line 1: model is \'"stack"\'; expected "register"'],
    [lines({ model: "queue", initial: 1 }), "line 1: queue takes no initial value; only register and cas-register do"],
    [lines({ model: "register", initial: [] }), "line 1: initial is a list; expected"],
    [
      lines({ model: "mutex" }, { ...begin, f: "read" }),
      "line 2: mutex has no operation 'read'; it has acquire, release",
    ],
    [lines({ ...begin, f: "read" }, { model: "mutex" }), "line 2: process is missing"],
  ])("%j is refused", (text, says) => {
    expect(refusal(text)).toContain(says)
  })
})

describe("a text without measure", () => {
  it("is refused where it has too many operations", () => {
    const text = "{:process 0 :type :invoke :f :read}\n{:process 0 :type :info}\n".repeat(200_001)
    expect(refusal(text)).toBe("line 400001: more than 200000 operations begin here, and no more are judged")
  })

  it("is refused where it is nested too deeply", () => {
    const nested = (times: number) => `${"[".repeat(times)}${"]".repeat(times)}`
    const text = `{"process":1,"type":"invoke","f":"write","value":${nested(100_000)}}`
    expect(refusal(text)).toBe("line 1: more than 500 lists and objects are nested here")
    expect(refusal(`[${nested(100_000)}]`)).toBe("line 1: more than 500 forms are nested here")
  })

  it("is refused where a line of JSON is too long", () => {
    const text = `{"process":1${" ".repeat(5_000_000)}}`
    expect(refusal(text)).toBe("line 1: this line has 5000013 characters, at most 4194304 are read")
  })
})

describe("a text that is no history", () => {
  it.each([
    ["", "there is nothing in it"],
    [" \r\n\uFEFF\n", "there is nothing in it"],
    ["hello", "line 1: this is no history: JSON Lines begin with"],
    ["\u0000\u0001", "line 1: this is no history"],
    ["<html>", "line 1: this is no history"],
  ])("%j is refused", (text, says) => {
    expect(refusal(text)).toContain(says)
  })
})

describe("a model", () => {
  it.each([
    ["register", { name: "register" }],
    ["register:", { name: "register", initial: "" }],
    ["register:nil", { name: "register", initial: null }],
    ["register:null", { name: "register", initial: null }],
    ["cas-register:0", { name: "cas-register", initial: 0 }],
    ["cas-register:-3", { name: "cas-register", initial: -3 }],
    ["cas-register:true", { name: "cas-register", initial: true }],
    ["cas-register::a:b", { name: "cas-register", initial: ":a:b" }],
    ["list-append", { name: "list-append" }],
  ])("is typed like %s", (text, choice) => {
    expect(Result.getOrThrow(parseModel(text))).toEqual(choice)
  })

  it.each([
    ["stack", "unknown model 'stack'; there are register, cas-register, mutex, queue, list-append, key-value"],
    ["", "unknown model ''"],
    ["toString", "unknown model 'toString'"],
    ["mutex:0", "mutex takes no initial value; only register and cas-register do, like cas-register:0"],
  ])("is not typed like %j", (text, says) => {
    const result = parseModel(text)
    expect(Result.isFailure(result) && result.failure).toContain(says)
  })

  it("that was named is the model, though others would do", () => {
    const text = "{:process 0 :type :invoke :f :append :value 1}"
    expect(read(text).model).toBe("list-append")
    expect(refusal(text, { name: "key-value" })).toBe("line 1: 'append' names no key")
    expect(refusal(text, { name: "register" })).toBe("line 1: register has no operation 'append'; it has read, write")
  })
})
