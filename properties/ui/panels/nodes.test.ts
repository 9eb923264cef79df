/** Nodes: who leads, who is down, what befell whom; and logs that can be compared entry by entry. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { LogMarks, NodePicture } from "#system"
import { type Fault, type FaultKind, faultKinds, faultShape } from "#world"
import { firstShown, paintLog, paintScale } from "../../../src/ui/panels/log.ts"
import { nodes } from "../../../src/ui/panels/nodes.ts"
import type { Scene } from "../../../src/ui/scene.ts"
import type { NodeView } from "../../../src/ui/session/view.ts"
import { Canvas } from "../../../src/ui/terminal/canvas.ts"
import { asciiOf } from "../../../src/ui/terminal/glyphs.ts"
import { scenes } from "../scenes.ts"
import { find, paint, rowsOf, seeing, tokenAt, tokenOfWords } from "./paint.ts"

const opening = scenes["the opening"]().scene()
const broken = scenes["just broken"]().scene()

const marks = (last: number, rest: Partial<LogMarks> = {}): LogMarks => ({
  last,
  durable: last,
  commit: last,
  applied: last,
  ...rest,
})

/** The opening scene with something else about its nodes, by their place. */
const withNodes = (scene: Scene, ...more: readonly (Partial<NodeView> | undefined)[]): Scene =>
  seeing(scene, { nodes: scene.view.nodes.map((node, nth) => ({ ...node, ...more[nth] })) })

const picture = (log: LogMarks, more: Partial<NodePicture> = {}): NodePicture => ({
  role: "follower",
  chief: false,
  term: "epoch 1",
  log,
  ...more,
})

const withLogs = (...logs: readonly LogMarks[]): Scene =>
  withNodes(opening, ...logs.map((log, nth) => ({ picture: picture(log, { chief: nth === 0 }) })))

const bar = (
  log: LogMarks,
  more: { readonly shared?: number; readonly down?: boolean; readonly first?: number } = {},
) => {
  const canvas = new Canvas(12, 1)
  paintLog(canvas, 0, 0, 12, {
    marks: log,
    first: more.first ?? 1,
    shared: more.shared ?? 99,
    down: more.down ?? false,
  })
  return canvas
}

describe("a log", () => {
  it("has a mark for each entry, the safer the further it has come", () => {
    expect(bar({ last: 9, durable: 7, commit: 5, applied: 3 }).toString()).toBe("■■■◆◆●●○○···")
  })

  it("is buffered where it is not durable, whatever else is said of it", () => {
    expect(bar({ last: 4, durable: 2, commit: 4, applied: 4 }).toString()).toBe("■■○○········")
  })

  it("has marks that differ in ASCII", () => {
    const cells = [..."■◆●○·←"].map((glyph) => asciiOf(glyph.codePointAt(0) as number))
    expect(new Set(cells).size).toBe(cells.length)
  })

  it("shows what only it holds in another colour, and in a graver one once its node is down", () => {
    const up = bar(marks(5), { shared: 3 })
    expect([2, 3].map((x) => tokenAt(up, x, 0))).toEqual(["ok", "warn"])
    const down = bar(marks(5), { shared: 3, down: true })
    expect([2, 3].map((x) => tokenAt(down, x, 0))).toEqual(["dim", "bad"])
  })

  it("points to where it is when all of it lies before what is shown", () => {
    expect(bar(marks(5), { first: 11 }).toString()).toBe("←···········")
    expect(bar(marks(11), { first: 11 }).toString()).toBe("■···········")
  })

  it("is shown to its end, moves on by ten entries, and stands still in between", () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 12, max: 90 }), (longest, width) => {
        const first = firstShown(longest, width)
        expect(longest - first + 1).toBeLessThanOrEqual(width)
        expect(first % 10).toBe(1)
        if (first > 1) expect(longest - (first - 10) + 1).toBeGreaterThan(width)
      }),
    )
  })

  it("has every tenth entry's number end over its mark", () => {
    const canvas = new Canvas(25, 1)
    paintScale(canvas, 0, 0, 25, 91)
    expect(canvas.toString()).toBe("       100       110")
    expect(canvas.toString().indexOf("100") + 2).toBe(100 - 91)
  })
})

