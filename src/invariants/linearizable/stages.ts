/**
 * When operations are open, told by their returns: the stages. An operation that returned is open from its call to its
 * stage; one without an answer is pending from its call on. What returns at the instant of a call is still open then.
 *
 * Every operation that returns has a slot while it is open, so that a set of open operations is a set of few bits.
 */
import { sortNearly } from "./nearly.ts"
import type { Part } from "./part.ts"

/** Of an operation that never returns. */
export const never = -1

type Ints = Int32Array<ArrayBuffer>

/** A buffer with this much room, with the same contents where there is a choice. */
export const roomy = (buffer: Ints, length: number): Ints =>
  buffer.length >= length ? buffer : new Int32Array(1 << (32 - Math.clz32(length)))

/** For one search at a time. Its buffers are kept from search to search. */
export class Stages {
  /** How many operations return. */
  count = 0
  /** How many operations are pending. */
  pendings = 0
  /** How many slots there are: the most operations that are open at a time. */
  slots = 0

  /** The operation that returns at a stage. */
  returns = new Int32Array(64)
  /** How many operations of those that return have been called before that, and how many of the pending. */
  calledBefore = new Int32Array(64)
  pendingBefore = new Int32Array(64)

  /** The operations that return, and the pending, in the order of their calls. */
  called = new Int32Array(64)
  pending = new Int32Array(64)

  /** The stage at which an operation returns, or `never`. */
  stageOf = new Int32Array(64)
  /** The place of an operation in `called` or `pending`. */
  turnOf = new Int32Array(64)
  /** The slot of an operation that returns. */
  slotOf = new Int32Array(64)

  #free = new Int32Array(64)

  /** Starts over. */
  reset(part: Part): void {
    const size = part.operations.length
    this.returns = roomy(this.returns, size)
    this.calledBefore = roomy(this.calledBefore, size)
    this.pendingBefore = roomy(this.pendingBefore, size)
    this.called = roomy(this.called, size)
    this.pending = roomy(this.pending, size)
    this.stageOf = roomy(this.stageOf, size)
    this.turnOf = roomy(this.turnOf, size)
    this.slotOf = roomy(this.slotOf, size)
    this.#free = roomy(this.#free, size)
    this.count = 0
    this.pendings = 0
    for (let i = 0; i < size; i++) {
      if (part.isPending[i]) {
        this.stageOf[i] = never
        this.turnOf[i] = this.pendings
        this.pending[this.pendings++] = i
      } else {
        this.turnOf[i] = this.count
        this.returns[this.count] = i
        this.called[this.count++] = i
      }
    }
    const { deadline } = part
    sortNearly(this.returns, this.count, (a, b) => (deadline[a] as number) < (deadline[b] as number))
    this.#assignSlots(part)
  }

  #assignSlots({ calledAt, deadline }: Part): void {
    const { returns, called, pending, slotOf } = this
    let open = 0
    let waiting = 0
    let free = 0
    this.slots = 0
    for (let stage = 0; stage < this.count; stage++) {
      const operation = returns[stage] as number
      const at = deadline[operation] as number
      for (; open < this.count && (calledAt[called[open] as number] as number) <= at; open++) {
        slotOf[called[open] as number] = free > 0 ? (this.#free[--free] as number) : this.slots++
      }
      while (waiting < this.pendings && (calledAt[pending[waiting] as number] as number) <= at) waiting++
      this.calledBefore[stage] = open
      this.pendingBefore[stage] = waiting
      this.stageOf[operation] = stage
      this.#free[free++] = slotOf[operation] as number
    }
  }
}
