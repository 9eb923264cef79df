/**
 * The menus: what faults a target can have, what other designs there are, which scenarios. Each is made from the tables that
 * the rest of the product uses, so whatever is added there is on the screen.
 */
import { inPart, type Scenario, spellFault } from "#run"
import { type Aim, type FaultKind, faultKinds, faultShape, type Unit } from "#world"
import type { MenuItem } from "./scene.ts"
import type { Blow, Session } from "./session/session.ts"
import { choicesApart, type Trial } from "./session/trials.ts"
import type { View } from "./session/view.ts"

/** A row of a menu, and what picking it does. */
export interface Choice<A> extends MenuItem {
  readonly value: A
}

/** What hands point at: a node or client, or a link between two. */
export type Target =
  | { readonly _tag: "node"; readonly id: string; readonly client: boolean; readonly region: string }
  | { readonly _tag: "link"; readonly from: string; readonly to: string }

/** How strong a fault may be by hand, the usual strength first, in its kind's unit. */
const doses: Readonly<Record<Unit, readonly (number | undefined)[]>> = {
  none: [undefined],
  micros: [200_000, 20_000, 1_000_000],
  "signed micros": [500_000, -500_000, 60_000_000],
  permille: [300, 100, 900],
  factor: [20, 5, 100],
  ppm: [10_000, -10_000, 100_000],
}

/** For how long a fault from node to node plans, in microseconds. */
const plans = [5_000_000, 15_000_000]

const strengths = (kind: FaultKind): readonly (number | undefined)[] => {
  const { unit, optional } = faultShape(kind)
  return optional ? plans : doses[unit]
}

/** Every strength and mode of a kind, the usual one first. */
const variants = (kind: FaultKind): readonly Pick<Blow, "value" | "mode">[] => {
  const { modes } = faultShape(kind)
  return [undefined, ...modes.slice(1)].flatMap((mode) =>
    strengths(kind).map((value) => ({
      ...(value !== undefined && { value }),
      ...(mode !== undefined && { mode }),
    })),
  )
}

/** What a kind is aimed at when hands point at a target; undefined where it cannot have that fault. */
const aimAt = (kind: FaultKind, target: Target, nodes: readonly string[]): string | undefined => {
  const { aim, family } = faultShape(kind)
  const place: Readonly<Record<Aim, () => string | undefined>> = {
    node: () => (target._tag === "node" && (!target.client || family === "network") ? target.id : undefined),
    nodes: () => (target._tag === "node" && !target.client ? "*" : undefined),
    region: () => (target._tag === "node" && !target.client ? target.region : undefined),
    link: () => (target._tag === "link" ? `${target.from}->${target.to}` : `${target.id}->*`),
    groups: () => {
      const alone = target._tag === "link" ? target.from : target.id
      const rest = nodes.filter((id) => id !== alone)
      return nodes.includes(alone) && rest.length > 0 ? `${alone}|${rest.join("+")}` : undefined
    },
    // A message that is under way has been sent, and this fault strikes when it is.
    message: () => undefined,
  }
  return place[aim]()
}

/** A fault as it is spelled, without when. */
export const spellBlow = (blow: Blow): string => spellFault({ ...blow, id: "", at: 0 }).replace(/@0$/, "")

/** A letter for each row: the first of its word that is free and means nothing else in a menu, small or else capital. */
const lettered = <A>(rows: readonly Choice<A>[]): readonly Choice<A>[] => {
  const taken = new Set(["j", "k", "q"])
  return rows.map((row) => {
    const key = [...row.label, ...row.label.toUpperCase()].find((letter) => !taken.has(letter))
    if (key === undefined) return row
    taken.add(key)
    return { ...row, key }
  })
}

/** A fault as a menu offers it: to strike with, or to end the one of that id. */
export type Stroke = Blow & { readonly healed: string | undefined }

/** Every fault that a target can have; `nth` says which strength is shown of a row, by its kind. */
export const palette = (target: Target, view: View, nth: ReadonlyMap<FaultKind, number>): readonly Choice<Stroke>[] => {
  const nodes = view.nodes.filter(({ client }) => !client).map(({ id }) => id)
  return lettered(
    (Object.keys(faultKinds) as FaultKind[]).flatMap((kind) => {
      const aimed = aimAt(kind, target, nodes)
      if (aimed === undefined) return []
      const all = variants(kind)
      const turns = (nth.get(kind) ?? 0) % all.length
      const blow = { kind, target: aimed, ...all[(turns + all.length) % all.length] }
      const same = view.troubles.find(({ fault }) => fault.kind === kind && fault.target === aimed)?.fault
      const { sentence } = faultShape(kind)
      return [
        {
          label: kind,
          words: same === undefined ? sentence : `ends: ${sentence}`,
          note: `${spellBlow(blow).slice(kind.length + 1)}${same === undefined ? "" : " on"}`,
          value: { ...blow, healed: same?.id },
        },
      ]
    }),
  )
}

/** What came of a value, where it was tried beside others. */
const verdictOf = (trials: readonly Trial[], choice: string, value: string): string | undefined => {
  if (!choicesApart(trials.map(({ design }) => design)).includes(choice)) return undefined
  const tried = trials.findLast(({ design }) => design[choice] === value)
  if (tried === undefined) return undefined
  return tried.verdict === "violated" ? "✗" : tried.verdict === "holds" ? "✔" : "…"
}

/** Every value of every choice. */
export const designs = (session: Session): readonly Choice<Readonly<Record<string, string>>>[] => {
  const { scenario, design: now, trials } = session
  return Object.entries(scenario.parts).flatMap(([as, { system }]) =>
    Object.entries(system.designs).flatMap(([name, { values }]) => {
      const choice = inPart(as, name)
      return Object.entries(values).map(([value, { sentence, breaks }]) => {
        const tried = verdictOf(trials, choice, value)
        const marks = [tried, now[choice] === value ? "now" : breaks.length > 0 ? "unsound" : "sound"]
        return {
          label: `${choice}=${value}`,
          words: sentence,
          note: marks.filter((mark) => mark !== undefined).join(" "),
          value: { [choice]: value },
        }
      })
    }),
  )
}

export const picker = (scenarios: readonly Scenario[], now: Scenario): readonly Choice<Scenario>[] =>
  scenarios.map((scenario) => ({
    label: scenario.name,
    words: scenario.summary,
    note: scenario.name === now.name ? "now" : scenario.expects,
    value: scenario,
  }))
