/**
 * What a storm may do. A design declares how much it tolerates; faults within that are survivable, and every invariant is
 * judged. Beyond it, an invariant is judged only if it assumes nothing of the class that was exceeded.
 */
import type { Assumption } from "#invariants"
import { endOf, type Fault, faultShape, groupsOf, linkEnds, plannedLength } from "#world"
import type { Input } from "./input.ts"
import type { StagedPart } from "./stage.ts"

interface Absence {
  readonly nodes: readonly string[]
  readonly from: number
  readonly until: number
}

/** From this share on a lossy link counts as a cut one, in thousandths. */
const asGoodAsCut = 500
/** From this delay on a link counts as a cut one, in microseconds. */
const asGoodAsSilent = 200_000

const linkAbsence = (fault: Fault, ids: readonly string[]): readonly string[] => {
  const [from, to] = linkEnds(fault.target) ?? ["*", "*"]
  if (from === "*" && to === "*") return ids
  // A link between a client and a node takes neither from the others; of two nodes one is as good as gone.
  const ends = [from, to].filter((end) => ids.includes(end))
  const wild = from === "*" || to === "*"
  return wild || ends.length === 2 ? ends.slice(-1) : []
}

/** Which nodes of a part a fault takes away, as far as a majority can tell. */
const takesAway = (fault: Fault, part: StagedPart): readonly string[] => {
  const ids = part.nodes.map(({ id }) => id)
  const inRegion = part.nodes.filter(({ region }) => region === fault.target).map(({ id }) => id)
  switch (fault.kind) {
    case "partition": {
      const [left, right] = (groupsOf(fault.target) ?? [[], []]).map((side) => side.filter((id) => ids.includes(id)))
      return (left?.length ?? 0) <= (right?.length ?? 0) ? (left ?? []) : (right ?? [])
    }
    case "loss":
    case "corrupt":
      return (fault.value ?? 0) >= asGoodAsCut ? linkAbsence(fault, ids) : []
    case "latency":
      return (fault.value ?? 0) >= asGoodAsSilent ? linkAbsence(fault, ids) : []
    case "cut":
    case "clog":
      return linkAbsence(fault, ids)
    case "swizzle":
      return fault.target === "*" ? ids : fault.target.split("+").filter((id) => ids.includes(id))
    case "power":
    case "sever":
      return inRegion
    case "degrade":
      return (fault.value ?? 0) >= asGoodAsSilent ? inRegion : []
    case "isolate":
    case "crash":
    case "bounce":
    case "pause":
    case "stop":
    case "full":
    case "stall":
    case "wipe":
    case "rot":
    case "misdirect":
    case "lie":
      return ids.includes(fault.target) ? [fault.target] : []
    default:
      return []
  }
}

const isDamage = (fault: Fault): boolean => faultShape(fault.kind).class === "damage"

const absences = (faults: readonly Fault[], part: StagedPart, calmAt: number): readonly Absence[] =>
  faults.flatMap((fault): readonly Absence[] => {
    const ids = part.nodes.map(({ id }) => id)
    if (fault.kind === "upgrade") {
      const nodes = fault.target === "*" ? ids : fault.target.split("+").filter((id) => ids.includes(id))
      const slice = plannedLength(fault, calmAt) / Math.max(1, nodes.length)
      return nodes.map((id, i) => ({ nodes: [id], from: fault.at + i * slice, until: fault.at + (i + 1) * slice }))
    }
    const nodes = takesAway(fault, part)
    // A damaged node is as good as absent until it was rebuilt, which nobody can say beforehand.
    const until = isDamage(fault) ? Number.POSITIVE_INFINITY : endOf(fault, calmAt)
    return nodes.length === 0 ? [] : [{ nodes, from: fault.at, until }]
  })

/** The most nodes that are away at one instant. */
const mostAbsent = (all: readonly Absence[]): number => {
  let most = 0
  for (const { from } of all) {
    const away = new Set(all.filter((each) => each.from <= from && from <= each.until).flatMap(({ nodes }) => nodes))
    most = Math.max(most, away.size)
  }
  return most
}

/** The classes of which these faults exceed what a part tolerates. */
export const exceeded = (
  part: StagedPart,
  faults: readonly Fault[],
  calmAt: number,
  core: readonly string[],
): ReadonlySet<Assumption> => {
  const budget = part.system.tolerates(part.size, part.design)
  const beyond = new Set<Assumption>()
  const ids = part.nodes.map(({ id }) => id)
  const damaged = faults.filter((fault) => isDamage(fault) && ids.includes(fault.target))
  if (new Set(damaged.map(({ target }) => target)).size > budget.damaged) beyond.add("damage")
  if (damaged.some(({ kind }) => !budget.damages.includes(kind))) beyond.add("damage")
  for (const { kind, value = 0, target } of faults) {
    if (!ids.includes(target)) continue
    if (kind === "drift" && Math.abs(value) > budget.drift) beyond.add("time")
    if ((kind === "skew" || kind === "jump") && Math.abs(value) > budget.jump) beyond.add("time")
  }
  const gone = ids.filter((id) => !core.includes(id))
  const forGood: Absence = { nodes: gone, from: calmAt, until: Number.POSITIVE_INFINITY }
  const away = [...absences(faults, part, calmAt), ...(gone.length === 0 ? [] : [forGood])]
  if (mostAbsent(away) > budget.absent) beyond.add("absence")
  return beyond
}

/** How far a storm may go: all of it survived, or unbounded absence with damage and time within the budget. */
export type StormMode = "survivable" | "safety-only"

/** Drops the faults that go beyond what the parts tolerate, in order of their instants. */
export const withinBudget = (parts: readonly StagedPart[], input: Input, mode: StormMode): readonly Fault[] => {
  const kept: Fault[] = []
  for (const fault of [...input.faults].sort((a, b) => a.at - b.at)) {
    const fits = parts.every((part) => {
      const beyond = exceeded(part, [...kept, fault], input.calmAt, input.core)
      return !beyond.has("damage") && !beyond.has("time") && (mode === "safety-only" || !beyond.has("absence"))
    })
    if (fits) kept.push(fault)
  }
  return input.faults.filter((fault) => kept.includes(fault))
}
