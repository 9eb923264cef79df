/** The line under the header: how things stand, and what the person is asked. */
import { glyphs } from "../terminal/glyphs.ts"
import { style } from "../terminal/theme.ts"
import { plural } from "./figures.ts"
import { fitting } from "./fitting.ts"
import type { Panel } from "./panel.ts"
import { shortly } from "./troubles.ts"

/** What befell the world is told in no more columns than this: the question matters more. */
const most = 60

export const headline: Panel = (canvas, scene) => {
  const { view } = scene
  let x = 1
  x += canvas.text(x, 0, scene.headline, "plain", canvas.width - x - 1) + 1
  x += canvas.text(x, 0, scene.question, style("accent", "bold"), canvas.width - x - 1)
  const room = canvas.width - x - 3
  const faults = view.troubles.map(({ fault }) => `${shortly(fault)} ${fault.target.replaceAll("->", glyphs.sent)}`)
  const ways = view.calm
    ? [`${glyphs.idle} the storm is over`]
    : faults.length > 0
      ? [
          `${glyphs.fault} ${faults.join(` ${glyphs.between} `)}`,
          `${glyphs.fault} ${plural(faults.length, "fault")} in force`,
          `${glyphs.fault} ${faults.length}`,
        ]
      : []
  canvas.right(canvas.width - 1, 0, fitting([...ways, ""], Math.min(most, room)), view.calm ? "info" : "bad")
}
