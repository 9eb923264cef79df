/**
 * From operations as they were written to the history that a model judges: what was asked, and what was answered. Whatever
 * could only be guessed is refused.
 */
import type { History, Outcome } from "../history.ts"
import {
  type CasRegisterInput,
  empty,
  type KeyValueInput,
  type ListAppendInput,
  type MutexInput,
  type QueueInput,
  type RegisterInput,
} from "../linearizable/index.ts"
import type { Dialect } from "./dialect.ts"
import { type Edn, spell } from "./edn.ts"
import { type Event, type Operation, reasonOf } from "./events.ts"
import { Malformed, quote } from "./malformed.ts"
import { keyOf, scalarOf } from "./value.ts"

/** An answer that tells nothing: as good as none. */
const nothing = Symbol("nothing")

/** An operation of a model: its input, and what an answer says. */
interface Term<Input> {
  readonly input: (invoked: Event, dialect: Dialect) => Input
  /** What it was answered where it returned ok; by default that it did. */
  readonly answer?: (operation: Operation, completed: Event, dialect: Dialect) => unknown
  /** What became of it where it failed; by default it did not happen. */
  readonly failed?: (operation: Operation, completed: Event, dialect: Dialect) => Outcome
}

type Vocabulary<Input> = Readonly<Record<string, Term<Input>>>

const keyed = ({ key }: Event): { readonly key?: string } => (key === undefined ? {} : { key: keyOf(key) })

/** The value that something was called with, or that a read was answered. */
const given = ({ line, type, value }: Event): Edn => {
  if (value !== undefined) return value
  throw new Malformed(line, type === "invoke" ? "this is invoked without a value" : "this returned ok without a value")
}

/** Refuses an answer that names another value than was asked for. */
const repeats = ({ invoked }: Operation, { line, value }: Event): true => {
  const asked = invoked.value ?? null
  if (value == null || spell(value) === spell(asked)) return true
  throw new Malformed(
    line,
    `this returned ok with ${quote(spell(value))}, but on line ${invoked.line} it was invoked with ${quote(spell(asked))}`,
  )
}

const read: Term<{ readonly _tag: "read"; readonly key?: string }> = {
  input: (invoked) => ({ _tag: "read", ...keyed(invoked) }),
  answer: (_, completed, dialect) => {
    if (completed.value == null && dialect.nilRead === "says nothing") return nothing
    return scalarOf(given(completed), dialect, completed.line)
  },
}

const registerTerms: Vocabulary<RegisterInput> = {
  read,
  write: {
    input: (invoked, dialect) => ({
      _tag: "write",
      ...keyed(invoked),
      value: scalarOf(given(invoked), dialect, invoked.line),
    }),
    answer: repeats,
  },
}

const casRegisterTerms: Vocabulary<CasRegisterInput> = {
  ...registerTerms,
  cas: {
    input: (invoked, dialect) => {
      const form = given(invoked)
      if (!Array.isArray(form) || form.length !== 2) {
        throw new Malformed(
          invoked.line,
          `'cas' has the value ${quote(spell(form))}; it must be a pair: what is expected, and what is set`,
        )
      }
      const [expected, value] = form.map((each: Edn) => scalarOf(each, dialect, invoked.line))
      return { _tag: "cas", ...keyed(invoked), expected: expected ?? null, value: value ?? null }
    },
    answer: (operation, completed) => {
      if (typeof completed.value === "boolean") return completed.value
      return repeats(operation, completed)
    },
    failed: (_, completed, dialect) => {
      if (dialect.failedCas === "did not happen") return { _tag: "refused", reason: reasonOf(completed, "it failed") }
      return Array.isArray(completed.value)
        ? { _tag: "ok", value: false }
        : { _tag: "unknown", reason: reasonOf(completed, "it failed for another reason") }
    },
  },
}

const mutexTerms: Vocabulary<MutexInput> = {
  acquire: { input: (invoked) => ({ _tag: "acquire", ...keyed(invoked) }) },
  release: { input: (invoked) => ({ _tag: "release", ...keyed(invoked) }) },
}

