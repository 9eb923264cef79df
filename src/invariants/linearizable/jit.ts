/**
 * The search: just-in-time linearization, depth first.
 *
 * At the stage at which an operation returns it must have taken effect, perhaps after others that are open then;
 * nothing is tried before a return asks for it (Lowe, "Testing for linearizability", 2017). What keeps the
 * configurations few:
 *
 * - an open operation that leaves every state as it is takes effect as soon as that is legal;
 * - a pending one is tried last, only if it changes the state, and never to reach the dead state of a narrow model;
 * - nothing is tried again with more pending operations used (`visited.ts`);
 * - of the open operations of one class only the first to return is tried, of the pending ones the first to have been
 *   called;
 * - a configuration is left where a narrow model says that an observation to come cannot be met any more.
 */
import type { Recorded } from "../history.ts"
import { type Configuration, Lookahead } from "./lookahead.ts"
import type { Model } from "./model.ts"
import type { Part } from "./part.ts"
import { never, roomy, Stages } from "./stages.ts"
import { nowhere, Transitions } from "./transitions.ts"
import { Visited } from "./visited.ts"

export type Search =
  /** With the operations in the order in which they take effect; the pending that are missing never do. */
  | { readonly verdict: "holds"; readonly steps: number; readonly order: Int32Array }
  /** With the operation at whose return, at the latest, no configuration was left. */
  | { readonly verdict: "violated"; readonly steps: number; readonly stuck: number }
  /** With whether there was no room for more configurations. */
  | { readonly verdict: "unknown"; readonly steps: number; readonly full: boolean }

/** Searches for an order of the operations of one key, in so many steps: transitions tried and comparisons made. */
export const search = (model: Model, part: Part, steps: number): Search => {
  const impossible = justInTime.prepare(model, part)
  return impossible === undefined ? justInTime.run(steps) : { verdict: "violated", steps: 0, stuck: impossible }
}

/** On the trail, instead of an operation: a stage was passed. */
const passed = -1

class JustInTime implements Configuration {
  readonly #stages = new Stages()
  readonly #transitions = new Transitions()
  readonly #visited = new Visited()
  readonly #lookahead = new Lookahead(this.#stages, this.#transitions)

  #classOf = new Int32Array(64)
  #observes = new Uint8Array(64)
  /**
   * The operation of the same class before an operation: by return among those that return, by call among the pending.
   */
  #sameBefore = new Int32Array(64)
  /** The last operation of a class so far. */
  #last = new Int32Array(64)

  // The configuration.
  stage = 0
  state = 0
  /**
   * Slots of the open operations that have yet to take effect: of those that can change a state, and of those that
   * can't.
   */
  #movers = new Int32Array(1)
  #watchers = new Int32Array(1)
  #words = 0
  /** Which pending operations took effect. */
  #used = new Int32Array(1)
  /** The operation in a slot. */
  #open = new Int32Array(64)
  /** How the search came here: operations that took effect, and stages `passed`. */
  #trail = new Int32Array(128)
  #trod = 0

  // The configurations on the way here in which something is left to be tried.
  #depth = 0
  #cursors = new Int32Array(64)
  #marks = new Int32Array(64)
  #statesThere = new Int32Array(64)

  #steps = 0

