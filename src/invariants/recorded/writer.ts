/** From a history to our own notation (json-lines.ts): what this writes, `parseRecording` reads. */
import type { Outcome, Recorded } from "../history.ts"
import type { Transaction } from "../transactions/index.ts"
import type { EventType } from "./events.ts"
import type { Recording } from "./recording.ts"

type Input = Recording["history"][number]["input"]
type Json = Readonly<Record<string, unknown>>

const isTransaction = (input: Input): input is Transaction => Array.isArray(input)

const microOperations = (transaction: Transaction): unknown =>
  transaction.map((micro) =>
    micro._tag === "append" ? ["append", micro.key, micro.element] : ["r", micro.key, micro.seen ?? null],
  )

const called = (input: Input): Json => {
  if (isTransaction(input)) return { f: "txn", value: microOperations(input) }
  const { _tag: f, ...rest } = input
  return "expected" in rest ? { f, key: rest.key, value: [rest.expected, rest.value] } : { f, ...rest }
}

/** The answers of all others say nothing. */
const answering: readonly string[] = ["read", "get", "cas", "dequeue"]

const answered = (input: Input, value: unknown): Json => {
  if (isTransaction(input)) return { value: microOperations(value as Transaction) }
  if (!answering.includes(input._tag)) return {}
  // A queue that was empty has an answer of its own.
  return { value: typeof value === "object" && value !== null && "_tag" in value ? null : value }
}

const types: Readonly<Record<Outcome["_tag"], EventType>> = { ok: "ok", refused: "fail", unknown: "info" }

interface Line {
  /** When it is due among the others. */
  readonly at: number
  readonly json: Json
}

/**
 * The lines of a history. Its times are finite but for those of returns that nobody saw, and its processes do one thing
 * after another, as in every history.
 */
export const writeRecording = (recording: Recording): string => {
  const lines: Line[] = []
  /** A process may go on although nobody knows how its last operation ended; that it does not know comes before. */
  const pending = new Map<string, Json>()
  const records: readonly Recorded<Input>[] = recording.history
  for (const { process, input, outcome, calledAt, returnedAt } of records) {
    const said = pending.get(process)
    if (said !== undefined) lines.push({ at: calledAt, json: said })
    pending.delete(process)
    lines.push({ at: calledAt, json: { process, type: "invoke", ...called(input), time: calledAt } })
    const ended = { process, type: types[outcome._tag] }
    if (outcome._tag === "unknown") pending.set(process, { ...ended, error: outcome.reason })
    else {
      const rest = outcome._tag === "ok" ? answered(input, outcome.value) : { error: outcome.reason }
      lines.push({ at: returnedAt, json: { ...ended, ...rest, time: returnedAt } })
    }
  }
  for (const json of pending.values()) lines.push({ at: Number.POSITIVE_INFINITY, json })
  const model = recording.model === "transactions" ? "list-append" : recording.model
  const header = "initial" in recording ? { model, initial: recording.initial } : { model }
  // A stable order: what one process did at one instant stays as it did it.
  const sorted = lines.sort((left, right) => left.at - right.at || 0)
  return [header, ...sorted.map(({ json }) => json)].map((json) => `${JSON.stringify(json)}\n`).join("")
}
