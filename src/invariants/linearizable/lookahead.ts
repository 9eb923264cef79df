/**
 * Sees in time that a search is lost: the next observation that has yet to take effect can't be met from the state that
 * is, and no reset that may still come before it helps. Only narrow models can tell.
 */
import type { Recorded } from "../history.ts"
import type { Model } from "./model.ts"
import { never, roomy, type Stages } from "./stages.ts"
import { nowhere, type Transitions } from "./transitions.ts"

/** Where a search is. */
export interface Configuration {
  readonly stage: number
  readonly state: number
  /** Whether an operation that returns took effect, and whether a pending one did. */
  isDone(operation: number): boolean
  isUsed(turn: number): boolean
}

/** For one search at a time. */
export class Lookahead {
  steps = 0

  readonly #stages: Stages
  readonly #transitions: Transitions
  #classOf = new Int32Array(0)
  /** The first stage, from a stage on, at which an observation returns. */
  #observation = new Int32Array(64)
  /** Resets that return, in the order of their calls, and the last stage at which one of those up to each returns. */
  readonly #resets: number[] = []
  readonly #until: number[] = []
  readonly #pending: number[] = []

  constructor(stages: Stages, transitions: Transitions) {
    this.#stages = stages
    this.#transitions = transitions
  }

  /** Starts over, with operations whose stages, classes and transitions are known. */
  reset(model: Model, operations: readonly Recorded[], classOf: Int32Array<ArrayBuffer>, observes: Uint8Array): void {
    this.steps = 0
    if (!this.#transitions.looksAhead) return
    const { count, returns, stageOf } = this.#stages
    this.#classOf = classOf
    this.#observation = roomy(this.#observation, count + 1)
    this.#resets.length = 0
    this.#until.length = 0
    this.#pending.length = 0
    let until = 0
    for (let i = 0; i < operations.length; i++) {
      const { input, outcome } = operations[i] as Recorded
      if (!model.resets?.(input, outcome)) continue
      const stage = stageOf[i] as number
      if (stage === never) {
        this.#pending.push(i)
      } else {
        until = Math.max(until, stage)
        this.#resets.push(i)
        this.#until.push(until)
      }
    }
    this.#observation[count] = count
    for (let stage = count - 1; stage >= 0; stage--) {
      const isObservation = observes[returns[stage] as number] === 1
      this.#observation[stage] = isObservation ? stage : (this.#observation[stage + 1] as number)
    }
  }

  /** Whether something may come of a configuration. */
  leads(at: Configuration): boolean {
    if (!this.#transitions.looksAhead) return true
    const { count, returns } = this.#stages
    let stage = this.#observation[at.stage] as number
    while (stage < count && at.isDone(returns[stage] as number)) stage = this.#observation[stage + 1] as number
    if (stage === count) return true
    const observation = this.#classOf[returns[stage] as number] as number
    this.steps++
    return this.#transitions.leads(at.state, observation) || this.#resetLeads(at, observation, stage)
  }

  /** Whether a reset that may still come before a stage leads to an observation. */
  #resetLeads(at: Configuration, observation: number, stage: number): boolean {
    const { calledBefore, pendingBefore, turnOf } = this.#stages
    const leads = (reset: number): boolean => {
      const to = this.#transitions.from(0, this.#classOf[reset] as number)
      return to === nowhere || this.#transitions.leads(to, observation)
    }
    for (let i = this.#resets.length - 1; i >= 0 && (this.#until[i] as number) >= at.stage; i--) {
      const reset = this.#resets[i] as number
      this.steps++
      const comes = (turnOf[reset] as number) < (calledBefore[stage] as number) && !at.isDone(reset)
      if (comes && leads(reset)) return true
    }
    for (const reset of this.#pending) {
      this.steps++
      const turn = turnOf[reset] as number
      if (turn < (pendingBefore[stage] as number) && !at.isUsed(turn) && leads(reset)) return true
    }
    return false
  }
}
