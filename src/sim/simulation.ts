/**
 * The kernel: runs what is ready, then jumps to the next instant at which something is due.
 *
 * It knows nothing of nodes or networks. There is no tick, no microtask and no real time: a run is a synchronous call,
 * and between two calls nothing moves.
 */
import * as Fiber from "effect/Fiber"
import { Cause, causeOf, uncaused } from "./cause.ts"
import type { Process } from "./process.ts"
import { Sandbox } from "./sandbox.ts"
import { type Due, Timeline } from "./timeline.ts"
import { type Keep, Trace } from "./trace.ts"

/** How a call of `advance` ended. */
export type Outcome =
  /** The instant asked for was reached. */
  | "horizon"
  /** Nothing is ready and nothing will ever be due: whoever still waits, waits for ever. */
  | "quiescent"
  /** More tasks and timers than allowed: something runs away. */
  | "budget"
  /** Something under the glass reached for the outside. */
  | "escape"
  /** Somebody asked it to stop. */
  | "halted"

export interface SimulationOptions {
  /** An unsigned 32-bit number. */
  readonly seed: number
  readonly keep?: Keep
}

export class Simulation {
  readonly seed: number
  readonly timeline = new Timeline()
  readonly trace: Trace
  readonly sandbox: Sandbox
  /** Microseconds since the start. */
  now = 0
  /** Tasks and timers so far. */
  events = 0
  /** On whose account plain code runs, outside of every fiber. */
  account = new Cause(0, -1)
  #queue: (() => void)[] = []
  #owners: Process[] = []
  #head = 0
  #running: Process | undefined = undefined
  #halted = false

  constructor(options: SimulationOptions) {
    this.seed = options.seed | 0
    this.trace = new Trace(options.keep)
    this.sandbox = new Sandbox(this)
  }

  /** Makes a task ready, ahead of so many of its own process. The places of other processes stay as they are. */
  enqueue(process: Process, task: () => void, ahead: number): void {
    const queue = this.#queue
    const owners = this.#owners
    queue.push(task)
    owners.push(process)
    process.waiting++
    let place = queue.length - 1
    for (let i = place - 1, left = ahead; left > 0 && i >= this.#head; i--) {
      if (owners[i] !== process) continue
      queue[place] = queue[i] as () => void
      place = i
      left--
    }
    queue[place] = task
  }

  /** Makes the kernel stop before the next event; it can be advanced again. */
  halt(): void {
    this.#halted = true
  }

  /** Calls a function at an instant (microseconds), for the world rather than for a node. */
  at(instant: number, task: () => void): void {
    this.timeline.set(Math.max(instant, this.now), undefined, runTask, task)
  }

  /** Calls a function at an instant (microseconds) before anything else that is due then; by rank among its like. */
  ahead(instant: number, rank: number, task: () => void): void {
    this.timeline.setAhead(Math.max(instant, this.now), rank, runTask, task)
  }

  /** The process on whose behalf the kernel runs just now. */
  runningProcess(): Process | undefined {
    return this.#running
  }

  /** Its node as an index, -1 for none. */
  runningNode(): number {
    return this.#running?.node ?? -1
  }

  /** The cause that is acted on account of just now. */
  runningCause(): Cause {
    const cause = causeOf(Fiber.getCurrent())
    return cause === uncaused ? this.account : cause
  }

  /** Runs a call on behalf of a process: what it schedules by global timers belongs to it. */
  runAs<A>(process: Process, call: () => A): A {
    const before = this.#running
    this.#running = process
    try {
      return call()
    } finally {
      this.#running = before
    }
  }

  /** Steps until an instant (microseconds, included), or until so many more events have happened. */
  advance(until: number, budget: number): Outcome {
    this.#halted = false
    return this.sandbox.enter(() => this.#advance(until, this.events + budget))
  }

  #advance(until: number, limit: number): Outcome {
    const timeline = this.timeline
    for (;;) {
      this.#drain(limit)
      if (this.sandbox.escapes.length > 0) return "escape"
      if (this.#halted) return "halted"
      if (this.events >= limit) return "budget"
      const next = timeline.peek()
      if (next === undefined) return "quiescent"
      if (next.at > until) {
        this.now = until
        return "horizon"
      }
      timeline.pop()
      this.now = next.at
      this.events++
      const owner = next.owner as Process | undefined
      const target = next.target as Due
      const payload = next.payload
      timeline.release(next)
      if (owner === undefined) target.due(payload)
      else if (owner.paused) owner.hold(() => target.due(payload))
      else {
        this.#running = owner
        target.due(payload)
        this.#running = undefined
      }
    }
  }

  #drain(limit: number): void {
    const queue = this.#queue
    const owners = this.#owners
    while (this.#head < queue.length && this.events < limit && !this.#halted) {
      const head = this.#head++
      const task = queue[head] as () => void
      const owner = owners[head] as Process
      owner.waiting--
      if (!owner.alive) continue
      if (owner.paused) {
        owner.hold(task)
        continue
      }
      this.events++
      this.#running = owner
      task()
      this.#running = undefined
      if (this.#head > 4096) this.#compact()
    }
    if (this.#head > 0 && this.#head >= queue.length) {
      queue.length = 0
      owners.length = 0
      this.#head = 0
    }
  }

  #compact(): void {
    this.#queue.splice(0, this.#head)
    this.#owners.splice(0, this.#head)
    this.#head = 0
  }
}

const runTask: Due = { due: (task) => (task as () => void)() }
