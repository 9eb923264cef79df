/** The sharded store as a picture: owners in colour, keys where they move, loads, and old maps marked. */
import { beforeAll, describe, expect, it } from "vitest"
import { run } from "#run"
import { scenarios } from "#scenarios"
import { type RingPicture, ring } from "#systems"
import { ringPanel } from "../../../src/ui/panels/ring.ts"
import { Canvas } from "../../../src/ui/terminal/canvas.ts"
import { hue } from "../../../src/ui/terminal/theme.ts"
import { rowsOf, tokenAt, tokenOfWords } from "./paint.ts"

const sizes = [
  [46, 10],
  [70, 14],
  [100, 24],
] as const

const scenario = scenarios.find(({ name }) => name === "ring/join-under-load")
if (scenario === undefined) throw new Error("The catalogue has lost ring/join-under-load.")
const crash = { id: "f", kind: "crash", target: "s2", at: 3_500_000 } as const
const { trace, world } = run(scenario, { ...scenario.story(1), faults: [crash] })

/** The picture at some instants of one run, in milliseconds. */
const pictures = new Map<number, RingPicture>()
const before = 1300
const moving = 1600
const after = 3400
const down = 3800

beforeAll(() => {
  const picture = ring.picture?.({
    name: (node) => world.nodes[node]?.id ?? "",
    isClient: (node) => world.nodes[node]?.client ?? false,
  }) as RingPicture
  const instants = [before, moving, after, down]
  for (const entry of trace) {
    while (instants[0] !== undefined && entry.at > instants[0] * 1000) {
      pictures.set(instants.shift() as number, picture.copy() as RingPicture)
    }
    picture.see(entry)
  }
})

const at = (millis: number): RingPicture => pictures.get(millis) as RingPicture

const painted = (millis: number, width: number, height: number): Canvas => {
  const canvas = new Canvas(width, height)
  ringPanel(canvas, at(millis), millis * 1000)
  return canvas
}

const isBraille = (code: number): boolean => code > 0x2800 && code <= 0x28ff

/** The colours in which the circle is drawn. */
const colours = (canvas: Canvas): ReadonlySet<string> => {
  const seen = new Set<string>()
  canvas.codes.forEach((code, cell) => {
    if (isBraille(code)) seen.add(tokenAt(canvas, cell % canvas.width, Math.floor(cell / canvas.width)))
  })
  return seen
}

const hueOf = (name: string): string => hue(world.nodes.findIndex(({ id }) => id === name))

describe.each(sizes)("the ring at %i×%i", (width, height) => {
  it("has a stretch in the colour of each owner, and none of a shard that stands by", () => {
    expect([...colours(painted(before, width, height))].sort()).toEqual(["s1", "s2", "s3", "s4"].map(hueOf).sort())
    expect(colours(painted(after, width, height))).toContain(hueOf("s5"))
  })

  it("shows keys that move in the colour of their heir, and none once all is settled", () => {
    const dots = (millis: number) => {
      const canvas = painted(millis, width, height)
      const circle = rowsOf(canvas).map((row) => row.slice(0, 2 * Math.min(height, Math.floor((width - 2) / 4))))
      return circle.flatMap((row, y) => [...row].flatMap((cell, x) => (cell === "●" ? [tokenAt(canvas, x, y)] : [])))
    }
    expect(dots(moving).length).toBeGreaterThan(0)
    expect(new Set(dots(moving))).toEqual(new Set([hueOf("s5")]))
    expect([dots(before), dots(after)]).toEqual([[], []])
  })

  it("says the epoch, and how far a reshard has come", () => {
    expect(painted(before, width, height).toString()).toContain("epoch 1")
    const meanwhile = painted(moving, width, height)
    expect(meanwhile.toString()).toContain("4 → 5")
    expect(tokenOfWords(meanwhile, "copying")).toBe("warn")
    expect(painted(after, width, height).toString()).toMatch(/epoch 3[\s\S]*5 shards/)
  })

  it("counts each shard's keys, and says who is down and who stands by", () => {
    expect(painted(before, width, height).toString()).toMatch(/s1 [━─]+ \d+ keys/)
    expect(painted(before, width, height).toString()).toMatch(/s5 .*(stands by|idle)/)
    expect(tokenOfWords(painted(down, width, height), "s2 ")).toBe("bad")
    expect(painted(down, width, height).toString()).toMatch(/s2 .*down/)
  })

  it("marks routers that go by an old map", () => {
    const canvas = painted(moving, width, height)
    const { routers } = at(moving).scene(moving * 1000)
    expect(routers.some(({ stale }) => stale) || routers.every(({ epoch }) => epoch === 2)).toBe(true)
    expect(canvas.toString()).toContain(`${routers[0]?.name} e${routers[0]?.epoch}`)
  })
})

describe("the picture", () => {
  it("counts a load bar's requests over the last half second, the busiest in full", () => {
    const { members } = at(moving).scene(moving * 1000)
    expect(Math.max(...members.map(({ load }) => load))).toBeGreaterThan(10)
    expect(
      at(moving)
        .scene((moving + 600) * 1000)
        .members.map(({ load }) => load),
    ).toEqual(members.map(() => 0))
  })

  it("is another one after it was copied", () => {
    const early = at(before).scene(before * 1000)
    expect(early.members.map(({ name }) => name)).toEqual(["s1", "s2", "s3", "s4", "s5"])
    expect([early.epoch, at(after).scene(after * 1000).epoch]).toEqual([1, 3])
  })

  it("says in a sentence what is going on", () => {
    expect(at(before).headline()).toMatch(/^\d+ calls have been answered\.$/)
    expect(at(moving).headline()).toMatch(/^From 4 to 5 shards, copying in epoch 2: \d+ keys have moved\.$/)
  })

  it("has an office and an epoch for every node", () => {
    const pictured = world.nodes.map((_, node) => at(after).node(node))
    const roles = pictured.map((each) => each?.role)
    expect(roles.slice(0, 3).sort()).toEqual(["keeper", "keeper", "primary"])
    expect(pictured.slice(3, 8).map((each) => each?.term)).toEqual(Array.from({ length: 5 }, () => "epoch 3"))
  })
})
