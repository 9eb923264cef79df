/**
 * The space-time diagram: one column per node, time downwards, one event a line.
 *
 * A message is an arrow from its sender's lane to its receiver's, drawn where it arrived or died; one that was under way for
 * long is drawn where it left as well. What happened at a node starts at its lane, or ends there where the page does. A node
 * that is down has a broken lane.
 */
import { spellInstant } from "../notation.ts"
import { cut } from "../page.ts"
import type { Row } from "./rows.ts"

/** Room for the instant, and for words to the right of the last lane. */
const left = 11
const right = 19
const narrowest = 5

/** The sign of a fault with a number, as the list of faults and the diagram have it. */
export const circled = (number: number): string =>
  number >= 1 && number <= 20 ? String.fromCodePoint(0x2460 + number - 1) : `(${number})`

/** Who is drawn: everybody of the cast who does something, in the cast's order. */
export const lanesOf = (cast: readonly string[], rows: readonly Row[]): readonly string[] => {
  const seen = new Set(rows.flatMap(({ node, from }) => [node, from ?? node]))
  return cast.filter((id) => seen.has(id))
}

const glyphs: Partial<Record<Row["drawn"], string>> = {
  called: "●",
  returned: "◆",
  did: "■",
  down: "✝",
  up: "↑",
  fault: "!",
  broken: "✗",
}

/** What the glyphs mean. */
export const legend = "● called  ◆ returned  ■ did  ╳ died  ✝ down  ↑ up  ! fault  ×n alike"

class Page {
  readonly #lanes: readonly string[]
  readonly #width: number
  readonly #columns: number
  readonly #down = new Set<string>()

  constructor(lanes: readonly string[], columns: number) {
    this.#lanes = lanes
    this.#columns = columns
    const between = Math.max(1, lanes.length - 1)
    this.#width = Math.max(narrowest, Math.min(26, Math.floor((columns - left - right) / between)))
  }

  at(id: string): number {
    const lane = this.#lanes.indexOf(id)
    return lane < 0 ? left : left + lane * this.#width
  }

  get head(): string {
    return `${"t (ms)".padStart(left - 3)}   ${this.#lanes.map((id) => cut(id, this.#width - 1).padEnd(this.#width)).join("")}`.trimEnd()
  }

  mark(row: Row): void {
    if (row.drawn === "down") this.#down.add(row.node)
    if (row.drawn === "up") this.#down.delete(row.node)
  }

  line(row: Row): string {
    const chars = Array.from({ length: this.#columns }, () => " ")
    for (const id of this.#lanes) chars[this.at(id)] = this.#down.has(id) ? "·" : "│"
    write(chars, 0, spellInstant(row.at).padStart(left - 3))
    if (row.from === undefined || row.from === row.node) this.#beside(chars, row)
    else this.#arrow(chars, row, row.from)
    return chars.join("").trimEnd()
  }

  /** Words at a lane: to the right where they fit, else to the left. */
  #beside(chars: string[], row: Row): void {
    const at = this.at(row.node)
    const sign = `${glyphs[row.drawn] ?? "■"}${row.fault === undefined ? "" : circled(row.fault)}`
    const words = `${row.words}${more(row)}`
    const [after, before] = [chars.length - at, at - left + 1]
    if (row.node === "" || sign.length + 1 + words.length <= after || after >= before) {
      write(chars, at, cut(`${sign} ${words}`, after))
    } else {
      const said = cut(words, before - 2)
      write(chars, at - said.length - 1, `${said} ${sign}`)
    }
  }

  /** An arrow between two lanes with words on it, or beside it. One that dies ends in a cross, and says why. */
  #arrow(chars: string[], row: Row, from: string): void {
    const [a, b] = [this.at(from), this.at(row.node)]
    const [low, high] = [Math.min(a, b) + 1, Math.max(a, b) - 1]
    const isDead = row.drawn === "dies"
    const waits = row.drawn === "waits" || row.drawn === "leaves"
    for (let i = low; i <= high; i++) chars[i] = waits ? "╌" : "─"
    const head = isDead ? "╳" : b > a ? "▶" : "◀"
    const tip = b > a ? high : low
    chars[tip] = waits ? "╌" : head
    const room = high - low
    const on = this.#label(row, room)
    const start = (b > a ? low : low + 1) + Math.max(0, Math.floor((room - on.length) / 2))
    write(chars, start, on)
    if (isDead && row.fault !== undefined) chars[b] = circled(row.fault)
    const rest = `${on.trim().endsWith(row.words) ? "" : ` ${row.words}`}${more(row)}`
    if (rest !== "") write(chars, Math.max(a, b) + 1, cut(rest, chars.length - Math.max(a, b) - 1))
  }

  /** What fits on an arrow: all that there is to say, or the reason alone, or nothing; the words stand beside it then. */
  #label({ words, reason }: Row, room: number): string {
    const fits = (said: string) => (said.length + 4 <= room ? ` ${said} ` : said.length <= room ? said : undefined)
    if (reason === undefined) return fits(words) ?? ""
    return fits(`${reason}: ${words}`) ?? fits(reason) ?? cut(reason, room)
  }
}

const more = ({ more: count }: Row): string => (count === undefined ? "" : ` ×${count + 1}`)

const write = (chars: string[], from: number, text: string): void => {
  for (const [i, char] of [...text].entries()) if (from + i < chars.length) chars[from + i] = char
}

/** The head of the diagram and a line for each row. */
export const drawRows = (cast: readonly string[], rows: readonly Row[], columns: number): readonly string[] => {
  const page = new Page(lanesOf(cast, rows), columns)
  return [
    page.head,
    ...rows.map((row) => {
      page.mark(row)
      return page.line(row)
    }),
  ]
}
