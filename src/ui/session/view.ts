/**
 * What there is to see at a moment: a fold over the trace, entry by entry. It asks nothing of the world, so any moment of the
 * past can be seen again; it can be copied, so that looking back need not begin at the beginning.
 */
import type { Called, Returned } from "#invariants"
import type { Cast } from "#run"
import { type Entry, Kind, type Reason, reasons } from "#sim"
import type { NodePicture, Picture } from "#system"
import { type Fault, faultShape } from "#world"
import { Pulse } from "./pulse.ts"

/** How a node is: up, frozen, asked to stop, down, or not there any more. */
export type Health = "up" | "paused" | "stopping" | "down"

export interface NodeView extends Cast {
  readonly index: number
  readonly health: Health
  /** Since when, in microseconds. */
  readonly since: number
  readonly picture: NodePicture | undefined
  /** For a client: what it waits for just now, as the `call` entry that asked. */
  readonly asks: number | undefined
  /** Since when it waits for that, in microseconds. */
  readonly askedAt: number
}

/** A message that was sent and has neither arrived nor died. */
export interface Flight {
  readonly number: number
  readonly from: number
  readonly to: number
  readonly sentAt: number
  /** Its `send` entry. */
  readonly entry: number
  /** Why it is held back, if it is. */
  readonly held?: Reason
}

/** A message that died. */
export interface Fallen extends Flight {
  readonly reason: Reason
  readonly fellAt: number
}

/** A fault in force. */
export interface Trouble {
  readonly fault: Fault
  readonly entry: number
}

/** So many dead messages are remembered. */
const mostFallen = 64

/** What changes of a node. */
interface Fate {
  health: Health
  since: number
  asks: number | undefined
  askedAt: number
}

export class View {
  /** How many entries it has seen, and the instant it shows, in microseconds. */
  index = 0
  at = 0
  readonly #cast: readonly Cast[]
  readonly #fates: Fate[]
  readonly #pictures: ReadonlyMap<string, Picture>
  #flights = new Map<number, Flight>()
  #fallen: Fallen[] = []
  #troubles = new Map<number, Trouble>()
  #calls = new Map<number, number>()
  /** How long the latest message took that arrived, by link. */
  #usual = new Map<number, number>()
  #pulse = new Pulse()
  #calm = false
  /** Made when somebody asks, until something happens. */
  #nodes: readonly NodeView[] | undefined

  constructor(cast: readonly Cast[], pictures: ReadonlyMap<string, Picture>) {
    this.#cast = cast
    this.#pictures = pictures
    this.#fates = cast.map(() => ({ health: "down", since: 0, asks: undefined, askedAt: 0 }))
  }

  copy(): View {
    const copy = new View(this.#cast, new Map([...this.#pictures].map(([part, picture]) => [part, picture.copy()])))
    copy.index = this.index
    copy.at = this.at
    for (const [index, fate] of this.#fates.entries()) copy.#fates[index] = { ...fate }
    copy.#flights = new Map(this.#flights)
    copy.#fallen = this.#fallen.slice()
    copy.#troubles = new Map(this.#troubles)
    copy.#calls = new Map(this.#calls)
    copy.#usual = new Map(this.#usual)
    copy.#pulse = this.#pulse.copy()
    copy.#calm = this.#calm
    return copy
  }

  get nodes(): readonly NodeView[] {
    this.#nodes ??= this.#cast.map((cast, index) => ({
      ...cast,
      ...(this.#fates[index] as Fate),
      index,
      picture: this.#pictures.get(cast.part)?.node(index),
    }))
    return this.#nodes
  }

  /** Messages on their way, in the order in which they were sent. */
  get flights(): Iterable<Flight> {
    return this.#flights.values()
  }

  get flying(): number {
    return this.#flights.size
  }

  /** How long the latest message took that arrived on a link, in microseconds. */
  usual(from: number, to: number): number | undefined {
    return this.#usual.get(from * this.#cast.length + to)
  }