const queueTerms: Vocabulary<QueueInput> = {
  enqueue: {
    input: (invoked, dialect) => {
      const value = scalarOf(given(invoked), dialect, invoked.line)
      if (value !== null) return { _tag: "enqueue", ...keyed(invoked), value }
      throw new Malformed(invoked.line, "'enqueue' has no value: nil is what an empty queue answers")
    },
    answer: repeats,
  },
  dequeue: {
    input: (invoked) => ({ _tag: "dequeue", ...keyed(invoked) }),
    answer: (_, { line, value }, dialect) => (value == null ? empty : scalarOf(value, dialect, line)),
  },
}

const listAppendTerms: Vocabulary<ListAppendInput> = {
  append: {
    input: (invoked, dialect) => ({
      _tag: "append",
      ...keyed(invoked),
      value: scalarOf(given(invoked), dialect, invoked.line),
    }),
    answer: repeats,
  },
  read: {
    input: read.input,
    answer: (_, completed, dialect) => {
      const form = given(completed) ?? []
      if (Array.isArray(form)) return form.map((each: Edn) => scalarOf(each, dialect, completed.line))
      throw new Malformed(completed.line, `'read' was answered ${quote(spell(form))}; it must be a list`)
    },
  },
}

/** In a map of texts every operation names a key, and values are texts. */
const textAt = (event: Event): { readonly key: string; readonly value: string } => {
  const { f, key, line } = event
  const value = given(event)
  if (key === undefined) throw new Malformed(line, `${quote(f ?? "")} names no key`)
  if (typeof value === "string") return { key: keyOf(key), value }
  throw new Malformed(line, `${quote(f ?? "")} has the value ${quote(spell(value))}; it must be text`)
}

const keyValueTerms: Vocabulary<KeyValueInput> = {
  get: {
    input: (invoked) => ({ _tag: "get", key: textAt({ ...invoked, value: "" }).key }),
    answer: ({ invoked }, completed) => textAt({ ...completed, key: invoked.key }).value,
  },
  put: { input: (invoked) => ({ _tag: "put", ...textAt(invoked) }), answer: repeats },
  append: { input: (invoked) => ({ _tag: "append", ...textAt(invoked) }), answer: repeats },
}

const outcomeOf = <Input>(term: Term<Input>, operation: Operation, dialect: Dialect): Outcome => {
  const { completed } = operation
  if (completed === undefined) return { _tag: "unknown", reason: "it never returned" }
  switch (completed.type) {
    case "fail":
      return (
        term.failed?.(operation, completed, dialect) ?? { _tag: "refused", reason: reasonOf(completed, "it failed") }
      )
    case "ok": {
      const value = term.answer === undefined ? true : term.answer(operation, completed, dialect)
      return value === nothing ? { _tag: "unknown", reason: "its answer says nothing" } : { _tag: "ok", value }
    }
    default:
      return { _tag: "unknown", reason: reasonOf(completed, "nobody knows how it ended") }
  }
}

/** The history of one model; throws `Malformed`. */
const historyIn =
  <Input>(vocabulary: Vocabulary<Input>) =>
  (operations: readonly Operation[], dialect: Dialect): History<Input> =>
    operations.map((operation) => {
      const { id, invoked, calledAt } = operation
      const term = vocabulary[invoked.f ?? ""]
      if (term === undefined) throw new Malformed(invoked.line, `${quote(invoked.f ?? "")} does not belong here`)
      const input = term.input(invoked, dialect)
      const outcome = outcomeOf(term, operation, dialect)
      const returnedAt = outcome._tag === "unknown" ? Number.POSITIVE_INFINITY : operation.returnedAt
      return { id, process: invoked.process, calledAt, returnedAt, input, outcome }
    })

export const registerHistory = historyIn(registerTerms)
export const casRegisterHistory = historyIn(casRegisterTerms)
export const mutexHistory = historyIn(mutexTerms)
export const queueHistory = historyIn(queueTerms)
export const listAppendHistory = historyIn(listAppendTerms)
export const keyValueHistory = historyIn(keyValueTerms)
