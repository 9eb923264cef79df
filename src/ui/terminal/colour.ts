/**
 * How many colours a terminal shows, and the nearest it has to a colour. A person's word (NO_COLOR, FORCE_COLOR) comes before
 * what the terminal says of itself (no-color.org, force-color.org).
 */

/** From nothing but bold and inverse up to sixteen million colours. */
export type ColourLevel = "none" | "16" | "256" | "truecolor"

type Environment = Readonly<Record<string, string | undefined>>

const forced: Readonly<Record<string, ColourLevel>> = { "0": "none", false: "none", "2": "256", "3": "truecolor" }

/**
 * The colours to use. `depthOf` is what Node believes of the terminal, in bits: 1, 4, 8 or 24 (`getColorDepth`); it is asked last,
 * because Node prints a warning where a person contradicts themselves.
 */
export const colourLevel = (env: Environment, isTTY: boolean, depthOf: () => number): ColourLevel => {
  if ((env.NO_COLOR ?? "") !== "") return "none"
  if (env.FORCE_COLOR !== undefined) return forced[env.FORCE_COLOR] ?? "16"
  if (!isTTY || env.TERM === "dumb") return "none"
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? "") || /-direct$/.test(env.TERM ?? "")) return "truecolor"
  const depth = depthOf()
  if (depth >= 24) return "truecolor"
  if (depth >= 8 || /-256(color)?$/.test(env.TERM ?? "")) return "256"
  return depth >= 4 ? "16" : "none"
}

const channels = (rgb: number): readonly [red: number, green: number, blue: number] => [
  rgb >> 16,
  (rgb >> 8) & 0xff,
  rgb & 0xff,
]

/** The six steps of each side of xterm's colour cube. */
const cubeSteps = [0, 95, 135, 175, 215, 255] as const

const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, channel, index) => sum + (channel - (b[index] ?? 0)) * (channel - (b[index] ?? 0)), 0)

const nearestStep = (channel: number): number =>
  cubeSteps.reduce<number>(
    (best, step, index) => (Math.abs(step - channel) < Math.abs((cubeSteps[best] ?? 0) - channel) ? index : best),
    0,
  )

/** The nearest of xterm's 216 cube colours (16 to 231) and 24 greys (232 to 255). */
export const to256 = (rgb: number): number => {
  const wanted = channels(rgb)
  const [red, green, blue] = wanted.map(nearestStep) as unknown as readonly [number, number, number]
  const cube = [red, green, blue].map((index) => cubeSteps[index] ?? 0)
  const mean = (wanted[0] + wanted[1] + wanted[2]) / 3
  const grey = Math.min(23, Math.max(0, Math.round((mean - 8) / 10)))
  const shade = 8 + 10 * grey
  return distance(wanted, [shade, shade, shade]) < distance(wanted, cube)
    ? 232 + grey
    : 16 + 36 * red + 6 * green + blue
}

/** Less than this between the strongest and the weakest channel, and a colour is a grey. */
const leastChroma = 0x40

/** From this on, the strongest channel is a bright one. */
const leastBright = 0xc0

/**
 * The parameter of the nearest of the sixteen colours (30 to 37, bright 90 to 97). People choose these colours, so only the hue
 * is sure: a grey becomes bright black, which is the one grey that shows on black and on white.
 */
export const to16 = (rgb: number): number => {
  const [red, green, blue] = channels(rgb)
  const most = Math.max(red, green, blue)
  const chroma = most - Math.min(red, green, blue)
  if (chroma < leastChroma) return 90
  const sixth =
    most === red ? (green - blue) / chroma : most === green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma
  const colour = [1, 3, 2, 6, 4, 5][(Math.round(sixth) + 6) % 6] ?? 0
  return (most < leastBright ? 30 : 90) + colour
}
