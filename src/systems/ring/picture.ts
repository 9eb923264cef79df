/**
 * What the screen shows of a sharded store: the ring with its owners, what each shard holds, which keys are on the move, and
 * by which map everybody goes. Followed from what nodes did and said, so that any moment that is past can be drawn.
 */
import type { NodePicture, Picture, PictureStage } from "#system"
import { type Entry, Kind } from "#world"
import type { RingDesign } from "./design.ts"
import { isKeeper, placementOf, type ShardMap, shardNames, shardOf } from "./map.ts"
import { circle, type Placement, pointOf } from "./placement/index.ts"
import type { Fact, Message } from "./protocol.ts"

/** For how long a key that moved is shown as one that moves, in microseconds. */
const glow = 250_000

/** A shard as the panel draws it. */
export interface ShardScene {
  /** The node's index in its world: what its colour follows from. */
  readonly index: number
  readonly name: string
  readonly up: boolean
  /** Whether the map counts it among the owners, or it stands by. */
  readonly member: boolean
  readonly keys: number
  /** Requests that reached it lately. */
  readonly load: number
  readonly epoch: number
}

/** A key that is on its way, or has just arrived. */
export interface MovingKey {
  readonly key: string
  /** Where it lies on the circle, as a share of it. */
  readonly at: number
  readonly from: string
  readonly to: string
}

/** A router, by the map it goes by. */
export interface RouterScene {
  readonly name: string
  readonly epoch: number
  readonly stale: boolean
}

/** What the panel draws. */
export interface RingScene {
  readonly epoch: number
  /** From how many shards to how many the latest change goes, and what is being done about it. */
  readonly from: number
  readonly to: number
  readonly step: string
  readonly members: readonly ShardScene[]
  /** The owner of each of so many equal stretches of the circle, as ordinals of `members`. */
  readonly owners: (stretches: number) => readonly number[]
  readonly moving: readonly MovingKey[]
  /** How many keys the reshard under way has moved. */
  readonly moved: number
  readonly routers: readonly RouterScene[]
}

interface ShardView {
  up: boolean
  role: string
  epoch: number
  readonly keys: Set<string>
  /** When requests came, the latest last. */
  requests: number[]
}

/** So many instants of requests are remembered of each shard. */
const remembered = 64
/** What "lately" is, in microseconds. */
const lately = 500_000

/** Until the authority has said which map there is. */
const unknown: ShardMap = { epoch: 1, shards: 0, other: 0, phase: "open" }

export class RingPicture implements Picture {
  readonly #stage: PictureStage
  readonly #shards = new Map<number, ShardView>()
  readonly #keepers = new Map<number, { up: boolean; role: string; term: number }>()
  readonly #routers = new Map<number, number>()
  #moving: { readonly key: string; readonly from: string; readonly to: string; readonly at: number }[] = []
  readonly #moved = new Set<string>()
  #map = unknown
  #placement: RingDesign["placement"] = "ring"
  #step = "settled"
  #answered = 0

  constructor(stage: PictureStage) {
    this.#stage = stage
  }

