/**
 * A verdict on transactions, for people: what is wrong, which few transactions show it, why it cannot be, and what is left.
 * At most 30 lines of at most 80 columns, and the same for the same history.
 */
import type { Verdict } from "../invariant.ts"
import type { Anomaly } from "./anomaly.ts"
import type { TransactionsResult } from "./check.ts"
import { impliedBy, strongestOf, weakestOf } from "./level.ts"
import { type Argument, argumentOf, argumentOfCycle, type Cast, describe, listed, shown } from "./reasons.ts"
import type { RecordedTransaction, TransactionHistory } from "./transaction.ts"

const width = 80
const height = 30

/** How many steps of a cycle are told, and at least. */
const stepsTold = { most: 8, least: 3 }

const count = (many: number): string => String(many).replace(/\B(?=(\d{3})+$)/g, ",")

/** Words in lines, the first after `start` and the others as far to the right. */
const wrap = (start: string, text: string): readonly string[] => {
  const lines: string[] = []
  let line = start
  for (const word of text.split(" ")) {
    const longer = line.length > start.length ? `${line} ${word}` : `${line}${word}`
    if (longer.length > width && line.length > start.length) {
      lines.push(line)
      line = `${" ".repeat(start.length)}${word}`
    } else line = longer
  }
  return [...lines, line]
}

/** A line cut where it is too long, but never within a character. */
const cut = (line: string): string =>
  line.length > width ? `${line.slice(0, width - 1).replace(/[\ud800-\udbff]$/, "")}…` : line

/** What a transaction did with the keys that matter. */
const doing = ({ input, outcome }: RecordedTransaction, keys: ReadonlySet<string>): string => {
  const steps = outcome._tag === "ok" ? outcome.value : input
  const told = steps.flatMap((step) => {
    if (!keys.has(step.key)) return []
    if (step._tag === "append") return [`append ${shown(step.element)} to ${shown(step.key)}`]
    return [step.seen === undefined ? `read ${shown(step.key)}` : `read ${shown(step.key)} = ${listed(step.seen)}`]
  })
  return [...told, ...(told.length < steps.length ? ["…"] : [])].join(", ")
}

const endings = { ok: "", refused: " (refused)", unknown: " (unknown)" } as const

const keysOf = (anomaly: Anomaly): ReadonlySet<string> =>
  new Set(
    "steps" in anomaly
      ? anomaly.steps.flatMap((step) => ("key" in step ? [step.key] : []))
      : anomaly.name === "fractured-read"
        ? [anomaly.key, anomaly.seenKey]
        : [anomaly.key],
  )

/** Short names for some operations, in order: T1, T2, … */
const castOf = (history: TransactionHistory, ids: readonly string[]): Cast => {
  const wanted = new Map([...new Set(ids)].map((id, nth) => [id, `T${nth + 1}`]))
  const operations = new Map(history.filter(({ id }) => wanted.has(id)).map((operation) => [operation.id, operation]))
  return {
    name: (id) => wanted.get(id) ?? "",
    operation: (id) => {
      const operation = operations.get(id)
      if (operation === undefined) throw new Error(`evidence names ${id}, which is not in the history`)
      return operation
    },
  }
}

/** The transactions that an argument speaks of, and its numbered steps. */
const told = (anomaly: Anomaly, cast: Cast, { steps, contradiction }: Argument): readonly string[] => {
  const keys = keysOf(anomaly)
  const spoken = [...steps, contradiction].join(" ")
  const mentioned = [...new Set(anomaly.operations)].filter((id) => new RegExp(`\\b${cast.name(id)}\\b`).test(spoken))
  return [
    ...mentioned.map((id) => {
      const operation = cast.operation(id)
      const who = `${shown(id)} of ${shown(operation.process)}${endings[operation.outcome._tag]}`
      return cut(`   ${cast.name(id)} = ${who}: ${doing(operation, keys)}`)
    }),
    "",
    ...steps.flatMap((step, nth) => wrap(`   ${nth === 0 ? "why" : "   "} ${String(nth + 1).padStart(2)}  `, step)),
    ...wrap("           ", contradiction),
  ]
}

