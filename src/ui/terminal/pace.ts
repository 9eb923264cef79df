/**
 * The pace: how many frames a second a terminal keeps up with. A frame that blocks, or that finds the one before it still on its
 * way, halves the pace, down to a quarter; two seconds without either double it again.
 */

/** A write that takes longer than this blocks the keys that a person presses meanwhile. */
const longestMillis = 15

const slowest = 4

export class Pace {
  readonly #wanted: number
  #divisor = 1
  #inTime = 0

  constructor(framesPerSecond: number) {
    this.#wanted = framesPerSecond
  }

  /** In frames per second. */
  get fps(): number {
    return Math.ceil(this.#wanted / this.#divisor)
  }

  /** A frame found the terminal busy. */
  busy(): void {
    this.#divisor = Math.min(slowest, this.#divisor * 2)
    this.#inTime = 0
  }

  /** A frame was written, in so many milliseconds. */
  wrote(millis: number): void {
    if (millis > longestMillis) {
      this.busy()
      return
    }
    this.#inTime++
    if (this.#inTime < 2 * this.fps) return
    this.#divisor = Math.max(1, this.#divisor / 2)
    this.#inTime = 0
  }
}
