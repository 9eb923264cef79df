/**
 * The frame clock. While a frame finds that something moves, the next one is due a frame later; once nothing moves it rests, with
 * no timer at all, until it is woken.
 */

export interface FrameClockOptions {
  /** Milliseconds of the wall clock since the frame before, or since the clock was woken. False lets the clock rest. */
  readonly frame: (wallMillis: number) => boolean
  /** Frames per second; asked anew before each. */
  readonly fps: () => number
}

export class FrameClock {
  readonly #options: FrameClockOptions
  #timer: ReturnType<typeof setTimeout> | undefined
  #last = 0

  constructor(options: FrameClockOptions) {
    this.#options = options
  }

  /** Runs, if it rests. */
  wake(): void {
    if (this.#timer !== undefined) return
    this.#last = performance.now()
    this.#expect(this.#last)
  }

  rest(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #expect(from: number): void {
    const due = from + 1000 / this.#options.fps()
    this.#timer = setTimeout(() => this.#tick(due), Math.max(0, due - performance.now()))
  }

  #tick(due: number): void {
    const now = performance.now()
    const wallMillis = now - this.#last
    this.#last = now
    const moves = this.#options.frame(wallMillis)
    this.#timer = undefined
    if (!moves) return
    // A frame that took less than its time costs none of the next; after one that took more, keys get a turn.
    const done = performance.now()
    this.#expect(done - due < 1000 / this.#options.fps() ? due : done)
  }
}