/** The evidence for an anomaly in so few lines that the rest has room. */
const evidence = (history: TransactionHistory, anomaly: Anomaly, room: number): readonly string[] => {
  const cast = castOf(history, anomaly.operations)
  if (!("steps" in anomaly)) return told(anomaly, cast, argumentOf(cast, anomaly))
  let lines: readonly string[] = []
  for (let { most } = stepsTold; most >= stepsTold.least; most--) {
    lines = told(anomaly, cast, argumentOfCycle(cast, anomaly, most))
    if (lines.length <= room) break
  }
  return lines
}

const labelled = (label: string, text: string): readonly string[] => wrap(`   ${label}`.padEnd(15), text)

/** Where the line runs between the levels: the weakest that are ruled out, and the strongest that hold. */
const boundary = ({ ladder }: TransactionsResult): readonly string[] => {
  const of = (verdict: Verdict) => ladder.filter((rung) => rung.verdict === verdict).map(({ level }) => level)
  const [weakest, strongest, unknown] = [weakestOf(of("violated")), strongestOf(of("holds")), weakestOf(of("unknown"))]
  return [
    ...(weakest.length > 0 ? labelled("ruled out", `${weakest.join(", ")}, and all stronger`) : []),
    ...(strongest.length > 0 ? labelled("holds", `${strongest.join(", ")}, and all weaker`) : []),
    ...(unknown.length > 0 ? labelled("unknown", `${unknown.join(", ")}, and what is stronger and not ruled out`) : []),
  ]
}

/** How often each anomaly was found. */
const tally = (label: string, anomalies: readonly Anomaly[]): readonly string[] => {
  const counts = new Map<string, number>()
  for (const { name } of anomalies) counts.set(name, (counts.get(name) ?? 0) + 1)
  const list = Array.from(counts, ([name, many]) => `${count(many)} ${name}`)
  return list.length === 0 ? [] : labelled(label, list.join(", "))
}

/** What shows that a level holds. */
const proof = ({ level, witnesses }: TransactionsResult): string => {
  const witness = witnesses.find((each) => impliedBy(each.level).has(level))
  if (witness === undefined) return `Nothing that ${level} forbids shows in what was read.`
  const many = count(witness.events.length / 2)
  const isSerial = witness.level.endsWith("serializable")
  const order = isSerial ? "One after the other, in an order" : "In an order of begins and commits"
  return `${order} that was found and played, ${many} transactions read what they did read.`
}

const transactions = (many: number): string => `${count(many)} transaction${many === 1 ? "" : "s"}`

/** A verdict in lines for people; the history is the one that was checked. */
export const explainTransactions = (history: TransactionHistory, result: TransactionsResult): readonly string[] => {
  const { level, verdict, anomalies, violations, unknown } = result
  const title = level.toUpperCase()
  const all = transactions(history.length)
  const [gravest] = violations
  if (gravest === undefined) {
    return [
      ...wrap(
        ` ${verdict === "holds" ? title : `${title}?`}   `,
        verdict === "holds" ? all : `nobody can say, of ${all}`,
      ),
      "",
      ...wrap("   ", verdict === "holds" ? proof(result) : `Unknown: ${unknown}.`),
      "",
      ...boundary(result),
      ...tally("found", anomalies),
    ]
  }
  const few = new Set(gravest.operations).size
  const after = [
    "",
    ...boundary(result),
    ...tally(
      "found too",
      anomalies.filter((each) => each !== gravest),
    ),
  ]
  const before = [
    ...wrap(` NOT ${title}   `, `${gravest.name}: ${describe(gravest.name)}`),
    ...wrap("   ", `${count(few)} of ${all} ${few === 1 ? "is" : "are"} enough`),
    "",
  ]
  return [...before, ...evidence(history, gravest, height - before.length - after.length), ...after]
}
