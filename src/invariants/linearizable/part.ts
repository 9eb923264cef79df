/**
 * A history taken apart: the operations of each key that can matter, each key to be judged by itself (locality, Herlihy
 * & Wing, 1990).
 */
import type { History, Recorded } from "../history.ts"
import type { Model } from "./model.ts"

/**
 * Operations of one key in the order of their calls. Those without an answer are pending: they take effect at any time
 * after their call, or never.
 */
export class Part {
  readonly key: string
  readonly operations: Recorded[]
  pendings = 0
  #count = 0
  #places: Int32Array<ArrayBuffer>
  #calledAt: Float64Array<ArrayBuffer>
  #deadline: Float64Array<ArrayBuffer>
  #isPending: Uint8Array<ArrayBuffer>

  /** With room for so many operations at first. */
  constructor(key: string, room: number) {
    this.key = key
    this.operations = new Array(room)
    this.#places = new Int32Array(room)
    this.#calledAt = new Float64Array(room)
    this.#deadline = new Float64Array(room)
    this.#isPending = new Uint8Array(room)
  }

  /** Where each is in the history. */
  get places(): Int32Array {
    return this.#places
  }

  get calledAt(): Float64Array {
    return this.#calledAt
  }

  /** When each has taken effect at the latest. */
  get deadline(): Float64Array {
    return this.#deadline
  }

  get isPending(): Uint8Array {
    return this.#isPending
  }

  /**
   * Adds an operation that wasn't called before those that are there. Throws a RangeError if it returned before it was
   * called.
   */
  add(operation: Recorded, place: number): void {
    const { calledAt, outcome } = operation
    const isPending = outcome._tag !== "ok"
    const deadline = isPending ? Number.POSITIVE_INFINITY : operation.returnedAt
    if (!(calledAt <= deadline)) {
      throw new RangeError(`${operation.id} was called at ${calledAt} and returned at ${deadline}`)
    }
    const i = this.#count++
    if (i === this.#places.length) this.#grow()
    this.operations[i] = operation
    this.#places[i] = place
    this.#calledAt[i] = calledAt
    this.#deadline[i] = deadline
    if (!isPending) return
    this.#isPending[i] = 1
    this.pendings++
  }

  /** Gives up the room that is left. */
  seal(): this {
    this.operations.length = this.#count
    return this
  }

  #grow(): void {
    const room = 2 * this.#places.length + 8
    const larger = new Part(this.key, room)
    larger.#places.set(this.#places)
    larger.#calledAt.set(this.#calledAt)
    larger.#deadline.set(this.#deadline)
    larger.#isPending.set(this.#isPending)
    this.#places = larger.#places
    this.#calledAt = larger.#calledAt
    this.#deadline = larger.#deadline
    this.#isPending = larger.#isPending
  }
}

/** Operations of one key that can matter, in the order of their calls, as a part. */
export const partOf = (operations: readonly Recorded[]): Part => {
  const part = new Part("", operations.length)
  for (let i = 0; i < operations.length; i++) part.add(operations[i] as Recorded, i)
  return part
}

/** The parts of a history, in the order of their first operations. */
export const partsOf = (model: Model, history: History, order?: readonly number[]): readonly Part[] => {
  const parts = new Map<string, Part>()
  let part: Part | undefined
  let latest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < history.length; i++) {
    const place = order?.[i] ?? i
    const operation = history[place] as Recorded
    const { input, outcome, calledAt } = operation
    if (calledAt < latest) return partsOf(model, history, byCall(history))
    latest = calledAt
    if (outcome._tag !== "ok" && (outcome._tag === "refused" || model.observes?.(input, outcome))) continue
    const key = model.keyOf?.(input) ?? ""
    if (part?.key !== key) {
      part = parts.get(key) ?? new Part(key, parts.size === 0 ? history.length : 0)
      parts.set(key, part)
    }
    part.add(operation, place)
  }
  return [...parts.values()].map((part) => part.seal())
}

/** The places of a history in the order of the calls there. */
const byCall = (history: History): readonly number[] =>
  [...history.keys()].sort((a, b) => (history[a] as Recorded).calledAt - (history[b] as Recorded).calledAt)
