/**
 * A verdict on linearizability, for people: what is wrong, which few operations show it, drawn, and why it can't be,
 * step by step. At most 30 lines of at most 80 columns, without colour, and the same for the same history.
 */
import type { History, Recorded } from "../history.ts"
import { contradiction, sources } from "./anomaly.ts"
import type { Linearizability, NotLinearizable, Undecided } from "./check.ts"
import { deadline } from "./debts.ts"
import { illegal, type Model } from "./model.ts"
import { clip, sayValue } from "./models/words.ts"
import { type Moments, momentsOf } from "./moments.ts"
import { drawTimeline, instantsOf } from "./timeline.ts"

const width = 80
const height = 30
/** More operations don't fit. */
const lanes = 10

/** The text, line by line. `sayTime` spells an instant, which is in the history's unit. */
export const explainLinearizability = <State, Input, Output>(
  model: Model<State, Input, Output>,
  history: History<Input, Output>,
  result: Linearizability<Input, Output>,
  sayTime: (instant: number) => string = String,
): readonly string[] => {
  switch (result.verdict) {
    case "holds":
      return sayHolds(history, result.witness.length, result.exercised)
    case "unknown":
      return sayUnknown(history, result)
    case "violated":
      return new Story(model as Model, history, result as NotLinearizable, sayTime).tell()
  }
}

const count = (many: number): string => String(many).replace(/\B(?=(\d{3})+$)/g, ",")

const operations = (many: number): string => `${count(many)} operation${many === 1 ? "" : "s"}`

const sayHolds = (history: History, keys: number, exercised: number): readonly string[] => {
  const what = `${operations(history.length)}${keys > 1 ? ` on ${count(keys)} keys` : ""}`
  return exercised === 0
    ? ["LINEARIZABLE, for nothing was answered", "", ...wrap("  ", `${what}: no answer that could be wrong.`)]
    : ["LINEARIZABLE", "", ...wrap("  ", `${what}: an order that explains every answer was found and replayed.`)]
}

const sayUnknown = (history: History, { steps, keys }: Undecided): readonly string[] => [
  "UNKNOWN",
  "",
  ...wrap(
    "  ",
    `${operations(history.length)}: in ${count(steps)} steps neither an order was found nor that there is none.`,
  ),
  ...(keys.length > 1 || keys[0] !== "" ? wrap("  still open: ", keys.slice(0, 20).map(sayKey).join(", ")) : []),
]

/** Text in lines; all but the first begin under the text of the first. */
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
  return [...lines, line].map((each) => clip(each, width))
}

/** Tells one violation. */
class Story {
  readonly #model: Model
  readonly #history: History
  readonly #result: NotLinearizable
  readonly #sayTime: (instant: number) => string
  /** The evidence and what it saw, in the order of their calls. */
  readonly #all: readonly Recorded[]
  /** The operation that contradicts the others, and what the object can have been according to these. */
  readonly #last: Recorded
  readonly #moments: Moments | undefined

  constructor(model: Model, history: History, result: NotLinearizable, sayTime: (instant: number) => string) {
    this.#model = model
    this.#history = history
    this.#result = result
    this.#sayTime = sayTime
    const { evidence, written } = result
    this.#all = [...evidence, ...written].sort((a, b) => a.calledAt - b.calledAt)
    this.#last = contradiction(model, evidence)
    const isFew = this.#all.length > 1 && this.#all.length <= lanes
    this.#moments = isFew ? momentsOf(model, this.#others(), instantsOf(this.#all)) : undefined
  }

