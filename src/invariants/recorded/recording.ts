/**
 * Recorded histories, from the text of a file to what a checker judges. Which notation a text is in, and of which model it
 * is a history, is told by what it holds.
 */
import * as Result from "effect/Result"
import type { History } from "../history.ts"
import type {
  CasRegisterInput,
  KeyValueInput,
  ListAppendInput,
  MutexInput,
  QueueInput,
  RegisterInput,
  Value,
} from "../linearizable/index.ts"
import type { TransactionHistory } from "../transactions/index.ts"
import * as dialects from "./dialect.ts"
import { type Event, type Operation, pairUp } from "./events.ts"
import { splitKeys } from "./independent.ts"
import { readJepsen } from "./jepsen.ts"
import { readHeader, readJsonLines } from "./json-lines.ts"
import { linesOf } from "./lines.ts"
import { Malformed } from "./malformed.ts"
import { demand, type ModelChoice, modelOf } from "./models.ts"
import { isLogged, readLog } from "./porcupine.ts"
import { isTransaction, transactionHistory } from "./transactions.ts"
import * as vocabulary from "./vocabulary.ts"

/** A history and the model that it is one of. */
export type Recording =
  | { readonly model: "register"; readonly initial: Value; readonly history: History<RegisterInput> }
  | { readonly model: "cas-register"; readonly initial: Value; readonly history: History<CasRegisterInput> }
  | { readonly model: "mutex"; readonly history: History<MutexInput> }
  | { readonly model: "queue"; readonly history: History<QueueInput> }
  | { readonly model: "list-append"; readonly history: History<ListAppendInput> }
  | { readonly model: "key-value"; readonly history: History<KeyValueInput> }
  | { readonly model: "transactions"; readonly history: TransactionHistory }

/** What was read, and how it was understood. */
export interface Reading {
  /** `Jepsen EDN`, `Porcupine log` or `JSON Lines`. */
  readonly notation: string
  /** What the history's instants are: nanoseconds, lines of the text, numbers of events, or what only its author knows. */
  readonly unit: "ns" | "lines" | "events" | undefined
  readonly recording: Recording
}

interface Notation {
  readonly dialect: dialects.Dialect
  readonly events: Iterable<Event>
  readonly header?: ModelChoice | undefined
}

/** So many lines may come before the first event of a log. */
const preamble = 1000

const isLog = (text: string): boolean => {
  for (const { line, content } of linesOf(text)) {
    if (isLogged(content)) return true
    if (line > preamble) return false
  }
  return false
}

const notationOf = (text: string): Notation => {
  const start = /^[\s,]*/.exec(text)?.[0].length ?? 0
  const head = text.slice(start, start + 200)
  if (head === "") throw new Malformed(0, "there is nothing in it")
  if (isLog(text)) return { dialect: dialects.porcupine, events: readLog(text) }
  if (/^\[?\s*\{\s*["}]/.test(head)) {
    return { dialect: dialects.jsonLines, events: readJsonLines(text), header: readHeader(text) }
  }
  if (/^[[({#;^]/.test(head)) return { dialect: dialects.jepsen, events: readJepsen(text) }
  throw new Malformed(
    1,
    "this is no history: JSON Lines begin with {\"process\":…, Jepsen's with [{:process …, Porcupine's logs with INFO  jepsen.util",
  )
}

/** Elle's histories may leave `:f` out. */
const named = (operation: Operation): Operation => {
  const { invoked, completed } = operation
  if (invoked.f !== undefined) return operation
  if (!isTransaction(invoked.value ?? completed?.value)) {
    throw new Malformed(invoked.line, "this operation does not say what it is (f)")
  }
  return { ...operation, invoked: { ...invoked, f: "txn" } }
}

/**
 * What a register of Jepsen's holds at first is nowhere recorded. Knossos' own histories begin with 0, and others with nil:
 * those in which a client expects nil.
 */
const initialOf = (operations: readonly Operation[], dialect: dialects.Dialect): Value => {
  if (dialect !== dialects.jepsen) return null
  const expectsNil = ({ invoked: { f, value } }: Operation): boolean =>
    f === "cas" && Array.isArray(value) && value[0] === null
  return operations.some(expectsNil) ? null : 0
}

/** Refuses operations of which some have what others lack. */
const allOrNone = (operations: readonly Operation[], has: (event: Event) => boolean, what: string): void => {
  const [first] = operations
  if (first === undefined) return
  const other = operations.find(({ invoked }) => has(invoked) !== has(first.invoked))
  if (other === undefined) return
  const [some, none] = has(first.invoked) ? [first, other] : [other, first]
  throw new Malformed(
    other.invoked.line,
    `line ${some.invoked.line} ${what} and line ${none.invoked.line} does not; in one history all do or none`,
  )
}

const historyOf = (operations: readonly Operation[], choice: ModelChoice, dialect: dialects.Dialect): Recording => {
  const { name } = choice
  const initial = choice.initial === undefined ? initialOf(operations, dialect) : choice.initial
  switch (name) {
    case "register":
      return { model: name, initial, history: vocabulary.registerHistory(operations, dialect) }
    case "cas-register":
      return { model: name, initial, history: vocabulary.casRegisterHistory(operations, dialect) }
    case "mutex":
      return { model: name, history: vocabulary.mutexHistory(operations, dialect) }
    case "queue":
      return { model: name, history: vocabulary.queueHistory(operations, dialect) }
    case "key-value":
      return { model: name, history: vocabulary.keyValueHistory(operations, dialect) }
    case "list-append":
      allOrNone(operations, ({ f }) => f === "txn", "is a transaction")
      return operations[0]?.invoked.f === "txn"
        ? { model: "transactions", history: transactionHistory(operations, dialect) }
        : { model: name, history: vocabulary.listAppendHistory(operations, dialect) }
  }
}

/**
 * The history that a text holds, or one line that says what is wrong with it and where.
 *
 * @param choice the model, where that is not for the text to say.
 */
export const parseRecording = (text: string, choice?: ModelChoice): Result.Result<Reading, string> => {
  try {
    const { dialect, events, header } = notationOf(text.replace(/^\uFEFF/, ""))
    const paired = pairUp(events, dialect)
    const whole = paired.operations.map(named)
    const operations = dialect.pairs ? splitKeys(whole) : whole
    const chosen = choice ?? header ?? { name: modelOf(operations) }
    demand(chosen.name, operations)
    allOrNone(operations, ({ key }) => key !== undefined, "names a key")
    return Result.succeed({
      notation: dialect.name,
      unit: paired.clock === "times" ? dialect.unit : paired.clock,
      recording: historyOf(operations, chosen, dialect),
    })
  } catch (error) {
    if (error instanceof Malformed) return Result.fail(error.message)
    throw error
  }
}
