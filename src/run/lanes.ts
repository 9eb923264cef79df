/**
 * The space-time diagram: one column per node, time downwards, one event a line.
 *
 * A message is an arrow from its sender's lane to its receiver's, drawn where it arrived or died. What happened at a node
 * starts at its lane. A node that is down has a broken lane.
 */
import { type Entry, Kind, reasons } from "#sim"
import type { RunResult } from "./run.ts"

const left = 11
const narrowest = 14

/** What is drawn, and in which column. */
interface Drawing {
  readonly result: RunResult
  readonly say: (entry: Entry) => string
}

/** Milliseconds with as many digits as tell instants apart. */
export const spellInstant = (micros: number): string => (micros / 1000).toFixed(micros % 1000 === 0 ? 0 : 2)

const cut = (words: string, room: number): string =>
  words.length > room ? `${words.slice(0, Math.max(0, room - 1))}…` : words

class Lanes {
  readonly #ids: readonly string[]
  readonly #width: number
  readonly #down = new Set<number>()

  constructor(ids: readonly string[], columns: number) {
    this.#ids = ids
    this.#width = Math.max(narrowest, Math.floor((columns - left) / ids.length))
  }

  at(node: number): number {
    return left + node * this.#width
  }

  set(node: number, down: boolean): void {
    if (down) this.#down.add(node)
    else this.#down.delete(node)
  }

  head(): string {
    return `${"t (ms)".padStart(left - 3)}   ${this.#ids.map((id) => id.padEnd(this.#width)).join("")}`.trimEnd()
  }

  line(at: number): string[] {
    const chars = Array.from({ length: left + this.#ids.length * this.#width }, () => " ")
    this.#ids.forEach((_, node) => {
      chars[this.at(node)] = this.#down.has(node) ? "·" : "│"
    })
    this.write(chars, 0, spellInstant(at).padStart(left - 3))
    return chars
  }

  write(chars: string[], from: number, text: string): void {
    for (const [i, char] of [...text].entries()) chars[from + i] = char
  }

  /** An arrow between two lanes with words on it; a message that dies ends in a cross, and says why whatever is cut off. */
  arrow(chars: string[], from: number, to: number, words: string, death?: string): void {
    const [a, b] = [this.at(from), this.at(to)]
    const [low, high] = [Math.min(a, b) + 1, Math.max(a, b) - 1]
    for (let i = low; i <= high; i++) chars[i] = "─"
    const room = high - low - 3
    const why = death === undefined ? "" : `: ${death}`
    const fits = (why.length <= room - 6 ? why : "").length
    const label = ` ${cut(words, room - 2 - fits)}${fits > 0 ? why : ""} `
    if (fits < why.length) this.write(chars, chars.length, `  ${death}`)
    if (room > 4) this.write(chars, low + 1 + Math.max(0, Math.floor((room - label.length) / 2)), label)
    const head = death !== undefined ? "╳" : b > a ? "▶" : "◀"
    if (b > a) chars[high] = head
    else chars[low] = head
  }
}

/** One line for an entry, or none where it says nothing that another line does not say. */
const draw = (lanes: Lanes, entry: Entry, { result, say }: Drawing): string | undefined => {
  const chars = lanes.line(entry.at)
  const beside = (words: string) => lanes.write(chars, lanes.at(entry.node), words)
  switch (entry.kind) {
    case Kind.deliver:
      lanes.arrow(chars, entry.peer, entry.node, say(entry))
      break
    case Kind.drop: {
      const sent = result.trace.entry(entry.cause)
      if (sent.peer < 0) return undefined
      lanes.arrow(chars, sent.node, sent.peer, say(sent), reasons[entry.detail])
      break
    }
    case Kind.crash:
    case Kind.stopped:
      lanes.set(entry.node, true)
      beside(`✝ ${say(entry)}`)
      break
    case Kind.boot:
      lanes.set(entry.node, false)
      beside(`↑ ${say(entry)}`)
      break
    case Kind.fault:
    case Kind.heal:
    case Kind.calm:
      lanes.write(chars, left - 2, "")
      if (entry.node >= 0) beside(`! ${say(entry)}`)
      else lanes.write(chars, left, `! ${say(entry)} `)
      break
    case Kind.call:
      beside(`● ${say(entry)}`)
      break
    case Kind.return:
      beside(`◆ ${say(entry)}`)
      break
    default:
      beside(`■ ${say(entry)}`)
  }
  return chars.join("").trimEnd()
}

/** The diagram of some entries of a run, at most so many columns wide where that leaves room for the lanes. */
export const drawLanes = (
  result: RunResult,
  entries: readonly Entry[],
  say: (entry: Entry) => string,
  columns = 100,
): readonly string[] => {
  const lanes = new Lanes(
    result.world.nodes.map(({ id }) => id),
    columns,
  )
  return [lanes.head(), ...entries.flatMap((entry) => draw(lanes, entry, { result, say }) ?? [])]
}
