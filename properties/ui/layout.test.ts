/** Where everything lies, at any size: nothing overlaps, nothing is left empty, nothing hides what must be seen. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { layoutOf, least } from "../../src/ui/layout.ts"
import { panelNames } from "../../src/ui/scene.ts"
import type { Rect } from "../../src/ui/terminal/canvas.ts"

const columns = fc.integer({ min: least.columns, max: 260 })
const rows = fc.integer({ min: least.rows, max: 90 })
const focus = fc.constantFrom(...panelNames)

const cellsOf = ({ x, y, width, height }: Rect): readonly string[] =>
  Array.from({ length: width * height }, (_, nth) => `${x + (nth % width)},${y + Math.floor(nth / width)}`)

const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe("the layout", () => {
  it("gives every cell of the screen to one rectangle", () => {
    fc.assert(
      fc.property(columns, rows, focus, fc.boolean(), (width, height, name, zoomed) => {
        const layout = layoutOf(width, height, name, zoomed)
        if (layout === undefined) throw new Error("it is large enough")
        const rects = [layout.header, layout.headline, layout.footer, ...layout.panels.map(([, rect]) => rect)]
        const cells = rects.flatMap(cellsOf)
        expect(new Set(cells).size).toBe(width * height)
        expect(cells.length).toBe(width * height)
      }),
      { numRuns: 60 },
    )
  })

  it("always shows the panel that has the keys, and no panel smaller than it can be read", () => {
    fc.assert(
      fc.property(columns, rows, focus, fc.boolean(), (width, height, name, zoomed) => {
        const panels = layoutOf(width, height, name, zoomed)?.panels ?? []
        expect(panels.map(([each]) => each)).toContain(name)
        if (zoomed) expect(panels).toHaveLength(1)
        for (const [each, rect] of panels) {
          expect(rect.width).toBeGreaterThanOrEqual(32)
          expect(rect.height).toBeGreaterThanOrEqual(each === "timeline" ? 3 : each === "trace" ? 8 : 9)
        }
      }),
    )
  })

  it("tells of a broken promise over neither the nodes nor the trace", () => {
    fc.assert(
      fc.property(columns, rows, focus, (width, height, name) => {
        const layout = layoutOf(width, height, name, false)
        for (const [each, rect] of layout?.panels ?? []) {
          if (each === "nodes" || each === "trace") expect(overlap(rect, layout?.banner as Rect)).toBe(false)
        }
        expect(layout?.banner.height).toBeGreaterThanOrEqual(9)
      }),
    )
  })

  it("leaves out nothing but the metrics where a terminal is small, and nothing at all where it is not", () => {
    const shown = (width: number, height: number, name = panelNames[0] as (typeof panelNames)[number]) =>
      layoutOf(width, height, name, false)?.panels.map(([each]) => each)
    expect(shown(80, 24)).toEqual(["nodes", "messages", "invariants", "trace", "timeline"])
    expect(shown(80, 24, "metrics")).toEqual(["nodes", "invariants", "metrics", "trace", "timeline"])
    for (const [width, height] of [
      [80, 60],
      [110, 34],
      [120, 40],
      [180, 54],
      [200, 60],
    ] as const) {
      expect(shown(width, height)).toEqual(panelNames)
    }
  })

  it("gives up below the least size", () => {
    expect(layoutOf(79, 24, "nodes", false)).toBeUndefined()
    expect(layoutOf(80, 23, "nodes", false)).toBeUndefined()
  })
})