  tell(): readonly string[] {
    const { key, anomaly } = this.#result
    const head = ["NOT LINEARIZABLE", ...(key === "" ? [] : [`key ${clip(sayKey(key), 20)}`]), anomaly].join("   ")
    const enough = `${count(this.#all.length)} of ${operations(this.#history.length)} ${this.#all.length === 1 ? "is" : "are"} enough`
    const fits = head.length + enough.length + 3 <= width
    const title = fits ? [head.padEnd(width - enough.length) + enough] : [head, enough]
    const above = [...title, "", ...this.#draw(), ""]
    return [...above, ...this.#why(height - above.length)]
  }

  #draw(): readonly string[] {
    const some = this.#all.slice(-lanes)
    const drawn = some.map((operation) => ({
      label: `${clip(operation.process, 8)}  ${this.#words(operation)}`,
      operation,
      ...(operation === this.#last && { mark: "✗" }),
    }))
    const row = this.#moments && {
      label: `${this.#subject()} must be`,
      moments: this.#moments,
      say: (state: unknown) => this.#sayState(state),
    }
    const more = this.#all.length - some.length
    const before = more > 0 ? [`  and ${operations(more)} that were called before these`] : []
    return [...drawTimeline(drawn, row, this.#sayTime), ...before]
  }

  /** The argument in steps, in at most so many lines: of one that is too long the middle is left out. */
  #why(room: number): readonly string[] {
    const steps = this.#steps().map((step, i) =>
      wrap(`${i === 0 ? "  why" : "     "} ${String(i + 1).padStart(2)}  `, step),
    )
    const last = steps.pop() ?? []
    const lines = steps.flat()
    if (lines.length + last.length <= room) return [...lines, ...last]
    return [...lines.slice(0, room - last.length - 1), "          …", ...last]
  }

  #steps(): readonly string[] {
    const moments = this.#moments
    if (this.#all.length === 1) return [this.#alone()]
    if (moments === undefined) {
      const tried = this.#result.confirmed ? ": all were tried" : ""
      return [`Every order of these ${operations(this.#all.length)} contradicts an answer${tried}.`]
    }
    const instant = (operation: Recorded): number =>
      Math.min(deadline(operation), operation.outcome._tag === "ok" ? Number.POSITIVE_INFINITY : operation.calledAt)
    const others = this.#others().sort((a, b) => instant(a) - instant(b))
    return [...others.map((operation) => this.#step(operation, moments)), this.#contradiction(moments)]
  }

  /** Why an operation is impossible by itself. */
  #alone(): string {
    const returnedAt = deadline(this.#last)
    const what = `${this.#whose(this.#last)} returned at ${this.#sayTime(returnedAt)}.`
    const [source] = sources(this.#model, this.#history, this.#last)
    if (source === undefined) return `${what} Nothing in the history explains that.`
    if (source.outcome._tag === "refused") return `${what} But ${this.#whose(source)}: it never happened.`
    return `${what} But ${this.#whose(source)} was called only at ${this.#sayTime(source.calledAt)}.`
  }

  /** What follows from one of the operations that explain each other. */
  #step(operation: Recorded, { instants, states, isUntold }: Moments): string {
    const instant = deadline(operation)
    const at = instants.indexOf(instant)
    if (at === -1) {
      return `${this.#whose(operation)} was called at ${this.#sayTime(operation.calledAt)} and never answered: it takes effect at any time after that, or never.`
    }
    const after = 2 * at + 1
    const then = isUntold[after] ? "" : this.#sayStates(states[after] ?? [])
    return `${this.#whose(operation)} returned at ${this.#sayTime(instant)}.${then && ` After that, ${this.#subject()} is ${then}.`}`
  }

  #contradiction({ instants, states, isUntold }: Moments): string {
    const { calledAt, input, outcome } = this.#last
    const returnedAt = deadline(this.#last)
    const [from, to] = [2 * instants.indexOf(calledAt), 2 * instants.indexOf(returnedAt) + 1]
    const meant = states.slice(from, to).flat()
    const isOpen = isUntold.slice(from, to).includes(true)
    const fits = (state: unknown): boolean =>
      outcome._tag === "ok" && this.#model.step(state, input, outcome.value) !== illegal
    const words = [...new Set(meant.map((state) => this.#sayState(state)))]
    const is =
      words.length > 3
        ? `one of ${count(words.length)} other things`
        : list([...words, ...(isOpen ? ["what it was before"] : [])])
    const when = `${this.#whose(this.#last)} took effect between ${this.#sayTime(calledAt)} and ${this.#sayTime(returnedAt)}.`
    const why =
      meant.some(fits) || (isOpen && fits(this.#model.initial))
        ? "Wherever it did, one of these would have ended otherwise"
        : `By these, ${this.#subject()} is ${is} all that time`
    return `${when} ${why}: contradiction.${this.#elsewhere()}`
  }

  /** Of what else may seem to explain the contradiction. */
  #elsewhere(): string {
    const told = new Set(this.#all.map(({ id }) => id))
    const others = sources(this.#model, this.#history, this.#last).filter(
      ({ id, calledAt, outcome }) => !told.has(id) && outcome._tag !== "refused" && calledAt <= deadline(this.#last),
    )
    return others.length === 0 ? "" : " All else that could explain it was over before."
  }

  #others(): Recorded[] {
    return this.#all.filter((operation) => operation !== this.#last)
  }

  #subject(): string {
    const { key } = this.#result
    return key === "" ? "it" : clip(sayKey(key), 16)
  }

  #words({ input, outcome }: Recorded): string {
    return this.#model.say(input, outcome)
  }

  #whose(operation: Recorded): string {
    const process = clip(operation.process, 16)
    return `${/^\d+$/.test(process) ? `process ${process}` : process}'s ${clip(this.#words(operation), 48)}`
  }

  #sayState(state: unknown): string {
    return clip(this.#model.sayState?.(state) ?? JSON.stringify(state), 40)
  }

  /** States, if they are few. */
  #sayStates(states: readonly unknown[]): string {
    const words = [...new Set(states.map((state) => this.#sayState(state)))]
    return words.length > 3 ? "" : list(words)
  }
}

const sayKey = (key: string): string => (/^[\w.:-]+$/.test(key) ? key : sayValue(key))

const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`
