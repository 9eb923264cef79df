/**
 * A queue: the lanes of each group with a mark for each message that is not done, partitions as rows of entries with the
 * offset between what is committed and what is not, and the list from its head with its index above it.
 *
 * A mark says how often its message was tried; what has just come into a lane is bright.
 */
import type { QueueScene } from "#systems"
import { type Canvas, columnsOf } from "../terminal/canvas.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { style, type Token } from "../terminal/theme.ts"

/** What the panel draws, at an instant in microseconds. */
export interface QueueSource {
  readonly scene: (at: number) => QueueScene
}

/** What has moved so lately is bright, in microseconds. */
const fresh = 150_000

const lanes = [
  { name: "ready", look: "accent" },
  { name: "leased", look: "warn" },
  { name: "delayed", look: "info" },
  { name: "done", look: "ok" },
  { name: "dead", look: "bad" },
  { name: "dropped", look: "bad" },
] as const satisfies readonly { readonly name: string; readonly look: Token }[]

/** Lanes whose messages are counted, not drawn: they only ever grow. */
const counted = 3

/** The column behind the names of groups, partitions and the list. */
const named = 6

type Group = QueueScene["groups"][number]
type Partition = QueueScene["partitions"][number]
type List = NonNullable<QueueScene["list"]>

interface Lane {
  readonly name: string
  readonly look: Token
  readonly x: number
  readonly width: number
}

/** Where lanes stand: those that hold messages share what the counts leave. */
const laneColumns = (width: number): readonly Lane[] => {
  const count = width < 60 ? 5 : 8
  const wide = Math.max(6, Math.floor((width - named - count * (lanes.length - counted)) / counted))
  return lanes.map(({ name, look }, nth) => {
    const x = named + Math.min(nth, counted) * wide + Math.max(0, nth - counted) * count
    return { name, look, x, width: (nth < counted ? wide : count) - 1 }
  })
}

const paintHeads = (canvas: Canvas, y: number, columns: readonly Lane[]): void => {
  for (const { name, x, width } of columns) canvas.text(x, y, name, "dim", width)
}

/** A message: how often it was tried, or that it never was. */
const markOf = (tries: number): string => (tries === 0 ? glyphs.square : String(Math.min(9, tries)))

const paintGroup = (canvas: Canvas, y: number, { group, sizes, open, movedAt }: Group, at: number): void => {
  canvas.text(0, y, group, "strong", named - 1)
  for (const [nth, { name, look, x, width }] of laneColumns(canvas.width).entries()) {
    const size = sizes[nth] ?? 0
    const words = String(size)
    const since = movedAt[name as keyof typeof movedAt]
    const isFresh = since !== undefined && at - since < fresh
    const shade = size === 0 ? "faint" : isFresh ? style(look, "bold") : look
    canvas.text(x, y, size === 0 ? glyphs.between : words, shade, width)
    if (nth >= counted) continue
    const room = width - columnsOf(words) - 1
    const here = open.filter(({ lane }) => lane === name)
    for (const [place, { tries, movedAt: moved }] of here.slice(0, room).entries()) {
      const isLast = place === room - 1 && here.length > room
      const bright = at - moved < fresh ? style(look, "bold", "inverse") : look
      canvas.put(x + columnsOf(words) + 1 + place, y, isLast ? glyphs.ellipsis : markOf(tries), isLast ? "dim" : bright)
    }
  }
}

/** So many of the latest entries are shown that the row ends with the log. */
const paintPartition = (canvas: Canvas, y: number, { partition, length, committed, read, reader }: Partition): void => {
  canvas.text(0, y, `p${partition}`, "strong", named - 1)
  const tail = `${committed}/${length} ${reader === "" ? "nobody" : reader}`
  const room = Math.max(0, canvas.width - named - columnsOf(tail) - 2)
  // The caret takes a column of its own.
  const first = Math.max(0, length + 1 - room)
  let x = named
  for (let offset = first; offset <= length && x < named + room; offset++) {
    if (offset === committed) canvas.put(x++, y, glyphs.up, "mark")
    if (offset === length || x >= named + room) continue
    const look: Token = offset < committed ? "ok" : offset < read ? "warn" : "accent"
    canvas.put(x++, y, offset < read ? glyphs.square : glyphs.idle, look)
  }
  canvas.right(canvas.width, y, tail, "dim")
}

