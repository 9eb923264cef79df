/**
 * What will happen: a heap of timers, ordered by instant and then by the order they were set. The only cause of anything.
 * What is set ahead comes before all else that is due at its instant, in a rank of its own.
 *
 * Records are pooled, so a timer is held as a record and the sequence number it had when it was set: the number tells
 * whether the record still means the same. Instants are whole microseconds.
 */

/** Who is told when a timer is due. */
export interface Due {
  due(payload: unknown): void
}

/** On whose behalf a timer is set: one that is not alive is never told, one that is paused is told when it resumes. */
export interface Owner {
  readonly alive: boolean
}

export class Timer {
  /** Microseconds. Starts as a fraction so that the engine keeps the field a double from birth. */
  at = 0.5
  seq = 0
  owner: Owner | undefined = undefined
  target: Due | undefined = undefined
  payload: unknown = undefined
}

/** Ranks become numbers below every other, and below that of a timer that means nothing any more. */
const firstRank = -0x4000_0000

export class Timeline {
  readonly #heap: Timer[] = []
  readonly #pool: Timer[] = []
  #seq = 0

  /** How many timers are set, those included that were cancelled and are not yet due. */
  get size(): number {
    return this.#heap.length
  }

  /** Sets a timer. Equal instants are due in the order they were set. */
  set(at: number, owner: Owner | undefined, target: Due, payload: unknown): Timer {
    return this.#set(at, this.#seq++, owner, target, payload)
  }

  /** Sets a timer ahead of all others at its instant; those set ahead are due by rank, a whole number from 0 to 2^30 - 2. */
  setAhead(at: number, rank: number, target: Due, payload: unknown): Timer {
    return this.#set(at, firstRank + rank, undefined, target, payload)
  }

  #set(at: number, seq: number, owner: Owner | undefined, target: Due, payload: unknown): Timer {
    const timer = this.#pool.pop() ?? new Timer()
    timer.at = at
    timer.seq = seq
    timer.owner = owner
    timer.target = target
    timer.payload = payload
    this.#up(timer)
    return timer
  }

  /** Cancels what `timer` meant when its number was `seq`; nothing happens if it was due or cancelled before. */
  cancel(timer: Timer, seq: number): void {
    if (timer.seq !== seq) return
    timer.target = undefined
    timer.payload = undefined
    timer.owner = undefined
  }

  /** The earliest timer that will be told, or none. Drops the cancelled ones and those of the dead on the way. */
  peek(): Timer | undefined {
    const heap = this.#heap
    while (heap.length > 0) {
      const top = heap[0] as Timer
      if (top.target !== undefined && (top.owner === undefined || top.owner.alive)) return top
      this.release(this.pop())
    }
    return undefined
  }

  /** Takes the earliest timer out of the heap; call only after `peek` found one. */
  pop(): Timer {
    const heap = this.#heap
    const top = heap[0] as Timer
    const last = heap.pop() as Timer
    if (heap.length > 0) this.#down(last)
    return top
  }

  /** Gives a record back to the pool. Its number changes, so whoever still holds it can tell. */
  release(timer: Timer): void {
    timer.seq = -1
    timer.owner = undefined
    timer.target = undefined
    timer.payload = undefined
    this.#pool.push(timer)
  }

  #up(timer: Timer): void {
    const heap = this.#heap
    let hole = heap.length
    heap.push(timer)
    while (hole > 0) {
      const above = (hole - 1) >> 1
      const parent = heap[above] as Timer
      if (parent.at < timer.at || (parent.at === timer.at && parent.seq < timer.seq)) break
      heap[hole] = parent
      hole = above
    }
    heap[hole] = timer
  }

  #down(timer: Timer): void {
    const heap = this.#heap
    const length = heap.length
    let hole = 0
    for (;;) {
      let below = 2 * hole + 1
      if (below >= length) break
      let child = heap[below] as Timer
      if (below + 1 < length) {
        const right = heap[below + 1] as Timer
        if (right.at < child.at || (right.at === child.at && right.seq < child.seq)) {
          below++
          child = right
        }
      }
      if (timer.at < child.at || (timer.at === child.at && timer.seq < child.seq)) break
      heap[hole] = child
      hole = below
    }
    heap[hole] = timer
  }
}
