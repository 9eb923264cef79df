/**
 * The world: nodes, the links between them, and the faults that befall them, on one simulation.
 *
 * A message is sent here, its fate is asked of the weather, and it arrives here. A fault begins and ends here. Nothing
 * else moves anything between nodes.
 */
import * as EffectCause from "effect/Cause"
import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import {
  Cause as Account,
  below,
  between,
  type Cause,
  type Due,
  hashText,
  join,
  type Keep,
  Kind,
  type Outcome,
  type Reason,
  reasonCode,
  Simulation,
  type Strategy,
  Stream,
} from "#sim"
import { Disk } from "./disk.ts"
import { endOf, type Fault, faultShape, nodesOf, plannedLength } from "./fault.ts"
import { Life } from "./life.ts"
import { type Hardware, Node, type NodeOptions } from "./node.ts"
import { type Front, spellKey, Weather } from "./weather.ts"
import type { Range } from "./wiring.ts"

/** How a message asks to be taken: the `detail` of its `send` entry. */
export const Manner = { datagram: 0, request: 1, answer: 2 } as const
type Manner = keyof typeof Manner

/** A message on its way. */
class Envelope {
  readonly from: Node
  readonly to: Node
  readonly message: unknown
  readonly manner: Manner
  /** Its number in the run; for an answer, that of the request. */
  readonly number: number
  readonly request: number
  /** Names its dice. */
  readonly key: number
  /** Its `send` entry. */
  readonly entry: number

  constructor(
    from: Node,
    to: Node,
    message: unknown,
    manner: Manner,
    number: number,
    request: number,
    key: number,
    entry: number,
  ) {
    this.from = from
    this.to = to
    this.message = message
    this.manner = manner
    this.number = number
    this.request = request
    this.key = key
    this.entry = entry
  }
}

/** A defect of a program under the glass: ours, never a verdict. */
export interface Defect {
  readonly node: string
  readonly text: string
}

export interface WorldOptions {
  readonly seed: number
  readonly strategy: Strategy
  readonly nodes: readonly NodeOptions[]
  readonly keep?: Keep
  /** When the storm is over, in microseconds: faults without a length end then. */
  readonly calmAt: number
  /** Sends every message of a part through its Schema, so that no two nodes ever share an object. */
  readonly copy?: (part: string, message: unknown) => unknown
  /** Remembers every fiber that waits, for the report of a deadlock. */
  readonly diagnose?: boolean
}

/** A fault in force: what ends it, and its place among all that were injected. */
interface InForce {
  readonly id: string
  readonly rank: number
  readonly end: () => void
}

/**
 * What comes first at an instant: faults that begin, in the order in which they were injected; then the calm; then faults
 * that end. A fault by hand comes where it would have come had it been in the input from the start.
 */
const calmRank = 0x1000_0000
const endRank = calmRank + 1

const swizzleShare = 0.4

export class World {
  readonly simulation: Simulation
  readonly strategy: Strategy
  readonly nodes: readonly Node[]
  readonly weather: Weather
  readonly defects: Defect[] = []
  /** Faults that changed something so far. */
  readonly fired = new Set<Fault>()
  readonly #byId = new Map<string, Node>()
  readonly #options: WorldOptions
  /** In the order in which they began. A set, for two faults may bear one id, and each ends on its own. */
  readonly #inForce = new Set<InForce>()
  readonly #held = new Map<Front, Envelope[]>()
  /** What has arrived at a paused life and not been handled. */
  readonly #atTheDoor = new Map<Life, Set<Envelope>>()
  readonly #arrival: Due
  readonly #arrivalCorrupt: Due
  readonly #waiting = new Map<Fiber.Fiber<unknown, unknown>, { readonly node: Node; readonly what: string }>()
  readonly #keys: number[] = []
  #messages = 0
  #injected = 0
  #begun = 0
  #calm = false

