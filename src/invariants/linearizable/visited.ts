/**
 * The configurations from which a search has found no way out. A configuration is a stage, the open operations left to
 * do, a state, and the pending operations used. One that used more of these than another, and is otherwise the same,
 * can do no more.
 *
 * An open-addressed table would move entries; here they lie one after the other in one buffer, and a table of heads
 * chains them.
 */
import { mix } from "#sim"

const smallest = 256
/** In words of four bytes. */
const most = 1 << 24

/** Words before the bit sets: the next entry of the chain, the stage, the state. */
const header = 3

/** For one search at a time. Its buffers are kept from search to search, if they aren't huge. */
export class Visited {
  /** Entries looked at so far. */
  compared = 0
  /** Whether it has no room left. */
  full = false

  #entries = new Int32Array(1 << 12)
  #end = 0
  #count = 0
  #heads = new Int32Array(smallest)
  #mask = smallest - 1
  #left = 0
  #used = 0

  /** Starts over, for bit sets of so many words. */
  reset(left: number, used: number): void {
    if (this.#entries.length > 1 << 20) this.#entries = new Int32Array(1 << 12)
    if (this.#heads.length > 1 << 16) this.#heads = new Int32Array(smallest)
    this.#mask = smallest - 1
    this.#heads.fill(0, 0, smallest)
    this.#end = 1
    this.#count = 0
    this.#left = left
    this.#used = used
    this.compared = 0
    this.full = false
  }

  /**
   * Adds a configuration unless one is there that could do as much; says whether it did. The words left are those of
   * two disjoint sets.
   */
  add(stage: number, state: number, left: Int32Array, alsoLeft: Int32Array, used: Int32Array): boolean {
    let hash = mix(stage ^ Math.imul(state, 0x9e3779b1))
    for (let i = 0; i < this.#left; i++) hash = mix(hash ^ ((left[i] as number) | (alsoLeft[i] as number)))
    const entries = this.#entries
    const size = header + this.#left + this.#used
    const head = hash & this.#mask
    chain: for (let at = this.#heads[head] as number; at !== 0; at = entries[at] as number) {
      this.compared++
      if (entries[at + 1] !== stage || entries[at + 2] !== state) continue
      let word = at + header
      for (let i = 0; i < this.#left; i++, word++) {
        if (entries[word] !== ((left[i] as number) | (alsoLeft[i] as number))) continue chain
      }
      for (let i = 0; i < this.#used; i++, word++) {
        if (((entries[word] as number) & ~(used[i] as number)) !== 0) continue chain
      }
      return false
    }
    if (this.#end + size > most) {
      this.full = true
      return false
    }
    this.#reserve(size)
    const at = this.#end
    const room = this.#entries
    room[at] = this.#heads[head] as number
    room[at + 1] = stage
    room[at + 2] = state
    let word = at + header
    for (let i = 0; i < this.#left; i++, word++) room[word] = (left[i] as number) | (alsoLeft[i] as number)
    for (let i = 0; i < this.#used; i++, word++) room[word] = used[i] as number
    this.#heads[head] = at
    this.#end = word
    this.#count++
    if (this.#count > this.#mask) this.#spread()
    return true
  }

  #reserve(size: number): void {
    if (this.#end + size <= this.#entries.length) return
    let length = this.#entries.length
    while (length < this.#end + size) length *= 2
    const larger = new Int32Array(Math.min(length, most))
    larger.set(this.#entries.subarray(0, this.#end))
    this.#entries = larger
  }

  /** Shares the entries among twice as many chains. */
  #spread(): void {
    const heads = (this.#mask + 1) * 2
    this.#mask = heads - 1
    if (this.#heads.length < heads) this.#heads = new Int32Array(heads)
    else this.#heads.fill(0, 0, heads)
    const entries = this.#entries
    const size = header + this.#left + this.#used
    for (let at = 1; at < this.#end; at += size) {
      let hash = mix((entries[at + 1] as number) ^ Math.imul(entries[at + 2] as number, 0x9e3779b1))
      for (let i = 0; i < this.#left; i++) hash = mix(hash ^ (entries[at + header + i] as number))
      const head = hash & this.#mask
      entries[at] = this.#heads[head] as number
      this.#heads[head] = at
    }
  }
}