  /** Starts over, and says which operation is plainly impossible, if one is. */
  prepare(model: Model, part: Part): number | undefined {
    const { operations } = part
    const size = operations.length
    this.#classOf = roomy(this.#classOf, size)
    this.#sameBefore = roomy(this.#sameBefore, size)
    this.#open = roomy(this.#open, size)
    this.#trail = roomy(this.#trail, 2 * size)
    this.#cursors = roomy(this.#cursors, size)
    this.#marks = roomy(this.#marks, size)
    this.#statesThere = roomy(this.#statesThere, size)
    if (this.#observes.length < size) this.#observes = new Uint8Array(this.#classOf.length)
    this.#transitions.reset(model, operations, this.#classOf)
    this.#stages.reset(part)
    this.#chainClasses()
    for (let i = 0; i < size; i++) {
      const { input, outcome } = operations[i] as Recorded
      this.#observes[i] = model.observes?.(input, outcome) ? 1 : 0
    }
    this.#lookahead.reset(model, operations, this.#classOf, this.#observes)
    const words = (this.#stages.slots + 31) >> 5
    const usedWords = (this.#stages.pendings + 31) >> 5
    this.#movers = roomy(this.#movers, words).fill(0, 0, words)
    this.#watchers = roomy(this.#watchers, words).fill(0, 0, words)
    this.#used = roomy(this.#used, usedWords).fill(0, 0, usedWords)
    this.#words = words
    this.#visited.reset(words, usedWords)
    return this.#transitions.impossible
  }

  run(budget: number): Search {
    const { count, returns } = this.#stages
    this.stage = 0
    this.state = 0
    this.#trod = 0
    this.#depth = 0
    this.#steps = 0
    let furthest = 0
    this.#openCalled()
    this.#pass()
    for (;;) {
      const steps = this.#steps + this.#transitions.work + this.#visited.compared + this.#lookahead.steps
      if (this.stage === count) return { verdict: "holds", steps, order: this.#order() }
      if (steps > budget || this.#visited.full) return { verdict: "unknown", steps, full: this.#visited.full }
      if (this.stage > furthest) furthest = this.stage
      if (this.#lookahead.leads(this) && this.#isNew()) this.#enter()
      while (this.#depth > 0 && !this.#tryNext()) this.#depth--
      if (this.#depth === 0) return { verdict: "violated", steps, stuck: returns[furthest] as number }
    }
  }

  #order(): Int32Array {
    return this.#trail.subarray(0, this.#trod).filter((step) => step !== passed)
  }

  /** Whether nothing that can do as much was here before. */
  #isNew(): boolean {
    return this.#visited.add(this.stage, this.state, this.#movers, this.#watchers, this.#used)
  }

  #enter(): void {
    this.#cursors[this.#depth] = 0
    this.#marks[this.#depth] = this.#trod
    this.#statesThere[this.#depth] = this.state
    this.#depth++
  }

  /**
   * Goes back to the configuration entered last, and from there on with the next operation that may take effect: the
   * one that returns, the others that are open, the pending. Says whether there was one.
   */
  #tryNext(): boolean {
    const here = this.#depth - 1
    this.#goBack(this.#marks[here] as number)
    this.state = this.#statesThere[here] as number
    const { slots, returns, pending, pendingBefore } = this.#stages
    const returning = returns[this.stage] as number
    let cursor = this.#cursors[here] as number
    let went = false
    if (cursor === 0) {
      cursor = 1
      went = this.#observes[returning] === 0 && this.#tryOpen(returning)
    }
    while (!went && cursor <= slots) {
      const slot = cursor - 1
      const ahead = (this.#movers[slot >> 5] as number) >>> slot
      if (ahead === 0) {
        cursor = Math.min((slot | 31) + 1, slots) + 1
        continue
      }
      const next = slot + 31 - Math.clz32(ahead & -ahead)
      cursor = next + 2
      const operation = this.#open[next] as number
      went = operation !== returning && this.#isFirst(operation) && this.#tryOpen(operation)
    }
    const last = slots + (pendingBefore[this.stage] as number)
    while (!went && cursor <= last) {
      went = this.#tryPending(pending[cursor - slots - 1] as number)
      cursor++
    }
    this.#cursors[here] = cursor
    return went
  }

  #tryOpen(operation: number): boolean {
    this.#steps++
    const to = this.#transitions.from(this.state, this.#classOf[operation] as number)
    if (to === nowhere) return false
    this.#take(operation)
    this.#arrive(to)
    return true
  }

  #tryPending(operation: number): boolean {
    this.#steps++
    const turn = this.#stages.turnOf[operation] as number
    if (this.isUsed(turn)) return false
    const before = this.#sameBefore[operation] as number
    if (before !== never && !this.isUsed(this.#stages.turnOf[before] as number)) return false
    const to = this.#transitions.from(this.state, this.#classOf[operation] as number)
    if (to === nowhere || to === this.state || to === this.#transitions.dead) return false
    this.#used[turn >> 5] = (this.#used[turn >> 5] as number) | (1 << turn)
    this.#trail[this.#trod++] = operation
    this.#arrive(to)
    return true
  }

  /** Whether a pending operation took effect. */
  isUsed(turn: number): boolean {
    return (((this.#used[turn >> 5] as number) >>> turn) & 1) === 1
  }

  /** Whether no operation of its class is open that returns earlier. */
  #isFirst(operation: number): boolean {
    const { stageOf, turnOf, slotOf, calledBefore } = this.#stages
    const called = calledBefore[this.stage] as number
    let before = this.#sameBefore[operation] as number
    while (before !== never && (stageOf[before] as number) >= this.stage) {
      this.#steps++
      const slot = slotOf[before] as number
      if ((turnOf[before] as number) < called && (((this.#movers[slot >> 5] as number) >>> slot) & 1) === 1)
        return false
      before = this.#sameBefore[before] as number
    }
    return true
  }

  /** An open operation takes effect. */
  #take(operation: number): void {
    const slot = this.#stages.slotOf[operation] as number
    const set = this.#observes[operation] === 1 ? this.#watchers : this.#movers
    set[slot >> 5] = (set[slot >> 5] as number) & ~(1 << slot)
    this.#trail[this.#trod++] = operation
  }

  #arrive(state: number): void {
    if (state !== this.state) {
      this.state = state
      this.#absorb()
    }
    this.#pass()
  }

  /** What only observes takes effect as soon as that is legal. */
  #absorb(): void {
    for (let word = 0; word < this.#words; word++) {
      for (let slots = this.#watchers[word] as number; slots !== 0; slots &= slots - 1) {
        this.#watch(this.#open[(word << 5) + 31 - Math.clz32(slots & -slots)] as number)
      }
    }
  }

  #watch(operation: number): void {
    this.#steps++
    if (this.#transitions.from(this.state, this.#classOf[operation] as number) !== nowhere) this.#take(operation)
  }

  /** Passes the stages at which what returns has taken effect. */
  #pass(): void {
    const { count, returns, slotOf } = this.#stages
    while (this.stage < count) {
      const slot = slotOf[returns[this.stage] as number] as number
      const left = (this.#movers[slot >> 5] as number) | (this.#watchers[slot >> 5] as number)
      if (((left >>> slot) & 1) === 1) return
      this.#trail[this.#trod++] = passed
      this.stage++
      this.#openCalled()
    }
  }

  /** Opens what is called before this stage, but not before the last. */
  #openCalled(): void {
    const { count, called, calledBefore, slotOf } = this.#stages
    const stage = this.stage
    if (stage === count) return
    const to = calledBefore[stage] as number
    for (let turn = stage === 0 ? 0 : (calledBefore[stage - 1] as number); turn < to; turn++) {
      const operation = called[turn] as number
      const slot = slotOf[operation] as number
      const watches = this.#observes[operation] === 1
      const set = watches ? this.#watchers : this.#movers
      set[slot >> 5] = (set[slot >> 5] as number) | (1 << slot)
      this.#open[slot] = operation
      if (watches) this.#watch(operation)
    }
  }

  /** Undoes what was done since the trail was so long, but for the state. */
  #goBack(mark: number): void {
    const { count, returns, called, calledBefore, slotOf, stageOf, turnOf } = this.#stages
    while (this.#trod > mark) {
      const operation = this.#trail[--this.#trod] as number
      if (operation === passed) {
        const from = calledBefore[this.stage - 1] as number
        const to = this.stage === count ? from : (calledBefore[this.stage] as number)
        for (let turn = from; turn < to; turn++) {
          const slot = slotOf[called[turn] as number] as number
          this.#movers[slot >> 5] = (this.#movers[slot >> 5] as number) & ~(1 << slot)
          this.#watchers[slot >> 5] = (this.#watchers[slot >> 5] as number) & ~(1 << slot)
        }
        const returned = returns[--this.stage] as number
        this.#open[slotOf[returned] as number] = returned
      } else if (stageOf[operation] === never) {
        const turn = turnOf[operation] as number
        this.#used[turn >> 5] = (this.#used[turn >> 5] as number) & ~(1 << turn)
      } else {
        const slot = slotOf[operation] as number
        const set = this.#observes[operation] === 1 ? this.#watchers : this.#movers
        set[slot >> 5] = (set[slot >> 5] as number) | (1 << slot)
      }
    }
  }

  /** Of each class, which operation comes before which. */
  #chainClasses(): void {
    const { count, pendings, returns, pending } = this.#stages
    const { classes } = this.#transitions
    this.#last = roomy(this.#last, classes).fill(never, 0, classes)
    for (let stage = 0; stage < count; stage++) this.#chain(returns[stage] as number)
    this.#last.fill(never, 0, classes)
    for (let turn = 0; turn < pendings; turn++) this.#chain(pending[turn] as number)
  }

  #chain(operation: number): void {
    const itsClass = this.#classOf[operation] as number
    this.#sameBefore[operation] = this.#last[itsClass] as number
    this.#last[itsClass] = operation
  }

  /** Whether an operation that returns has taken effect. */
  isDone(operation: number): boolean {
    const { stageOf, turnOf, slotOf, calledBefore } = this.#stages
    if ((stageOf[operation] as number) < this.stage) return true
    if ((turnOf[operation] as number) >= (calledBefore[this.stage] as number)) return false
    const slot = slotOf[operation] as number
    const left = (this.#movers[slot >> 5] as number) | (this.#watchers[slot >> 5] as number)
    return ((left >>> slot) & 1) === 0
  }
}

const justInTime = new JustInTime()
