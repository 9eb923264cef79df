/**
 * Whole frames: the moments that matter at the sizes people have, as files to be looked at; and at any size and moment, borders
 * that nothing spills over.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { layoutOf } from "../../src/ui/layout.ts"
import { panelNames, type Scene } from "../../src/ui/scene.ts"
import { paintScreen } from "../../src/ui/screen.ts"
import { Canvas } from "../../src/ui/terminal/canvas.ts"
import { press, type SceneName, scenes, settle, sit, wait } from "./scenes.ts"

const frameOf = (scene: Scene, columns: number, rows: number): Canvas => {
  const canvas = new Canvas(columns, rows)
  paintScreen(canvas, scene)
  return canvas
}

const names = Object.keys(scenes) as readonly SceneName[]
const made = new Map<SceneName, Scene>()

/** A scene, made once. */
const sceneOf = (name: SceneName): Scene => {
  const scene = made.get(name) ?? scenes[name]().scene()
  made.set(name, scene)
  return scene
}

const everySize: readonly SceneName[] = [
  "the opening",
  "just broken",
  "another design survived",
  "five nodes in a storm",
]
const smallToo: readonly SceneName[] = ["the palette", "the designs", "the help", "played again"]

const frames = names.flatMap((name) => [
  [name, 120, 40] as const,
  ...(everySize.includes(name) ? [[name, 80, 24] as const, [name, 200, 60] as const] : []),
  ...(smallToo.includes(name) ? [[name, 80, 24] as const] : []),
])

describe("a frame", () => {
  it.each(frames)("of %s at %ix%i is as drawn", async (name, columns, rows) => {
    const frame = frameOf(sceneOf(name), columns, rows).toString()
    await expect(`${frame}\n`).toMatchFileSnapshot(`frames/${name.replaceAll(" ", "-")}-${columns}x${rows}.txt`)
  })

  it("says how large it must be where it is too small", () => {
    const scene = sceneOf("the opening")
    expect(frameOf(scene, 79, 24).toString().trim()).toBe("terminal too small: 79x24, need 80x24")
    expect(frameOf(scene, 80, 10).toString().trim()).toBe("terminal too small: 80x10, need 80x24")
    expect(frameOf(scene, 10, 1).toString()).toBe("terminal …")
  })

  it.each([
    ["just broken", "‖ PAUSED", "✗ DOWN", "✗ acknowledged-writes-survive", "✔ logs-agree", "… converges", "▲ crash"],
    ["looking back", "‖ PAST −1.0s", "┃", "◆ 1.720", "▸ 1.847"],
    ["five nodes in a storm", "● LIVE", "‖ paused", "‖‖‖", "▲ isolate", "isolated ×"],
    ["replayed slowly", "▸ REPLAY", "1/8×"],
    ["played again", "… WORKING"],
    ["a run that is over", "■ OVER", "○ the storm is over", "◆"],
  ] as const)("of %s tells its state in glyphs and words, not in colours alone", (name, ...said) => {
    const frame = frameOf(sceneOf(name), 120, 40).toString()
    for (const words of said) expect(frame).toContain(words)
  })
})

/** The cells of the left and right sides of every panel that is shown. */
const sidesOf = ({ width, height, codes }: Canvas, { focus, zoomed }: Scene): string =>
  (layoutOf(width, height, focus, zoomed)?.panels ?? [])
    .flatMap(([, rect]) =>
      Array.from({ length: rect.height }, (_, nth) => (rect.y + nth) * width + rect.x).flatMap((left) => [
        codes[left] ?? 0,
        codes[left + rect.width - 1] ?? 0,
      ]),
    )
    .map((code) => String.fromCodePoint(code))
    .join("")

const keys = [
  ..."xilocsgHr[]{}()z123456an-+".split(""),
  ...["space", "left", "right", "home", "end", "tab", "up", "down", "pageup", "escape"],
]

const columns = fc.integer({ min: 80, max: 250 })
const rows = fc.integer({ min: 24, max: 80 })

describe("at any size and any moment", () => {
  it("everything is painted, and no panel writes over its border", () => {
    const deed = fc.oneof(fc.constantFrom(...keys), fc.integer({ min: 1, max: 400 }))
    const scenario = fc.constantFrom("replication/promise", "replication/storm", "replication/two-primaries")
    fc.assert(
      fc.property(scenario, fc.array(deed, { maxLength: 10 }), columns, rows, (name, deeds, width, height) => {
        const desk = sit(name)
        for (const each of deeds) {
          if (typeof each === "number") wait(desk, each)
          else settle(press(desk, each))
        }
        const scene = { ...desk.scene(), broken: undefined, overlay: undefined, toast: undefined }
        expect(sidesOf(frameOf(scene, width, height), scene)).toMatch(/^[╭╮╰╯│]+$/)
      }),
      { numRuns: 20 },
    )
  })

  it("what lies over the panels leaves header, headline and footer alone", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...panelNames),
        fc.boolean(),
        columns,
        rows,
        (name, focus, zoomed, width, height) => {
          const scene = { ...sceneOf(name), focus, zoomed }
          const bare = { ...scene, broken: undefined, overlay: undefined, toast: undefined, progress: undefined }
          const edges = ({ codes }: Canvas) => [codes.slice(0, 2 * width), codes.slice((height - 1) * width)]
          const [above, below] = edges(frameOf({ ...scene, progress: undefined }, width, height))
          expect([above, below]).toEqual(edges(frameOf(bare, width, height)))
        },
      ),
      { numRuns: 25 },
    )
  })
})
