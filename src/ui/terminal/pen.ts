/**
 * The pen: what a terminal must be told to write a cell. It knows the theme, how many colours there are and whether glyphs must
 * be ASCII, and from one style to the next it says the least that makes the change (ECMA-48, select graphic rendition).
 */
import { type ColourLevel, to16, to256 } from "./colour.ts"
import { asciiOf } from "./glyphs.ts"
import { colourOf, has, type StyleId, type ThemeName, type Token, themes, tokenOf } from "./theme.ts"

/** What a person's terminal can show, and how they like it. */
export interface Look {
  readonly theme: ThemeName
  readonly level: ColourLevel
  readonly ascii: boolean
}

export interface Pen {
  /** The escape that changes one style into another; empty where they look alike. */
  readonly change: (from: StyleId, to: StyleId) => string
  /** A cell's code point as it is written. */
  readonly glyph: (code: number) => string
}

/** A style as a terminal knows it. */
export interface Ink {
  /** The parameter that sets it. */
  readonly colour: string
  readonly bold: boolean
  readonly faint: boolean
  readonly underline: boolean
  readonly inverse: boolean
}

/** They are bold by themselves. */
const heavy: readonly Token[] = ["strong", "chief", "mark"]

/** Where no colour sets them back or brings them forward, their weight does. */
const backward: readonly Token[] = ["dim", "faint", "border"]
const forward: readonly Token[] = ["focus", "bad"]

const parameterOf = (rgb: number | undefined, level: ColourLevel): string => {
  if (rgb === undefined || level === "none") return "39"
  if (level === "16") return String(to16(rgb))
  if (level === "256") return `38;5;${to256(rgb)}`
  return `38;2;${rgb >> 16};${(rgb >> 8) & 0xff};${rgb & 0xff}`
}

/** How a style looks. */
export const inkOf = (style: StyleId, look: Look): Ink => {
  const token = tokenOf(style)
  const colourless = look.level === "none"
  return {
    colour: parameterOf(colourOf(token, themes[look.theme]), look.level),
    bold: has(style, "bold") || heavy.includes(token) || (colourless && forward.includes(token)),
    faint: colourless && backward.includes(token),
    underline: has(style, "underline"),
    inverse: has(style, "inverse"),
  }
}

const none: Ink = { colour: "39", bold: false, faint: false, underline: false, inverse: false }

/** The parameters that lead from one ink to another without a reset in between. */
const parameters = (from: Ink, to: Ink): readonly string[] => {
  // One parameter ends both weights, so what stays must be said again.
  const lighter = (from.bold && !to.bold) || (from.faint && !to.faint)
  const was = lighter ? { ...from, bold: false, faint: false } : from
  return [
    ...(lighter ? ["22"] : []),
    ...(to.bold && !was.bold ? ["1"] : []),
    ...(to.faint && !was.faint ? ["2"] : []),
    ...(to.underline === from.underline ? [] : [to.underline ? "4" : "24"]),
    ...(to.inverse === from.inverse ? [] : [to.inverse ? "7" : "27"]),
    ...(to.colour === from.colour ? [] : [to.colour]),
  ]
}

const changeOf = (from: Ink, to: Ink): string => {
  const onward = parameters(from, to)
  if (onward.length === 0) return ""
  const afresh = parameters(none, to)
  const restart = afresh.length === 0 ? "" : ["0", ...afresh].join(";")
  const direct = onward.join(";")
  return `\u001b[${direct.length < restart.length ? direct : restart}m`
}

export const penOf = (look: Look): Pen => {
  const changes = new Map<number, string>()
  return {
    change: (from, to) => {
      if (from === to) return ""
      const pair = from * 0x10000 + to
      const known = changes.get(pair)
      if (known !== undefined) return known
      const change = changeOf(inkOf(from, look), inkOf(to, look))
      changes.set(pair, change)
      return change
    },
    glyph: (code) => String.fromCharCode(look.ascii ? asciiOf(code) : code),
  }
}
