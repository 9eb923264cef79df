/**
 * What can be left out of a history such that an order of all of it would be one of the rest too.
 *
 * What leaves every state as it is can always be left out. A mutation can be left out with every operation that may owe
 * it that it ended as it did (`Model.owes`): that returned after the mutation was called, unless a reset came in
 * between for certain. Where only overwritten mutations explain an answer, one of them stays with it, for who is told
 * of a stale read has to see what it saw. Plain delta debugging knows no such rules, and invents violations.
 */
import type { Recorded } from "../history.ts"
import type { Identity } from "./identity.ts"
import { illegal, type Model } from "./model.ts"

/** When an operation has taken effect at the latest. */
export const deadline = ({ outcome, returnedAt }: Recorded): number =>
  outcome._tag === "ok" ? returnedAt : Number.POSITIVE_INFINITY

export interface Debt {
  /** The operations that stay if the debtor does. */
  readonly creditors: readonly number[]
  /** A reset that came, for certain, after all of them and before the debtor. */
  readonly overwrittenBy?: number
}

const nothing: Debt = { creditors: [] }

/** The debts of the operations of one key, which are in the order of their calls. */
export class Debts {
  readonly #model: Model
  readonly #operations: readonly Recorded[]
  readonly #known = new Map<number, Debt>()
  /** Mutations that returned, in the order of their calls, and the latest return of those up to each. */
  readonly #answered: number[] = []
  readonly #latest: number[] = []
  /** Those without an answer, in the order of their calls. */
  readonly #pending: number[] = []
  /** Resets that returned, in the order of their returns, and which of those up to each was called last. */
  readonly #resets: number[] = []
  readonly #covers: number[] = []
  /** Of a mutation with a tie, the next one with it, and of the last the first. */
  readonly #tied = new Map<number, number>()

  constructor(model: Model, operations: readonly Recorded[]) {
    this.#model = model
    this.#operations = operations
    let latest = Number.NEGATIVE_INFINITY
    operations.forEach(({ input, outcome, returnedAt }, i) => {
      if (model.observes?.(input, outcome)) return
      if (outcome._tag === "ok") {
        if (model.resets?.(input, outcome)) this.#resets.push(i)
        latest = Math.max(latest, returnedAt)
        this.#answered.push(i)
        this.#latest.push(latest)
      } else {
        this.#pending.push(i)
      }
    })
    this.#resets.sort((a, b) => this.#deadline(a) - this.#deadline(b))
    for (const reset of this.#resets) {
      const cover = this.#covers.at(-1)
      this.#covers.push(cover === undefined || this.#calledAt(cover) < this.#calledAt(reset) ? reset : cover)
    }
    this.#tie()
  }

  /** Whether an operation can be left out at all. */
  canGo(operation: number): boolean {
    const { input, outcome } = this.#operations[operation] as Recorded
    return (
      this.#model.owes !== undefined || this.#tied.has(operation) || this.#model.observes?.(input, outcome) === true
    )
  }

  of(debtor: number): Debt {
    let debt = this.#known.get(debtor)
    if (debt === undefined) {
      debt = this.#of(debtor)
      this.#known.set(debtor, debt)
    }
    return debt
  }

  #of(debtor: number): Debt {
    const next = this.#tied.get(debtor)
    if (next !== undefined) return { creditors: [next] }
    const { input, outcome, calledAt } = this.#operations[debtor] as Recorded
    const owes = this.#model.owes?.(input, outcome)
    if (owes === undefined) return nothing
    const owesTo = (i: number): boolean => i !== debtor && owes((this.#operations[i] as Recorded).input)
    const until = this.#deadline(debtor)
    const creditors = this.#pending.filter((i) => this.#calledAt(i) <= until && owesTo(i))
    const returned = first(this.#resets.length, (i) => this.#deadline(this.#resets[i] as number) >= calledAt)
    const cover = this.#covers[returned - 1]
    // What returned before that was overwritten.
    const from = cover === undefined ? Number.NEGATIVE_INFINITY : this.#calledAt(cover)
    const called = first(this.#answered.length, (i) => this.#calledAt(this.#answered[i] as number) > until)
    for (let i = called - 1; i >= 0 && (this.#latest[i] as number) >= from; i--) {
      const creditor = this.#answered[i] as number
      if (this.#deadline(creditor) >= from && owesTo(creditor)) creditors.push(creditor)
    }
    if (creditors.length > 0 || cover === undefined) return { creditors }
    const overwritten = this.#answered.slice(0, called).filter(owesTo)
    return overwritten.length === 0 ? nothing : { creditors: this.#enough(debtor, overwritten), overwrittenBy: cover }
  }

  /** Of overwritten mutations to which an operation may owe its answer, as many as it takes to see what it saw. */
  #enough(debtor: number, overwritten: readonly number[]): readonly number[] {
    const owesNothing = (i: number): boolean => {
      const { input, outcome } = this.#operations[i] as Recorded
      return this.#model.owes?.(input, outcome) === undefined
    }
    const last = overwritten.findLast(owesNothing)
    if (last === undefined) return overwritten.slice(-1)
    const { input, outcome } = this.#operations[debtor] as Recorded
    const state = this.#model.unseen(this.#model.initial, (this.#operations[last] as Recorded).input)
    const isEnough = outcome._tag !== "ok" || this.#model.step(state, input, outcome.value) !== illegal
    return isEnough ? [last] : overwritten
  }

  #tie(): void {
    const ties = new Map<Identity, number[]>()
    this.#operations.forEach(({ input, outcome }, i) => {
      const tie = this.#model.tie?.(input, outcome)
      if (tie === undefined) return
      const tied = ties.get(tie) ?? []
      ties.set(tie, tied)
      tied.push(i)
    })
    for (const tied of ties.values()) {
      tied.forEach((operation, i) => {
        this.#tied.set(operation, tied[(i + 1) % tied.length] as number)
      })
    }
  }

  #deadline(operation: number): number {
    return deadline(this.#operations[operation] as Recorded)
  }

  #calledAt(operation: number): number {
    return (this.#operations[operation] as Recorded).calledAt
  }
}

/** The first number from which on something is so. */
const first = (count: number, isSo: (i: number) => boolean): number => {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isSo(middle)) high = middle
    else low = middle + 1
  }
  return low
}
