/**
 * The sharded store: the ring with each stretch in its owner's colour, keys where they lie as they move, what each shard
 * holds and has to do, and by which map every router goes.
 */
import type { RingPicture, RingScene, ShardScene } from "#systems"
import type { Canvas } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { hue, type Style, style } from "../terminal/theme.ts"
import { clipped, fitting } from "./fitting.ts"

/** The bit of each dot of a braille cell, by row and column. */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const

const braille = 0x2800

/** How many dots wide the circle is drawn. */
const thickness = 2

/** Columns between the circle and what stands beside it. */
const gap = 2

/** A name, a bar of at least so many columns, and figures. */
const leastBar = 4

const hueOf = ({ index, up, member }: ShardScene): Style => (up ? (member ? hue(index) : "dim") : "bad")

/** A point of the circle in dots; it begins at the top and goes clockwise. */
const place = (share: number, middle: readonly [number, number], radius: number): readonly [number, number] => {
  const angle = 2 * Math.PI * share
  return [Math.round(middle[0] + radius * Math.sin(angle)), Math.round(middle[1] - radius * Math.cos(angle))]
}

const paintCircle = (canvas: Canvas, scene: RingScene): void => {
  const middle = [canvas.width - 0.5, canvas.height * 2 - 0.5] as const
  const radius = Math.min(canvas.width, canvas.height * 2) - 1
  const owners = scene.owners(Math.max(1, Math.ceil(4 * Math.PI * radius)))
  const cells = new Map<number, { bits: number; style: Style }>()
  for (const [nth, owner] of owners.entries()) {
    const member = scene.members[owner]
    for (let inwards = 0; inwards < thickness && member !== undefined; inwards++) {
      const [column, row] = place(nth / owners.length, middle, radius - inwards)
      const at = (row >> 2) * canvas.width + (column >> 1)
      const bit = dots[row & 3]?.[column & 1] ?? 0
      cells.set(at, { bits: (cells.get(at)?.bits ?? 0) | bit, style: hueOf(member) })
    }
  }
  for (const [at, { bits, style }] of cells) {
    canvas.put(at % canvas.width, Math.floor(at / canvas.width), String.fromCharCode(braille + bits), style)
  }
  for (const { at, to } of scene.moving) {
    const [column, row] = place(at, middle, radius - thickness)
    const taker = scene.members.find(({ name }) => name === to)
    if (taker !== undefined) canvas.put(column >> 1, row >> 2, glyphs.alive, style(hue(taker.index), "bold"))
  }
  paintMiddle(canvas, scene)
}

const paintMiddle = (canvas: Canvas, { epoch, from, to, step, moved }: RingScene): void => {
  const isMoving = step !== "settled"
  const words = isMoving ? [`epoch ${epoch}`, step, `${moved} moved`] : [`epoch ${epoch}`, `${to} shards`]
  const room = canvas.width - 2 * thickness - 2
  const top = Math.floor((canvas.height - words.length) / 2)
  for (const [nth, each] of words.entries()) {
    const said = clipped(each, room)
    const look = nth === 0 ? "strong" : isMoving ? "warn" : "dim"
    canvas.text(Math.round((canvas.width - said.length) / 2), top + nth, said, look)
  }
  if (isMoving && top > 1) {
    const change = `${from} ${glyphs.sent} ${to}`
    canvas.text(Math.round((canvas.width - change.length) / 2), top - 1, change, "dim")
  }
}

const paintShards = (canvas: Canvas, { members, epoch }: RingScene): void => {
  const name = members.reduce((most, member) => Math.max(most, member.name.length), 0) + 1
  const busiest = members.reduce((most, { load }) => Math.max(most, load), 1)
  const figures = ({ keys, up, member, epoch: own }: ShardScene): readonly string[] => {
    const old = own < epoch ? ` e${own}` : ""
    if (!up) return [`${keys} keys, down`, "down"]
    if (!member && keys === 0) return ["stands by", "idle"]
    return [`${keys} ${keys === 1 ? "key" : "keys"}${old}`, `${keys}${old}`]
  }
  for (const [y, member] of members.slice(0, canvas.height).entries()) {
    const isCut = y === canvas.height - 1 && members.length > canvas.height
    if (isCut) {
      canvas.text(0, y, `${glyphs.ellipsis} ${members.length - y} more`, "dim")
      return
    }
    canvas.text(0, y, member.name, hueOf(member))
    const said = fitting(figures(member), canvas.width - name - leastBar - 1)
    const width = canvas.width - name - said.length - 1
    if (width >= leastBar) {
      canvas.bar(name, y, width, [{ share: member.load / busiest, style: hueOf(member) }])
    }
    canvas.right(canvas.width, y, said, member.up ? (member.epoch < epoch ? "warn" : "dim") : "bad")
  }
}

/** Each router with the epoch of its map, the old ones marked; as many as there is room for. */
const paintRouters = (canvas: Canvas, { routers }: RingScene): void => {
  let x = canvas.text(0, 0, "routers", "dim") + 1
  let y = 0
  for (const { name, epoch, stale } of routers) {
    const words = `${name} e${epoch}${stale ? glyphs.violated : ""}`
    if (x + words.length > canvas.width) {
      x = 0
      y++
    }
    if (y >= canvas.height) return
    x += canvas.text(x, y, words, stale ? "bad" : "plain") + 2
  }
}

/** Paints the store as it was at an instant, in microseconds. */
export const ringPanel = (canvas: Canvas, picture: RingPicture, at: number): void => {
  const scene = picture.scene(at)
  const size = Math.min(canvas.height, Math.floor((canvas.width - gap) / 4))
  const circle = canvas.within({ x: 0, y: Math.floor((canvas.height - size) / 2), width: size * 2, height: size })
  paintCircle(circle, scene)
  const left = size * 2 + gap
  const width = canvas.width - left
  const rows = Math.max(1, Math.min(2, canvas.height - scene.members.length - 1))
  paintShards(canvas.within({ x: left, y: 0, width, height: canvas.height - rows }), scene)
  paintRouters(canvas.within({ x: left, y: canvas.height - rows, width, height: rows }), scene)
}
