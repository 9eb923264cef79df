/**
 * The faults in force on the network, asked one question per message: what becomes of it?
 *
 * All that can go wrong between two nodes is decided here and nowhere else. Each die is named by the message and by the
 * fault, so removing a fault changes nothing but what it did.
 */
import { between, chance, exponential, hashText, join, type Reason, Stream, tailed } from "#sim"
import { type Fault, groupsOf, linkEnds, messageAim } from "./fault.ts"

/** An end of a link, as far as faults care. */
export interface Place {
  readonly id: string
  readonly region: string
  /** Names its dice. */
  readonly name: number
}

/** What becomes of a message. */
export interface Fate {
  /** Why it dies; `none` if it lives. */
  death: Reason
  /** The fault that holds it back until it ends, if any. */
  heldBy: Front | undefined
  /** Extra microseconds on its way. */
  delay: number
  /** It arrives a second time. */
  twice: boolean
  /** It arrives, and fails its checksum. */
  corrupt: boolean
}

/** One fault in force. */
export interface Front {
  readonly fault: Fault
  readonly salt: number
  readonly touches: (from: Place, to: Place) => boolean
  /** How many messages it has changed so far. */
  hits: number
}

/** The key of a message as a `drop` spells it. */
export const spellKey = (key: number): string => (key >>> 0).toString(16)

const matches = (pattern: string, place: Place): boolean => pattern === "*" || pattern === place.id

/** Which links a network or region fault concerns; of a swizzle, those of the node that it clogs. */
export const reach = (fault: Fault, clogged: string | undefined): ((from: Place, to: Place) => boolean) => {
  switch (fault.kind) {
    case "partition": {
      const [left, right] = groupsOf(fault.target) ?? [[], []]
      return (from, to) =>
        (left.includes(from.id) && right.includes(to.id)) || (right.includes(from.id) && left.includes(to.id))
    }
    case "isolate":
      // What a node says to itself never reaches the network.
      return (from, to) => (from.id === fault.target) !== (to.id === fault.target)
    case "swizzle":
      return (from, to) => (from.id === clogged) !== (to.id === clogged)
    case "sever":
    case "degrade":
      return (from, to) => (from.region === fault.target) !== (to.region === fault.target)
    case "drop": {
      const aim = messageAim(fault.target)
      return (from, to) => aim !== undefined && matches(aim.from, from) && matches(aim.to, to)
    }
    default: {
      const ends = linkEnds(fault.target)
      return (from, to) => ends !== undefined && matches(ends[0], from) && matches(ends[1], to)
    }
  }
}

const severing: Partial<Record<Fault["kind"], Reason>> = {
  cut: "cut",
  partition: "partitioned",
  isolate: "isolated",
  sever: "region cut",
}

/** The extra time that a latency fault puts on a message, in microseconds. */
const lateness = (fault: Fault, die: number, pair: number): number => {
  const value = fault.value ?? 0
  switch (fault.mode) {
    case "uniform":
      return between(die, 0, value)
    case "exponential":
      return exponential(die, value)
    case "tailed":
      return tailed(die, value)
    case "pair":
      return between(pair, 0, value)
    default:
      return value
  }
}

export class Weather {
  readonly #seed: number
  readonly #fronts: Front[] = []

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Nothing is wrong anywhere: a message need not ask. */
  get calm(): boolean {
    return this.#fronts.length === 0
  }

  /** Puts a fault in force; `node` names the one that a swizzle clogs. */
  rise(fault: Fault, node?: string): Front {
    const front: Front = { fault, salt: hashText(fault.id), touches: reach(fault, node), hits: 0 }
    this.#fronts.push(front)
    return front
  }

  settle(front: Front): void {
    const index = this.#fronts.indexOf(front)
    if (index >= 0) this.#fronts.splice(index, 1)
  }

  /** Asks what becomes of the message with this key; `usual` is the longest it would take on a good day, in microseconds. */
  judge(from: Place, to: Place, key: number, usual: number): Fate {
    const fate: Fate = { death: "none", heldBy: undefined, delay: 0, twice: false, corrupt: false }
    for (const front of this.#fronts) {
      if (!front.touches(from, to)) continue
      const { fault } = front
      const die = join(key, front.salt)
      const value = fault.value ?? 0
      switch (fault.kind) {
        case "loss":
          if (!chance(join(die, Stream.loss), value)) continue
          fate.death = "lost"
          break
        case "drop":
          if (spellKey(key) !== messageAim(fault.target)?.key) continue
          fate.death = "dropped by hand"
          break
        case "corrupt":
          if (!chance(join(die, Stream.corrupt), value)) continue
          fate.corrupt = true
          break
        case "duplicate":
          if (!chance(join(die, Stream.duplicate), value)) continue
          fate.twice = true
          break
        case "reorder":
          if (!chance(join(die, Stream.reorder), value)) continue
          fate.delay += between(join(die, Stream.latency), usual, usual * 10)
          break
        case "latency":
          fate.delay += lateness(fault, join(die, Stream.latency), this.#pair(from, to, front))
          break
        case "degrade":
          fate.delay += value
          break
        case "clog":
        case "swizzle":
          fate.heldBy ??= front
          break
        default:
          fate.death = severing[fault.kind] ?? "none"
      }
      front.hits++
      if (fate.death !== "none") return fate
    }
    return fate
  }

  /** The die that a fault throws once for every pair of ends. */
  #pair(from: Place, to: Place, { salt }: Front): number {
    return join(join(this.#seed, join(from.name, to.name)), salt)
  }

  /** Whether a message that is under way is stopped short of its receiver. */
  intercepts(from: Place, to: Place): Reason {
    for (const front of this.#fronts) {
      const reason = severing[front.fault.kind]
      if (reason !== undefined && front.touches(from, to)) {
        front.hits++
        return reason
      }
    }
    return "none"
  }
}
