/**
 * A few operations, drawn: one lane each, from call to return, and under them what the object must be. Time runs from
 * left to right, but only the order of instants counts, so that what is far apart need not be.
 */
import type { Recorded } from "../history.ts"
import { deadline } from "./debts.ts"
import { clip } from "./models/words.ts"
import type { Moments } from "./moments.ts"

const width = 80
const indent = 2

export interface Lane {
  readonly label: string
  readonly operation: Recorded
  /** Stands behind the bar. */
  readonly mark?: string
}

/** The row under the lanes. */
export interface Row {
  readonly label: string
  readonly moments: Moments
  readonly say: (state: unknown) => string
}

/** All instants at which something was called or returned, in order. */
export const instantsOf = (operations: readonly Recorded[]): readonly number[] =>
  [...new Set(operations.flatMap((operation) => [operation.calledAt, deadline(operation)]))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b)

export const drawTimeline = (
  lanes: readonly Lane[],
  row: Row | undefined,
  sayTime: (instant: number) => string,
): readonly string[] => {
  const instants = row?.moments.instants ?? instantsOf(lanes.map(({ operation }) => operation))
  const room = Math.min(32, Math.max(...lanes.map(({ label }) => label.length), row?.label.length ?? 0))
  const left = indent + room + 2
  const step = Math.min(8, Math.floor((width - left - 5) / Math.max(1, instants.length - 1)))
  const column = (instant: number): number => left + step * instants.indexOf(instant)
  const end = left + step * (instants.length - 1)

  const line = (label: string): string[] => [..." ".repeat(indent), ...clip(label, room).padEnd(left - indent)]
  const put = (chars: string[], at: number, text: string): void => {
    for (let i = chars.length; i < at; i++) chars[i] = " "
    for (let i = 0; i < text.length; i++) chars[at + i] = text[i] as string
  }

  const drawLane = ({ label, operation, mark = "" }: Lane): string => {
    const chars = line(label)
    const from = column(operation.calledAt)
    const isPending = deadline(operation) === Number.POSITIVE_INFINITY
    const to = isPending ? end + 2 : column(operation.returnedAt)
    put(chars, from, "│")
    for (let at = from + 1; at < to; at++) put(chars, at, "─")
    put(chars, to, isPending ? "▶ ?" : "│")
    if (mark !== "") put(chars, Math.max(from, to) + 2, mark)
    return chars.join("").trimEnd()
  }

  const drawScale = (): string => {
    const chars = line("")
    let free = left
    for (const instant of instants) {
      const text = sayTime(instant)
      const at = column(instant)
      if (at < free || at + text.length > width) continue
      put(chars, at, text)
      free = at + text.length + 1
    }
    return chars.join("").trimEnd()
  }

  const drawRow = ({ label, moments, say }: Row): string => {
    const chars = line(label)
    const words = moments.states.map((states, i) => (states.length === 1 && !moments.isUntold[i] ? say(states[0]) : ""))
    for (let first = 0; first < words.length - 1; ) {
      let next = first + 1
      while (next < words.length - 1 && words[next] === words[first]) next++
      const from = left + Math.ceil((first * step) / 2)
      const to = left + Math.ceil((next * step) / 2)
      const length = Math.max(0, to - from - 1)
      const word = (words[first] as string).length <= length ? (words[first] as string) : ""
      put(chars, from, "│")
      put(chars, from + 1, word.padStart(Math.floor((length + word.length) / 2), "·").padEnd(length, "·"))
      first = next
    }
    return chars.join("").trimEnd()
  }

  return [drawScale(), ...lanes.map(drawLane), ...(row === undefined ? [] : [drawRow(row)])]
}
