/**
 * Events, as every recording has them in its own notation, paired into operations: what a process called, and how that
 * ended. A process does one thing after another (Herlihy & Wing, 1990), so a completion belongs to its process's open call.
 */
import type { Dialect } from "./dialect.ts"
import { type Edn, spell } from "./edn.ts"
import { Malformed, quote } from "./malformed.ts"

export const eventTypes = ["invoke", "ok", "fail", "info"] as const
export type EventType = (typeof eventTypes)[number]

/** A call, or how it ended: it happened (`ok`), it never will (`fail`), nobody can say (`info`). */
export interface Event {
  /** Where it stands in the text, from 1. */
  readonly line: number
  /** A process that has but a number is called `p3`. */
  readonly process: string
  readonly type: EventType
  /** What was asked for, `read` or `write`; a completion may leave it out. */
  readonly f: string | undefined
  /** Which of several objects, where the recording says so apart from the value. */
  readonly key: Edn | undefined
  readonly value: Edn | undefined
  /** When, in any unit. */
  readonly time: number | undefined
  /** Why it failed, or why nobody knows. */
  readonly error: Edn | undefined
}

/** Why it failed or why nobody knows, where the recording says so. */
export const reasonOf = ({ error }: Event, otherwise: string): string =>
  error == null ? otherwise : typeof error === "string" ? error : spell(error)

/** A call and its end, both as they were written. */
export interface Operation {
  /** The line of the call, `line 3`; the second of a line has a number besides, `line 3.2`. */
  readonly id: string
  readonly invoked: Event
  /** Undefined where the recording ends before the operation does. */
  readonly completed: Event | undefined
  /** See `Clock`. */
  readonly calledAt: number
  readonly returnedAt: number
}

/** Who breaks things, and says so in the same recording. */
const isNemesis = (process: string): boolean => /^nemesis/i.test(process)

/** Refuses a completion of something else than what its process invoked. */
const agree = (begun: Event, ended: Event): void => {
  const { line, process } = ended
  if (ended.f !== undefined && begun.f !== undefined && ended.f !== begun.f) {
    throw new Malformed(
      line,
      `process ${quote(process)} ends ${quote(ended.f)}, but on line ${begun.line} it invoked ${quote(begun.f)}`,
    )
  }
  if (ended.key !== undefined && (begun.key === undefined || spell(ended.key) !== spell(begun.key))) {
    throw new Malformed(
      line,
      `process ${quote(process)} ends something at the key ${quote(spell(ended.key))}, but invoked it on line ${begun.line} at ${
        begun.key === undefined ? "none" : quote(spell(begun.key))
      }`,
    )
  }
}

/**
 * Whether times tell of the very order of the lines: they never run backwards, and nothing is called at the instant of an
 * earlier return, for that would make the two concurrent.
 */
class Timekeeper {
  agrees = true
  #latest = Number.NEGATIVE_INFINITY
  #latestReturn = Number.NEGATIVE_INFINITY

  see({ time, type }: Event): void {
    if (time === undefined || time < this.#latest || (type === "invoke" && time <= this.#latestReturn)) {
      this.agrees = false
      return
    }
    this.#latest = time
    if (type !== "invoke") this.#latestReturn = time
  }
}

/** Refuses times that not every event has, or that run backwards for one process. */
class Calendar {
  #first: Event | undefined
  readonly #latest = new Map<string, number>()

  see(event: Event): void {
    const { line, process, time } = event
    this.#first ??= event
    if ((time === undefined) !== (this.#first.time === undefined)) {
      const [has, lacks] = time === undefined ? [this.#first.line, line] : [line, this.#first.line]
      throw new Malformed(line, `line ${has} has a time and line ${lacks} has none; every event has one, or no event`)
    }
    if (time === undefined) return
    const before = this.#latest.get(process)
    if (before !== undefined && time < before) {
      throw new Malformed(line, `for process ${quote(process)} it is ${time} here, but it was ${before} before`)
    }
    this.#latest.set(process, time)
  }
}

/** What the instants of a history are: its times, where it has any that can be used, its lines, or the numbers of its events. */
export type Clock = "times" | "lines" | "events"

export interface Paired {
  /** In the order of their calls. */
  readonly operations: readonly Operation[]
  readonly clock: Clock
}

/** So many operations are judged in seconds. */
const mostOperations = 200_000

interface Call {
  readonly invoked: Event
  readonly number: number
  completed?: Event
  completedNumber?: number
}

/** The operations of a recording; throws `Malformed`. */
export const pairUp = (events: Iterable<Event>, dialect: Dialect): Paired => {
  // Not deleted from: where many are open, V8 takes long over each that comes and goes.
  const open = new Map<string, Call | undefined>()
  const calls: Call[] = []
  const keeper = new Timekeeper()
  const calendar = new Calendar()
  let number = 0
  let latestLine = 0
  let clock: Clock = "lines"
  for (const event of events) {
    const { line, process, type } = event
    number++
    if (line === latestLine) clock = "events"
    latestLine = line
    if (isNemesis(process)) continue
    // When nobody knows how something ended, it does not matter when.
    if (type !== "info") {
      keeper.see(event)
      if (dialect.order === "times") calendar.see(event)
    }
    const call = open.get(process)
    if (type === "invoke") {
      if (call !== undefined) {
        throw new Malformed(
          line,
          `process ${quote(process)} invokes again, but what it invoked on line ${call.invoked.line} has not ended`,
        )
      }
      if (calls.length === mostOperations) {
        throw new Malformed(line, `more than ${mostOperations} operations begin here, and no more are judged`)
      }
      const begun: Call = { invoked: event, number }
      open.set(process, begun)
      calls.push(begun)
    } else if (call !== undefined) {
      agree(call.invoked, event)
      open.set(process, undefined)
      call.completed = event
      call.completedNumber = number
    } else if (type !== "info") {
      // Remarks that nothing was invoked for are logged as `info`.
      throw new Malformed(line, `process ${quote(process)} ends something (${type}) that it never invoked`)
    }
  }
  if (dialect.order === "times" ? calls[0]?.invoked.time !== undefined : keeper.agrees) clock = "times"
  return { operations: operationsOf(calls, clock), clock }
}

const operationsOf = (calls: readonly Call[], clock: Clock): readonly Operation[] => {
  let line = 0
  let ofLine = 0
  const operations = calls.map(({ invoked, number, completed, completedNumber }): Operation => {
    ofLine = invoked.line === line ? ofLine + 1 : 1
    line = invoked.line
    const returned = completed !== undefined && completed.type !== "info"
    const at = ({ time, line }: Event, place: number | undefined) =>
      (clock === "times" ? time : clock === "lines" ? line : place) as number
    return {
      id: `line ${line}${ofLine === 1 ? "" : `.${ofLine}`}`,
      invoked,
      completed,
      calledAt: at(invoked, number),
      returnedAt: returned ? at(completed, completedNumber) : Number.POSITIVE_INFINITY,
    }
  })
  return operations.sort((left, right) => left.calledAt - right.calledAt)
}
