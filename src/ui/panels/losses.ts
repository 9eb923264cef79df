/** What died on its way of late: of what, when, and what it said. */

import type { Fallen } from "../session/view.ts"
import type { Canvas } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { style } from "../terminal/theme.ts"
import { inSeconds } from "./figures.ts"
import { clipped } from "./fitting.ts"
import { spellWay, type Traffic } from "./traffic.ts"
import { paintWho } from "./who.ts"

/** Dead messages of the same way and end, told as one. */
interface Loss {
  readonly latest: Fallen
  readonly count: number
}

/** The latest first. */
const lossesOf = (dead: readonly Fallen[]): readonly Loss[] => {
  const alike = Map.groupBy(dead.toReversed(), ({ from, to, reason }) => `${from} ${to} ${reason}`)
  return [...alike.values()].flatMap(([latest, ...earlier]) =>
    latest === undefined ? [] : [{ latest, count: 1 + earlier.length }],
  )
}

/** As many as the canvas has rows. */
export const paintLosses = (canvas: Canvas, traffic: Traffic): void => {
  const { scene, hueOf, wayWidth, dead } = traffic
  for (const [y, { latest, count }] of lossesOf(dead).slice(0, canvas.height).entries()) {
    canvas.put(0, y, glyphs.down, style("bad", "bold"))
    paintWho(canvas, 1, y, spellWay(traffic, latest), hueOf, wayWidth)
    let x = wayWidth + 2
    x += canvas.text(x, y, inSeconds(latest.fellAt), "dim") + 1
    x += canvas.text(x, y, count > 1 ? `${latest.reason} ×${count}` : latest.reason, "bad") + 2
    canvas.text(x, y, clipped(scene.say(latest.entry), canvas.width - x), "dim")
  }
}
