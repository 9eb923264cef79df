/**
 * The surface: a terminal that shows canvases. A frame writes, in one string, only what differs from what the terminal shows, so
 * that a frame without changes writes nothing; the terminal is asked to show it at once (DEC private mode 2026). While the
 * terminal has not taken the frame before, frames are left out, and what they would have changed stays owed.
 */
import type { Canvas } from "./canvas.ts"
import { Difference } from "./difference.ts"
import { Pace } from "./pace.ts"
import type { Pen } from "./pen.ts"

/** What a surface writes to, as a stream does it: `write` says whether more may follow before the next `drain`. */
export interface Sink {
  readonly write: (text: string) => boolean
  readonly once: (event: "drain", listener: () => void) => unknown
}

export interface SurfaceOptions {
  readonly sink: Sink
  readonly pen: Pen
  /** Frames per second, where the terminal keeps up. */
  readonly fps: number
  /** The wall clock, in milliseconds. */
  readonly now: () => number
  /** The terminal is ready again, and a frame was left out meanwhile. */
  readonly owed: () => void
}

export class Surface {
  readonly #options: SurfaceOptions
  readonly #difference = new Difference()
  readonly #pace: Pace
  #pen: Pen
  #draining = false
  #owes = false

  constructor(options: SurfaceOptions) {
    this.#options = options
    this.#pen = options.pen
    this.#pace = new Pace(options.fps)
  }

  /** Frames per second that the terminal keeps up with. */
  get fps(): number {
    return this.#pace.fps
  }

  /** Forgets what the terminal shows; the next frame writes everything. */
  reset(pen: Pen = this.#pen): void {
    this.#pen = pen
    this.#difference.forget()
  }

  /** Shows a canvas. Returns how many bytes that took. */
  frame(canvas: Canvas): number {
    if (this.#draining) {
      this.#owes = true
      this.#pace.busy()
      return 0
    }
    const text = this.#difference.to(canvas, this.#pen)
    if (text === "") return 0
    const { sink, now } = this.#options
    const start = now()
    this.#draining = !sink.write(text)
    this.#pace.wrote(now() - start)
    if (this.#draining) sink.once("drain", this.#drained)
    return Buffer.byteLength(text)
  }

  readonly #drained = (): void => {
    this.#draining = false
    if (!this.#owes) return
    this.#owes = false
    this.#options.owed()
  }
}
