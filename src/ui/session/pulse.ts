/**
 * What clients felt, in buckets of half a second over the last minute: how many calls were answered, how long that took, and
 * how far the slowest replica was behind.
 */

/** A stretch of time that is over; durations in microseconds. */
export interface Beat {
  readonly answered: number
  /** Refused, or without an answer. */
  readonly failed: number
  /** Of the calls that were answered; undefined where there were none. */
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
  readonly lag: number
}

/** The length of a bucket in microseconds, and how many are remembered. */
export const beatMicros = 500_000
const remembered = 120

/** The value below which a share of the sorted ones lies: the nearest rank. */
const rank = (sorted: readonly number[], percent: number): number | undefined =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)]

export class Pulse {
  #beats: Beat[] = []
  #latencies: number[] = []
  #failed = 0
  /** When the bucket under way ends. */
  #ends = beatMicros

  /** The buckets that are over, oldest first. */
  get beats(): readonly Beat[] {
    return this.#beats
  }

  copy(): Pulse {
    const copy = new Pulse()
    copy.#beats = this.#beats.slice()
    copy.#latencies = this.#latencies.slice()
    copy.#failed = this.#failed
    copy.#ends = this.#ends
    return copy
  }

  answered(latency: number): void {
    this.#latencies.push(latency)
  }

  failed(): void {
    this.#failed++
  }

  /** Ends the buckets that are over at an instant; `lag` tells how far the slowest replica is behind at the end of one. */
  reach(at: number, lag: (at: number) => number): void {
    while (at >= this.#ends) {
      const sorted = this.#latencies.sort((a, b) => a - b)
      this.#beats.push({
        answered: sorted.length,
        failed: this.#failed,
        p50: rank(sorted, 50),
        p95: rank(sorted, 95),
        p99: rank(sorted, 99),
        lag: lag(this.#ends),
      })
      if (this.#beats.length > remembered) this.#beats.shift()
      this.#latencies = []
      this.#failed = 0
      this.#ends += beatMicros
    }
  }
}
