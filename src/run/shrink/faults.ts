/**
 * Simpler faults in the place of intricate ones. A story told with a crash is understood sooner than one told with a
 * swizzle, and two intricate faults are often one simple one.
 */
import { type Fault, type FaultKind, faultShape, groupsOf, linkEnds, nodesOf } from "#world"
import { stage } from "../stage.ts"
import type { Reduction } from "./reduction.ts"

/** From what everybody knows to what needs an explanation; what is not listed comes after. */
export const familiar: readonly FaultKind[] = ["crash", "pause", "isolate", "cut", "partition"]

const strangeness = (kind: FaultKind): number => {
  const rank = familiar.indexOf(kind)
  return rank < 0 ? familiar.length : rank
}

interface Cluster {
  readonly nodes: readonly string[]
  readonly regionOf: (node: string) => string | undefined
}

/** The nodes that a fault is about. */
export const struck = (fault: Fault, { nodes, regionOf }: Cluster): readonly string[] => {
  switch (faultShape(fault.kind).aim) {
    case "node":
      return [fault.target]
    case "nodes":
      return nodesOf(fault.target, nodes)
    case "region":
      return nodes.filter((node) => regionOf(node) === fault.target)
    case "groups": {
      const [left, right] = groupsOf(fault.target) ?? [[], []]
      return [...left, ...right].filter((node) => nodes.includes(node))
    }
    default: {
      const ends: readonly string[] = linkEnds(fault.target) ?? []
      return ends.includes("*") ? nodes : ends.filter((end) => nodes.includes(end))
    }
  }
}

/** A fault of another kind, at the same time. */
const instead = ({ id, at, for: lasts }: Fault, kind: FaultKind, target: string): Fault => ({
  id,
  kind,
  target,
  at,
  ...(lasts !== undefined && !faultShape(kind).instant && { for: lasts }),
})

/** What might do in a fault's place, the most familiar first. */
export const simplerThan = (fault: Fault, cluster: Cluster): readonly Fault[] => {
  const rank = strangeness(fault.kind)
  const nodes = struck(fault, cluster)
  const candidates: Fault[] = []
  for (const kind of familiar.slice(0, rank)) {
    if (faultShape(kind).aim === "node") for (const node of nodes) candidates.push(instead(fault, kind, node))
  }
  if (rank > strangeness("cut") && linkEnds(fault.target) !== undefined)
    candidates.push(instead(fault, "cut", fault.target))
  // A narrower aim.
  const ends: readonly string[] | undefined = linkEnds(fault.target)
  if (ends?.some((end) => end === "*") === true) {
    const [left, right] = ends.map((end) => (end === "*" ? cluster.nodes : [end]))
    for (const from of left ?? []) {
      for (const to of right ?? []) {
        if (from !== to) candidates.push({ ...fault, target: `${from}->${to}` })
      }
    }
  }
  if (faultShape(fault.kind).aim === "nodes" && nodes.length > 1) {
    for (const node of nodes) candidates.push({ ...fault, target: node })
    for (const node of nodes) candidates.push({ ...fault, target: nodes.filter((each) => each !== node).join("+") })
  }
  if (fault.kind === "upgrade") for (const node of nodes) candidates.push(instead(fault, "stop", node))
  if (fault.mode !== undefined) {
    const { mode: _, ...plain } = fault
    candidates.push(plain)
  }
  return candidates
}

export const clusterOf = ({ scenario, smallest }: Reduction): Cluster => {
  const nodes = stage(scenario, smallest).flatMap((part) => part.nodes)
  const regions = new Map(nodes.map(({ id, region }) => [id, region] as const))
  return { nodes: nodes.map(({ id }) => id), regionOf: (node) => regions.get(node) }
}

const replaceAt = (faults: readonly Fault[], i: number, fault: Fault): readonly Fault[] => faults.with(i, fault)

/** Puts the most familiar fault that does in the place of each. */
export const makeFamiliar = (reduction: Reduction): void => {
  const cluster = clusterOf(reduction)
  for (let i = 0; i < reduction.smallest.faults.length; i++) {
    const fault = reduction.smallest.faults[i] as Fault
    simplerThan(fault, cluster).some((simpler) =>
      reduction.take({ ...reduction.smallest, faults: replaceAt(reduction.smallest.faults, i, simpler) }),
    )
  }
}

/** Puts one longer fault in the place of two. */
export const merge = (reduction: Reduction): void => {
  const pairs = () => {
    const { faults } = reduction.smallest
    return faults.flatMap((kept, i) => faults.flatMap((gone, j) => (i === j ? [] : [{ kept, gone, i, j }])))
  }
  const once = (): boolean =>
    pairs().some(({ kept, gone, i, j }) => {
      const { for: _, ...forGood } = kept
      const longer = { ...forGood, at: Math.min(kept.at, gone.at) }
      const rest = (fault: Fault) => replaceAt(reduction.smallest.faults, i, fault).filter((_, at) => at !== j)
      return [{ ...forGood }, longer, { ...kept, at: gone.at }].some((fault) =>
        reduction.take({ ...reduction.smallest, faults: rest(fault) }),
      )
    })
  while (reduction.smallest.faults.length > 1 && once());
}
