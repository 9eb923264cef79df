/** The last row: the keys that mean something now, as many as there is room for; how to get help and how to leave, always. */
import type { Hint, Scene } from "../scene.ts"
import { type Canvas, columnsOf } from "../terminal/canvas.ts"
import type { Panel } from "./panel.ts"

const always: readonly string[] = ["?", "q"]

const gap = 2

const width = ({ keys, label }: Hint): number => columnsOf(keys) + 1 + columnsOf(label)

const paint = (canvas: Canvas, x: number, { keys, label }: Hint): number => {
  const taken = canvas.text(x, 0, keys, "mark") + 1
  return taken + canvas.text(x + taken, 0, label, "dim")
}

const splitHints = ({ hints }: Scene): readonly [left: readonly Hint[], right: readonly Hint[]] => [
  hints.filter(({ keys }) => !always.includes(keys)),
  hints.filter(({ keys }) => always.includes(keys)),
]

export const footer: Panel = (canvas, scene) => {
  const [left, right] = splitHints(scene)
  let end = canvas.width - 1
  for (const hint of right.toReversed()) {
    paint(canvas, end - width(hint), hint)
    end -= width(hint) + gap
  }
  let x = 1
  for (const hint of left) {
    if (x + width(hint) > end) break
    x += paint(canvas, x, hint) + gap
  }
}