describe("a row", () => {
  const row = (scene: Scene, id: string, width = 72, height = 12): string =>
    rowsOf(paint(nodes, scene, width, height)).find((line) => line.includes(`${id} `)) ?? ""

  it("says by how many entries a log is behind the primary's", () => {
    const scene = withLogs(marks(16), marks(13), marks(16))
    expect(row(scene, "n1")).toMatch(/ 16 +16 +16 +0 │$/)
    expect(row(scene, "n2")).toMatch(/ 13 +13 +13 +−3 │$/)
  })

  it("says by how many entries a log that was left behind is beyond it", () => {
    expect(row(broken, "n1")).toMatch(/\+2 │$/)
    expect(row(broken, "n2")).toMatch(/ 0 │$/)
  })

  it("measures by the primary of the latest epoch, not by one that has not heard of it", () => {
    const scene = withNodes(
      opening,
      { picture: picture(marks(20), { chief: true, term: "epoch 9" }) },
      { picture: picture(marks(15), { chief: true, term: "epoch 10" }) },
      { picture: picture(marks(14), { term: "epoch 10" }) },
    )
    expect(row(scene, "n1")).toMatch(/\+5 │$/)
    expect(row(scene, "n3")).toMatch(/−1 │$/)
    expect(rowsOf(paint(nodes, scene, 72, 12))[0]).toContain("epoch 10")
  })

  it("does not measure by a primary that is down", () => {
    const scene = withNodes(
      opening,
      { health: "down", picture: picture(marks(16), { chief: true, term: "epoch 2" }) },
      { picture: picture(marks(13), { chief: true }) },
      { picture: picture(marks(12)) },
    )
    expect(row(scene, "n2")).toMatch(/ 0 │$/)
  })

  it("shows every log from the same entry on, so that what one lacks is a gap", () => {
    const canvas = paint(nodes, withLogs(marks(16), marks(13), marks(13)), 72, 12)
    const rows = rowsOf(canvas)
    const bars = ["n1", "n2", "n3"].map((id) => rows.find((line) => line.includes(`${id} `)) ?? "")
    expect(bars.map((line) => [...line].filter((glyph) => glyph === "■").length)).toEqual([16, 13, 13])
    expect(new Set(bars.map((line) => line.indexOf("■"))).size).toBe(1)
  })

  it("tells of each health by another glyph", () => {
    const scene = withNodes(opening, { health: "up" }, { health: "paused" }, { health: "stopping" }, { health: "down" })
    const rows = rowsOf(paint(nodes, scene, 72, 12)).join("\n")
    expect(rows).toMatch(/n1 ● primary/)
    expect(rows).toMatch(/n2 ‖ paused/)
    expect(rows).toMatch(/n3 ○ stopping/)
    expect(rows).toMatch(/c1 ✗ DOWN/)
  })

  it("says since when a node is down, and that x starts it again where it is selected", () => {
    expect(paint(nodes, broken, 72, 12).toString()).toContain("down 965 ms · x restart")
    expect(paint(nodes, broken, 88, 29).toString()).toContain("down 965 ms  x restart")
    for (const [width, height] of [
      [72, 12],
      [88, 29],
    ] as const) {
      expect(paint(nodes, { ...broken, selected: 1 }, width, height).toString()).not.toContain("x restart")
      expect(paint(nodes, seeing(broken, { calm: true }), width, height).toString()).not.toContain("x restart")
    }
    expect(row(broken, "n1", 47, 9)).toMatch(/■·* +965 ms │$/)
  })

  it("marks a reign that is over", () => {
    const canvas = paint(nodes, broken, 72, 12)
    expect(tokenOfWords(canvas, "epoch 1")).toBe("warn")
    expect(canvas.toString().match(/epoch 2/g)).toHaveLength(1)
  })

  it("gives a node the same hue wherever it is named", () => {
    const canvas = paint(nodes, opening, 72, 12)
    expect(["n1", "n2", "n3", "c1"].map((id) => tokenOfWords(canvas, `${id} ●`))).toEqual([
      "hue1",
      "hue2",
      "hue3",
      "hue4",
    ])
  })

  it("says what a client waits for, and for how long", () => {
    const canvas = paint(nodes, broken, 72, 12)
    expect(canvas.toString()).toMatch(/c1 ● client {5}w16: write b +965 ms │/)
    expect(canvas.toString()).toMatch(/c2 ● client {5}idle/)
  })

  it("marks the node that hands act on, client or not", () => {
    for (const [selected, id] of ["n1", "n2", "n3", "c1", "c2"].entries()) {
      expect(paint(nodes, { ...opening, selected }, 72, 12).toString()).toContain(`▸${id}`)
      expect(paint(nodes, { ...opening, selected }, 100, 30).toString()).toMatch(new RegExp(`▸(${id}|■)`))
    }
  })
})

