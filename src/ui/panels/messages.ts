/** The messages: what is under way on each link, what died of late and of what, and a map of it all where there is room. */
import { glyphs } from "../terminal/glyphs.ts"
import { grouped } from "./figures.ts"
import { paintLinks } from "./links.ts"
import { paintLosses } from "./losses.ts"
import { leastMap, paintMap } from "./map.ts"
import { framed, type Panel } from "./panel.ts"
import { type Traffic, trafficOf } from "./traffic.ts"
import { shortly, troublesEverywhere } from "./troubles.ts"

/** So many rows are kept for what died, and beside a map so many more. */
const leastLosses = 2
const mostLosses = 4

/** From the most to the least that can be said on the border. */
const badgesOf = ({ scene: { view }, dead }: Traffic): readonly string[] => {
  const flying = `${grouped(view.flying)} in flight`
  const both = dead.length === 0 ? flying : `${flying} ${glyphs.between} ${dead.length} lost`
  const everywhere = troublesEverywhere(view).map((fault) => `${glyphs.fault} ${shortly(fault)}`)
  return [[...everywhere, both].join("  "), both, flying]
}

export const messages: Panel = (canvas, scene) => {
  const traffic = trafficOf(scene)
  const inside = framed(canvas, scene, "messages", badgesOf(traffic), traffic.dead.length > 0 ? "bad" : "dim")
  const links = paintLinks(inside, Math.max(1, inside.height - leastLosses), traffic)
  const rest = inside.height - links
  const map = { x: 1, y: links + mostLosses, width: inside.width - 2, height: rest - mostLosses }
  const mapped = map.width >= leastMap.width && map.height >= leastMap.height
  const below = { x: 0, y: links, width: inside.width - 1, height: mapped ? mostLosses : rest }
  paintLosses(inside.within(below), traffic)
  if (mapped) paintMap(inside.within(map), traffic)
}
