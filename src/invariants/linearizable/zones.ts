/**
 * Linearizability in polynomial time, where versions are unique (Gibbons & Korach, "Testing shared memories", 1997).
 *
 * Versions that are known to follow each other, and all that saw them, form a block, which nothing else can interrupt.
 * Its zone is from the first return to the last call in it. If the return comes first, the zone is forward: the block
 * is in effect throughout. Otherwise it is backward: one instant in it is enough. An order exists if each block has
 * one, forward zones don't overlap, and no backward zone lies within a forward one. Gibbons & Korach have one write to
 * a block; here it has those that a compare-and-set or a list that was read ties together. O(n log n).
 */
import { sortNearly } from "./nearly.ts"
import type { Part } from "./part.ts"
import { type Clash, none, type Versions } from "./versions.ts"

export type Zoned =
  /** With the operations in the order in which they take effect; the pending that are missing never do. */
  | { readonly verdict: "holds"; readonly order: Int32Array }
  /** With operations among which those are that make it impossible. */
  | { readonly verdict: "violated"; readonly clash: Clash }

/** Judges operations of one key by their versions. */
export const zones = (part: Part, versions: Versions): Zoned => {
  const clash = versions.clash ?? settle(part, versions)
  const judged: Zoned = clash === undefined ? new Blocks(part, versions).judge() : { verdict: "violated", clash }
  if (judged.verdict === "holds") return judged
  // What is pending contradicts something only because somebody saw it.
  return { verdict: "violated", clash: [...new Set(judged.clash.flatMap((i) => [i, versions.seenBy.get(i) ?? i]))] }
}

/**
 * Finds out which of the pending operations took effect, and forgets what the others made. What a compare-and-set says
 * of versions is noted too.
 */
const settle = ({ operations, isPending, pendings }: Part, versions: Versions): Clash | undefined => {
  const { made, saw, maker } = versions
  const count = operations.length
  for (let i = 0; i < count; i++) {
    if (made[i] === none || saw[i] === none || isPending[i]) continue
    const clash = versions.link(saw[i] as number, made[i] as number, i)
    if (clash !== undefined) return clash
  }
  if (pendings === 0) return undefined
  const seen = new Uint8Array(versions.count)
  for (let i = 0; i < count; i++) {
    if (isPending[i]) continue
    for (let version = saw[i] as number; version !== none && seen[version] === 0; version = versions.before(version)) {
      seen[version] = 1
      const by = maker[version] as number
      if (by === none || !isPending[by]) continue
      versions.seenBy.set(by, i)
      const clash = saw[by] === none ? undefined : versions.link(saw[by] as number, version, by)
      if (clash !== undefined) return clash
    }
  }
  for (let i = 0; i < count; i++) {
    const version = made[i] as number
    if (!isPending[i] || version === none || seen[version] === 1) continue
    made[i] = none
    saw[i] = none
    maker[version] = none
  }
  return undefined
}

/** Blocks are called by their first versions. */
class Blocks {
  readonly #calledAt: Float64Array
  readonly #deadline: Float64Array
  readonly #versions: Versions
  /** Of each version: the first that only saw it; and of that, the next, in the order of their calls. */
  readonly #seer: Int32Array
  readonly #nextSeer: Int32Array
  readonly #blocks: Int32Array
  #count = 0
  /** Of each block: its first return and its last call. */
  readonly #first: Float64Array
  readonly #last: Float64Array
  /** How many versions and operations are in blocks. */
  #placed = 0
  #operations = 0

  constructor({ operations, calledAt, deadline }: Part, versions: Versions) {
    const { count, made, saw } = versions
    this.#calledAt = calledAt
    this.#deadline = deadline
    this.#versions = versions
    this.#blocks = new Int32Array(count)
    this.#first = new Float64Array(count)
    this.#last = new Float64Array(count)
    this.#seer = new Int32Array(count).fill(none)
    this.#nextSeer = new Int32Array(operations.length)
    for (let i = operations.length - 1; i >= 0; i--) {
      const version = saw[i] as number
      if (version === none || made[i] !== none) continue
      this.#nextSeer[i] = this.#seer[version] as number
      this.#seer[version] = i
    }
  }

