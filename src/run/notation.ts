/**
 * How faults are spelled: `kind:target[=value]@start[+duration]`, comma-separated, as people type them, reports print
 * them and tokens carry them.
 *
 * Spelling is exact, never rounded, so parsing a spelling gives the same faults again, up to their ids. Whatever cannot
 * be meant is refused in one line that says where and what would be right; nothing here throws.
 */
import * as Result from "effect/Result"
import {
  type Aim,
  type Fault,
  type FaultKind,
  faultKinds,
  faultShape,
  groupsOf,
  linkEnds,
  messageAim,
  nodesOf,
  type Unit,
} from "#world"

/** What a scenario has that a fault can be aimed at. */
export interface Targets {
  /** Without the clients. */
  readonly nodes: readonly string[]
  readonly clients: readonly string[]
  readonly regions: readonly string[]
}

const units = [
  ["m", 60_000_000],
  ["s", 1_000_000],
  ["ms", 1000],
  ["us", 1],
] as const

const kinds = Object.keys(faultKinds) as FaultKind[]
const isKind = (word: string): word is FaultKind => Object.hasOwn(faultKinds, word)

const hour = 3_600_000_000

/** The least and the most that a value may be, in its unit. */
const ranges: Readonly<Record<Exclude<Unit, "none">, readonly [min: number, max: number]>> = {
  micros: [0, hour],
  "signed micros": [-24 * hour, 24 * hour],
  permille: [0, 1000],
  factor: [1, 1000],
  ppm: [-500_000, 500_000],
}

/** One fault of each aim and unit that shows how it is written. */
const exampleTarget: Readonly<Record<Aim, string>> = {
  link: "n1->n2",
  node: "n1",
  nodes: "n1+n2",
  groups: "n1|n2+n3",
  message: "n1->n2#w1",
  region: "east",
}
const exampleValue: Readonly<Record<Unit, string>> = {
  none: "",
  micros: "=40ms",
  "signed micros": "=+300ms",
  permille: "=30%",
  factor: "=20x",
  ppm: "=+5%",
}
const example = (kind: FaultKind): string => {
  const { aim, unit, instant, optional } = faultShape(kind)
  return `${kind}:${exampleTarget[aim]}${optional ? "" : exampleValue[unit]}@2s${instant ? "" : "+1s"}`
}

/** Text of a stranger, fit for one line. */
export const quote = (text: string): string => {
  const flat = text.replace(/[\p{C}\p{Z}]+/gu, " ")
  return `'${flat.length > 80 ? `${flat.slice(0, 79)}…` : flat}'`
}

/** How many letters one must insert, delete, replace or swap to come from one word to the other. */
const distance = (from: string, to: string): number => {
  let before: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const here = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let least = Math.min(
        (above[column] as number) + 1,
        (here[column - 1] as number) + 1,
        (above[column - 1] as number) + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        least = Math.min(least, (before[column - 2] as number) + 1)
      }
      here.push(least)
    }
    before = above
    above = here
  }
  return above[to.length] as number
}

/** The name that was probably meant, or none if nothing is near. */
export const nearest = (word: string, names: readonly string[]): string | undefined => {
  if (word.length === 0 || word.length > 100) return undefined
  const lower = word.toLowerCase()
  const far = (name: string) => distance(lower, name.toLowerCase())
  const begun = names.find((name) => name.toLowerCase().startsWith(lower))
  if (begun !== undefined) return begun
  const near = names
    .map((name) => [far(name), name] as const)
    .filter(([much, name]) => much <= Math.max(1, Math.floor(Math.max(word.length, name.length) / 3)))
    .sort(([left], [right]) => left - right)[0]
  return near?.[1] ?? namesake(lower, names)
}

/** `storm` may mean `replication/storm`. */
const namesake = (word: string, names: readonly string[]): string | undefined =>
  names.find((name) =>
    name
      .toLowerCase()
      .split(/[/.]/)
      .some((half) => half.length > 1 && distance(word, half) <= Math.floor(half.length / 4)),
  )

/** `unknown fault kind 'crsh' in 'crsh:n1@2s'; did you mean crash? there are latency, loss, …`. */
export const instead = (word: string, names: readonly string[], noun: string, where = ""): string => {
  const meant = nearest(word, names)
  const hint = meant === undefined ? "" : `did you mean ${meant}? `
  return `unknown ${noun} ${quote(word)}${where}; ${hint}there are ${names.join(", ")}`
}

/** A length of time or an instant, exact and as short as it gets: `2s`, `1500ms`, `250us`. */
export const spellTime = (micros: number): string => {
  if (micros === 0) return "0"
  const [unit, size] = units.find(([, each]) => micros % each === 0) ?? ["us", 1]
  return `${micros / size}${unit}`
}

/** An instant of a trace in milliseconds, with as many digits as tell instants apart. */
export const spellInstant = (micros: number): string => (micros / 1000).toFixed(micros % 1000 === 0 ? 0 : 2)