  constructor(options: WorldOptions) {
    this.#options = options
    this.strategy = options.strategy
    this.simulation = new Simulation({ seed: options.seed, ...(options.keep && { keep: options.keep }) })
    this.weather = new Weather(this.simulation.seed)
    this.nodes = options.nodes.map((node, index) => new Node(index, node, new Disk({ sync: node.wiring.sync })))
    for (const node of this.nodes) this.#byId.set(node.id, node)
    this.#arrival = { due: (envelope) => this.#arrive(envelope as Envelope, false) }
    this.#arrivalCorrupt = { due: (envelope) => this.#arrive(envelope as Envelope, true) }
  }

  node(id: string): Node | undefined {
    return this.#byId.get(id)
  }

  /** Starts every node. */
  boot(): void {
    this.simulation.sandbox.enter(() => {
      for (const node of this.nodes) this.#boot(node)
    })
  }

  /** Steps until an instant (microseconds, included) or until so many events have happened. */
  advance(until: number, budget: number): Outcome | "defect" {
    const outcome = this.simulation.advance(until, budget)
    return this.defects.length > 0 && outcome !== "escape" ? "defect" : outcome
  }

  /** Runs a program of a client, on account of an operation. */
  run<A, E>(node: Node, program: Effect.Effect<A, E, Hardware>, cause: Cause): Fiber.Fiber<A, E> | undefined {
    const { life } = node
    if (life === undefined) return undefined
    const fiber = this.simulation.runAs(life.process, () => life.run(program, cause))
    this.watch(fiber, node, "operation")
    return fiber
  }

  // Messages

  /** Sends a message and returns its number, from 1. */
  send(from: Node, to: string, message: unknown, cause: Cause, manner: Manner, request: number): number {
    const { simulation } = this
    const target = this.#byId.get(to)
    const number = ++this.#messages
    const said = this.#options.copy === undefined ? message : this.#options.copy(from.part, message)
    const { trace, now } = simulation
    const detail = Manner[manner]
    const entry = trace.append(now, Kind.send, detail, from.index, target?.index ?? -1, number, cause.parent, said)
    if (target === undefined) {
      trace.append(now, Kind.drop, reasonCode("unknown node"), from.index, -1, number, entry, undefined)
      return number
    }
    const key = cause.nextOn(join(from.name, target.name))
    if (this.#options.keep === "everything") this.#keys[number] = key
    this.#dispatch(
      new Envelope(from, target, said, manner, number, manner === "request" ? number : request, key, entry),
    )
    return number
  }

  /** What names the message with a number, as a `drop` spells it: the `n` of its entries, where everything is kept. */
  keyOf(number: number): string | undefined {
    const key = this.#keys[number]
    return key === undefined ? undefined : spellKey(join(this.simulation.seed, key))
  }

