/**
 * The history in a trace: what clients called, and what they were answered. Times are the trace's, in microseconds;
 * what never returned is unknown.
 */
import { type Entry, Kind } from "#sim"
import { type Called, type History, type Outcome, type Recorded, type Returned, unknown } from "./history.ts"

/** An operation as a checker's vocabulary has it. */
export interface Operated<Input, Output> {
  readonly input: Input
  readonly outcome: Outcome<Output>
}

/** Reads a call and how it ended in a checker's words: one operation, several one after the other, or none. */
export type Understand<Input, Output> = (returned: Returned) => readonly Operated<Input, Output>[]

/** `name` is the id of the node with an index. The second operation of a call `o1` is `o1.2`. */
export const historyOf = <Input, Output>(
  trace: Iterable<Entry>,
  name: (node: number) => string,
  understand: Understand<Input, Output>,
): History<Input, Output> => {
  const calls = new Map<string, Called & Pick<Recorded, "process" | "calledAt">>()
  const returns = new Map<string, { readonly outcome: Outcome; readonly returnedAt: number }>()
  for (const { kind, node, at, value } of trace) {
    if (kind === Kind.call) {
      const { id, call } = value as Called
      calls.set(id, { id, call, process: name(node), calledAt: at })
    } else if (kind === Kind.return) {
      const { id, outcome } = value as Returned
      returns.set(id, { outcome, returnedAt: at })
    }
  }
  return [...calls.values()].flatMap(({ id, call, process, calledAt }) => {
    const { outcome, returnedAt } = returns.get(id) ?? {
      outcome: unknown("never returned"),
      returnedAt: Number.POSITIVE_INFINITY,
    }
    return understand({ id, call, outcome }).map((operated, nth) => ({
      id: nth === 0 ? id : `${id}.${nth + 1}`,
      process,
      calledAt,
      returnedAt,
      ...operated,
    }))
  })
}