/** A whole number of the smallest part as a decimal fraction, exact. */
const spellDecimal = (value: number, places: number): string => {
  const digits = String(Math.abs(value)).padStart(places + 1, "0")
  const fraction = digits.slice(-places).replace(/0+$/, "")
  return `${digits.slice(0, -places)}${fraction === "" ? "" : `.${fraction}`}`
}

/** A decimal fraction as a whole number of the smallest part; undefined where it is not one. */
const parseDecimal = (text: string, parts: number): number | undefined => {
  const match = /^(\d{1,16})(?:\.(\d{1,16}))?$/.exec(text)
  if (match === null) return undefined
  const fraction = match[2] ?? ""
  const scaled = BigInt(`${match[1]}${fraction}`) * BigInt(parts)
  const scale = 10n ** BigInt(fraction.length)
  const whole = Number(scaled / scale)
  return scaled % scale === 0n && Number.isSafeInteger(whole) ? whole : undefined
}

/** Microseconds from `2s`, `1.5s`, `40ms`, `250us`, `1m` or plain milliseconds; undefined where it is none of these. */
export const parseTime = (text: string): number | undefined => {
  const match = /^([\d.]+)(us|ms|s|m)?$/.exec(text)
  if (match === null) return undefined
  const size = units.find(([unit]) => unit === (match[2] ?? "ms"))?.[1] ?? 1000
  return parseDecimal(match[1] as string, size)
}

const sign = (value: number): string => (value < 0 ? "-" : "+")

const spellValue = (value: number, unit: Unit): string => {
  switch (unit) {
    case "none":
      return String(value)
    case "micros":
      return spellTime(value)
    case "signed micros":
      return `${sign(value)}${spellTime(Math.abs(value))}`
    case "permille":
      return `${spellDecimal(value, 1)}%`
    case "factor":
      return `${value}x`
    case "ppm":
      return `${sign(value)}${spellDecimal(value, 4)}%`
  }
}

const parseValue = (text: string, unit: Unit): number | undefined => {
  const signed = unit === "signed micros" || unit === "ppm"
  const negative = signed && text.startsWith("-")
  const size = signed && /^[+-]/.test(text) ? text.slice(1) : text
  const number = (): number | undefined => {
    switch (unit) {
      case "none":
        return undefined
      case "micros":
      case "signed micros":
        return parseTime(size)
      case "permille":
        return size.endsWith("%") ? parseDecimal(size.slice(0, -1), 10) : undefined
      case "factor":
        return size.endsWith("x") ? parseDecimal(size.slice(0, -1), 1) : undefined
      case "ppm":
        return size.endsWith("%") ? parseDecimal(size.slice(0, -1), 10_000) : undefined
    }
  }
  const value = number()
  return value !== undefined && negative && value !== 0 ? -value : value
}

export const spellFault = (fault: Fault): string => {
  const value = fault.value === undefined ? undefined : spellValue(fault.value, faultShape(fault.kind).unit)
  const said = [fault.mode, value].filter((word) => word !== undefined).join("/")
  const duration = fault.for === undefined ? "" : `+${spellTime(fault.for)}`
  return `${fault.kind}:${fault.target}${said === "" ? "" : `=${said}`}@${spellTime(fault.at)}${duration}`
}

/** Faults as one word of a command line; no faults are `none`. */
export const spellFaults = (faults: readonly Fault[]): string =>
  faults.length === 0 ? "none" : faults.map(spellFault).join(",")

const isName = (text: string): boolean => /^[\w.-]+$/.test(text)

/** The nodes, clients or regions that a target names, `*` where it may stand; undefined where it is of another form. */
const namesIn = (target: string, aim: Aim): readonly string[] | undefined => {
  const named = (names: readonly string[] | undefined) => (names?.every(isName) ? names : undefined)
  switch (aim) {
    case "link": {
      const ends = linkEnds(target)
      return ends?.every((end) => end === "*" || isName(end)) ? ends : undefined
    }
    case "message": {
      const message = messageAim(target)
      return message && !/[\s,=@]/.test(message.key) ? named([message.from, message.to]) : undefined
    }
    case "groups":
      return named(groupsOf(target)?.flat())
    case "nodes":
      return target === "*" ? ["*"] : named(nodesOf(target, []))
    case "node":
    case "region":
      return named([target])
  }
}

/** What is wrong with a fault in any world, or undefined. */
const malformed = (fault: Fault): string | undefined => {
  const { aim, unit, modes, instant, optional } = faultShape(fault.kind)
  const wrong = (what: string) => `${what} in ${quote(spellFault(fault))}; write it like ${example(fault.kind)}`
  if (namesIn(fault.target, aim) === undefined) return wrong(`${quote(fault.target)} is no target for ${fault.kind}`)
  if (fault.mode !== undefined && !modes.includes(fault.mode)) {
    const may = modes.length === 0 ? `${fault.kind} has no modes` : `${fault.kind} has ${modes.join(", ")}`
    return `unknown mode ${quote(fault.mode)} in ${quote(spellFault(fault))}; ${may}`
  }
  if (unit === "none") {
    if (fault.value !== undefined) return wrong(`${fault.kind} takes no value`)
  } else {
    const [min, max] = ranges[unit]
    if (fault.value === undefined && !optional) return wrong(`${fault.kind} needs a value`)
    if (fault.value !== undefined && (fault.value < min || fault.value > max)) {
      const bounds = `it must be from ${spellValue(min, unit)} to ${spellValue(max, unit)}`
      return `${quote(spellValue(fault.value, unit))} is out of range in ${quote(spellFault(fault))}; ${bounds}`
    }
  }
  if (instant && fault.for !== undefined) return wrong(`${fault.kind} strikes once and takes no duration`)
  return undefined
}

