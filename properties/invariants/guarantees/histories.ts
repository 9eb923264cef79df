/** Histories of reads and writes: written down in a line each, and drawn at random. */
import * as fc from "fast-check"
import type { AccessHistory } from "#invariants"

/**
 * Reads `p w x 1, q r x 1`: who, what, key, value. Each operation is over before the next begins. `nil` is the first
 * value; a write that ends in `?` may have happened, and one that ends in `!` did not.
 */
export const accesses = (text: string): AccessHistory =>
  text.split(",").map((line, nth) => {
    const [process = "", what = "", key = "", spelled = ""] = line.trim().split(/\s+/)
    const value = /^\d+/.test(spelled) ? Number.parseInt(spelled, 10) : spelled === "nil" ? null : spelled
    const end = spelled.at(-1)
    return {
      id: `${what}${nth + 1}`,
      process,
      calledAt: nth * 10,
      returnedAt: nth * 10 + 5,
      input: what === "w" ? { _tag: "write", key, value } : { _tag: "read", key },
      outcome:
        end === "?"
          ? { _tag: "unknown", reason: "no answer" }
          : end === "!"
            ? { _tag: "refused", reason: "busy" }
            : { _tag: "ok", value },
    }
  })

export interface Shape {
  readonly operations: number
  readonly processes: number
  readonly keys: number
  /** How many of a hundred writes write what was written before. */
  readonly again?: number
}

interface Drawn {
  readonly process: number
  readonly key: number
  readonly isWrite: boolean
  /** Which of the key's writes a read sees: often the latest, often none; and whether only of those before it. */
  readonly sees: number
  readonly looksBack: boolean
  readonly end: number
  readonly wait: number
  readonly lasts: number
  readonly again: number
}

/** Turns what was drawn into a history: sessions one after the other, most reads of what some write wrote. */
const historyOf = (drawn: readonly Drawn[], again: number): AccessHistory => {
  const free = new Map<number, number>()
  let now = 0
  const timed = drawn.map((each, nth) => {
    now += each.wait
    const calledAt = Math.max(now, free.get(each.process) ?? 0)
    free.set(each.process, calledAt + each.lasts + 1)
    return { ...each, nth, calledAt, returnedAt: calledAt + each.lasts }
  })
  timed.sort((a, b) => a.calledAt - b.calledAt || a.nth - b.nth)
  const written = new Map<number, number[]>()
  const values = timed.map(({ key, isWrite, again: draw }, at) => {
    const earlier = written.get(key) ?? []
    const value = draw < again ? (earlier.at(-1) ?? at + 1) : at + 1
    if (isWrite) written.set(key, [...earlier, value])
    return value
  })
  return timed.map(({ process, key, isWrite, sees, looksBack, end, calledAt, returnedAt }, at) => {
    const candidates = [
      null,
      ...timed.flatMap((each, other) =>
        each.isWrite && each.key === key && (other < at || (!looksBack && each.process !== process))
          ? [values[other] as number]
          : [],
      ),
      ...(end === 0 ? [1000] : []),
    ]
    const seen = sees < 40 ? candidates.at(-1) : sees < 60 ? null : candidates[sees % candidates.length]
    const value = isWrite ? (values[at] as number) : (seen ?? null)
    const name = "xyz"[key] as string
    return {
      id: `o${at + 1}`,
      process: `p${process + 1}`,
      calledAt,
      returnedAt,
      input: isWrite ? { _tag: "write", key: name, value } : { _tag: "read", key: name },
      outcome:
        end === 1
          ? { _tag: "unknown", reason: "no answer" }
          : end === 2
            ? { _tag: "refused", reason: "busy" }
            : { _tag: "ok", value },
    }
  })
}

export const histories = ({ operations, processes, keys, again = 0 }: Shape): fc.Arbitrary<AccessHistory> =>
  fc.noBias(
    fc
      .array(
        fc.record({
          process: fc.nat({ max: processes - 1 }),
          key: fc.nat({ max: keys - 1 }),
          isWrite: fc.integer({ min: 0, max: 99 }).map((draw) => draw < 45),
          sees: fc.nat({ max: 899 }).map((draw) => (draw < 600 ? Math.floor(draw / 10) : draw)),
          looksBack: fc.boolean(),
          end: fc.nat({ max: 49 }),
          wait: fc.nat({ max: 4 }),
          lasts: fc.nat({ max: 6 }),
          again: fc.nat({ max: 99 }),
        }),
        { minLength: operations, maxLength: operations },
      )
      .map((drawn) => historyOf(drawn, again)),
  )

/** What happens to a store of replicas: a session reads or writes at one, or one write arrives at another. */
interface Happening {
  readonly what: number
  readonly process: number
  readonly key: number
  readonly which: number
  readonly replica: number
}

/**
 * What clients see of replicas, one for each process, among which writes travel one by one: nearly right, and wrong in
 * all the ways there are. What arrives late overwrites what is newer, unless replicas keep the `newest`; a session asks
 * its own replica, unless it `roams`.
 */
const replicatedHistory = (
  happenings: readonly Happening[],
  operations: number,
  processes: number,
  newest: boolean,
  roams: boolean,
): AccessHistory => {
  const replicas = Array.from({ length: processes }, () => new Map<string, number>())
  const writes: { readonly key: string; readonly value: number }[] = []
  const history: AccessHistory[number][] = []
  const arrive = (replica: number, { key, value }: { readonly key: string; readonly value: number }) => {
    const state = replicas[replica] as Map<string, number>
    if (!newest || value > (state.get(key) ?? 0)) state.set(key, value)
  }
  for (const { what, process, key: ordinal, which, replica } of happenings) {
    const nth = history.length
    if (nth === operations) break
    const key = "xyz"[ordinal] as string
    const home = roams ? replica : process
    const base = { id: `o${nth + 1}`, process: `p${process + 1}`, calledAt: nth * 10, returnedAt: nth * 10 + 5 }
    if (what === 0) {
      const write = { key, value: nth + 1 }
      writes.push(write)
      arrive(home, write)
      history.push({ ...base, input: { _tag: "write", ...write }, outcome: { _tag: "ok", value: null } })
    } else if (what === 1) {
      const value = replicas[home]?.get(key) ?? null
      history.push({ ...base, input: { _tag: "read", key }, outcome: { _tag: "ok", value } })
    } else {
      const write = writes[which % Math.max(1, writes.length)]
      if (write !== undefined) arrive(replica, write)
    }
  }
  return history
}

export const replicatedHistories = ({ operations, processes, keys }: Shape): fc.Arbitrary<AccessHistory> =>
  fc.noBias(
    fc
      .tuple(
        fc.array(
          fc.record({
            what: fc.nat({ max: 3 }),
            process: fc.nat({ max: processes - 1 }),
            key: fc.nat({ max: keys - 1 }),
            which: fc.nat({ max: 5039 }),
            replica: fc.nat({ max: processes - 1 }),
          }),
          { minLength: operations * 3, maxLength: operations * 3 },
        ),
        fc.boolean(),
        fc.nat({ max: 3 }).map((draw) => draw === 0),
      )
      .map(([happenings, newest, roams]) => replicatedHistory(happenings, operations, processes, newest, roams)),
  )

/** A history without an operation; without a write, also without every read that may have seen it. */
export const without = (history: AccessHistory, removed: AccessHistory[number]): AccessHistory =>
  history.filter(
    (each) =>
      each !== removed &&
      !(
        removed.input._tag === "write" &&
        each.input._tag === "read" &&
        each.input.key === removed.input.key &&
        each.outcome._tag === "ok" &&
        each.outcome.value === removed.input.value
      ),
  )
