/**
 * A model as a table: states and classes of operations are small numbers, and what a class does to a state is worked
 * out once. Each row and column has one place in a table of fixed size, where it may push out another.
 */
import type { Recorded } from "../history.ts"
import { type Identity, identityOf } from "./identity.ts"
import { illegal, type Model } from "./model.ts"
import type { Narrow } from "./narrow.ts"

/** What `Transitions.from` answers where nothing is legal. */
export const nowhere = -1

const places = 1 << 16

/** What is common to a model and to a narrow one. */
interface Steps {
  readonly initial: unknown
  step(state: unknown, input: unknown, output: unknown): unknown
  unseen(state: unknown, input: unknown): unknown
}

/** For one check at a time. Its tables are kept from check to check. */
export class Transitions {
  /** How many classes there are. */
  classes = 0
  /** How many states have been met. State 0 is the initial one. */
  states = 0
  /** Steps that went into telling large states apart. */
  work = 0
  /** The dead state of a narrow model, or `nowhere`. */
  dead = nowhere

  #narrow: Narrow | undefined
  #steps!: Steps
  #identity: (state: unknown) => Identity = identityOf
  readonly #stateOf = new Map<Identity, number>()
  readonly #classes = new Map<Identity, number>()
  readonly #state: unknown[] = []
  readonly #examples: Recorded[] = []
  readonly #to = new Int32Array(places)
  /** Which row and column a place holds, counted on from check to check, so that nothing need be cleared. */
  readonly #holds = new Float64Array(places).fill(-1)
  #counted = 0

  /** Starts over, with the operations of one key, and writes down the class of each. */
  reset(model: Model, operations: readonly Recorded[], classOf: Int32Array): void {
    this.#counted += this.states * this.classes
    if (this.#counted > 2 ** 52) {
      this.#counted = 0
      this.#holds.fill(-1)
    }
    this.#stateOf.clear()
    this.#state.length = 0
    this.#examples.length = 0
    this.states = 0
    this.work = 0

    const narrow = model.narrow?.(operations)
    this.#narrow = narrow
    this.#steps = narrow ?? model
    this.#identity = (narrow === undefined ? model.identity?.bind(model) : undefined) ?? identityOf
    this.#classify(operations, narrow ?? model, classOf)
    this.#number(this.#steps.initial)
    this.dead = narrow?.dead === undefined ? nowhere : this.#number(narrow.dead)
  }

  /** An operation that a narrow model knows to be impossible. */
  get impossible(): number | undefined {
    return this.#narrow?.impossible
  }

  /** Whether the model is narrow and can see from a state which observations are out of reach. */
  get looksAhead(): boolean {
    return this.#narrow?.leads !== undefined
  }

  /** The state to which an operation of a class leads, or `nowhere`. */
  from(state: number, itsClass: number): number {
    const cell = state * this.classes + itsClass
    const place = cell & (places - 1)
    if (this.#holds[place] === this.#counted + cell) return this.#to[place] as number
    const to = this.#work(state, itsClass)
    this.#holds[place] = this.#counted + cell
    this.#to[place] = to
    return to
  }

  /**
   * Whether a narrow model says that operations other than resets may lead from a state to where an observation is
   * legal.
   */
  leads(state: number, observation: number): boolean {
    const { input, outcome } = this.#examples[observation] as Recorded
    return (
      this.#narrow?.leads?.(this.#state[state] as Identity, input, outcome._tag === "ok" ? outcome.value : undefined) ??
      true
    )
  }

  #classify(operations: readonly Recorded[], model: Pick<Model, "classOf">, classOf: Int32Array): void {
    this.#classes.clear()
    for (let i = 0; i < operations.length; i++) {
      const operation = operations[i] as Recorded
      const { input, outcome } = operation
      const name =
        model.classOf?.(input, outcome) ?? identityOf(outcome._tag === "ok" ? [input, outcome.value] : [input])
      let itsClass = this.#classes.get(name)
      if (itsClass === undefined) {
        itsClass = this.#examples.length
        this.#classes.set(name, itsClass)
        this.#examples.push(operation)
      }
      classOf[i] = itsClass
    }
    this.classes = this.#examples.length
  }

  #work(state: number, itsClass: number): number {
    const { input, outcome } = this.#examples[itsClass] as Recorded
    const before = this.#state[state]
    const after =
      outcome._tag === "ok" ? this.#steps.step(before, input, outcome.value) : this.#steps.unseen(before, input)
    return after === illegal ? nowhere : this.#number(after)
  }

  #number(state: unknown): number {
    const name = this.#identity(state)
    let number = this.#stateOf.get(name)
    if (number === undefined) {
      number = this.states++
      if (typeof name === "string") this.work += name.length >> 2
      this.#stateOf.set(name, number)
      this.#state.push(state)
    }
    return number
  }
}