  copy(): RingPicture {
    const copy = new RingPicture(this.#stage)
    for (const [node, shard] of this.#shards) {
      copy.#shards.set(node, { ...shard, keys: new Set(shard.keys), requests: shard.requests.slice() })
    }
    for (const [node, keeper] of this.#keepers) copy.#keepers.set(node, { ...keeper })
    for (const [node, epoch] of this.#routers) copy.#routers.set(node, epoch)
    for (const key of this.#moved) copy.#moved.add(key)
    copy.#moving = this.#moving.slice()
    copy.#map = this.#map
    copy.#placement = this.#placement
    copy.#step = this.#step
    copy.#answered = this.#answered
    return copy
  }

  #shard(node: number): ShardView {
    let shard = this.#shards.get(node)
    if (shard === undefined) {
      shard = { up: false, role: "starting", epoch: unknown.epoch, keys: new Set(), requests: [] }
      this.#shards.set(node, shard)
    }
    return shard
  }

  see(entry: Entry): void {
    const { kind, node } = entry
    switch (kind) {
      case Kind.boot:
      case Kind.crash:
      case Kind.stopped:
        this.#turned(node, kind === Kind.boot)
        return
      case Kind.send:
        if (this.#stage.isClient(node)) this.#asked(node, entry.value as Message)
        return
      case Kind.deliver:
        if (!this.#stage.isClient(node)) this.#reached(node, entry)
        return
      case Kind.fact:
        this.#did(node, entry.value as Fact | { readonly _tag: "Led"; readonly epoch: number }, entry.at)
        return
      case Kind.return:
        this.#answered++
    }
  }

  #turned(node: number, up: boolean): void {
    if (this.#stage.isClient(node)) return
    if (isKeeper(this.#stage.name(node))) {
      this.#keepers.set(node, { up, role: up ? "starting" : "down", term: this.#keepers.get(node)?.term ?? 0 })
      return
    }
    const shard = this.#shard(node)
    shard.up = up
    shard.role = up ? "starting" : shard.role
    // It reads its rows again from its log, and says so.
    if (up) shard.keys.clear()
  }

  /** By which map a client asks. */
  #asked(node: number, message: Message): void {
    if ("epoch" in message && typeof message.epoch === "number") this.#routers.set(node, message.epoch)
  }

  #reached(node: number, { at, value }: Entry): void {
    const { _tag } = value as Message
    if (_tag !== "Update" && _tag !== "Get" && _tag !== "List") return
    const { requests } = this.#shard(node)
    requests.push(at)
    if (requests.length > remembered) requests.shift()
  }

  #did(node: number, fact: Fact | { readonly _tag: "Led"; readonly epoch: number }, at: number): void {
    switch (fact._tag) {
      case "Led": {
        const keeper = this.#keepers.get(node)
        if (keeper !== undefined) {
          for (const each of this.#keepers.values()) if (each.up) each.role = "keeper"
          keeper.role = "primary"
          keeper.term = fact.epoch
        } else this.#shard(node).role = "shard"
        return
      }
      case "Published":
        if (fact.map.epoch < this.#map.epoch) return
        if (fact.map.epoch > this.#map.epoch && this.#step === "settled") this.#moved.clear()
        this.#map = fact.map
        this.#placement = fact.placement
        this.#step = fact.step
        return
      case "Adopted":
        this.#shard(node).epoch = fact.map.epoch
        return
      case "Holds":
        this.#shard(node).keys.add(fact.key)
        return
      case "Dropped":
        for (const key of fact.keys) this.#shard(node).keys.delete(key)
        return
      case "Moved": {
        const from = shardOf(this.#stage.name(node))
        this.#moving = this.#moving.filter((each) => each.at > at - glow)
        for (const key of fact.keys) {
          this.#moving.push({ key, from, to: fact.to, at })
          this.#moved.add(key)
        }
      }
    }
  }

  node(index: number): NodePicture | undefined {
    const keeper = this.#keepers.get(index)
    if (keeper !== undefined)
      return { role: keeper.role, chief: keeper.role === "primary", term: `term ${keeper.term}` }
    const shard = this.#shards.get(index)
    return shard && { role: shard.role, chief: false, term: `epoch ${shard.epoch}` }
  }

  lag(): number {
    return 0
  }

  headline(): string {
    if (this.#step === "settled") return `${this.#answered} calls have been answered.`
    const { from, to } = this.#change()
    return `From ${from} to ${to} shards, ${this.#step} in epoch ${this.#map.epoch}: ${this.#moved.size} keys have moved.`
  }

  #change(): { readonly from: number; readonly to: number } {
    const { shards, other, phase } = this.#map
    return phase === "announced" ? { from: shards, to: other } : { from: other, to: shards }
  }

  /** Everything that the panel draws, at an instant. */
  scene(at: number): RingScene {
    const { epoch, shards } = this.#map
    const members = [...this.#shards]
      .sort(([a], [b]) => a - b)
      .map(([node, shard]): ShardScene => {
        const name = shardOf(this.#stage.name(node))
        return {
          index: node,
          name,
          up: shard.up,
          member: shardNames(shards).includes(name),
          keys: shard.keys.size,
          load: shard.requests.filter((each) => each > at - lately && each <= at).length,
          epoch: shard.epoch,
        }
      })
    return {
      epoch,
      ...this.#change(),
      step: this.#step,
      members,
      owners: (stretches) => this.#owners(members, stretches),
      moving: this.#moving
        .filter((each) => each.at > at - glow)
        .map(({ key, from, to }) => ({ key, from, to, at: pointOf(key) / circle })),
      moved: this.#moved.size,
      routers: [...this.#routers]
        .sort(([a], [b]) => a - b)
        .map(([node, known]) => ({ name: this.#stage.name(node), epoch: known, stale: known < epoch })),
    }
  }

  #owners(members: readonly ShardScene[], stretches: number): readonly number[] {
    if (this.#map.shards === 0) return []
    const placement = placementOf(this.#placement, this.#map.shards)
    const ordinals = new Map(members.map(({ name }, nth) => [name, nth]))
    return Array.from({ length: stretches }, (_, nth) => {
      const owner = ownerAt(placement, (nth + 0.5) / stretches)
      return ordinals.get(owner) ?? 0
    })
  }
}

/** Who owns a point of the circle; where a way of placing has no circle, whoever owns some key that lies there. */
const ownerAt = (placement: Placement, share: number): string =>
  "ownerAt" in placement && typeof placement.ownerAt === "function"
    ? placement.ownerAt(Math.floor(share * circle))
    : placement.owner(`k${String(Math.floor(share * 1000)).padStart(3, "0")}`)

export const picture = (stage: PictureStage): RingPicture => new RingPicture(stage)
