/** The faults in force, said in a word or two beside what they befell. */
import { type Fault, faultShape, groupsOf, linkEnds, nodesOf, type Unit } from "#world"
import type { NodeView, View } from "../session/view.ts"
import { glyphs } from "../terminal/glyphs.ts"
import { inSeconds, millis } from "./figures.ts"

const signed = (value: number, words: string): string => `${value < 0 ? "−" : "+"}${words}`

const length = (micros: number): string => {
  const size = Math.abs(micros)
  return size < 1_000_000 ? `${millis(size).replace(/\.0$/, "")} ms` : `${inSeconds(size, 1).replace(/\.0$/, "")} s`
}

const strength: Readonly<Record<Unit, (value: number) => string>> = {
  none: () => "",
  micros: (value) => signed(value, length(value)),
  "signed micros": (value) => signed(value, length(value)),
  permille: (value) => `${value / 10} %`,
  factor: (value) => `×${value}`,
  ppm: (value) => signed(value, `${Math.abs(value) / 10_000} %`),
}

/** A fault in a word or two: `slow ×20`. What only says how long it plans is left out. */
export const shortly = ({ kind, value }: Fault): string => {
  const { unit, optional } = faultShape(kind)
  return value === undefined || optional ? kind : `${kind} ${strength[unit](value)}`.trimEnd()
}

/** Faults from the most to the least that can be said of them; nothing at all where there are none. */
export const troublesIn = (faults: readonly Fault[]): readonly string[] => {
  const [first, ...rest] = faults.map(({ kind }) => kind)
  if (first === undefined) return []
  const more = rest.length === 0 ? "" : ` +${rest.length}`
  return [faults.map(shortly).join(", "), [first, ...rest].join(", "), `${first}${more}`]
    .map((words) => `${glyphs.fault} ${words}`)
    .concat(glyphs.fault)
}

const meets = (pattern: string, id: string): boolean => pattern === "*" || pattern === id

/** Whether a fault is aimed at a node, alone or with others. */
const strikes = ({ kind, target }: Fault, { id, region, client }: NodeView): boolean => {
  switch (faultShape(kind).aim) {
    case "node":
      return target === id
    case "nodes":
      return nodesOf(target, client ? [] : [id]).includes(id)
    case "groups":
      return (groupsOf(target) ?? []).some((group) => group.includes(id))
    case "region":
      return target === region
    case "link": {
      const [from, to] = linkEnds(target) ?? ["", ""]
      return (from === id && to === "*") || (from === "*" && to === id)
    }
    case "message":
      return false
  }
}

/** The faults in force on a node. */
export const troublesOf = (node: NodeView, view: View): readonly Fault[] =>
  view.troubles.map(({ fault }) => fault).filter((fault) => strikes(fault, node))

const isEverywhere = ({ kind, target }: Fault): boolean => faultShape(kind).aim === "link" && target === "*->*"

/** The faults in force on every way there is. */
export const troublesEverywhere = (view: View): readonly Fault[] =>
  view.troubles.map(({ fault }) => fault).filter(isEverywhere)

/** The faults in force that are aimed at the way from one node to another, besides those on every way. */
export const troublesBetween = (from: string, to: string, view: View): readonly Fault[] =>
  view.troubles
    .map(({ fault }) => fault)
    .filter((fault) => {
      if (faultShape(fault.kind).aim !== "link" || isEverywhere(fault)) return false
      const ends = linkEnds(fault.target)
      return ends !== undefined && meets(ends[0], from) && meets(ends[1], to)
    })
