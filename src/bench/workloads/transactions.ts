/**
 * Histories of a store of lists that snapshots isolate, checked against every level: some clients, up to four reads and
 * appends in a transaction, a key left alone after so many appends. An operation is a transaction.
 */
import {
  checkTransactions,
  type Element,
  type MicroOperation,
  type RecordedTransaction,
  type TransactionHistory,
} from "#invariants"
import { below, draw, hashText } from "#sim"
import { claim, type Workload } from "../measure.ts"

const clients = 10
const keys = 20
const appendsOfKey = 64

interface Run {
  readonly place: number
  readonly calledAt: number
  readonly steps: MicroOperation[]
  readonly snapshot: ReadonlyMap<string, number>
  readonly own: Map<string, Element[]>
}

/** What so many transactions did; whoever appends to what has changed since it began is refused. */
export const snapshotHistory = (transactions: number): TransactionHistory => {
  const stream = hashText("transactions")
  let draws = 0
  const pick = (bound: number): number => below(draw(1, stream, draws++), bound)
  const lists = new Map<string, Element[]>()
  const appended = new Map<string, number>()
  const names = Array.from({ length: keys }, (_, nth) => `k${nth}`)
  const running: (Run | undefined)[] = Array.from({ length: clients })
  const history: RecordedTransaction[] = []
  let begun = 0
  let finished = 0

  const stepOf = ({ snapshot, own }: Run, key: string): MicroOperation => {
    const mine = own.get(key) ?? []
    if (pick(2) === 0) {
      return { _tag: "read", key, seen: [...(lists.get(key) ?? []).slice(0, snapshot.get(key)), ...mine] }
    }
    const element = (appended.get(key) ?? 0) + 1
    appended.set(key, element)
    own.set(key, [...mine, element])
    return { _tag: "append", key, element }
  }

  const begin = (calledAt: number): Run => {
    for (const [nth, name] of names.entries()) {
      if ((appended.get(name) ?? 0) >= appendsOfKey) names[nth] = `k${Number(name.slice(1)) + keys}`
    }
    const chosen = Array.from({ length: 1 + pick(4) }, () => names[pick(keys)] as string)
    const snapshot = new Map(chosen.map((key) => [key, lists.get(key)?.length ?? 0]))
    const run: Run = { place: begun++, calledAt, steps: [], snapshot, own: new Map() }
    for (const key of chosen) run.steps.push(stepOf(run, key))
    return run
  }

  const commit = (client: number, { place, calledAt, steps, snapshot, own }: Run, returnedAt: number): void => {
    const isLate = [...own.keys()].some((key) => (lists.get(key)?.length ?? 0) !== snapshot.get(key))
    if (!isLate) for (const [key, elements] of own) lists.set(key, [...(lists.get(key) ?? []), ...elements])
    const outcome = isLate
      ? ({ _tag: "refused", reason: "somebody else was faster" } as const)
      : ({ _tag: "ok", value: steps } as const)
    history[place] = { id: `t${place}`, process: `c${client}`, calledAt, returnedAt, input: steps, outcome }
    finished++
  }

  for (let now = 0; finished < transactions; now++) {
    const client = pick(clients)
    const run = running[client]
    if (run !== undefined) commit(client, run, now)
    running[client] = run === undefined && begun < transactions ? begin(now) : undefined
  }
  return history
}

const histories = new Map<number, TransactionHistory>()

/** Write skew is all that such a store allows, so everything is searched: cycles, and an order of begins and commits. */
export const transactionsChecked: Workload = {
  name: "transactions checked",
  least: 10_000,
  play: (transactions) => {
    const history = histories.get(transactions) ?? snapshotHistory(transactions)
    histories.set(transactions, history)
    const { anomalies } = checkTransactions(history, { level: "strong-snapshot-isolation" })
    claim("anomalies besides write skew", anomalies.filter(({ name }) => !name.startsWith("G2")).length, 0)
    return transactions
  },
}
