/**
 * Evidence in sentences: what an anomaly is called, and the steps of the argument, each following from the operations that it
 * names. Lists are shown where they matter, names are cut where they are long.
 */
import type { AnomalyName, Cycle, Dependency, Observed } from "./anomaly.ts"
import type { Element, RecordedTransaction } from "./transaction.ts"

/** How transactions are called in a text, and what they were. */
export interface Cast {
  /** The short name of an operation, by its id. */
  readonly name: (id: string) => string
  readonly operation: (id: string) => RecordedTransaction
}

/** Steps of an argument, and what is impossible about them. */
export interface Argument {
  readonly steps: readonly string[]
  readonly contradiction: string
}

const plain: Readonly<Record<string, string>> = {
  G0: "write cycle",
  G1a: "aborted read",
  G1b: "intermediate read",
  G1c: "circular information flow",
  "G-single": "read skew",
  "G-nonadjacent": "long fork",
  G2: "write skew",
  internal: "a transaction at odds with itself",
  "future-read": "a read of what was not there yet",
  "garbage-read": "a read of what nobody wrote",
  "duplicate-elements": "one append read twice",
  "dirty-update": "an update of what was aborted",
  "incompatible-order": "two orders of one list",
  "lost-update": "an update of an old version",
  "fractured-read": "half of a transaction read",
}

const variants: Readonly<Record<string, string>> = {
  process: ", against the order of a session",
  realtime: ", against real time",
}

/** An anomaly in a few words. */
export const describe = (name: AnomalyName): string => {
  const [, kind = name, variant = ""] = /^(.*?)-(process|realtime)$/.exec(name) ?? []
  return `${plain[kind] ?? kind}${variants[variant] ?? ""}`
}

const longestName = 16

/** A key, element or process of a stranger's history, fit for a line of text. */
export const shown = (name: Element): string => {
  const characters = [...String(name).replace(/\p{C}/gu, "?")]
  return characters.length > longestName ? `${characters.slice(0, longestName - 1).join("")}…` : characters.join("")
}

/** A list, with the elements that matter and what is beside them, or with its end. */
export const listed = (list: readonly Element[], matter: readonly Element[] = []): string => {
  if (list.length === 0) return "nothing"
  const wanted = new Set([list.length - 1])
  for (const element of matter) {
    const place = list.indexOf(element)
    if (place >= 0) for (const near of [place - 1, place, place + 1]) wanted.add(near)
  }
  if (list.length <= 6) for (const place of list.keys()) wanted.add(place)
  const words: string[] = []
  let last = -1
  for (const place of [...wanted].sort((a, b) => a - b)) {
    const element = list[place]
    if (element === undefined) continue
    if (place > last + 1) words.push("…")
    words.push(shown(element))
    last = place
  }
  return words.join(" ")
}

const readsOf = ({ outcome }: RecordedTransaction, key: string): readonly (readonly Element[])[] =>
  outcome._tag !== "ok"
    ? []
    : outcome.value.flatMap((step) => (step._tag === "read" && step.key === key && step.seen ? [step.seen] : []))

/** What an operation read of a key that is a case in point, in words. */
const reading = (
  cast: Cast,
  id: string,
  key: string,
  matter: readonly Element[],
  inPoint: (list: readonly Element[]) => boolean,
): string => {
  const list = readsOf(cast.operation(id), key).find(inPoint) ?? []
  return `${cast.name(id)} read ${shown(key)} = ${listed(list, matter)}`
}

const argumentOfStep = (cast: Cast, step: Dependency): string => {
  const from = cast.name(step.from)
  const to = cast.name(step.to)
  switch (step.kind) {
    case "ww": {
      const { earlier, later } = step
      const seen = reading(cast, step.seenBy, step.key, [earlier, later], (list) => list.includes(earlier))
      const appends = `${from} appended ${shown(earlier)} to ${shown(step.key)}, ${to} ${shown(later)} after it`
      return `${appends}: ${seen}.`
    }
    case "wr":
      return `${to} read ${from}'s append of ${shown(step.element)} to ${shown(step.key)}.`
    case "rw":
      return `${from} read ${shown(step.key)} without ${to}'s append of ${shown(step.element)}.`
    case "process":
      return `${from} had returned when its client, ${shown(cast.operation(step.from).process)}, called ${to}.`
    case "realtime":
      return `${from} had returned when ${to} was called.`
  }
}

/** Why a cycle cannot be, in so many steps: of a longer one, the first are told and the last. */
export const argumentOfCycle = (cast: Cast, { steps }: Cycle, most: number): Argument => {
  const tell = (step: Dependency) => `${argumentOfStep(cast, step)} So ${cast.name(step.from)} < ${cast.name(step.to)}.`
  const left = steps.length - most
  const told =
    left > 0 ? [...steps.slice(0, most - 2).map(tell), `And so on, ${left + 1} steps more.`] : steps.map(tell)
  const last = steps.at(-1)
  return {
    steps: left > 0 && last !== undefined ? [...told, tell(last)] : told,
    contradiction: `${cast.name(steps[0]?.from ?? "")} would come before itself: a contradiction.`,
  }
}

/** Whether an operation read one element, and not another before it. */
const shows = (cast: Cast, id: string, key: string, earlier: Element, later: Element): boolean =>
  readsOf(cast.operation(id), key).some((list) => {
    const place = list.indexOf(earlier)
    return place >= 0 && !list.slice(0, place).includes(later)
  })

/** What a transaction read of a key instead of what it should have. */
const contradicting = (cast: Cast, id: string, key: string, expected: readonly Element[], whole: boolean): string =>
  reading(cast, id, key, expected, (list) => {
    const end = whole ? list : list.slice(Math.max(0, list.length - expected.length))
    return end.length !== expected.length || expected.some((element, nth) => end[nth] !== element)
  })

