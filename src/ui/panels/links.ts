/** Links as rows: an arrow with a dot for each message under way, how many there are, and what the latest of them says. */
import type { Link } from "../scene.ts"
import type { Canvas } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import type { Token } from "../terminal/theme.ts"
import { grouped } from "./figures.ts"
import { clipped, fitting } from "./fitting.ts"
import { firstVisible } from "./scroll.ts"
import { idOf, progressOf, spellWay, type Traffic } from "./traffic.ts"
import { shortly, troublesBetween } from "./troubles.ts"
import { paintWho } from "./who.ts"

/** The arrow from one node to the other; what is held back waits at its start, and where something died it ends in a cross. */
const paintLane = (canvas: Canvas, link: Link, traffic: Traffic): void => {
  const { scene, hueOf, flightsOn, isHurt } = traffic
  const tip = canvas.width - 1
  const flights = flightsOn(link)
  canvas.fill({ x: 0, y: 0, width: tip, height: 1 }, glyphs.empty, flights.length > 0 ? "border" : "faint")
  if (isHurt(link)) canvas.put(tip, 0, glyphs.down, "bad")
  else canvas.put(tip, 0, glyphs.cursor, flights.length > 0 ? "dim" : "faint")
  const hue = hueOf(idOf(traffic, link.from))
  let held = 0
  for (const flight of flights) {
    if (flight.held !== undefined) canvas.put(Math.min(tip - 1, held++), 0, glyphs.paused, "warn")
    else canvas.put(Math.round(progressOf(flight, link, scene.view.at) * (tip - 1)), 0, glyphs.alive, hue)
  }
}

/** The arrow of a link is between so many columns long. */
const leastLane = 6
const mostLane = 24

const countWidth = 4

/** In fewer columns than this a message says nothing. */
const leastWords = 8

/** A link on a canvas of one row. */
const paintLink = (canvas: Canvas, link: Link, traffic: Traffic): void => {
  const { scene, hueOf, wayWidth, flightsOn } = traffic
  const { width } = canvas
  if (scene.links[scene.link] === link) canvas.put(0, 0, glyphs.cursor, scene.focus === "messages" ? "focus" : "faint")
  paintWho(canvas, 1, 0, spellWay(traffic, link), hueOf, wayWidth)
  const lane = Math.max(leastLane, Math.min(mostLane, Math.floor((width - wayWidth) / 3)))
  paintLane(canvas.within({ x: wayWidth + 2, y: 0, width: lane, height: 1 }), link, traffic)
  const flights = flightsOn(link)
  const count = wayWidth + 2 + lane + countWidth
  if (flights.length > 0 && count <= width) canvas.right(count, 0, grouped(flights.length))
  let x = count + 1
  const add = (ways: readonly string[], look: Token): void => {
    const words = fitting([...ways, ""], width - x)
    if (words !== "") x += canvas.text(x, 0, words, look) + 1
  }
  const held = flights.find((flight) => flight.held !== undefined)?.held
  if (held !== undefined) add([held], "warn")
  for (const fault of troublesBetween(idOf(traffic, link.from), idOf(traffic, link.to), scene.view)) {
    add([`${glyphs.fault} ${shortly(fault)}`, `${glyphs.fault} ${fault.kind}`, glyphs.fault], "bad")
  }
  const newest = flights.at(-1)
  if (newest !== undefined && x + leastWords <= width)
    canvas.text(x, 0, clipped(scene.say(newest.entry), width - x), "dim")
}

const mostAcross = 4

/**
 * How many links are side by side, and how many below each other in no more rows than told. There is room for all between nodes,
 * and for each client to ask and to be answered: that does not depend on what is said just now, so links stay where they are.
 */
const placesFor = (
  { nodes, wayWidth }: Traffic,
  width: number,
  rows: number,
): { readonly across: number; readonly deep: number } => {
  const clients = nodes.filter(({ client }) => client).length
  const servers = nodes.length - clients
  const between = servers * (servers - 1)
  const wanted = between + 2 * clients
  const most = Math.max(1, Math.min(mostAcross, Math.floor(width / (wayWidth + leastLane + 4))))
  const across = Math.min(most, Math.ceil(wanted / rows))
  return { across, deep: Math.min(rows, Math.max(between, Math.ceil(wanted / across))) }
}

/** Paints the links in no more rows than told, so that the selected one is among them. Returns how many rows are theirs. */
export const paintLinks = (canvas: Canvas, rows: number, traffic: Traffic): number => {
  const { scene } = traffic
  const { across, deep } = placesFor(traffic, canvas.width, rows)
  const width = Math.floor(canvas.width / across)
  const first = firstVisible(scene.links.length, scene.link, deep * across)
  for (const [nth, link] of scene.links.slice(first, first + deep * across).entries()) {
    const cell = { x: Math.floor(nth / deep) * width, y: nth % deep, width: width - 1, height: 1 }
    paintLink(canvas.within(cell), link, traffic)
  }
  return deep
}
