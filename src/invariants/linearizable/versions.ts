/**
 * What a history says of the versions of one object, where each can have been made only once. Whoever saw a version
 * then names who made it, and a compare-and-set or a list that was read tells which version came right before another.
 */

/** In place of a version or an operation. */
export const none = -1

/** Operations, by their places among those asked about, whose answers contradict each other whatever their times. */
export type Clash = readonly number[]

export class Versions {
  /** How many there are. Version 0 is the initial one, which nobody made. */
  count = 1
  /** Of each operation: the version that it made, if it took effect, and the version that it saw. */
  readonly made: Int32Array
  readonly saw: Int32Array
  /** Of each version: who made it. */
  readonly maker: Int32Array
  /** Of pending operations that took effect: one that saw it. */
  readonly seenBy = new Map<number, number>()
  /** Found while they were written down. */
  clash: Clash | undefined
  #isLinked = false
  #before = nothing
  #teller = nothing
  #after = nothing

  constructor(operations: number) {
    this.made = new Int32Array(operations).fill(none)
    this.saw = new Int32Array(operations).fill(none)
    this.maker = new Int32Array(operations + 1).fill(none)
  }

  /** A new version. */
  make(operation: number): number {
    const version = this.count++
    this.maker[version] = operation
    this.made[operation] = version
    return version
  }

  /** The version right before another, who told so, and the version right after, if anybody told. */
  before(version: number): number {
    return this.#isLinked ? (this.#before[version] as number) : none
  }

  teller(version: number): number {
    return this.#isLinked ? (this.#teller[version] as number) : none
  }

  after(version: number): number {
    return this.#isLinked ? (this.#after[version] as number) : none
  }

  /** An operation tells that one version came right after another. */
  link(before: number, after: number, operation: number): Clash | undefined {
    if (!this.#isLinked) {
      this.#isLinked = true
      this.#before = new Int32Array(this.maker.length).fill(none)
      this.#teller = this.#before.slice()
      this.#after = this.#before.slice()
    }
    if (this.#before[after] === before) return undefined
    if (this.#before[after] !== none) return [this.#teller[after] as number, operation]
    const other = this.#after[before] as number
    if (other !== none) return [this.#teller[other] as number, operation]
    this.#before[after] = before
    this.#teller[after] = operation
    this.#after[before] = after
    return undefined
  }
}

const nothing: Int32Array = new Int32Array(0)