const targets: Readonly<Record<string, string>> = {
  node: "n2",
  nodes: "n2+n3",
  groups: "n2|n3",
  region: "west",
  link: "n2->*",
}

const kinds = Object.keys(faultKinds) as readonly FaultKind[]

const troubled = (faults: readonly Fault[]): Scene =>
  seeing(opening, { troubles: faults.map((fault, entry) => ({ fault, entry })) })

describe("a fault in force", () => {
  it.each(kinds.filter((kind) => faultShape(kind).aim !== "message"))(
    "of kind %s is named beside what it strikes, at every size",
    (kind) => {
      const fault: Fault = { id: "f1", kind, target: targets[faultShape(kind).aim] ?? "", at: 0 }
      for (const [width, height] of [
        [47, 9],
        [72, 12],
        [88, 29],
        [72, 9],
      ] as const) {
        const lines = rowsOf(paint(nodes, troubled([fault]), width, height))
        const from = lines.findIndex((line) => line.includes("n2"))
        const until = lines.findIndex((line) => line.includes("n3"))
        expect(lines.slice(from, until).join("\n")).toContain(`▲ ${kind}`)
        expect(lines.slice(0, from).join("\n").includes(`▲ ${kind}`)).toBe(false)
      }
    },
  )

  it("on everything strikes nodes, and no client", () => {
    const lines = rowsOf(paint(nodes, troubled([{ id: "f1", kind: "upgrade", target: "*", at: 0 }]), 72, 12))
    expect(lines.filter((line) => line.includes("▲ upgrade"))).toHaveLength(3)
    expect(lines.find((line) => line.includes("c1 ●"))).not.toContain("▲")
  })

  it("on a client is named before what it waits for", () => {
    const frame = paint(nodes, troubled([{ id: "f1", kind: "isolate", target: "c1", at: 0 }]), 72, 12).toString()
    expect(frame).toMatch(/c1 ● client {5}▲ isolate {2}w16: write b/)
    expect(frame.match(/▲/g)).toHaveLength(1)
  })

  it.each([
    ["slow", 20, "slow ×20"],
    ["skew", 500_000, "skew +500 ms"],
    ["skew", -60_000_000, "skew −60 s"],
    ["drift", 10_000, "drift +1 %"],
    ["upgrade", 5_000_000, "upgrade"],
  ] as const)("of kind %s and value %i is %s", (kind, value, words) => {
    const target = faultShape(kind).aim === "nodes" ? "*" : "n2"
    const frame = paint(nodes, troubled([{ id: "f1", kind, target, at: 0, value }]), 72, 12).toString()
    expect(frame).toMatch(new RegExp(`▲ ${words.replace("+", "\\+")} {2}`))
  })

  it("never hides the latest entries of a log, and is never cut short", () => {
    const some = fc.subarray<Fault>(
      [
        { id: "f1", kind: "slow", target: "n1", at: 0, value: 20 },
        { id: "f2", kind: "skew", target: "n1", at: 0, value: 500_000 },
        { id: "f3", kind: "isolate", target: "n1", at: 0 },
        { id: "f4", kind: "latency", target: "n1->*", at: 0, value: 80_000 },
      ],
      { minLength: 1 },
    )
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 45, max: 71 }), (faults, last, width) => {
        const logs = [marks(last + 3), marks(last), marks(last)].map((log) => ({ picture: picture(log) }))
        const scene = withNodes(troubled(faults), ...logs)
        const row = (of: Scene) => rowsOf(paint(nodes, of, width, 9)).find((each) => each.includes("n1")) ?? ""
        const line = row(scene)
        expect(line).toContain("▲")
        expect(line).not.toContain("…")
        // What nobody else has is at the end, and is there with a fault as it is without.
        const tip = row(withNodes(opening, ...logs)).lastIndexOf("■")
        expect(line.slice(tip - 2, tip + 1)).toBe("■■■")
      }),
      { numRuns: 60 },
    )
  })
})

