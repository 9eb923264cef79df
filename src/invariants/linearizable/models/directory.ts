/**
 * A number for each of many values. Whole numbers, as most values that are made to be unique, are found without
 * hashing.
 */
import { none } from "../versions.ts"

/** A page has the numbers of 2^10 whole numbers that follow each other; from 2^24 on there are no pages. */
const pageBits = 10
const pageMask = (1 << pageBits) - 1
const largest = 1 << 24

export class Directory {
  /** One more than the number of each value, or 0. */
  readonly #pages: (Int32Array | undefined)[] = []
  /** How many more pages there may be. */
  #pagesLeft: number
  readonly #others = new Map<unknown, number>()

  /** For about so many values. */
  constructor(size: number) {
    this.#pagesLeft = size >> 6
  }

  /** Says whether the value had no number before. */
  add(value: unknown, number: number): boolean {
    const page = this.#page(value, true)
    if (page !== undefined) {
      const place = (value as number) & pageMask
      if (page[place] !== 0) return false
      page[place] = number + 1
      return true
    }
    if (this.#others.has(value)) return false
    this.#others.set(value, number)
    return true
  }

  /** The number of a value, or `none`. */
  get(value: unknown): number {
    const page = this.#page(value, false)
    if (page !== undefined) return (page[(value as number) & pageMask] as number) - 1
    return this.#others.get(value) ?? none
  }

  #page(value: unknown, isNeeded: boolean): Int32Array | undefined {
    if (typeof value !== "number" || (value | 0) !== value || value < 0 || value >= largest) return undefined
    const nth = value >>> pageBits
    let page = this.#pages[nth]
    if (page === undefined && isNeeded && this.#pagesLeft > 0) {
      this.#pagesLeft--
      page = new Int32Array(1 << pageBits)
      this.#pages[nth] = page
    }
    return page
  }
}