  judge(): Zoned {
    const { count, maker } = this.#versions
    for (let version = 0; version < count; version++) {
      if ((version > 0 && maker[version] === none) || this.#versions.before(version) !== none) continue
      const clash = this.#addBlock(version)
      if (clash !== undefined) return { verdict: "violated", clash }
    }
    return (this.#placed < count ? this.#findCycle() : undefined) ?? this.#sweep()
  }

  /** Adds the block that begins with a version, unless its own order contradicts that of its calls and returns. */
  #addBlock(block: number): Clash | undefined {
    const { maker } = this.#versions
    const operations = this.#operations
    // What is there at first was always there.
    let first = block === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    let last = Number.NEGATIVE_INFINITY
    let latest = none
    for (let version = block; version !== none; version = this.#versions.after(version)) {
      this.#placed++
      if (version !== 0) {
        const by = maker[version] as number
        if ((this.#deadline[by] as number) < last) return this.#among([by, latest])
        first = Math.min(first, this.#deadline[by] as number)
        if ((this.#calledAt[by] as number) > last) {
          last = this.#calledAt[by] as number
          latest = by
        }
        this.#operations++
      }
      const before = latest
      const calledBefore = last
      for (let seer = this.#seer[version] as number; seer !== none; seer = this.#nextSeer[seer] as number) {
        if ((this.#deadline[seer] as number) < calledBefore) return this.#among([seer, before])
        first = Math.min(first, this.#deadline[seer] as number)
        if ((this.#calledAt[seer] as number) > last) {
          last = this.#calledAt[seer] as number
          latest = seer
        }
        this.#operations++
      }
    }
    this.#first[block] = first
    this.#last[block] = last
    if (this.#operations > operations) this.#blocks[this.#count++] = block
    return undefined
  }

  /** Versions that each come right after another of them. */
  #findCycle(): Zoned | undefined {
    const { count, maker } = this.#versions
    const isPlaced = new Uint8Array(count)
    for (let i = 0; i < this.#count; i++) {
      for (let version = this.#blocks[i] as number; version !== none; version = this.#versions.after(version))
        isPlaced[version] = 1
    }
    const start = maker.findIndex((by, version) => by !== none && isPlaced[version] === 0)
    if (start === -1) return undefined
    const clash: number[] = []
    let version = start
    do {
      clash.push(maker[version] as number)
      version = this.#versions.before(version)
    } while (version !== start)
    return { verdict: "violated", clash }
  }

  /** Orders the blocks by when their zones begin, and looks for those that can't be ordered. */
  #sweep(): Zoned {
    const [first, last, blocks] = [this.#first, this.#last, this.#blocks]
    const isForward = (block: number): boolean => (first[block] as number) < (last[block] as number)
    sortNearly(blocks, this.#count, (a, b) => {
      const x = Math.min(first[a] as number, last[a] as number)
      const y = Math.min(first[b] as number, last[b] as number)
      return x < y || (x === y && !isForward(a) && isForward(b))
    })
    let forward = none
    for (let i = 0; i < this.#count; i++) {
      const block = blocks[i] as number
      const isApart =
        forward === none ||
        (first[forward] as number) >= (last[block] as number) ||
        (first[block] as number) >= (last[forward] as number)
      if (!isApart) return { verdict: "violated", clash: this.#between(forward, block) }
      if (isForward(block)) forward = block
    }
    return { verdict: "holds", order: this.#order() }
  }

  #order(): Int32Array {
    const { maker } = this.#versions
    const order = new Int32Array(this.#operations)
    let ordered = 0
    for (let i = 0; i < this.#count; i++) {
      for (let version = this.#blocks[i] as number; version !== none; version = this.#versions.after(version)) {
        if (version !== 0) order[ordered++] = maker[version] as number
        for (let seer = this.#seer[version] as number; seer !== none; seer = this.#nextSeer[seer] as number) {
          order[ordered++] = seer
        }
      }
    }
    return order
  }

  /**
   * The operations that show that two blocks can't be ordered: each block has one that returned before one of the other
   * was called.
   */
  #between(one: number, other: number): Clash {
    return this.#among([...this.#against(one, other), ...this.#against(other, one)])
  }

  /**
   * Those of a block that can't all come before another block, or not all after it. First of all the one that returned
   * first and the one that was called last; but one that is both too early and too late says as much, and who made a
   * version says more than who saw it.
   */
  #against(block: number, other: number): Clash {
    let [earliest, latest, early, middle] = [none, none, none, none]
    for (const operation of this.#operationsOf(block)) {
      const returnedAt = this.#deadline[operation] as number
      const calledAt = this.#calledAt[operation] as number
      const isEarly = returnedAt < (this.#last[other] as number)
      if (isEarly && early === none) early = operation
      if (isEarly && middle === none && calledAt > (this.#first[other] as number)) middle = operation
      if (returnedAt === this.#first[block]) earliest = operation
      if (calledAt === this.#last[block]) latest = operation
    }
    return [earliest, latest, early, middle]
  }

  *#operationsOf(block: number): Generator<number> {
    for (let version = block; version !== none; version = this.#versions.after(version)) {
      if (version !== 0) yield this.#versions.maker[version] as number
      for (let seer = this.#seer[version] as number; seer !== none; seer = this.#nextSeer[seer] as number) yield seer
    }
  }

  /** With those who told which versions come before these operations. */
  #among(operations: Clash): Clash {
    const { made, saw } = this.#versions
    const all = operations.flatMap((operation) => {
      if (operation === none) return []
      const version = made[operation] === none ? (saw[operation] as number) : (made[operation] as number)
      return [operation, this.#versions.teller(version)]
    })
    return all.filter((operation) => operation !== none)
  }
}