describe("where there is more room", () => {
  it("a node has a card, with its log, its figures and what befell it", () => {
    const frame = paint(nodes, broken, 88, 29).toString()
    expect(frame).toMatch(/╭ ✗ n1 ─+ DOWN · epoch 1 · east ╮/)
    expect(frame).toMatch(/last 16 +durable 16 +commit 16 +applied 16 +lag \+2/)
    expect(frame).toContain("down 965 ms  x restart  ▲ crash")
    expect(frame).toMatch(/╭ ● n2 ─+ primary · epoch 2 · west ╮/)
    expect(find(paint(nodes, broken, 88, 29), "○ buffered").y).toBe(27)
  })

  it("five nodes have lower cards, and all that cards say", () => {
    const frame = paint(nodes, scenes["five nodes in a storm"]().scene(), 88, 29).toString()
    expect(frame.match(/╭ . n\d/g)).toHaveLength(5)
    for (const words of ["▲ slow ×20", "▲ isolate", "▲ skew", "▲ stall", "c4 ● client"]) expect(frame).toContain(words)
  })
})

describe("where there is less room", () => {
  it("clients share a row, and the one that waits is still told", () => {
    const frame = paint(nodes, scenes["five nodes in a storm"]().scene(), 47, 9).toString()
    expect(frame).toMatch(/c1 w8: write b {2}c2 r46: read b {2}c3 · {2}c4 ·/)
  })

  it("a system without a log has rows all the same", () => {
    const scene = withNodes(opening, ...opening.view.nodes.map(() => ({ picture: undefined })))
    const frame = paint(nodes, scene, 72, 12).toString()
    expect(frame).toMatch(/n1 ● replica/)
    expect(frame).not.toMatch(/buffered|durable|■/)
    expect(paint(nodes, scene, 88, 29).toString()).toMatch(/╭ ● n1 ─+ replica · east ╮/)
  })
})

describe("several parts", () => {
  it("are each measured by their own primary, and none by another's log", () => {
    const scene = withNodes(
      opening,
      { part: "a", picture: picture(marks(20), { chief: true, term: "epoch 3" }) },
      { part: "b", picture: picture(marks(9), { chief: true, term: "term 7" }) },
      { part: "b", picture: picture(marks(7), { term: "term 6" }) },
    )
    const canvas = paint(nodes, scene, 72, 12)
    const rows = rowsOf(canvas)
    expect(rows[0]).toContain("epoch 3 · term 7")
    expect(
      ["n1", "n2", "n3"].map((id) => /\S+ │$/.exec(rows.find((row) => row.includes(`${id} `)) ?? "")?.[0]),
    ).toEqual(["0 │", "0 │", "−2 │"])
    // All of the first is on one node alone, and two entries of the second.
    expect(tokenOfWords(canvas, "■■■■■■■■■■■■■■■■■■■■")).toBe("warn")
    expect(canvas.toString()).toMatch(/term 6 │/)
    expect(canvas.toString().match(/epoch 3/g)).toHaveLength(1)
  })
})
