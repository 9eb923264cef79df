/**
 * A node's clock against exact arithmetic: fractions of big integers, rounded where the clock says that it rounds. Faults
 * may make a clock lie about the date; they may not make monotonic time go back, nor a sleep take other than it says.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { epochMillis, HardwareClock, Simulation } from "#sim"
import { bare, enough } from "./kernel.ts"

const million = 1_000_000n

/** Halves go up. */
const rounded = (numerator: bigint, denominator: bigint): bigint => {
  const doubled = 2n * numerator + denominator
  const quotient = doubled / (2n * denominator)
  return doubled < 0n && doubled % (2n * denominator) !== 0n ? quotient - 1n : quotient
}

const minutes = 60_000_000
const drift = fc.integer({ min: -500_000, max: 500_000 })
const shift = fc.integer({ min: -600 * minutes, max: 600 * minutes })
const span = fc.nat(10 * minutes)
const length = fc.integer({ min: 1, max: 10 * minutes })

/** What befalls a clock: time passes, it jumps, its rate changes. */
const weather = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("pass" as const), by: span }),
    fc.record({ do: fc.constant("jump" as const), by: shift }),
    fc.record({ do: fc.constant("drift" as const), by: drift }),
  ),
  { maxLength: 30 },
)

/** What a program reads, all at once. */
const reading = Effect.all([Clock.currentTimeMillis, Clock.currentTimeNanos, Clock.monotonicTimeNanos])

describe("a node's clock", () => {
  it("tells wall and monotonic time as exact fractions would, after any skew, drift and jump", () => {
    fc.assert(
      fc.property(weather, (deeds) => {
        const simulation = new Simulation({ seed: 1 })
        const { hardware, run } = bare(simulation)
        let since = 0n
        let counted = 0n
        let offset = 0n
        let rate = million
        let last = 0n
        for (const { do: what, by } of deeds) {
          if (what === "pass") {
            simulation.now += by
            since += BigInt(by)
          } else if (what === "jump") {
            hardware.offset += by
            offset += BigInt(by)
          } else {
            hardware.setDrift(simulation.now, by)
            counted += rounded(since * rate, million)
            since = 0n
            rate = million + BigInt(by)
          }
          const local = counted + rounded(since * rate, million)
          const wall = local + offset
          let read: readonly [millis: number, nanos: bigint, monotonic: bigint] = [0, 0n, 0n]
          run(Effect.map(reading, (all) => (read = all)))
          const [millis, nanos, monotonic] = read
          expect(monotonic).toBe(local * 1000n)
          expect(nanos).toBe(BigInt(epochMillis) * million + wall * 1000n)
          expect(BigInt(millis)).toBe(BigInt(epochMillis) + (wall - (((wall % 1000n) + 1000n) % 1000n)) / 1000n)
          expect(monotonic).toBeGreaterThanOrEqual(last)
          last = monotonic
        }
      }),
    )
  })

  it("never goes back, microsecond by microsecond, however slow it is and however often its rate changes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3_000_000, max: 3_000_000 }), { maxLength: 6 }), (drifts) => {
        const clock = new HardwareClock()
        let now = 0
        let last = 0
        for (const each of drifts) {
          clock.setDrift(now, each)
          expect(clock.drift).toBe(each)
          for (let step = 0; step < 50; step++) {
            const local = clock.elapsed(++now)
            expect(local).toBeGreaterThanOrEqual(last)
            last = local
          }
          // However slow, it gets there.
          expect(Number.isSafeInteger(clock.onTimeline(1_000_000))).toBe(true)
          expect(clock.onTimeline(1_000_000)).toBeGreaterThan(0)
        }
      }),
    )
  })

  it("makes a sleep take what the node's own clock counts: a fast one wakes early by the right amount", () => {
    fc.assert(
      fc.property(span, drift, length, shift, (before, partsPerMillion, micros, offset) => {
        const simulation = new Simulation({ seed: 1 })
        const { hardware, run } = bare(simulation)
        simulation.now = before
        hardware.offset = offset
        hardware.setDrift(before, partsPerMillion)
        const started = hardware.elapsed(before)
        let woke = -1
        run(
          Effect.flatMap(Effect.sleep(Duration.nanos(BigInt(micros) * 1000n)), () =>
            Effect.sync(() => {
              woke = simulation.now
            }),
          ),
        )
        expect(simulation.advance(Number.MAX_SAFE_INTEGER, enough)).toBe("quiescent")
        const exact = rounded(BigInt(micros) * million, million + BigInt(partsPerMillion))
        expect(BigInt(woke - before)).toBe(exact)
        // Rounding to whole microseconds on either clock leaves at most one of difference.
        expect(Math.abs(hardware.elapsed(woke) - started - micros)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it("keeps the instant of a sleep that was begun before the rate changed", () => {
    const simulation = new Simulation({ seed: 1 })
    const { hardware, run } = bare(simulation)
    const fiber = run(Effect.sleep("10 seconds"))
    simulation.advance(4_000_000, enough)
    hardware.setDrift(simulation.now, 500_000)
    simulation.advance(9_999_999, enough)
    expect(fiber.pollUnsafe()).toBeUndefined()
    simulation.advance(10_000_000, enough)
    expect(fiber.pollUnsafe()).toBeDefined()
  })

  it("wakes a sleep of nothing at once and a sleep for ever never", () => {
    const simulation = new Simulation({ seed: 1 })
    const { run } = bare(simulation)
    const none = [run(Effect.sleep(0)), run(Effect.sleep("-1 second")), run(Effect.sleep(Duration.zero))]
    const never = run(Effect.sleep(Duration.infinity))
    expect(simulation.advance(enough, enough)).toBe("quiescent")
    expect(simulation.now).toBe(0)
    expect(none.every((fiber) => fiber.pollUnsafe() !== undefined)).toBe(true)
    expect(never.pollUnsafe()).toBeUndefined()
  })

  it("forgets a long sleep that was interrupted", () => {
    const simulation = new Simulation({ seed: 1 })
    const { run } = bare(simulation)
    const fiber = run(Effect.sleep("1 hour"))
    run(Effect.sync(() => fiber.interruptUnsafe()))
    expect(simulation.advance(2 * 60 * minutes, enough)).toBe("quiescent")
    expect(simulation.now).toBe(0)
  })
})
