/**
 * Texts that grow at their end, told apart only as far as some text that was observed begins with them: the nodes of
 * the trie of what was observed. A node is a range of these texts, sorted, that have their first so many characters in
 * common.
 */

/** The text that no text observed begins with. */
export const lost = -1

export class Prefixes {
  /** Each text observed once, sorted by code units. */
  readonly #observed: readonly string[]
  readonly #rank = new Map<string, number>()
  readonly #radix: number
  /** Of each node: the first text of its range, the one after the last, and how many characters are in common. */
  readonly #from: number[] = []
  readonly #to: number[] = []
  readonly #length: number[] = []
  readonly #nodes = new Map<number, number>()

  constructor(observed: Iterable<string>) {
    this.#observed = [...new Set(observed)].sort((a, b) => (a < b ? -1 : 1))
    this.#observed.forEach((text, rank) => {
      this.#rank.set(text, rank)
    })
    this.#radix = this.#observed.reduce((most, { length }) => Math.max(most, length), 0) + 1
  }

  /** The node of a text, or `lost`. */
  of(text: string): number {
    const size = this.#observed.length
    const from = this.#first(0, size, (observed) => observed >= text)
    return this.#node(
      from,
      this.#first(from, size, (observed) => !observed.startsWith(text)),
      text.length,
    )
  }

  /** The node of the text of a node with more at its end, or `lost`. */
  grown(node: number, more: string): number {
    if (node === lost) return lost
    const length = this.#length[node] as number
    const end = length + more.length
    const to = this.#to[node] as number
    const from = this.#first(this.#from[node] as number, to, (observed) => observed.slice(length, end) >= more)
    return this.#node(
      from,
      this.#first(from, to, (observed) => !observed.startsWith(more, length)),
      end,
    )
  }

  /** Whether a node is that of a text that was observed. */
  is(node: number, observed: string): boolean {
    return node !== lost && this.#length[node] === observed.length && this.leads(node, observed)
  }

  /** Whether a text that was observed begins with the text of a node. */
  leads(node: number, observed: string): boolean {
    if (node === lost) return false
    const rank = this.rank(observed)
    return (this.#from[node] as number) <= rank && rank < (this.#to[node] as number)
  }

  /** A number for each text that was observed. */
  rank(observed: string): number {
    return this.#rank.get(observed) as number
  }

  #node(from: number, to: number, length: number): number {
    if (from === to) return lost
    const name = from * this.#radix + length
    let node = this.#nodes.get(name)
    if (node === undefined) {
      node = this.#from.length
      this.#nodes.set(name, node)
      this.#from.push(from)
      this.#to.push(to)
      this.#length.push(length)
    }
    return node
  }

  /** The first place in a range from which on something is so. */
  #first(from: number, to: number, isSo: (observed: string) => boolean): number {
    let low = from
    let high = to
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isSo(this.#observed[middle] as string)) high = middle
      else low = middle + 1
    }
    return low
  }
}
