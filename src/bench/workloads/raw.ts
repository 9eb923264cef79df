/**
 * The yardstick: a binary heap of timers that drive bare callbacks, ten of them in flight. No fibers, no nodes, no record.
 *
 * It is not the timeline of `#sim`, so that it stays the same when that changes. Delays are fractions, as drawn latencies
 * are: with whole numbers it is twice as fast, and says nothing about a simulator.
 */
import { Timeline } from "#sim"
import { claim, type Workload } from "../measure.ts"

const inFlight = 10

/** A delay in [1, 7), other than the last: Marsaglia's xorshift, for a table would be learnt by the branch predictor. */
class Delays {
  #state = 0x2545f491

  next(): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return 1 + ((x >>> 0) / 0x1_0000_0000) * 6
  }
}

class Timer {
  /** Starts as a fraction so that the engine keeps the field a double from birth. */
  at = 0.5
  seq = 0
  callback: (() => void) | undefined = undefined
}

/** Records are pooled: fresh ones would make the yardstick half as long again. */
class Heap {
  readonly #timers: Timer[] = []
  readonly #pool: Timer[] = []
  #seq = 0

  set(at: number, callback: () => void): void {
    const timers = this.#timers
    const timer = this.#pool.pop() ?? new Timer()
    timer.at = at
    timer.seq = this.#seq++
    timer.callback = callback
    let hole = timers.length
    timers.push(timer)
    while (hole > 0) {
      const above = (hole - 1) >> 1
      const parent = timers[above] as Timer
      if (parent.at <= at) break
      timers[hole] = parent
      hole = above
    }
    timers[hole] = timer
  }

  take(): Timer {
    const timers = this.#timers
    const first = timers[0] as Timer
    const last = timers.pop() as Timer
    const length = timers.length
    if (length === 0) return first
    let hole = 0
    for (;;) {
      let below = 2 * hole + 1
      if (below >= length) break
      let child = timers[below] as Timer
      if (below + 1 < length) {
        const right = timers[below + 1] as Timer
        if (right.at < child.at || (right.at === child.at && right.seq < child.seq)) {
          below++
          child = right
        }
      }
      if (last.at < child.at || (last.at === child.at && last.seq < child.seq)) break
      timers[hole] = child
      hole = below
    }
    timers[hole] = last
    return first
  }

  release(timer: Timer): void {
    timer.callback = undefined
    this.#pool.push(timer)
  }
}

export const rawHeap: Workload = {
  name: "raw heap",
  least: 4_000_000,
  play: (events) => {
    const heap = new Heap()
    const delays = new Delays()
    let now = 0
    let seen = 0
    const callback = (): void => {
      seen++
      heap.set(now + delays.next(), callback)
    }
    for (let i = 0; i < inFlight; i++) heap.set(delays.next(), callback)
    while (seen < events) {
      const timer = heap.take()
      const due = timer.callback
      now = timer.at
      heap.release(timer)
      due?.()
    }
    claim("raw events", seen, events)
    return seen
  },
}

/** The same on the timeline of `#sim`: what its pooled records gain or lose. */
export const timeline: Workload = {
  name: "timeline",
  least: 4_000_000,
  play: (events) => {
    const future = new Timeline()
    const delays = new Delays()
    let now = 0
    let seen = 0
    const again = {
      due: () => {
        seen++
        future.set(now + delays.next(), undefined, again, undefined)
      },
    }
    for (let i = 0; i < inFlight; i++) future.set(delays.next(), undefined, again, undefined)
    while (seen < events && future.peek() !== undefined) {
      const timer = future.pop()
      const { target, payload } = timer
      now = timer.at
      future.release(timer)
      target?.due(payload)
    }
    claim("events of the timeline", seen, events)
    return seen
  },
}
