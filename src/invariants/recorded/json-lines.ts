/**
 * Our own notation: JSON Lines, one event a line, as a client can write it while it runs.
 *
 *     {"model":"cas-register","initial":0}
 *     {"process":"c1","type":"invoke","f":"write","key":"x","value":3,"time":120}
 *     {"process":"c2","type":"invoke","f":"read","key":"x","time":125}
 *     {"process":"c1","type":"ok","time":130}
 *     {"process":"c2","type":"ok","value":3,"time":140}
 *
 * The first line may name the model, and what registers hold at first (else null). `invoke` begins an operation; `ok` ends
 * it with its answer; `fail` says that it did not happen and never will; `info`, or no line at all, that nobody knows. Where
 * every line has a `time`, of one clock and in any unit, times say what came first, and the logs of several clients can
 * simply be put together; else the order of the lines says it. Keys that are not named here are passed over.
 *
 *     register       read, answered with the value; write value
 *     cas-register   also cas [expected, new], answered true, or false where another value was seen
 *     mutex          acquire; release
 *     queue          enqueue value; dequeue, answered with the value, or null where the queue was empty
 *     list-append    append value; read, answered with the list; or txn [["append","x",1],["r","x",null]]
 *     key-value      get, answered with the text; put text; append text
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { type Edn, EdnMap } from "./edn.ts"
import { type Event, eventTypes } from "./events.ts"
import { linesOf } from "./lines.ts"
import { Malformed, quote } from "./malformed.ts"
import { hasInitial, type ModelChoice, modelNames } from "./models.ts"

const Header = Schema.Struct({
  model: Schema.Literals(modelNames),
  initial: Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))),
})

const Line = Schema.Struct({
  process: Schema.Union([Schema.String, Schema.Finite]),
  type: Schema.Literals(eventTypes),
  f: Schema.optionalKey(Schema.String),
  key: Schema.optionalKey(Schema.Unknown),
  value: Schema.optionalKey(Schema.Unknown),
  time: Schema.optionalKey(Schema.Finite),
  error: Schema.optionalKey(Schema.Unknown),
})

const decodeHeader = Schema.decodeUnknownResult(Header)
const decodeLine = Schema.decodeUnknownResult(Line)
const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/** No event is longer, in characters. */
const longest = 4 * 1024 * 1024

/** Deeper than any history, and shallow enough for functions that call themselves. */
const deepest = 500

const formOf = (json: unknown, line: number, depth = 0): Edn => {
  if (depth > deepest) throw new Malformed(line, `more than ${deepest} lists and objects are nested here`)
  if (json === null || typeof json === "boolean" || typeof json === "string") return json
  if (typeof json === "number") {
    if (Number.isInteger(json) ? Number.isSafeInteger(json) : Number.isFinite(json)) return json + 0
    throw new Malformed(line, `${json} is more than a number can hold exactly; write it as text`)
  }
  if (Array.isArray(json)) return json.map((each) => formOf(each, line, depth + 1))
  const entries = Object.entries(json as object)
  return new EdnMap(new Map(entries.map(([key, value]) => [JSON.stringify(key), formOf(value, line, depth + 1)])))
}

const describe = (json: unknown): string => {
  if (Array.isArray(json)) return "a list"
  return typeof json === "object" && json !== null ? "an object" : quote(JSON.stringify(json))
}

/** What a line does not have or should not have, in our words. */
const complaint = (issue: SchemaIssue.Issue, json: unknown): string => {
  const [first] = formatIssue(issue).issues
  const [key] = first?.path ?? []
  const expected = first?.message.replace(/^Expected/, "expected")
  if (typeof key !== "string") return `this is ${describe(json)}; there is one event a line, and each is an object`
  const value = (json as Readonly<Record<string, unknown>>)[key]
  return value === undefined ? `${key} is missing` : `${key} is ${describe(value)}; ${expected}`
}

const parse = (content: string, line: number): unknown => {
  try {
    return JSON.parse(content)
  } catch {
    throw new Malformed(line, `${quote(content)} is no JSON; there is one event a line, and each is an object`)
  }
}

/** The lines that hold something, as JSON. */
function* jsonOf(text: string): Generator<{ readonly line: number; readonly json: unknown }> {
  for (const { line, content } of linesOf(text)) {
    if (content.length > longest) {
      throw new Malformed(line, `this line has ${content.length} characters, at most ${longest} are read`)
    }
    if (content.trim() !== "") yield { line, json: parse(content, line) }
  }
}

const isHeader = (json: unknown): boolean =>
  typeof json === "object" && json !== null && "model" in json && !("type" in json)

/** The model that the first line names, if it names one; throws `Malformed`. */
export const readHeader = (text: string): ModelChoice | undefined => {
  for (const { line, json } of jsonOf(text)) {
    if (!isHeader(json)) return undefined
    const header = decodeHeader(json)
    if (Result.isFailure(header)) throw new Malformed(line, complaint(header.failure.issue, json))
    const { model: name, ...rest } = header.success
    if (rest.initial !== undefined && !hasInitial(name)) {
      throw new Malformed(line, `${name} takes no initial value; only register and cas-register do`)
    }
    return { name, ...rest }
  }
  return undefined
}

/** The events of a text in our own notation; throws `Malformed`. */
export function* readJsonLines(text: string): Generator<Event> {
  let first = true
  for (const { line, json } of jsonOf(text)) {
    const header = first && isHeader(json)
    first = false
    if (header) continue
    const decoded = decodeLine(json)
    if (Result.isFailure(decoded)) throw new Malformed(line, complaint(decoded.failure.issue, json))
    const { process, type, f, time, ...rest } = decoded.success
    const form = (key: keyof typeof rest) => (key in rest ? formOf(rest[key], line) : undefined)
    const name = typeof process === "number" ? `p${process}` : process
    yield {
      line,
      process: name,
      type,
      f,
      key: form("key"),
      value: form("value"),
      time,
      error: form("error"),
    }
  }
}