  /** Messages that died, the latest last. */
  get fallen(): readonly Fallen[] {
    return this.#fallen
  }

  /** Faults in force, in the order in which they began. */
  get troubles(): readonly Trouble[] {
    return [...this.#troubles.values()]
  }

  get pulse(): Pulse {
    return this.#pulse
  }

  /** Whether the storm is over. */
  get calm(): boolean {
    return this.#calm
  }

  /** The picture of a part, where its system draws one. */
  picture(part: string): Picture | undefined {
    return this.#pictures.get(part)
  }

  /** How things stand in each part, as one sentence each. */
  get headlines(): readonly string[] {
    return [...this.#pictures.values()].map((picture) => picture.headline()).filter((line) => line !== "")
  }

  /** By how much the slowest copy that is up shows less than it should, in microseconds. */
  get lag(): number {
    return this.#lag(this.at)
  }

  /** Lets time pass in which nothing happens. */
  reach(at: number): void {
    this.at = at
    this.#pulse.reach(at, (instant) => this.#lag(instant))
  }

  see(entry: Entry): void {
    this.reach(entry.at)
    this.index = entry.index + 1
    this.#nodes = undefined
    const { kind, node, n } = entry
    for (const [part, picture] of this.#pictures) if (this.#cast[node]?.part === part) picture.see(entry)
    switch (kind) {
      case Kind.boot:
        this.#turn(entry, "up")
        return
      case Kind.crash:
      case Kind.stopped:
        this.#turn(entry, "down")
        return
      case Kind.pause:
        this.#turn(entry, "paused")
        return
      case Kind.resume:
        this.#turn(entry, "up")
        return
      case Kind.stop:
        this.#turn(entry, "stopping")
        return
      case Kind.send:
        this.#flights.set(n, { number: n, from: node, to: entry.peer, sentAt: entry.at, entry: entry.index })
        return
      case Kind.deliver: {
        const flight = this.#flights.get(n)
        if (flight === undefined) return
        this.#usual.set(flight.from * this.#cast.length + flight.to, entry.at - flight.sentAt)
        this.#flights.delete(n)
        return
      }
      case Kind.hold: {
        const flight = this.#flights.get(n)
        if (flight !== undefined) this.#flights.set(n, { ...flight, held: reasons[entry.detail] ?? "none" })
        return
      }
      case Kind.drop:
        this.#fall(entry)
        return
      case Kind.fault: {
        const fault = entry.value as Fault
        if (!faultShape(fault.kind).instant) this.#troubles.set(n, { fault, entry: entry.index })
        return
      }
      case Kind.heal:
        this.#troubles.delete(n)
        return
      case Kind.calm:
        this.#calm = true
        this.#troubles.clear()
        return
      case Kind.call: {
        this.#calls.set(n, entry.at)
        const fate = this.#fates[node]
        if (fate === undefined) return
        fate.asks = entry.index
        fate.askedAt = entry.at
        return
      }
      case Kind.return:
        this.#returned(entry)
    }
  }

  #lag(at: number): number {
    let most = 0
    for (const picture of this.#pictures.values()) most = Math.max(most, picture.lag(at))
    return most
  }

  #turn({ node, at }: Entry, to: Health): void {
    const fate = this.#fates[node]
    if (fate === undefined) return
    fate.health = to
    fate.since = at
  }

  #fall({ n, at, detail }: Entry): void {
    const flight = this.#flights.get(n)
    if (flight === undefined) return
    this.#flights.delete(n)
    this.#fallen.push({ ...flight, reason: reasons[detail] ?? "none", fellAt: at })
    if (this.#fallen.length > mostFallen) this.#fallen.shift()
  }

  #returned({ node, n, at, value }: Entry): void {
    const fate = this.#fates[node]
    if (fate !== undefined) fate.asks = undefined
    const calledAt = this.#calls.get(n) ?? at
    this.#calls.delete(n)
    const { outcome } = value as Called & Returned
    if (outcome._tag === "ok") this.#pulse.answered(at - calledAt)
    else this.#pulse.failed()
  }
}
