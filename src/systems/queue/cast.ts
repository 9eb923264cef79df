/**
 * Who takes part in a queue of a size: brokers, the workers of each service and the database that their effects go to; a
 * shop that takes orders, and a list with those who empty it, where the size asks for them.
 */
import type { NodeSpec, Size } from "#system"
import { sizeOf } from "./design.ts"

const regions = ["east", "west", "north"] as const
const regionOf = (nth: number): string => regions[nth % regions.length] as string

const brokers = 3

/** The groups that read the topic of tasks. */
export const groupsOf = (size: Size): readonly string[] =>
  Array.from({ length: sizeOf(size).groups }, (_, nth) => `g${nth + 1}`)

const several = (role: string, letter: string, count: number): readonly NodeSpec[] =>
  Array.from({ length: count }, (_, nth) => ({ id: `${letter}${nth + 1}`, role, region: regionOf(nth) }))

export const nodesOf = (size: Size): readonly NodeSpec[] => {
  const { shop, flushers, groups, workers } = sizeOf(size)
  return [
    ...several("broker", "b", brokers),
    { id: "db", role: "database", region: regionOf(0) },
    ...(shop === 0 ? [] : [{ id: "shop", role: "shop", region: regionOf(0) }]),
    ...(flushers === 0 ? [] : [{ id: "list", role: "list", region: regionOf(1) }]),
    ...several("flusher", "f", flushers),
    ...several("worker", "w", groups * workers),
  ]
}

/** The nodes of a part by what they are; their names may bear a prefix. */
export interface Cast {
  readonly brokers: readonly string[]
  readonly database: string
  readonly workers: readonly string[]
  /** Where there are any. */
  readonly shop: string | undefined
  readonly list: string | undefined
}

export const castOf = (peers: readonly string[], size: Size): Cast => {
  const specs = nodesOf(size)
  const of = (role: string) => peers.filter((_, nth) => specs[nth]?.role === role)
  return {
    brokers: of("broker"),
    database: of("database")[0] as string,
    workers: of("worker"),
    shop: of("shop")[0],
    list: of("list")[0],
  }
}

/** The service that a worker belongs to. */
export const serviceOf = (worker: string, cast: Cast, size: Size): string => {
  const groups = groupsOf(size)
  return groups[cast.workers.indexOf(worker) % groups.length] as string
}

/** The sets of nodes that can go on: one broker may be missing, or one of several workers of a service. */
export const coresOf = (size: Size): readonly (readonly string[])[] => {
  const all = nodesOf(size)
  const { workers } = sizeOf(size)
  const spare = ({ role, id }: NodeSpec) => role === "broker" || (id === "w1" && workers > 1)
  const ids = all.map(({ id }) => id)
  return [ids, ...all.filter(spare).map((gone) => ids.filter((id) => id !== gone.id))]
}