const paintRuler = (canvas: Canvas, y: number): void => {
  canvas.text(0, y, "index", "dim")
  for (let index = 0; named + index < canvas.width; index += 10) {
    canvas.text(named + index, y, String(index), "faint", canvas.width - named - index)
  }
}

const paintList = (canvas: Canvas, y: number, { cells, processing }: List): void => {
  canvas.text(0, y, "list", "strong")
  const tail = ` ${cells.length}${processing === 0 ? "" : ` +${processing}`}`
  const room = canvas.width - named - columnsOf(tail)
  for (const [index, isStored] of cells.slice(0, room).entries()) {
    const isLast = index === room - 1 && cells.length > room
    const glyph = isLast ? glyphs.ellipsis : isStored ? glyphs.alive : glyphs.idle
    canvas.put(named + index, y, glyph, isLast ? "dim" : isStored ? "warn" : "accent")
  }
  canvas.right(canvas.width, y, tail, "dim")
}

const paintSums = (canvas: Canvas, y: number, { pushed, stored, twice, lost }: List): void => {
  let x = named
  for (const [words, look] of [
    [`${pushed} pushed`, "dim"],
    [`${stored} stored`, "ok"],
    [`${lost} lost`, lost > 0 ? "bad" : "dim"],
    [`${twice} twice`, twice > 0 ? "bad" : "dim"],
  ] as const) {
    x += canvas.text(x, y, words, look) + 2
  }
}

/** What there is room for, the lanes first: each strip with the rows that it takes. */
const stripsOf = (
  scene: QueueScene,
): readonly { readonly rows: number; readonly paint: (canvas: Canvas, y: number) => void }[] => {
  const { groups, partitions, list, at } = scene
  return [
    ...(groups.length === 0
      ? []
      : [{ rows: 1, paint: (canvas: Canvas, y: number) => paintHeads(canvas, y, laneColumns(canvas.width)) }]),
    ...groups.map((group) => ({
      rows: 1,
      paint: (canvas: Canvas, y: number) => paintGroup(canvas, y, group, at),
    })),
    ...partitions.map((partition) => ({
      rows: 1,
      paint: (canvas: Canvas, y: number) => paintPartition(canvas, y, partition),
    })),
    ...(list === undefined
      ? []
      : [
          { rows: 1, paint: (canvas: Canvas, y: number) => paintSums(canvas, y, list) },
          { rows: 1, paint: (canvas: Canvas, y: number) => paintList(canvas, y, list) },
          { rows: 1, paint: paintRuler },
        ]),
  ]
}

/** Paints a queue as it is at an instant, in microseconds. */
export const queuePanel = (canvas: Canvas, picture: QueueSource, at: number): void => {
  const scene = picture.scene(at)
  const strips = stripsOf(scene)
  const needed = strips.reduce((sum, { rows }) => sum + rows, 0)
  if (needed === 0) {
    canvas.text(0, 0, "nobody has sent anything", "dim")
    return
  }
  let y = 0
  for (const [nth, { rows, paint }] of strips.entries()) {
    if (y + rows > canvas.height) {
      const more = strips.slice(nth).reduce((sum, strip) => sum + strip.rows, 0)
      canvas.right(canvas.width, canvas.height - 1, ` +${more} rows`, "dim")
      return
    }
    paint(canvas, y)
    y += rows
  }
  const { refused, generation, chief, epoch, partitions } = scene
  if (y >= canvas.height) return
  const words = [
    chief === "" ? "" : `${chief} leads epoch ${epoch}`,
    partitions.length === 0 ? "" : `generation ${generation}`,
    refused === 0 ? "" : `${refused} refused`,
  ].filter((each) => each !== "")
  canvas.text(0, canvas.height - 1, words.join(" · "), "dim")
}