  #range(from: Node, to: Node): Range {
    return from.region === to.region ? from.wiring.local : from.wiring.remote
  }

  #dispatch(envelope: Envelope): void {
    const { from, to, key } = envelope
    const { simulation } = this
    const range = this.#range(from, to)
    const die = join(simulation.seed ^ Stream.latency, key)
    const usual = between(die, range[0], range[1])
    if (this.weather.calm) {
      simulation.timeline.set(simulation.now + usual, undefined, this.#arrival, envelope)
      return
    }
    const fate = this.weather.judge(from, to, join(simulation.seed, key), range[1])
    if (fate.death !== "none") {
      this.#drop(envelope, fate.death, from)
      return
    }
    if (fate.heldBy !== undefined) {
      const waiting = this.#held.get(fate.heldBy)
      if (waiting === undefined) this.#held.set(fate.heldBy, [envelope])
      else waiting.push(envelope)
      this.#note(Kind.hold, envelope, "clogged", from)
      return
    }
    const target = fate.corrupt ? this.#arrivalCorrupt : this.#arrival
    simulation.timeline.set(simulation.now + usual + fate.delay, undefined, target, envelope)
    if (fate.twice) {
      const again = new Envelope(
        from,
        to,
        envelope.message,
        envelope.manner,
        envelope.number,
        envelope.request,
        join(key, Stream.duplicate),
        envelope.entry,
      )
      this.#note(Kind.duplicate, envelope, "none", from)
      const lag = between(join(die, Stream.duplicate), range[0], range[1] * 4)
      simulation.timeline.set(simulation.now + usual + lag, undefined, this.#arrival, again)
    }
  }

  #arrive(envelope: Envelope, corrupt: boolean): void {
    const { from, to } = envelope
    const intercepted = this.weather.calm ? "none" : this.weather.intercepts(from, to)
    const { life } = to
    if (intercepted !== "none" || corrupt || life === undefined) {
      this.#drop(envelope, intercepted !== "none" ? intercepted : corrupt ? "corrupt" : "receiver down", to)
      return
    }
    const { process } = life
    if (process.paused) {
      this.#note(Kind.hold, envelope, "receiver paused", to)
      const waiting = this.#atTheDoor.get(life) ?? new Set()
      this.#atTheDoor.set(life, waiting.add(envelope))
      process.hold(() => {
        waiting.delete(envelope)
        this.#hand(envelope, life)
      })
      return
    }
    this.simulation.runAs(process, () => this.#hand(envelope, life))
  }

  #hand(envelope: Envelope, life: Life): void {
    const { from, to, message, manner, number, request } = envelope
    const { trace, now } = this.simulation
    if (manner === "answer" ? !life.waitsFor(request) : life.handler === undefined) {
      this.#drop(envelope, manner === "answer" ? "answer too late" : "no handler", to)
      return
    }
    const entry = trace.append(now, Kind.deliver, Manner[manner], to.index, from.index, number, envelope.entry, message)
    if (manner === "answer") life.answer(request, message)
    else life.receive(message, from, envelope.key, entry, manner === "request" ? request : 0)
  }

  /** Drops what still waits for a life that has ended. */
  #turnAway(life: Life): void {
    for (const envelope of this.#atTheDoor.get(life) ?? []) this.#drop(envelope, "receiver down", life.node)
    this.#atTheDoor.delete(life)
  }

  #drop(envelope: Envelope, reason: Reason, where: Node): void {
    this.#note(Kind.drop, envelope, reason, where)
  }

  #note(kind: Kind, envelope: Envelope, reason: Reason, where: Node): void {
    const other = where === envelope.from ? envelope.to : envelope.from
    const { trace, now } = this.simulation
    trace.append(now, kind, reasonCode(reason), where.index, other.index, envelope.number, envelope.entry, undefined)
  }

  // Nodes

  #boot(node: Node): void {
    if (node.life !== undefined || node.gone) return
    const { trace, now } = this.simulation
    const entry = trace.append(now, Kind.boot, Math.min(node.lives, 0xffff), node.index, -1, node.lives, -1, undefined)
    const life = new Life(this, node)
    node.life = life
    const founding = node.lives === 0
    const cause = new Account(join(join(node.name, hashText("boot")), node.lives), entry)
    node.lives++
    if (node.pauses > 0) life.process.pause()
    this.simulation.runAs(life.process, () => {
      const fiber = life.run(node.program(founding, node.replaced), cause)
      node.main = fiber
      this.watch(fiber, node, "program")
      fiber.addObserver((exit) => {
        if (exit._tag === "Failure" && life.alive) this.failed(node, exit.cause)
      })
    })
  }

  #crash(node: Node, mode: string, fault: Fault | undefined, cause: number): void {
    const { life } = node
    if (life === undefined) return
    life.drop()
    node.life = undefined
    node.main = undefined
    const salt = join(join(this.simulation.seed, Stream.disk), join(hashText(fault?.id ?? "calm"), node.name))
    const loss = node.disk.powerLoss(mode as "lost", (n) => join(salt, n))
    this.simulation.trace.append(this.simulation.now, Kind.crash, 0, node.index, -1, node.lives - 1, cause, loss)
    this.#turnAway(life)
  }

  #down(node: Node, fault: Fault, cause: number): void {
    node.downs++
    this.#crash(node, fault.mode ?? faultShape(fault.kind).modes[0] ?? "lost", fault, cause)
  }

  #up(node: Node): void {
    node.downs--
    if (node.downs === 0) this.#boot(node)
  }

  /** Asks a node to stop: its program is interrupted, and what has not ended after the grace is dropped. */
  #stop(node: Node, cause: number): void {
    node.downs++
    const { life, main } = node
    if (life === undefined || main === undefined) return
    const { trace, now } = this.simulation
    trace.append(now, Kind.stop, 0, node.index, -1, node.lives - 1, cause, undefined)
    const finish = () => {
      if (node.life !== life) return
      life.drop()
      node.life = undefined
      node.main = undefined
      // A clean shutdown leaves the page cache to the operating system, which writes it back.
      node.disk.powerLoss("kept", () => 0)
      trace.append(this.simulation.now, Kind.stopped, 0, node.index, -1, node.lives - 1, cause, undefined)
      this.#turnAway(life)
      if (node.downs === 0) this.#boot(node)
    }
    this.simulation.runAs(life.process, () => {
      main.addObserver(finish)
      main.interruptUnsafe()
    })
    this.simulation.at(now + graceMicros, finish)
  }

  #pause(node: Node, cause: number): void {
    if (node.pauses++ === 0 && node.life !== undefined) {
      node.life.process.pause()
      this.simulation.trace.append(this.simulation.now, Kind.pause, 0, node.index, -1, 0, cause, undefined)
    }
  }

  #resume(node: Node): void {
    node.pauses--
    if (node.pauses === 0 && node.life !== undefined) {
      this.simulation.trace.append(this.simulation.now, Kind.resume, 0, node.index, -1, 0, -1, undefined)
      node.life.process.resume()
    }
  }

  /** A fiber of a node died of a defect. The text is for people; it has no place in the trace. */
  failed(node: Node, cause: EffectCause.Cause<unknown>): void {
    if (EffectCause.hasInterruptsOnly(cause)) return
    this.defects.push({ node: node.id, text: EffectCause.pretty(cause) })
    this.simulation.trace.append(this.simulation.now, Kind.defect, 0, node.index, -1, 0, -1, undefined)
  }

  // Faults

  /** Lets a fault befall the world, now or at its instant. */
  inject(fault: Fault): void {
    const rank = this.#injected++
    this.simulation.ahead(fault.at, rank, () => this.#begin(fault, rank))
  }

  /** Ends a fault in force at an instant, before its time; says whether there is one of that id. */
  heal(id: string, at: number): boolean {
    const found = [...this.#inForce].filter((each) => each.id === id)
    for (const { rank, end } of found) this.simulation.ahead(at, endRank + rank, end)
    return found.length > 0
  }

  /** Whether a fault is in force. */
  suffers(id: string): boolean {
    return [...this.#inForce].some((each) => each.id === id)
  }

  #begin(fault: Fault, rank: number): void {
    if (this.#calm) return
    const shape = faultShape(fault.kind)
    const { simulation } = this
    const target = this.#byId.get(fault.target)
    const number = ++this.#begun
    const told = begun(fault)
    const entry = simulation.trace.append(simulation.now, Kind.fault, 0, target?.index ?? -1, -1, number, -1, told)
    const ends = this.#apply(fault, target, entry)
    const end = () => {
      if (!this.#inForce.delete(force)) return
      if (!shape.instant) {
        simulation.trace.append(simulation.now, Kind.heal, 0, target?.index ?? -1, -1, number, entry, told)
      }
      ends()
    }
    const force = { id: fault.id, rank, end }
    this.#inForce.add(force)
    // A drop strikes when its message is sent, and nobody knows when that is.
    if (fault.kind === "drop") return
    const until = endOf(fault, this.#options.calmAt)
    if (shape.instant) end()
    else if (until < this.#options.calmAt) simulation.ahead(until, endRank + rank, end)
  }

  /** Makes a fault take hold and returns what undoes it. */
  #apply(fault: Fault, node: Node | undefined, entry: number): () => void {
    const nothing = () => {}
    if (faultShape(fault.kind).family === "network" || fault.kind === "sever" || fault.kind === "degrade") {
      return fault.kind === "swizzle" ? this.#swizzle(fault) : this.#front(fault)
    }
    const value = fault.value ?? 0
    const { simulation } = this
    if (fault.kind === "power") {
      const hit = this.nodes.filter((each) => !each.client && each.region === fault.target)
      if (hit.length > 0) this.fired.add(fault)
      for (const each of hit) this.#down(each, fault, entry)
      return () => {
        for (const each of hit) this.#up(each)
      }
    }
    if (fault.kind === "upgrade") return this.#upgrade(fault, entry)
    if (node === undefined) return nothing
    this.fired.add(fault)
    const salt = join(join(simulation.seed, Stream.fault), hashText(fault.id))
    switch (fault.kind) {
      case "crash":
        this.#down(node, fault, entry)
        return () => this.#up(node)
      case "bounce":
        if (node.life === undefined) {
          this.fired.delete(fault)
          return nothing
        }
        this.#down(node, fault, entry)
        return () => this.#up(node)
      case "wipe":
        this.#down(node, fault, entry)
        node.disk.wipe()
        node.replaced = true
        return () => this.#up(node)
      case "stop":
        this.#stop(node, entry)
        return () => {
          node.downs--
          if (node.downs === 0) this.#boot(node)
        }
      case "pause":
        this.#pause(node, entry)
        return () => this.#resume(node)
      case "lie":
        node.disk.lying = true
        return () => {
          node.disk.lying = false
        }
      case "rot": {
        const spot = node.disk.rot((n) => join(salt, n))
        if (spot === undefined) this.fired.delete(fault)
        else {
          simulation.trace.append(simulation.now, Kind.damage, 0, node.index, -1, spot.offset, entry, {
            path: spot.path,
            how: "rot",
          })
        }
        return nothing
      }
      case "misdirect":
        node.disk.misdirecting = true
        return () => {
          node.disk.misdirecting = false
        }
      case "full":
        node.disk.full = true
        return () => {
          node.disk.full = false
        }
      case "slow":
        return this.#slow(node, Math.max(1, value))
      case "stall":
        node.disk.stall()
        return () => node.disk.unstall()
      case "skew":
        node.clock.offset += value
        return () => {
          node.clock.offset -= value
        }
      case "jump":
        node.clock.offset += value
        return nothing
      case "drift":
        node.clock.setDrift(simulation.now, node.clock.drift + value)
        return () => node.clock.setDrift(simulation.now, node.clock.drift - value)
      default:
        return nothing
    }
  }

  /** The slowest of the faults in force counts: two of them are no disk that takes a minute for a sync. */
  #slow(node: Node, factor: number): () => void {
    const { disk, slowdowns } = node
    const settle = () => {
      disk.slow = Math.max(1, ...slowdowns)
    }
    slowdowns.push(factor)
    settle()
    return () => {
      slowdowns.splice(slowdowns.indexOf(factor), 1)
      settle()
    }
  }

  #front(fault: Fault, clogged?: string): () => void {
    const front = this.weather.rise(fault, clogged)
    return () => {
      this.weather.settle(front)
      if (front.hits > 0) this.fired.add(fault)
      const waiting = this.#held.get(front) ?? []
      this.#held.delete(front)
      for (const envelope of waiting) this.#dispatch(envelope)
    }
  }

  /** Clogs the links of a random subset of nodes in a random order, and releases them in another. */
  #swizzle(fault: Fault): () => void {
    const { simulation } = this
    const start = simulation.now
    const length = plannedLength(fault, this.#options.calmAt)
    const salt = join(join(simulation.seed, Stream.fault), hashText(fault.id))
    const servers = this.nodes.filter((node) => !node.client).map((node) => node.id)
    const releases: (() => void)[] = []
    let over = false
    for (const id of nodesOf(fault.target, servers)) {
      const die = join(salt, hashText(id))
      if (below(die, 2) === 0) continue
      const share = Math.floor(length * swizzleShare)
      const from = start + between(join(die, 1), 0, share)
      const until = start + length - between(join(die, 2), 0, share)
      let release: (() => void) | undefined
      simulation.at(from, () => {
        if (!over) release = this.#front(fault, id)
      })
      const settle = () => {
        release?.()
        release = undefined
      }
      simulation.at(until, settle)
      releases.push(settle)
    }
    return () => {
      over = true
      for (const release of releases) release()
    }
  }

  /** Stops and starts nodes one after the other. */
  #upgrade(fault: Fault, entry: number): () => void {
    const { simulation } = this
    const servers = this.nodes.filter((node) => !node.client).map((node) => node.id)
    const nodes = nodesOf(fault.target, servers).flatMap((id) => this.#byId.get(id) ?? [])
    const start = simulation.now
    const slice = Math.floor(plannedLength(fault, this.#options.calmAt) / Math.max(1, nodes.length))
    let over = false
    let stopped: Node | undefined
    const back = () => {
      if (stopped === undefined) return
      stopped.downs--
      if (stopped.downs === 0) this.#boot(stopped)
      stopped = undefined
    }
    this.fired.add(fault)
    nodes.forEach((node, nth) => {
      simulation.at(start + nth * slice, () => {
        back()
        if (over) return
        stopped = node
        this.#stop(node, entry)
      })
    })
    return () => {
      over = true
      back()
    }
  }

  /** Ends the storm at an instant: every fault ends, the core comes back, and the rest is switched off for good. The first of two counts. */
  calm(at: number, core: readonly string[], then = () => {}): void {
    this.simulation.ahead(at, calmRank, () => {
      if (this.#calm) return
      then()
      const { trace, now } = this.simulation
      const entry = trace.append(now, Kind.calm, 0, -1, -1, 0, -1, { core })
      for (const node of this.nodes) {
        if (!node.client && !core.includes(node.id)) node.gone = true
      }
      for (const { end } of [...this.#inForce]) end()
      this.#calm = true
      for (const node of this.nodes) {
        if (node.gone) this.#crash(node, "lost", undefined, entry)
      }
    })
  }

  // Who waits where

  /** Remembers a fiber that has not ended, when the world was asked to diagnose. */
  watch(fiber: Fiber.Fiber<unknown, unknown>, node: Node, what: string): void {
    if (this.#options.diagnose !== true) return
    this.#waiting.set(fiber, { node, what })
    fiber.addObserver(() => this.#waiting.delete(fiber))
  }

  /** Every fiber that has not ended, by node, with the innermost named function it is in. */
  waiting(): readonly { readonly node: string; readonly what: string; readonly where: string }[] {
    return [...this.#waiting].flatMap(([fiber, { node, what }]) =>
      node.up ? [{ node: node.id, what, where: fiber.cache.stackFrame?.name ?? "an unnamed effect" }] : [],
    )
  }
}

/**
 * A fault as its entries tell it: in one order of keys, whoever made it, and without how long it lasts, for a hand may end it
 * early, and what was told before stays as it was.
 */
const begun = ({ id, kind, target, at, value, mode }: Fault): Fault => ({
  id,
  kind,
  target,
  at,
  ...(value !== undefined && { value }),
  ...(mode !== undefined && { mode }),
})

/** How long a node may take to stop before it is dropped, in microseconds. */
const graceMicros = 1_000_000
