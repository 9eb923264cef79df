/**
 * A toy store of lists, in which the transactions of a few clients take turns step by step. It isolates them as it says, unless
 * a weakness is planted. Everything is drawn from the seed.
 */
import type {
  Element,
  MicroOperation,
  Outcome,
  RecordedTransaction,
  Transaction,
  TransactionHistory,
} from "#invariants"
import { below, draw, hashText } from "#sim"

/**
 * Snapshots of what was committed, refused where what was read (serializable) or appended to (snapshot) has changed since; the
 * latest that was committed, with locks on what is appended to (read-committed); or the lists as they are.
 */
export type Isolation = "serializable" | "snapshot" | "read-committed" | "read-uncommitted"

export const weaknesses = {
  "stale snapshots": "shows what had been committed some time before",
  "no conflicts": "commits though somebody else has appended since",
  "half commits": "commits one key after the other",
  "aborts that stay": "keeps what refused transactions appended",
  "double appends": "appends twice",
  "swapped reads": "turns the end of a list round",
  "invented elements": "shows what nobody appended",
  "forgotten appends": "does not show a transaction what it appended itself",
  "hasty appends": "appends before the transaction does",
  "repeated elements": "is asked to append what was appended before",
} as const

export type Weakness = keyof typeof weaknesses

export interface Setting {
  readonly seed: number
  readonly isolation: Isolation
  readonly weaknesses: readonly Weakness[]
  readonly transactions: number
  readonly clients: number
  readonly keys: number
}

type Lists = Readonly<Record<string, readonly Element[]>>

interface Run {
  readonly place: number
  readonly client: number
  readonly calledAt: number
  readonly program: Transaction
  readonly done: MicroOperation[]
  readonly snapshot: Lists
  readonly own: Map<string, Element[]>
}

/** Every so many chances a planted weakness shows. */
const rarely = 4

export const play = ({ seed, isolation, weaknesses, transactions, clients, keys }: Setting): TransactionHistory => {
  let draws = 0
  const stream = hashText(isolation)
  const pick = (bound: number): number => below(draw(seed, stream, draws++), bound)
  const shows = (weakness: Weakness): boolean => weaknesses.includes(weakness) && pick(rarely) === 0

  let state: Lists = {}
  const states: Lists[] = [state]
  const installing: [key: string, elements: readonly Element[]][] = []
  const locks = new Map<string, Run>()
  const appended = new Map<string, number>()
  const history: RecordedTransaction[] = []
  const running: (Run | undefined)[] = Array.from({ length: clients })
  let begun = 0
  let now = 0

  const install = (key: string, elements: readonly Element[]): void => {
    state = { ...state, [key]: [...(state[key] ?? []), ...elements] }
  }

  const programOf = (): Transaction =>
    Array.from({ length: 1 + pick(3) }, () => {
      const key = String.fromCharCode("x".charCodeAt(0) + pick(keys))
      if (pick(2) === 0) return { _tag: "read", key }
      const element = (appended.get(key) ?? 0) + (shows("repeated elements") ? 0 : 1)
      appended.set(key, element)
      return { _tag: "append", key, element }
    })

  const begin = (client: number): Run => {
    const program = programOf()
    const snapshot = shows("stale snapshots") ? states[Math.max(0, states.length - 1 - pick(5))] : state
    const own = new Map<string, Element[]>()
    if (shows("hasty appends")) {
      for (const step of program)
        if (step._tag === "append") own.set(step.key, [...(own.get(step.key) ?? []), step.element])
    }
    return { place: begun++, client, calledAt: now, program, done: [], snapshot: snapshot ?? state, own }
  }

  const append = (run: Run, key: string, element: Element): boolean => {
    const holder = locks.get(key)
    if (isolation === "read-committed" && holder !== undefined && holder !== run) return false
    locks.set(key, run)
    const own = run.own.get(key) ?? []
    if (!own.includes(element)) run.own.set(key, [...own, element])
    if (isolation === "read-uncommitted") install(key, [element])
    return true
  }

  const read = (run: Run, key: string): readonly Element[] => {
    const others = (isolation === "serializable" || isolation === "snapshot" ? run.snapshot : state)[key] ?? []
    const own = isolation === "read-uncommitted" || shows("forgotten appends") ? [] : (run.own.get(key) ?? [])
    const seen = [...others, ...own]
    if (shows("swapped reads")) seen.push(...seen.splice(-2).reverse())
    if (shows("invented elements")) seen.push(999)
    return seen
  }

  /** Whether what a transaction saw is still so. */
  const isCurrent = ({ snapshot, own, program }: Run): boolean =>
    isolation === "serializable"
      ? program.every(({ key }) => snapshot[key] === state[key])
      : isolation !== "snapshot" || [...own.keys()].every((key) => snapshot[key] === state[key])

  const finish = (run: Run, committed: boolean): void => {
    const { place, client, calledAt, program, done, own } = run
    const stays = committed || shows("aborts that stay")
    for (const [key, elements] of own) {
      if (locks.get(key) === run) locks.delete(key)
      if (isolation === "read-uncommitted") {
        if (!stays) state = { ...state, [key]: (state[key] ?? []).filter((element) => !elements.includes(element)) }
      } else if (stays) {
        const all = shows("double appends") ? [...elements, ...elements] : elements
        if (weaknesses.includes("half commits")) installing.push([key, all])
        else install(key, all)
      }
    }
    states.push(state)
    const told: Outcome<Transaction> = committed ? { _tag: "ok", value: done } : { _tag: "refused", reason: "aborted" }
    const outcome: Outcome<Transaction> = pick(12) === 0 ? { _tag: "unknown", reason: "timed out" } : told
    history[place] = { id: `t${place}`, process: `c${client}`, calledAt, returnedAt: now, input: program, outcome }
    running[client] = undefined
  }

  const proceed = (run: Run): void => {
    const step = run.program[run.done.length]
    if (step === undefined) {
      finish(run, (isCurrent(run) || weaknesses.includes("no conflicts")) && pick(20) > 0)
    } else if (step._tag === "read") {
      run.done.push({ ...step, seen: read(run, step.key) })
    } else if (append(run, step.key, step.element)) {
      run.done.push(step)
    } else finish(run, false)
  }

  while (history.length < transactions || running.some((run) => run !== undefined)) {
    now += pick(2)
    const client = pick(clients)
    const run = running[client]
    const half = installing.shift()
    if (half !== undefined) install(...half)
    if (run !== undefined) proceed(run)
    else if (begun < transactions) running[client] = begin(client)
  }
  return history
}
