/**
 * Every colour of the screen, once. Panels name what a cell means (a token), never how it looks; a theme says how that looks.
 * A style is a token with attributes, packed into sixteen bits so that a cell can hold it. `plain` and `strong`
 * have no colour: they are whatever the person's terminal writes with, on whatever background they like.
 */

const tokens = [
  "plain", // the terminal's own
  "strong", // what to read first: titles, names
  "dim", // what to read last: units, headings, badges
  "faint", // what is hardly there: tracks of bars, the future, gaps
  "border",
  "focus", // the border of the panel that has the keys
  "accent", // what is interesting and well
  "chief", // who leads: the primary, the owner
  "ok",
  "warn",
  "bad",
  "info", // what is only a view: read models, looking back
  "mark", // what a hand can use: keys, panel numbers, the cursor
  "hue1", // eight colours without a meaning, to tell eight things apart
  "hue2",
  "hue3",
  "hue4",
  "hue5",
  "hue6",
  "hue7",
  "hue8",
] as const

/** What a cell means. */
export type Token = (typeof tokens)[number]

/** A token with attributes, as a cell holds it: the token in the low byte, an attribute in each bit above. */
export type StyleId = number

/** What every painting function takes. */
export type Style = Token | StyleId

export type Attribute = keyof typeof attributeBits

const attributeBits = { bold: 0x100, inverse: 0x200, underline: 0x400 } as const

const tokenIds = Object.fromEntries(tokens.map((token, id) => [token, id])) as Readonly<Record<Token, number>>

/** Packs a token with attributes. */
export const style = (token: Token, ...attributes: readonly Attribute[]): StyleId =>
  attributes.reduce((id, attribute) => id | attributeBits[attribute], tokenIds[token])

export const styleId = (of: Style): StyleId => (typeof of === "number" ? of : tokenIds[of])

export const tokenOf = (id: StyleId): Token => tokens[id & 0xff] ?? "plain"

export const has = (id: StyleId, attribute: Attribute): boolean => (id & attributeBits[attribute]) !== 0

/** Whether a style can be seen on a cell without a glyph. */
export const showsOnBlank = (id: StyleId): boolean => has(id, "inverse") || has(id, "underline")

/** The eight colours without a meaning, one for each ordinal, again from the first after the eighth. */
export const hue = (ordinal: number): Token => `hue${((ordinal % 8) + 1) as 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`

/** What is written in the terminal's own colour, which is right on any background. */
type Own = "plain" | "strong"

/** Colours as 0xRRGGBB. Only a picture needs to know on what, and in what, a terminal writes by itself. */
export interface Theme {
  readonly background: number
  readonly foreground: number
  readonly colours: Readonly<Record<Exclude<Token, Own>, number>>
}

/** The colour of a token; none where it is the terminal's own. */
export const colourOf = (token: Token, theme: Theme): number | undefined =>
  token === "plain" || token === "strong" ? undefined : theme.colours[token]

/** `dark` on a dark terminal, `light` on a light one. */
export type ThemeName = keyof typeof themes

export const themes = {
  dark: {
    background: 0x0b1016,
    foreground: 0xcbd5e1,
    colours: {
      dim: 0x7f8da3,
      faint: 0x333d4b,
      border: 0x3b4656,
      focus: 0x38bdf8,
      accent: 0x38bdf8,
      chief: 0x38bdf8,
      ok: 0x4ade80,
      warn: 0xfbbf24,
      bad: 0xf87171,
      info: 0xc084fc,
      mark: 0xfbbf24,
      hue1: 0x38bdf8,
      hue2: 0xa3e635,
      hue3: 0xc084fc,
      hue4: 0xfb923c,
      hue5: 0x2dd4bf,
      hue6: 0xf472b6,
      hue7: 0xfde047,
      hue8: 0x818cf8,
    },
  },
  light: {
    background: 0xfbfcfe,
    foreground: 0x1e293b,
    colours: {
      dim: 0x5b6678,
      faint: 0xcbd5e1,
      border: 0xa9b4c2,
      focus: 0x0369a1,
      accent: 0x0369a1,
      chief: 0x0369a1,
      ok: 0x15803d,
      warn: 0xa15c07,
      bad: 0xb91c1c,
      info: 0x7e22ce,
      mark: 0xa15c07,
      hue1: 0x0369a1,
      hue2: 0x4d7c0f,
      hue3: 0x7e22ce,
      hue4: 0xc2410c,
      hue5: 0x0f766e,
      hue6: 0xbe185d,
      hue7: 0x854d0e,
      hue8: 0x4338ca,
    },
  },
} as const satisfies Readonly<Record<string, Theme>>
