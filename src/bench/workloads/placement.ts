/**
 * Placing keys on a ring: a lookup among a hundred nodes of a hundred vnodes each, and a node that joins and leaves again.
 * Beside ours, Effect's HashRing, which asks for the nearest point.
 */
import * as HashRing from "effect/HashRing"
import * as PrimaryKey from "effect/PrimaryKey"
import { placement } from "#systems/ring"
import { claim, type Workload } from "../measure.ts"

const nodes = 100
const vnodes = 100

const names = Array.from({ length: nodes }, (_, nth) => `node${nth}`)
/** More keys than caches of strings remember. */
const keys = Array.from({ length: 4096 }, (_, nth) => `user:${nth}:profile`)

class Member implements PrimaryKey.PrimaryKey {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
  [PrimaryKey.symbol](): string {
    return this.name
  }
}

/** What a ring must do to be measured. */
interface Rival {
  readonly owner: (key: string) => string | undefined
  /** Has one more node join, and leave. */
  readonly change: (name: string) => void
}

const ours = (): Rival => {
  const ring = placement.ring(names, { vnodes })
  return {
    owner: ring.owner,
    change: (name) => {
      claim("nodes of our ring", ring.with(name, { vnodes }).without(name).nodes.length, nodes)
    },
  }
}

const effects = (): Rival => {
  const ring = HashRing.make<Member>({ baseWeight: vnodes })
  HashRing.addMany(
    ring,
    names.map((name) => new Member(name)),
  )
  return {
    owner: (key) => HashRing.get(ring, key)?.name,
    change: (name) => {
      const member = new Member(name)
      HashRing.add(ring, member)
      HashRing.remove(ring, member)
    },
  }
}

const lookups = (name: string, make: () => Rival): Workload => {
  const rival = make()
  return {
    name,
    play: (size) => {
      const owners = new Set<string | undefined>()
      const many = size * keys.length
      for (let nth = 0; nth < many; nth++) owners.add(rival.owner(keys[nth % keys.length] as string))
      claim(name, owners.size, nodes)
      return many
    },
  }
}

const changes = (name: string, make: () => Rival): Workload => {
  const rival = make()
  return {
    name,
    play: (size) => {
      for (let nth = 0; nth < size; nth++) rival.change(`joiner${nth}`)
      return size
    },
  }
}

export const lookupsHere = (): Workload => lookups("ring lookups", ours)
export const lookupsInEffect = (): Workload => lookups("HashRing lookups", effects)
export const changesHere = (): Workload => changes("ring changes", ours)
export const changesInEffect = (): Workload => changes("HashRing changes", effects)
