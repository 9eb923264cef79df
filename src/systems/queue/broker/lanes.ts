/**
 * The lanes of one group: where each of its messages is. A message is in exactly one of them at any time, and never leaves
 * `done`, `dead` or `dropped`.
 *
 * What is open, and how often it was tried, follows from the log and is the same on every broker. Which of the open
 * messages are leased is known to the primary alone: a lease that is lost with it only costs a second delivery.
 */
import { type Lane, lanes, type Sizes } from "../protocol.ts"

export interface Held {
  /** Failed tries so far. */
  tries: number
  /** When it may be handed out, in milliseconds of the primary's wall clock. */
  due: number
}

export interface Leased {
  readonly worker: string
  until: number
  /** Its end is being written down. */
  ending: boolean
}

export class Lanes {
  readonly group: string
  /** Open messages, the oldest first. */
  readonly open = new Map<string, Held>()
  readonly leases = new Map<string, Leased>()
  readonly #in: Readonly<Record<Lane, Set<string>>>
  readonly #moved: (group: string, id: string, to: Lane, sizes: Sizes) => void

  constructor(group: string, moved: (group: string, id: string, to: Lane, sizes: Sizes) => void) {
    this.group = group
    this.#moved = moved
    this.#in = Object.fromEntries(lanes.map((lane) => [lane, new Set<string>()])) as Record<Lane, Set<string>>
  }

  get sizes(): Sizes {
    return lanes.map((lane) => this.#in[lane].size)
  }

  #move(id: string, to: Lane): void {
    for (const lane of lanes) if (lane !== to) this.#in[lane].delete(id)
    this.#in[to].add(id)
    if (to !== "leased") this.leases.delete(id)
    this.#moved(this.group, id, to, this.sizes)
  }

  /** Takes a message in; one that is due later waits. */
  enter(id: string, due: number, at: number): void {
    this.open.set(id, { tries: 0, due })
    this.#move(id, due > at ? "delayed" : "ready")
  }

  /** Takes a message away for good. */
  close(id: string, to: "done" | "dead" | "dropped"): void {
    if (this.open.delete(id)) this.#move(id, to)
  }

  /** A try has failed: the message waits until `due`, or is parked if that was the last of so many tries. */
  fail(id: string, attempt: number, due: number, tries: number): void {
    const held = this.open.get(id)
    if (held === undefined || held.tries !== attempt - 1) return
    held.tries = attempt
    held.due = due
    if (attempt >= tries) this.close(id, "dead")
    else this.#move(id, "delayed")
  }

  /** Loses sight of a message. */
  forget(id: string): void {
    this.open.delete(id)
    this.leases.delete(id)
    for (const lane of lanes) this.#in[lane].delete(id)
  }

  get oldest(): string | undefined {
    for (const id of this.open.keys()) return id
    return undefined
  }

  // What only the primary does

  /** Hands out the next message, to be worked on until an instant. */
  lease(worker: string, until: number): string | undefined {
    for (const id of this.#in.ready) {
      this.leases.set(id, { worker, until, ending: false })
      this.#move(id, "leased")
      return id
    }
    return undefined
  }

  /** Makes ready what has come due. */
  ripen(now: number): boolean {
    let some = false
    for (const id of this.#in.delayed) {
      if ((this.open.get(id)?.due ?? 0) > now) continue
      this.#move(id, "ready")
      some = true
    }
    return some
  }

  /** Gives up every lease: another reign has begun, and nobody knows what the last one had handed out. */
  releaseAll(): void {
    for (const id of this.leases.keys()) this.#move(id, "ready")
  }

  get hasReady(): boolean {
    return this.#in.ready.size > 0
  }

  get isWaiting(): boolean {
    return this.#in.delayed.size > 0 || this.leases.size > 0
  }
}
