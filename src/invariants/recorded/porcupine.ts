/**
 * The logs that Porcupine's tests read (github.com/anishathalye/porcupine): what Jepsen printed of a register in etcd,
 * one event a line, `INFO  jepsen.util - 3 :invoke :cas [0 2]`. Whatever else was printed is passed over.
 */
import { type Edn, Word } from "./edn.ts"
import { type Event, type EventType, eventTypes } from "./events.ts"
import { linesOf } from "./lines.ts"

const logged = new RegExp(`^\\s*INFO\\s+jepsen\\.util\\s+-\\s+:?(\\S+)\\s+:(${eventTypes.join("|")})\\s+:(\\S+)(.*)$`)

/** Whether a line tells of an event. */
export const isLogged = (line: string): boolean => logged.test(line)

const atomOf = (text: string): Edn => {
  if (text === "nil") return null
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) ? number + 0 : new Word(text)
}

/** A number, `nil`, a word or a pair of them. */
const formOf = (text: string): Edn => {
  const [, from, to] = /^\[\s*([^\s[\]]+)[\s,]+([^\s[\]]+)\s*\]$/.exec(text) ?? []
  return from === undefined || to === undefined ? atomOf(text) : [atomOf(from), atomOf(to)]
}

/** The events of a log. */
export function* readLog(text: string): Generator<Event> {
  for (const { line, content } of linesOf(text)) {
    const [, process, type, f, rest = ""] = logged.exec(content) ?? []
    if (process === undefined) continue
    const value = rest.trim()
    yield {
      line,
      process: /^\d+$/.test(process) ? `p${process}` : process,
      type: type as EventType,
      f,
      key: undefined,
      value: value === "" ? undefined : formOf(value),
      time: undefined,
      error: undefined,
    }
  }
}
