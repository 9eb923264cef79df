/** The timeline: columns that stand still, marks where something befell the run, and the moment that is looked at. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { timeline } from "../../../src/ui/panels/timeline.ts"
import type { Scene } from "../../../src/ui/scene.ts"
import { scenes } from "../scenes.ts"
import { paint, rowsOf, seeing, tokenAt } from "./paint.ts"

const opening = scenes["the opening"]().scene()
const second = 1_000_000

/** A run up to an instant, looked at from one that is not later. */
const upTo = (head: number, at = head, more: Partial<Scene> = {}): Scene => {
  const stretch = 50_000
  const busy = Array.from({ length: Math.floor(head / stretch) + 1 }, (_, nth) => (nth * 7) % 10)
  return seeing({ ...opening, head, activity: { busy, stretch }, marks: [], breaks: [], ...more }, { at })
}

/** 80 columns hold 76 stretches. */
const width = 80
const line = (scene: Scene): string => (rowsOf(paint(timeline, scene, width, 3))[1] ?? "").slice(2, -2)

describe("the timeline", () => {
  it("has a column for each stretch of the run", () => {
    expect(line(upTo(500_000))).toMatch(/^[▁-█]{10}┃·{65}$/)
  })

  it("doubles what a column holds when the run has come to its end, and stands still in between", () => {
    expect(line(upTo(76 * 50_000 - 1)).indexOf("┃")).toBe(75)
    expect(line(upTo(76 * 50_000)).indexOf("┃")).toBe(38)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3600 * second }), (head) => {
        expect(line(upTo(head)).indexOf("┃")).toBeGreaterThanOrEqual(head < 38 * 50_000 ? 0 : 37)
      }),
      { numRuns: 50 },
    )
  })

  it("keeps marks and columns in the same place while time goes by", () => {
    const marks: Scene["marks"] = [{ what: "fault", at: second, entry: 1 }]
    expect(line(upTo(2 * second, 2 * second, { marks })).indexOf("▲")).toBe(20)
    expect(line(upTo(3 * second, 3 * second, { marks })).indexOf("▲")).toBe(20)
  })

  it("shows what came after the moment that is looked at as what may yet be undone", () => {
    const canvas = paint(timeline, upTo(3 * second, second), width, 3)
    expect(line(upTo(3 * second, second)).indexOf("┃")).toBe(20)
    expect(tokenAt(canvas, 2 + 19, 1)).toBe("accent")
    expect(tokenAt(canvas, 2 + 20, 1)).toBe("mark")
    expect(tokenAt(canvas, 2 + 21, 1)).toBe("faint")
  })

  it("tells faults, cures, the calm and broken promises apart, the gravest where they meet", () => {
    const marks: Scene["marks"] = [
      { what: "calm", at: 2.5 * second, entry: 4 },
      { what: "heal", at: 1.5 * second, entry: 3 },
      { what: "fault", at: second, entry: 1 },
      { what: "heal", at: second, entry: 2 },
      { what: "fault", at: 2 * second, entry: 3 },
    ]
    const breaks = scenes["just broken"]()
      .scene()
      .breaks.map((each) => ({ ...each, at: 2 * second }))
    const shown = line(upTo(3 * second, 3 * second, { marks, breaks }))
    expect([20, 30, 40, 50, 60].map((column) => shown[column])).toEqual(["▲", "◆", "✗", "○", "┃"])
    const looked = (at: number) => line(upTo(3 * second, at, { marks, breaks }))
    expect([looked(second)[20], looked(2 * second)[40]]).toEqual(["┃", "✗"])
  })

  it("says which moment is looked at, and how far back it is", () => {
    const border = (scene: Scene) => rowsOf(paint(timeline, scene, width, 3))[0]
    expect(border(upTo(12_480_000))).toMatch(/ 00:12\.480 ╮$/)
    expect(border(upTo(19_804_000, 12_480_000))).toContain("00:12.480 / 00:19.804  −7.3s ╮")
  })

  it("has a scale where there is room, in steps that people count in", () => {
    const scale = (head: number, columns: number) =>
      (rowsOf(paint(timeline, upTo(head), columns, 4))[2] ?? "").slice(2, -2)
    expect(scale(2 * second, 80)).toMatch(/^·0\.0s {5}·0\.5s {5}·1\.0s/)
    expect(scale(60 * second, 80)).toMatch(/^·0s +·10s +·20s/)
    expect(scale(3000 * second, 200)).toMatch(/^·0s +·300s +·600s/)
    for (const head of [1, 7, 30, 200, 1000, 3599]) expect(scale(head * second, 80)).not.toMatch(/s·|…/)
  })
})
