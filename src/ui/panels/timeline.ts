/**
 * The timeline: how busy the run was, what befell it and where, and the moment that is looked at. A column is always a whole
 * number of the stretches that activity is told in, and their number doubles when the run has come to the end of the line, so
 * that columns stand still in between.
 */
import type { Scene } from "../scene.ts"
import type { Canvas } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { type Style, style } from "../terminal/theme.ts"
import { clock, inSeconds } from "./figures.ts"
import { framed, type Panel } from "./panel.ts"

/** How long a column is, in microseconds. */
const columnMicros = ({ head, activity: { stretch } }: Scene, width: number): number => {
  let micros = stretch
  while (head >= micros * width) micros *= 2
  return micros
}

const paintActivity = (canvas: Canvas, scene: Scene, micros: number): void => {
  const { busy, stretch } = scene.activity
  const per = micros / stretch
  const columns: number[] = []
  for (const [nth, count] of busy.entries()) {
    const column = Math.floor(nth / per)
    columns[column] = (columns[column] ?? 0) + count
  }
  const tallest = columns.reduce((most, count) => Math.max(most, count), 0)
  const after = Math.floor(scene.view.at / micros) + 1
  const { width } = canvas
  canvas.fill({ x: 0, y: 0, width, height: 1 }, glyphs.between, "faint")
  canvas.spark(0, 0, width, columns, "accent", tallest)
  // What came after the moment that is looked at may yet be undone.
  canvas.within({ x: after, y: 0, width, height: 1 }).spark(0, 0, width, columns.slice(after), "faint", tallest)
}

const marks = {
  calm: { glyph: glyphs.idle, style: "info" },
  heal: { glyph: glyphs.cure, style: "ok" },
  fault: { glyph: glyphs.fault, style: "warn" },
  looked: { glyph: glyphs.now, style: "mark" },
  broken: { glyph: glyphs.violated, style: style("bad", "bold") },
} as const satisfies Readonly<Record<string, { readonly glyph: string; readonly style: Style }>>

/** What befell the run, and the moment that is looked at; where marks meet, the graver one is seen. */
const paintMarks = (canvas: Canvas, scene: Scene, micros: number): void => {
  const { view, breaks } = scene
  const befell: readonly { readonly what: keyof typeof marks; readonly at: number }[] = [
    ...scene.marks,
    { what: "looked", at: view.at },
    ...breaks.map(({ at }) => ({ what: "broken" as const, at })),
  ]
  for (const name of Object.keys(marks) as (keyof typeof marks)[]) {
    const { glyph, style: look } = marks[name]
    for (const { what, at } of befell) if (what === name) canvas.put(Math.floor(at / micros), 0, glyph, look)
  }
}

/** Steps of a scale that people count in, in seconds. */
const steps = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600]
const leastStep = 10

const paintScale = (canvas: Canvas, micros: number): void => {
  const step = 1_000_000 * (steps.find((each) => (each * 1_000_000) / micros >= leastStep) ?? 3600)
  for (let at = 0; at / micros < canvas.width; at += step) {
    const words = `${glyphs.between}${inSeconds(at, step < 1_000_000 ? 1 : 0)}s`
    const x = Math.floor(at / micros)
    if (x + words.length <= canvas.width) canvas.text(x, 0, words, "dim")
  }
}

const badgeOf = ({ view, head }: Scene): string => {
  const back = head - view.at
  return back === 0 ? clock(head) : `${clock(view.at)} / ${clock(head)}  −${inSeconds(back, 1)}s`
}

export const timeline: Panel = (canvas, scene) => {
  const inside = framed(canvas, scene, "timeline", [badgeOf(scene)])
  const row = (y: number): Canvas => inside.within({ x: 1, y, width: inside.width - 2, height: 1 })
  const micros = columnMicros(scene, inside.width - 2)
  paintActivity(row(0), scene, micros)
  if (inside.height > 1) paintScale(row(inside.height - 1), micros)
  paintMarks(row(0), scene, micros)
}
