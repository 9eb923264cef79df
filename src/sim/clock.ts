/**
 * The clock of a node: the timeline, seen through a skew, a drift and jumps.
 *
 * A hardware clock outlives the programs that read it. Wall time carries all three; monotonic time only drifts. A sleep
 * takes as long as the node's own clock says, so a fast clock wakes early. Timers that were already set keep the instant
 * they had when the drift changes.
 */
import type * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { type Cause, causeOf } from "./cause.ts"
import type { Process } from "./process.ts"
import type { Due, Timer } from "./timeline.ts"

/** The instant at which every run begins: 2026-01-01T00:00:00Z, in milliseconds. */
export const epochMillis = 1_767_225_600_000

const million = 1_000_000
/** Drifts add up; a clock that stood still would never wake anybody, so none is slower than a tenth. */
const slowest = -900_000

export class HardwareClock {
  /** Microseconds that wall time is ahead of the timeline (skew and jumps). */
  offset = 0
  /** Parts per million that this clock was told to run fast; negative for slow. */
  #told = 0
  /** What it does run fast. */
  #drift = 0
  #anchorTimeline = 0
  #anchorLocal = 0

  get drift(): number {
    return this.#told
  }

  /** Changes the rate from `now` (microseconds) on. */
  setDrift(now: number, partsPerMillion: number): void {
    this.#anchorLocal = this.elapsed(now)
    this.#anchorTimeline = now
    this.#told = partsPerMillion
    this.#drift = Math.max(slowest, partsPerMillion)
  }

  /** Microseconds that this clock counted since the start. */
  elapsed(now: number): number {
    const since = now - this.#anchorTimeline
    return this.#anchorLocal + (this.#drift === 0 ? since : since + Math.round((since * this.#drift) / million))
  }

  /** How long the timeline takes for `micros` of this clock. The one place where a duration is rounded. */
  onTimeline(micros: number): number {
    return Math.max(0, Math.round(this.#drift === 0 ? micros : (micros * million) / (million + this.#drift)))
  }
}

const longSleepMicros = 100_000

interface Sleeper {
  readonly cause: Cause
  readonly resume: (effect: Effect.Effect<void>) => void
}

const wake: Due = {
  due(payload) {
    const sleeper = payload as Sleeper
    sleeper.cause.woke()
    sleeper.resume(Effect.void)
  },
}

const millisOf = (duration: Duration.Duration): number => {
  const value = duration.value
  switch (value._tag) {
    case "Millis":
      return value.millis
    case "Nanos":
      return Number(value.nanos) / million
    case "Infinity":
      return Number.POSITIVE_INFINITY
    default:
      return Number.NEGATIVE_INFINITY
  }
}

/** Effect's Clock for the programs of one life of a node. */
export class NodeClock implements Clock.Clock {
  readonly #process: Process
  readonly #hardware: HardwareClock
  readonly currentTimeMillis: Effect.Effect<number>
  readonly currentTimeNanos: Effect.Effect<bigint>
  readonly monotonicTimeNanos: Effect.Effect<bigint>

  constructor(process: Process, hardware: HardwareClock) {
    this.#process = process
    this.#hardware = hardware
    this.currentTimeMillis = Effect.sync(() => this.currentTimeMillisUnsafe())
    this.currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())
    this.monotonicTimeNanos = Effect.sync(() => this.monotonicTimeNanosUnsafe())
  }

  #wallMicros(): number {
    return this.#hardware.elapsed(this.#process.simulation.now) + this.#hardware.offset
  }

  currentTimeMillisUnsafe(): number {
    return epochMillis + Math.floor(this.#wallMicros() / 1000)
  }

  currentTimeNanosUnsafe(): bigint {
    return BigInt(epochMillis) * 1_000_000n + BigInt(this.#wallMicros()) * 1000n
  }

  monotonicTimeNanosUnsafe(): bigint {
    return BigInt(this.#hardware.elapsed(this.#process.simulation.now)) * 1000n
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    const millis = millisOf(duration)
    if (millis <= 0) return Effect.yieldNow
    if (millis === Number.POSITIVE_INFINITY) return Effect.never
    return Effect.callback<void>((resume) => {
      const { timeline, now } = this.#process.simulation
      const cause = causeOf(Fiber.getCurrent())
      const micros = this.#hardware.onTimeline(millis * 1000)
      const timer: Timer = timeline.set(now + micros, this.#process, wake, { cause, resume } satisfies Sleeper)
      // A short sleep that is interrupted leaves a timer that wakes nobody; a finalizer would cost every sleep a fifth.
      if (micros < longSleepMicros) return
      const seq = timer.seq
      return Effect.sync(() => timeline.cancel(timer, seq))
    })
  }
}