/** Why two lists are not of one, or why a transaction's appends are in the wrong order. */
const orders = (cast: Cast, { operations, key }: Observed): Argument => {
  const [reader = "", other = reader] = operations
  const lists = readsOf(cast.operation(reader), key)
  for (const list of lists) {
    for (const longer of readsOf(cast.operation(other), key)) {
      const place = list.findIndex((element, nth) => longer[nth] !== element)
      const [element, instead] = [list[place], longer[place]]
      if (element === undefined || instead === undefined) continue
      return {
        steps: [
          `${cast.name(reader)} read ${shown(key)} = ${listed(list, [element])}.`,
          `${cast.name(other)} read ${shown(key)} = ${listed(longer, [instead])}.`,
        ],
        contradiction: `A list that only grows cannot have been both: a contradiction.`,
      }
    }
  }
  const own = cast
    .operation(other)
    .input.flatMap((step) => (step._tag === "append" && step.key === key ? [step.element] : []))
  return {
    steps: [
      `${cast.name(other)} appended to ${shown(key)}, in this order: ${listed(own, own.slice(0, 4))}.`,
      `But ${reading(cast, reader, key, own.slice(0, 4), (list) => own.some((element) => list.includes(element)))}.`,
    ],
    contradiction: `That is not how ${cast.name(other)} appended them: a contradiction.`,
  }
}

/** Why what a few reads saw cannot be. */
export const argumentOf = (cast: Cast, anomaly: Observed): Argument => {
  const [reader = "", other = reader, third = other] = anomaly.operations
  const key = shown(anomaly.key)
  const [one, two, three] = [cast.name(reader), cast.name(other), cast.name(third)] as const
  const read = (id: string, matter: readonly Element[], inPoint: (list: readonly Element[]) => boolean) =>
    reading(cast, id, anomaly.key, matter, inPoint)
  const readWith = (id: string, ...elements: readonly Element[]) =>
    read(id, elements, (list) => elements.every((element) => list.includes(element)))
  switch (anomaly.name) {
    case "internal": {
      const { expected, whole } = anomaly
      const found = listed(expected, expected.slice(-1))
      return {
        steps: [
          whole
            ? `By what ${one} itself had read and appended, ${key} was ${found}.`
            : `${one} had appended to ${key}: whatever was there before, it ended in ${found}.`,
          `But then ${contradicting(cast, reader, anomaly.key, expected, whole)}.`,
        ],
        contradiction: `${key} cannot have been both: a contradiction.`,
      }
    }
    case "future-read":
      return {
        steps: [
          `${readWith(reader, anomaly.element)}.`,
          `Only ${one} itself ever appended ${shown(anomaly.element)} to ${key}, and only after that.`,
        ],
        contradiction: `${one} read what was yet to come: a contradiction.`,
      }
    case "garbage-read":
      return {
        steps: [`${readWith(reader, anomaly.element)}.`, `Nobody ever appended ${shown(anomaly.element)} to ${key}.`],
        contradiction: `${shown(anomaly.element)} came from nowhere: a contradiction.`,
      }
    case "duplicate-elements":
      return {
        steps: [
          `${one} read ${key} with ${shown(anomaly.element)} in it twice.`,
          `${shown(anomaly.element)} was appended to ${key} once.`,
        ],
        contradiction: "One append took effect twice: a contradiction.",
      }
    case "G1a":
      return {
        steps: [
          `${two} was to append ${shown(anomaly.element)} to ${key} and was refused: it never happened.`,
          `But ${readWith(reader, anomaly.element)}.`,
        ],
        contradiction: `${one} read what never happened: a contradiction.`,
      }
    case "G1b":
      return {
        steps: [
          `${two} appended ${shown(anomaly.element)} to ${key}, and then more, in one transaction.`,
          `But ${read(reader, [anomaly.element], (list) => list.at(-1) === anomaly.element)}, and nothing after it.`,
        ],
        contradiction: `${one} read a state that was only within ${two}: a contradiction.`,
      }
    case "dirty-update": {
      const { aborted, committed } = anomaly
      return {
        steps: [
          `${two} was to append ${shown(aborted)} to ${key} and was refused: it never happened.`,
          `${three} appended ${shown(committed)} to ${key} and committed.`,
          `But ${readWith(reader, aborted, committed)}.`,
        ],
        contradiction: `${three} built on what never happened: a contradiction.`,
      }
    }
    case "incompatible-order":
      return orders(cast, anomaly)
    case "lost-update": {
      const { element, lost } = anomaly
      const inBetween = anomaly.operations.find((id) => shows(cast, id, anomaly.key, lost, element))
      return {
        steps: [
          `${read(reader, [], (list) => !list.includes(lost))}, and appended ${shown(element)} to it.`,
          ...(inBetween === undefined
            ? [`${read(other, [], (list) => !list.includes(element))}, and appended ${shown(lost)} to it.`]
            : [
                `${two} appended ${shown(lost)} to it.`,
                `${read(inBetween, [lost, element], (list) => list.includes(lost))}, so ${two} was first.`,
              ]),
        ],
        contradiction:
          inBetween === undefined
            ? "Whoever came second did not append to what it had read."
            : `${one} did not append to what it had read: ${two}'s update was lost on it.`,
      }
    }
    case "fractured-read": {
      const { seenKey, seen, element } = anomaly
      return {
        steps: [
          `${two} appended ${shown(seen)} to ${shown(seenKey)} and ${shown(element)} to ${key}.`,
          `${one} read its append to ${shown(seenKey)}.`,
          `But ${read(reader, [], (list) => !list.includes(element))}.`,
        ],
        contradiction: `For ${one}, ${two} happened and did not: a contradiction.`,
      }
    }
  }
}
