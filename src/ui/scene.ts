/**
 * A scene: all that one frame shows, as plain values. Panels are pure functions of it, so a frame can be drawn without a
 * terminal, and of any moment.
 */
import type { Entry } from "#sim"
import type { Picture } from "#system"
import type { Mark } from "./session/film.ts"
import type { Break, Standing } from "./session/session.ts"
import type { TrialLabel } from "./session/trials.ts"
import type { View } from "./session/view.ts"

/** The panels, in reading order: their place plus one is the key that focuses them. */
export const panelNames = ["nodes", "messages", "invariants", "metrics", "trace", "timeline"] as const

/** Besides these there is the system's own picture, where it has one. */
export const everyPanel = [...panelNames, "system"] as const
export type PanelName = (typeof everyPanel)[number]

/** A directed link of which something is known. */
export interface Link {
  readonly from: number
  readonly to: number
  /** How long the latest message took that arrived on it, in microseconds. */
  readonly usual?: number
}

/** A row of the trace as it is shown. */
export interface Row {
  readonly entry: Entry
  /** Who it happened to: a node, or two with an arrow. */
  readonly who: string
  readonly words: string
  readonly tone: "plain" | "dim" | "ok" | "warn" | "bad" | "info"
  /** It led to the promise that broke. */
  readonly lit: boolean
}

export interface MenuItem {
  /** The key that picks it at once, if there is one. */
  readonly key?: string
  readonly label: string
  /** What it does, in words. */
  readonly words: string
  /** On the right: a unit, a verdict, what it is now. */
  readonly note?: string
}

/** What lies over the panels, if anything does. */
export type Overlay =
  | {
      readonly _tag: "menu"
      readonly title: string
      readonly badge?: string
      readonly items: readonly MenuItem[]
      readonly chosen: number
      /** The keys that mean something here. */
      readonly hint: string
    }
  | {
      readonly _tag: "page"
      readonly title: string
      readonly lines: readonly string[]
      readonly scroll: number
      readonly hint: string
    }

export interface Hint {
  readonly keys: string
  readonly label: string
}

export interface Scene {
  readonly mode: "live" | "paused" | "past" | "replay" | "working" | "over"
  readonly progress: { readonly share: number; readonly why: string } | undefined
  readonly scenario: string
  readonly seed: number
  /** Virtual seconds per second. */
  readonly speed: number
  /** Frames a second, where they are fewer than wanted. */
  readonly slow: number | undefined
  readonly trials: readonly TrialLabel[]
  readonly standings: readonly Standing[]
  /** How things stand, and what the person is asked. */
  readonly headline: string
  readonly question: string
  readonly view: View
  /** A system that has a panel of its own, and its picture. */
  readonly own: { readonly system: string; readonly picture: Picture } | undefined
  /** The latest instant, in microseconds. */
  readonly head: number
  readonly activity: { readonly busy: readonly number[]; readonly stretch: number }
  readonly marks: readonly Mark[]
  readonly breaks: readonly Break[]
  /** The promise that has just broken, while it is shown. */
  readonly broken: Break | undefined
  /** The rows of the trace up to the moment that is looked at, the latest first, at most so many. */
  readonly rows: (most: number) => readonly Row[]
  /** How many rows the trace is scrolled back. */
  readonly scroll: number
  /** What the trace is filtered by, and whether it is being typed. */
  readonly filter: string
  /** How many entries match, while there is a filter. */
  readonly matches: number | undefined
  readonly typing: boolean
  /** Whether the trace shows every entry, and not only what a story would tell. */
  readonly every: boolean
  readonly focus: PanelName
  readonly zoomed: boolean
  /** The node that hands would act on, as an index. */
  readonly selected: number
  /** The links that are shown, and which of them is selected. */
  readonly links: readonly Link[]
  readonly link: number
  /** What a message says, by its `send` entry. */
  readonly say: (entry: number) => string
  readonly overlay: Overlay | undefined
  readonly toast: { readonly words: string; readonly tone: "ok" | "warn" | "bad" } | undefined
  /** The keys that mean something now, the most useful first. */
  readonly hints: readonly Hint[]
}
