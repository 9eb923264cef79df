/** The trace: the latest at the bottom, what led to a broken promise lit, and what it is filtered by on the border. */
import { describe, expect, it } from "vitest"
import { trace } from "../../../src/ui/panels/trace.ts"
import type { Row, Scene } from "../../../src/ui/scene.ts"
import { type SceneName, scenes } from "../scenes.ts"
import { find, paint, rowsOf, tokenAt, tokenOfWords } from "./paint.ts"

const sceneOf = (name: SceneName): Scene => scenes[name]().scene()
const opening = sceneOf("the opening")

const linesOf = (scene: Scene, width = 80, height = 8): readonly string[] =>
  rowsOf(paint(trace, scene, width, height)).slice(1, -1)

describe("the trace", () => {
  it("has its latest row at the bottom, and marks it", () => {
    const lines = linesOf(opening)
    const times = lines.map((line) => Number(/\d+\.\d+/.exec(line)?.[0]))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(lines.map((line) => line[1])).toEqual([" ", " ", " ", " ", " ", "▸"])
    expect(lines.at(-1)).toContain("1.900 c1     w16: write b")
  })

  it("marks no row as the latest while it is scrolled back, and says how far", () => {
    const canvas = paint(trace, { ...opening, scroll: 12 }, 80, 8)
    expect(canvas.toString()).not.toContain("▸")
    expect(rowsOf(canvas)[0]).toContain("↑12  / filter: story")
  })

  it("begins at the top while there is little to tell", () => {
    const rows = opening.rows(2)
    const lines = linesOf({ ...opening, rows: () => rows })
    expect(lines[1]).toContain("▸ 1.900")
    expect(lines[2]).toMatch(/^│ +│$/)
  })

  it("lights what led to a broken promise", () => {
    const canvas = paint(trace, sceneOf("just broken"), 80, 12)
    const lit = rowsOf(canvas).filter((line) => line.startsWith("│◆"))
    expect(lit.length).toBeGreaterThan(4)
    expect(lit.join("\n")).toContain("w13: saved at 1/14")
    expect(tokenOfWords(canvas, "w13: saved")).toBe("strong")
    expect(tokenOfWords(canvas, "crash:n1")).toBe("bad")
    expect(rowsOf(canvas)[0]).toContain("◆ what led to it")
  })

  it("names nodes in their hues, and both ends of a message", () => {
    const row: Row = {
      entry: { ...opening.rows(1)[0]?.entry, at: 7 } as Row["entry"],
      who: "n2→n3",
      words: "x",
      tone: "warn",
      lit: false,
    }
    const canvas = paint(trace, { ...opening, rows: () => [row] }, 80, 8)
    const { x, y } = find(canvas, "n2→n3")
    expect([0, 2, 3].map((by) => tokenAt(canvas, x + by, y))).toEqual(["hue2", "dim", "hue3"])
    expect(tokenOfWords(canvas, "x")).toBe("warn")
  })

  it("says what it is filtered by, how much matches, and where the next letter goes", () => {
    const border = (scene: Scene) => rowsOf(paint(trace, scene, 80, 8))[0]
    expect(border(opening)).toContain("/ filter: story ╮")
    expect(border({ ...opening, every: true })).toContain("/ filter: all ╮")
    expect(border({ ...opening, filter: "ship", matches: 1284 })).toContain("/ filter: ship  1 284 found ╮")
    expect(border({ ...opening, filter: "ship", matches: 3, typing: true })).toContain("/ filter: ship█  3 found ╮")
  })

  it("says so where there is nothing to show", () => {
    expect(linesOf({ ...opening, rows: () => [] }).join("")).toContain("nothing has happened yet")
    expect(linesOf({ ...opening, rows: () => [], filter: "x" }).join("")).toContain("no row says that")
  })
})
