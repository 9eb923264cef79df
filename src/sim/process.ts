/**
 * One life of a node's programs: the Effect scheduler that its fibers share, and the gate through which everything that
 * would wake them passes.
 *
 * A crash is a drop, not a shutdown: once `alive` is false nothing of this life runs again, no finalizer either, and its
 * fibers are left to the garbage collector. A restart is another life. A pause holds what is due until it resumes.
 */
import type * as Fiber from "effect/Fiber"
import type * as Scheduler from "effect/Scheduler"
import { causeOf } from "./cause.ts"
import { below, join, Stream } from "./dice.ts"
import type { Simulation } from "./simulation.ts"
import type { Due } from "./timeline.ts"

/** How often a fiber is asked to yield between two operations, so that races inside a node show. */
export const strategies = ["fifo", "yield/32", "yield/8", "yield/2"] as const
export type Strategy = (typeof strategies)[number]

/** Effect's own budget between two yields. */
const operationsBeforeYield = 2048

const yieldsPerThousand: Record<Strategy, number> = { fifo: 0, "yield/32": 31, "yield/8": 125, "yield/2": 500 }

export class Process implements Scheduler.Scheduler, Scheduler.SchedulerDispatcher {
  readonly executionMode = "sync" as const
  readonly simulation: Simulation
  /** The node it belongs to, as an index. */
  readonly node: number
  readonly #permille: number
  readonly #salt: number
  alive = true
  paused = false
  /** Its tasks that are ready and have not run; the kernel counts them. */
  waiting = 0
  /** What fell due while it was paused, in order. */
  #held: (() => void)[] = []

  /** `name` (a hash) names this life's dice: it must not change when other nodes come or go. */
  constructor(simulation: Simulation, node: number, name: number, strategy: Strategy) {
    this.simulation = simulation
    this.node = node
    this.#permille = yieldsPerThousand[strategy]
    this.#salt = join(simulation.seed, name)
  }

  makeDispatcher(): Scheduler.SchedulerDispatcher {
    return this
  }

  /** Queues a task of one of its fibers. Under a yielding strategy its place among the others of this node is drawn. */
  scheduleTask(task: () => void): void {
    if (!this.alive) return
    let ahead = 0
    if (this.#permille > 0 && this.waiting > 0) {
      const cause = this.simulation.runningCause()
      ahead = below(join(join(this.#salt ^ Stream.pick, cause.key), cause.steps++), this.waiting + 1)
    }
    this.simulation.enqueue(this, task, ahead)
  }

  /** Only for synchronous runners, which have no place in a simulation. */
  flush(): void {}

  shouldYield(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    if (!this.alive || this.paused || fiber.currentOpCount >= operationsBeforeYield) return true
    // The first operation after a resumption is exempt: else a yield begets the next, and at 1/2 a run never ends.
    if (this.#permille === 0 || fiber.currentOpCount <= 1) return false
    const cause = causeOf(fiber)
    return below(join(join(this.#salt ^ Stream.yield, cause.key), cause.steps++), 1000) < this.#permille
  }

  /** Tells `target` after so many microseconds, unless this life has ended by then. */
  after(micros: number, target: Due, payload: unknown): void {
    this.simulation.timeline.set(this.simulation.now + micros, this, target, payload)
  }

  /** Keeps a task for when the process resumes. */
  hold(task: () => void): void {
    this.#held.push(task)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
    const held = this.#held
    this.#held = []
    for (const task of held) this.simulation.enqueue(this, task, 0)
  }

  /** Ends this life. What it would still have done is dropped where it waits. */
  drop(): void {
    this.alive = false
    this.#held = []
  }
}
