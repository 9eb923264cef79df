/** The promises: what is broken first, then as the system lists them; with their sentences where there is room. */
import type { Scene } from "../scene.ts"
import type { Standing } from "../session/session.ts"
import { type Canvas, columnsOf } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { type Style, style } from "../terminal/theme.ts"
import { grouped, inSeconds } from "./figures.ts"
import { framed, type Panel } from "./panel.ts"
import { wrap } from "./wrap.ts"

const looks = {
  broken: { glyph: glyphs.violated, glyphStyle: style("bad", "bold"), nameStyle: style("bad", "bold") },
  holds: { glyph: glyphs.holds, glyphStyle: "ok", nameStyle: "plain" },
  untested: { glyph: glyphs.unknown, glyphStyle: "warn", nameStyle: "dim" },
} as const satisfies Readonly<
  Record<Standing["state"], { readonly glyph: string; readonly glyphStyle: Style; readonly nameStyle: Style }>
>

/** On the right: when it broke, or how often it was put to the test. */
const noteOf = ({ state, brokeAt, exercised }: Standing): string =>
  state === "broken" ? `at ${inSeconds(brokeAt ?? 0)} s` : state === "holds" ? `${grouped(exercised)}×` : "untested"

/** What else there is to say: how it broke, what it waits for, or what it promises. */
const wordsOf = ({ words, sentence }: Standing): string => words ?? sentence

const sorted = ({ standings }: Scene): readonly Standing[] => [
  ...standings.filter(({ state }) => state === "broken"),
  ...standings.filter(({ state }) => state !== "broken"),
]

const paintStanding = (canvas: Canvas, y: number, standing: Standing): void => {
  const { glyph, glyphStyle, nameStyle } = looks[standing.state]
  const end = canvas.width - 1
  const note = noteOf(standing)
  canvas.put(1, y, glyph, glyphStyle)
  const room = end - 3
  const noted = columnsOf(standing.name) + 2 + columnsOf(note) <= room
  canvas.text(3, y, standing.name, nameStyle, noted ? room - columnsOf(note) - 1 : room)
  if (noted) canvas.right(end, y, note, standing.state === "broken" ? "bad" : "dim")
}

/** Each promise with its sentence below, in as many lines as it takes. */
const linesOf = (standing: Standing, width: number): readonly string[] => wrap(wordsOf(standing), width)

export const invariants: Panel = (canvas, scene) => {
  const standings = sorted(scene)
  const broken = standings.filter(({ state }) => state === "broken").length
  const badge = `${standings.length - broken}/${standings.length}`
  const inside = framed(canvas, scene, "invariants", [badge], broken > 0 ? style("bad", "bold") : "dim")
  const width = inside.width - 4
  const told = standings.map((standing) => linesOf(standing, width))
  const roomy = told.reduce((sum, lines) => sum + 1 + lines.length, 0) <= inside.height
  let y = 0
  for (const [nth, standing] of standings.entries()) {
    paintStanding(inside, y++, standing)
    if (!roomy) continue
    for (const line of told[nth] ?? []) inside.text(3, y++, line, "dim")
  }
}
