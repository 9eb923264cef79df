/** The panel of a queue: every message has its mark, every partition its offset, and the list its index, at any size. */
import { describe, expect, it } from "vitest"
import { Run } from "#run"
import { scenarios } from "#scenarios"
import { type QueuePicture, type QueueScene, queue } from "#systems"
import { queuePanel } from "../../../src/ui/panels/queue.ts"
import { Canvas } from "../../../src/ui/terminal/canvas.ts"
import { find, rowsOf, tokenAt } from "./paint.ts"

const sizes = [
  [46, 10],
  [70, 14],
  [100, 24],
] as const

const paint = (scene: QueueScene, width: number, height: number): Canvas => {
  const canvas = new Canvas(width, height)
  queuePanel(canvas, { scene: () => scene }, scene.at)
  return canvas
}

const empty: QueueScene = {
  at: 1_000_000,
  chief: "b2",
  epoch: 3,
  groups: [],
  generation: 4,
  partitions: [],
  list: undefined,
  refused: 0,
}

const message = (id: string, lane: "ready" | "leased" | "delayed", tries = 0, movedAt = 0) => ({
  id,
  lane,
  tries,
  since: 0,
  movedAt,
})

const group = {
  group: "g1",
  sizes: [3, 1, 1, 40, 2, 0],
  open: [
    message("m1", "ready"),
    message("m2", "ready", 0, 999_000),
    message("m3", "ready", 3),
    message("m4", "leased", 1),
    message("m5", "delayed", 12),
  ],
  movedAt: { done: 950_000 },
}

const partition = { partition: 0, length: 9, committed: 5, read: 7, reader: "w2" }

const list = {
  cells: [false, false, true, false],
  processing: 2,
  pushed: 30,
  stored: 22,
  twice: 1,
  lost: 3,
}

const everything: QueueScene = { ...empty, groups: [group], partitions: [partition], list, refused: 5 }

describe.each(sizes)("on %i by %i cells", (width, height) => {
  const canvas = paint(everything, width, height)
  const rows = rowsOf(canvas)

  it("each lane says how many messages it holds, and marks each with its tries", () => {
    const row = rows.find((each) => each.startsWith("g1")) ?? ""
    expect(row).toMatch(/^g1 +3 ■■3 +1 1 +1 9 +40 +2 +·/)
    expect(rows[0]).toMatch(/^ +ready +leased +delayed +done +dead +dro/)
  })

  it("a partition has its offset between what is committed and what is not", () => {
    const row = rows.find((each) => each.startsWith("p0")) ?? ""
    expect(row).toMatch(/^p0 +■■■■■↑■■○○ +5\/9 w2$/)
    const { y } = find(canvas, "■■■■■↑")
    expect([6, 11, 12, 14].map((x) => tokenAt(canvas, x, y))).toEqual(["ok", "mark", "warn", "accent"])
  })

  it("the list has an index over its cells, and a mark on what is stored already", () => {
    const row = rows.find((each) => each.startsWith("list")) ?? ""
    expect(row).toMatch(/^list +○○●○ +4 \+2$/)
    expect(rows.find((each) => each.startsWith("index"))).toMatch(/^index 0 {9}10 {8}20/)
    expect(rows.join("\n")).toContain("30 pushed  22 stored  3 lost  1 twice")
    const { x, y } = find(canvas, "3 lost")
    expect(tokenAt(canvas, x, y)).toBe("bad")
  })

  it("says who leads, which generation reads, and how many were refused", () => {
    expect(rows.at(-1)).toBe("b2 leads epoch 3 · generation 4 · 5 refused")
  })

  it("cuts what there is no room for, and says so", () => {
    const many = { ...everything, groups: Array.from({ length: 30 }, (_, nth) => ({ ...group, group: `g${nth + 1}` })) }
    expect(rowsOf(paint(many, width, height)).at(-1)).toMatch(/\+\d+ rows$/)
    const long = { ...empty, partitions: [{ ...partition, length: 500, committed: 498, read: 498 }] }
    expect(rowsOf(paint(long, width, height))[0]).toMatch(/^p0 +■+↑○○ +498\/500 w2$/)
    const full = { ...empty, list: { ...list, cells: Array.from({ length: 500 }, () => true) } }
    expect(rowsOf(paint(full, width, height)).find((each) => each.startsWith("list"))).toMatch(/●… 500 \+2$/)
  })
})

it("what has just come into a lane is bright, and what came long ago is not", () => {
  const canvas = paint(everything, 70, 14)
  const { x, y } = find(canvas, "■■3")
  const styles = [x, x + 1].map((column) => canvas.styles[y * canvas.width + column])
  expect(styles[0]).not.toBe(styles[1])
  const later = paint({ ...everything, at: 5_000_000 }, 70, 14)
  expect(later.styles[y * later.width + x]).toBe(later.styles[y * later.width + x + 1])
})

it("before anything was sent, it says so", () => {
  expect(rowsOf(paint(empty, 46, 10))[0]).toBe("nobody has sent anything")
})

describe("the picture of a run", () => {
  const scenario = scenarios.find(({ name }) => name === "queue/storm")
  if (scenario === undefined) throw new Error("The catalogue has lost queue/storm.")
  const game = new Run(scenario, scenario.story(1))
  game.advance(2_400_000)
  const stage = {
    name: (node: number) => game.cast[node]?.id ?? "",
    isClient: (node: number) => game.cast[node]?.client === true,
  }
  const drawn = queue.picture?.(stage) as QueuePicture
  const entries = [...game.trace]
  for (const entry of entries) drawn.see(entry)

  it("shows as many messages as the lanes say there are, and who leads", () => {
    const { groups, chief, partitions, list } = drawn.scene(game.now)
    for (const { sizes, open } of groups)
      expect(open).toHaveLength(sizes.slice(0, 3).reduce((sum, size) => sum + size, 0))
    expect(groups.map((each) => each.group)).toEqual(["g1", "g2", "saga"])
    expect(drawn.node(game.cast.findIndex(({ id }) => id === chief))).toMatchObject({ role: "primary", chief: true })
    for (const { committed, read, length } of partitions)
      expect([committed, read, length]).toEqual([committed, read, length].toSorted((a, b) => a - b))
    expect(list?.pushed).toBeGreaterThan(0)
    expect(drawn.headline()).toMatch(/^\d+ ready, \d+ leased, \d+ delayed, \d+ done/)
  })

  it("can be drawn of a moment that is past: a copy stays as it was", () => {
    const half = queue.picture?.(stage) as QueuePicture
    const middle = Math.floor(entries.length / 2)
    for (const entry of entries.slice(0, middle)) half.see(entry)
    const before = half.copy()
    const scene = before.scene(1)
    for (const entry of entries.slice(middle)) half.see(entry)
    expect(before.scene(1)).toEqual(scene)
    expect(half.scene(1)).toEqual(drawn.scene(1))
    expect(before.scene(1)).not.toEqual(half.scene(1))
  })
})
