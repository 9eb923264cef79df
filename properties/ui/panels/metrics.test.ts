/** Metrics: figures that do not jump, and curves whose columns keep their value while they move. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { paintCurve } from "../../../src/ui/panels/curve.ts"
import { metrics } from "../../../src/ui/panels/metrics.ts"
import type { Scene } from "../../../src/ui/scene.ts"
import { beatMicros, Pulse } from "../../../src/ui/session/pulse.ts"
import { Canvas } from "../../../src/ui/terminal/canvas.ts"
import { scenes } from "../scenes.ts"
import { paint, rowsOf, seeing } from "./paint.ts"

const opening = scenes["the opening"]().scene()

/** A scene after some beats: of each, how long the calls took that were answered in it, and how many failed. */
const beaten = (
  beats: readonly { readonly took: readonly number[]; readonly failed?: number; readonly lag?: number }[],
): Scene => {
  const pulse = new Pulse()
  for (const [nth, { took, failed = 0, lag = 0 }] of beats.entries()) {
    for (const each of took) pulse.answered(each)
    for (let count = 0; count < failed; count++) pulse.failed()
    pulse.reach((nth + 1) * beatMicros, () => lag)
  }
  return seeing(opening, { at: beats.length * beatMicros, pulse, flying: 1284 })
}

const row = (scene: Scene, title: string, width = 48, height = 10): string =>
  rowsOf(paint(metrics, scene, width, height)).find((line) => line.includes(title)) ?? ""

const curveOf = (line: string): string =>
  line
    .replace(/^.*(ms|\/s)/, "")
    .replace(/│$/, "")
    .trim()

describe("the figures", () => {
  it("are those of the last half second that is over", () => {
    const scene = beaten([{ took: [1000] }, { took: [3583, 6900, 1000], failed: 2, lag: 1_284_000 }])
    expect(row(scene, "answered")).toMatch(/answered +6 \/s/)
    expect(row(scene, "failed")).toMatch(/failed +4 \/s/)
    expect(row(scene, "p50")).toMatch(/p50 +3\.6 ms/)
    expect(row(scene, "p95")).toMatch(/p95 +6\.9 ms/)
    expect(row(scene, "p99")).toMatch(/p99 +6\.9 ms/)
    expect(row(scene, "lag")).toMatch(/lag +1 284 ms/)
    expect(row(scene, "in flight")).toMatch(/in flight +1 284 /)
  })

  it("are missing while there are none", () => {
    expect(row(beaten([]), "p99")).toMatch(/p99 +– ms/)
    expect(row(beaten([{ took: [1000] }, { took: [] }]), "p99")).toMatch(/p99 +– ms/)
  })

  it("end in the same column, however large they are", () => {
    fc.assert(
      fc.property(fc.nat(99_999_000), (lag) => {
        expect(row(beaten([{ took: [], lag }]), "lag").indexOf(" ms")).toBe(row(beaten([]), "lag").indexOf(" ms"))
      }),
    )
  })
})

const beat = fc.record({
  took: fc.array(fc.integer({ min: 1, max: 90_000 }), { maxLength: 5 }),
  lag: fc.nat(1_000_000),
})

describe("a curve", () => {
  it("has the latest beat at its right end, and a dot where there is nothing", () => {
    const scene = beaten([{ took: [1, 1, 1, 1] }, { took: [] }, { took: [1, 1] }])
    expect(curveOf(row(scene, "answered"))).toBe("▇·▄")
  })

  it("keeps its columns once a minute is full: nothing moves but by whole columns", () => {
    fc.assert(
      fc.property(fc.array(beat, { minLength: 121, maxLength: 130 }), beat, (beats, next) => {
        // The same tallest column before and after, so that heights can be compared.
        const tall = [...beats.slice(0, 90), { took: [], lag: 2_000_000 }, ...beats.slice(90)]
        const curve = (of: readonly (typeof next)[]) => curveOf(row(beaten(of), "lag"))
        // The first column may be losing beats, the last one gaining some.
        const settled = curve(tall).slice(1, -1)
        expect(settled.length).toBeGreaterThan(17)
        expect(curve([...tall, next])).toContain(settled.slice(1))
      }),
      { numRuns: 40 },
    )
  })

  it("shows a whole minute, of several beats in a column the mean of what is counted and the worst of what is measured", () => {
    const beats = Array.from({ length: 200 }, (_, nth) => ({ took: nth === 150 ? [9_000_000, 1] : [1], lag: nth }))
    const scene = beaten(beats)
    const answered = [...curveOf(row(scene, "answered"))]
    expect(answered.length).toBeGreaterThan(19)
    // A column that has only begun is as high as the others are.
    const even = beaten(Array.from({ length: 121 }, () => ({ took: [1, 1] })))
    expect(new Set(curveOf(row(even, "answered")))).toEqual(new Set("▇"))
    expect(curveOf(row(scene, "p99")).match(/▇/g)).toHaveLength(1)
    expect(curveOf(row(scene, "lag")).at(-1)).toBe("▇")
    expect(curveOf(row(scene, "lag")).at(0)).not.toBe("▇")
    // From its first half second on.
    const early = Array.from({ length: 120 }, (_, nth) => ({ took: [], lag: nth % 60 === 0 ? 9_000_000 : 1 }))
    for (const width of [40, 48, 70]) expect(curveOf(row(beaten(early), "lag", width)).at(0)).toBe("▇")
  })

  it("is as high as there is room for, and never as high as the row above", () => {
    const canvas = new Canvas(4, 2)
    paintCurve(canvas, [0, 15, 8, undefined], "accent")
    expect(rowsOf(canvas)).toEqual([" ▇", "·██·"])
    const low = new Canvas(2, 1)
    paintCurve(low, [1, 1000], "accent")
    expect(low.toString()).toBe("▁▇")
    const tall = rowsOf(paint(metrics, beaten([{ took: [1] }]), 60, 26))
    expect(tall.filter((line) => line.includes("█"))).not.toHaveLength(0)
  })
})