/** What is wrong with a fault in a world that has these nodes, clients and regions, in one line, or undefined. */
export const checkFault = (fault: Fault, world: Targets): string | undefined => {
  const wrong = malformed(fault)
  if (wrong !== undefined) return wrong
  const { aim, family } = faultShape(fault.kind)
  const where = `in ${quote(spellFault(fault))}`
  // A client has no disk, no clock of its own and nobody who starts it again.
  const onNodes = family !== "network" && aim !== "region"
  const known = aim === "region" ? world.regions : onNodes ? world.nodes : [...world.nodes, ...world.clients]
  for (const name of namesIn(fault.target, aim) ?? []) {
    if (name === "*" || known.includes(name)) continue
    if (onNodes && world.clients.includes(name)) {
      return `${name} is a client, and ${fault.kind} strikes nodes, ${where}; nodes: ${world.nodes.join(", ")}`
    }
    const noun = aim === "region" ? "region" : "node"
    return instead(name, known, noun, ` ${where}`)
  }
  if (aim === "groups") {
    const [left, right] = groupsOf(fault.target) ?? [[], []]
    const both = left.find((name) => right.includes(name))
    if (both !== undefined) return `${both} is on both sides ${where}; a partition parts two groups`
  }
  return undefined
}

const parseFault = (text: string, id: string): Result.Result<Fault, string> => {
  const where = `in ${quote(text)}`
  const word = /^[^:=@]*/.exec(text)?.[0] ?? ""
  if (!isKind(word)) {
    return Result.fail(instead(word, kinds, "fault kind", ` ${where}`))
  }
  const like = `write it like ${example(word)}`
  if (text[word.length] !== ":") return Result.fail(`no target ${where}; ${like}`)
  const rest = text.slice(word.length + 1)
  const when = rest.lastIndexOf("@")
  if (when < 0) return Result.fail(`no start ${where}; ${like}`)

  const aimed = rest.slice(0, when)
  const equals = aimed.indexOf("=")
  const target = equals < 0 ? aimed : aimed.slice(0, equals)
  if (target === "") return Result.fail(`no target ${where}; ${like}`)

  const { unit, modes } = faultShape(word)
  const said = equals < 0 ? undefined : aimed.slice(equals + 1)
  const slash = said?.indexOf("/") ?? -1
  const bare = said !== undefined && slash < 0
  const onlyMode = bare && (unit === "none" || modes.includes(said))
  const mode = onlyMode ? said : slash < 0 ? undefined : said?.slice(0, slash)
  const valueText = onlyMode ? undefined : said?.slice(slash + 1)
  const value = valueText === undefined ? undefined : parseValue(valueText, unit)
  if (said === "") return Result.fail(`nothing after = ${where}; ${like}`)
  if (valueText !== undefined && value === undefined) {
    return Result.fail(`${quote(valueText)} is no value for ${word} ${where}; ${like}`)
  }

  const [start = "", length, ...more] = rest.slice(when + 1).split("+")
  const at = parseTime(start)
  const duration = length === undefined ? undefined : parseTime(length)
  const noTime = at === undefined ? start : length !== undefined && duration === undefined ? length : more[0]
  if (at === undefined || noTime !== undefined) {
    return Result.fail(`${quote(noTime ?? "")} is no time ${where}; times are like 2s, 1500ms, 250us`)
  }
  const fault: Fault = {
    id,
    kind: word,
    target,
    at,
    ...(duration === undefined ? {} : { for: duration }),
    ...(value === undefined ? {} : { value }),
    ...(mode === undefined ? {} : { mode }),
  }
  const wrong = malformed(fault)
  return wrong === undefined ? Result.succeed(fault) : Result.fail(wrong)
}

/** The first ordinal that none of these faults bears. */
export const nextOrdinal = (faults: readonly Fault[]): number =>
  Math.max(0, ...faults.map(({ id }) => Number(/^f(\d{1,9})$/.exec(id)?.[1] ?? 0))) + 1

/** Faults with the ids `f1`, `f2` … counted from `firstOrdinal`, or one line that says what is wrong. */
export const parseFaults = (text: string, firstOrdinal = 1): Result.Result<readonly Fault[], string> => {
  if (text.trim() === "none") return Result.succeed([])
  if (text.trim() === "") return Result.fail("no faults in ''; write them like crash:n1@2s+1s, or none")
  const faults: Fault[] = []
  for (const piece of text.split(",")) {
    const fault = parseFault(piece.trim(), `f${firstOrdinal + faults.length}`)
    if (Result.isFailure(fault)) return Result.fail(fault.failure)
    faults.push(fault.success)
  }
  return Result.succeed(faults)
}
