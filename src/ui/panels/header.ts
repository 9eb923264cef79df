/**
 * The first row: what this is, whether time goes by, what is played, and how it ended under each design so far. Where there is
 * no room, what matters least goes first.
 */
import type { Scene } from "../scene.ts"
import type { TrialLabel } from "../session/trials.ts"
import { type Canvas, columnsOf } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { type Style, style, type Token } from "../terminal/theme.ts"
import { inSeconds, pace, plural } from "./figures.ts"
import type { Panel } from "./panel.ts"

/** Words in one style. */
interface Piece {
  readonly words: string
  readonly style: Style
}

/** The mode is told by glyph, word and colour: it must be seen without reading. */
const modes: Readonly<Record<Scene["mode"], { readonly words: (scene: Scene) => string; readonly style: Token }>> = {
  live: { words: () => `${glyphs.alive} LIVE`, style: "ok" },
  paused: { words: () => `${glyphs.paused} PAUSED`, style: "warn" },
  past: {
    words: ({ head, view }) => `${glyphs.paused} PAST −${inSeconds(Math.max(0, head - view.at), 1)}s`,
    style: "info",
  },
  replay: { words: () => `${glyphs.cursor} REPLAY`, style: "info" },
  working: {
    words: ({ progress }) =>
      `${glyphs.unknown} WORKING ${String(Math.floor((progress?.share ?? 0) * 100)).padStart(2)} %`,
    style: "accent",
  },
  over: { words: () => `${glyphs.square} OVER`, style: "dim" },
}

const verdicts = {
  violated: { glyph: glyphs.violated, style: "bad" },
  holds: { glyph: glyphs.holds, style: "ok" },
  unknown: { glyph: glyphs.unknown, style: "dim" },
} as const satisfies Readonly<Record<TrialLabel["verdict"], { readonly glyph: string; readonly style: Token }>>

const separator: Piece = { words: " │ ", style: "border" }

/** How a design fared; at length, with the moment it broke. */
const trialOf = ({ label, verdict, brokeAt, current }: TrialLabel, atLength: boolean): readonly Piece[] => {
  const { glyph, style: look } = verdicts[verdict]
  const when = atLength && brokeAt !== undefined ? ` at ${inSeconds(brokeAt, 1)} s` : ""
  return [
    { words: `${label} `, style: current ? "strong" : "dim" },
    { words: `${glyph}${when}`, style: current ? style(look, "bold") : look },
  ]
}

const joined = (trials: readonly TrialLabel[], atLength: boolean): readonly Piece[] =>
  trials.flatMap((trial, nth) => [...(nth === 0 ? [] : [separator]), ...trialOf(trial, atLength)])

/** Verdicts from the most to the least that can be said; the current design is always among them. */
const verdictsOf = ({ trials }: Scene): readonly (readonly Piece[])[] => [
  joined(trials, true),
  joined(trials, false),
  ...Array.from({ length: Math.max(0, trials.length - 2) }, (_, nth) => joined(trials.slice(nth + 1), false)),
  joined(trials.slice(-1), false),
]

/** What is played, from the most to the least that can be said. */
const playedOf = ({ scenario, seed, speed, slow, view }: Scene): readonly (readonly Piece[])[] => {
  const clients = view.nodes.filter(({ client }) => client).length
  const name: Piece = { words: scenario, style: "plain" }
  const rate: Piece = { words: ` · ${pace(speed)}`, style: "dim" }
  const fps: Piece = { words: slow === undefined ? "" : ` · ${Math.round(slow)} fps`, style: "warn" }
  const sown: Piece = { words: ` · seed ${seed}`, style: "dim" }
  const size: Piece = {
    words: ` · ${plural(view.nodes.length - clients, "node")} ${plural(clients, "client")}`,
    style: "dim",
  }
  return [[name, sown, size, rate, fps], [name, sown, rate, fps], [name, rate, fps], [name, rate], [name]]
}

const width = (pieces: readonly Piece[]): number => pieces.reduce((sum, { words }) => sum + columnsOf(words), 0)

const paint = (canvas: Canvas, x: number, pieces: readonly Piece[]): void => {
  let taken = x
  for (const { words, style: look } of pieces) taken += canvas.text(taken, 0, words, look)
}

/** What is said on the left and on the right: as much as there is room for, and rather more of the verdicts. */
const fitted = (scene: Scene, room: number): readonly [left: readonly Piece[], right: readonly Piece[]] => {
  const lefts = playedOf(scene)
  for (const right of verdictsOf(scene)) {
    for (const left of lefts) if (width(left) + 2 + width(right) <= room) return [left, right]
  }
  return [[], verdictsOf(scene).at(-1) ?? []]
}

export const header: Panel = (canvas, scene) => {
  const name = canvas.text(0, 0, " SNOWGLOBE ", style("accent", "bold", "inverse"))
  const mode = modes[scene.mode]
  const chip = canvas.text(name, 0, ` ${mode.words(scene)} `, style(mode.style, "bold", "inverse"))
  const x = name + chip + 2
  const [left, right] = fitted(scene, canvas.width - x - 1)
  paint(canvas, x, left)
  paint(canvas, Math.max(x, canvas.width - 1 - width(right)), right)
}
