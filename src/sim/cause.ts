/**
 * What made something happen. A cause names the dice of everything done on its account, and points at the entry of the
 * trace that started it.
 *
 * Every delivery, operation, boot and fault makes a new cause; the fiber that handles it carries the cause in its
 * context and hands it on to what it sends. A program that does work on behalf of another (a batch, a queue) takes the
 * first item's cause along, as it would a tracing header.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { hashText, join } from "./dice.ts"

export class Cause {
  /** Names the dice. Two causes of one run never share it, but for hash collisions. */
  readonly key: number
  /** The entry of the trace that started this; -1 for none. */
  readonly parent: number
  /** How often a fiber on this account woke from a sleep: a loop's n-th round has its own dice. */
  wakes = 0
  /** What this round has drawn, and how often it was asked to yield. */
  drawn = 0
  steps = 0
  /** What this round has sent: most send on one link, so only the second one needs a list, of links and counts in turn. */
  #link = 0
  #onLink = 0
  #elsewhere: number[] | undefined = undefined

  constructor(key: number, parent: number) {
    this.key = key
    this.parent = parent
  }

  /** The name of the next die of this cause. */
  next(): number {
    return join(this.key, Math.imul(this.wakes, 0x10001) + this.drawn++)
  }

  /** The name of the next message of this cause on a link: how many it has sent there, not how many it has sent. */
  nextOn(link: number): number {
    let nth: number
    if (this.#onLink === 0 || link === this.#link) {
      this.#link = link
      nth = this.#onLink++
    } else nth = this.#nthElsewhere(link)
    return join(join(link, this.key), Math.imul(this.wakes, 0x10001) + nth)
  }

  #nthElsewhere(link: number): number {
    this.#elsewhere ??= []
    const sent = this.#elsewhere
    let i = 0
    while (i < sent.length && sent[i] !== link) i += 2
    if (i >= sent.length) {
      sent.push(link, 0)
      return 0
    }
    const nth = (sent[i + 1] as number) + 1
    sent[i + 1] = nth
    return nth
  }

  /** A fiber on this account woke up: a new round begins. */
  woke(): void {
    this.wakes++
    this.#onLink = 0
    this.#elsewhere = undefined
    this.drawn = 0
    this.steps = 0
  }
}

/** The cause of whatever happens outside of every operation, message and fault. */
export const uncaused = new Cause(0, -1)

/** The cause that the running fiber acts on account of. */
export const CurrentCause: Context.Reference<Cause> = Context.Reference<Cause>("snowglobe/CurrentCause", {
  defaultValue: () => uncaused,
})

/** The cause a fiber carries. */
export const causeOf = (fiber: Fiber.Fiber<unknown, unknown> | undefined): Cause =>
  fiber === undefined ? uncaused : fiber.getRef(CurrentCause)

/** Runs an effect on account of a cause that was kept from earlier: how a batch takes its first item's. */
export const onAccountOf: (cause: Cause) => <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> =
  (cause) => (self) =>
    Effect.provideService(self, CurrentCause, cause)

/** Gives a loop of a node dice of its own, so that what its other loops do does not re-roll them. */
export const named = <A, E, R>(name: string, self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    const cause = causeOf(fiber)
    return Effect.provideService(self, CurrentCause, new Cause(join(cause.key, hashText(name)), cause.parent))
  })
