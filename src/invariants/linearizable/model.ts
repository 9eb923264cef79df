/**
 * A sequential model: what an object does when its operations come one after the other. A history is linearizable if
 * the model allows some order of its operations in which each takes effect between its call and its return (Herlihy &
 * Wing, 1990).
 *
 * A model is `name`, `initial`, `step`, `unseen` and `say`. The rest is what a model knows about itself, so that the
 * search can be quick and the evidence small; leaving it out costs time, never truth. `models/mutex.ts` is a whole one.
 */
import type { Outcome, Recorded } from "../history.ts"
import type { Identity } from "./identity.ts"
import type { Narrow } from "./narrow.ts"
import type { Versions } from "./versions.ts"

export const illegal: unique symbol = Symbol("illegal")

/** Says that the model would never have answered so. */
export type Illegal = typeof illegal

/** What is written into registers, lists and queues. */
export type Value = string | number | boolean | null

export interface Model<State = unknown, Input = unknown, Output = unknown> {
  /** In kebab case. */
  readonly name: string
  readonly initial: State
  /**
   * The state after an operation that was answered so in this state, or `illegal` where it is answered otherwise. Pure.
   */
  step(state: State, input: Input, output: Output): State | Illegal
  /**
   * The state after an operation took effect whose answer nobody saw, or `illegal` where it can't take effect. Pure.
   */
  unseen(state: State, input: Input): State | Illegal
  /** The operation and how it ended in a few words: `write 3`, `read → 4`, `cas 1 2 → false`. */
  say(input: Input, outcome: Outcome<Output>): string

  /** A state in a few words. Without it: its JSON. */
  sayState?(state: State): string
  /** Tells states apart. Without it: their contents, if they are plain data. */
  identity?(state: State): Identity
  /** Which of several independent objects is asked; each is judged by itself. Without it: all ask the one object "". */
  keyOf?(input: Input): string
  /** Whether the operation leaves every state as it is. Without it: none does. */
  observes?(input: Input, outcome: Outcome<Output>): boolean
  /** Whether the state after the operation is the same whatever it was before. Without it: that of none is. */
  resets?(input: Input, outcome: Outcome<Output>): boolean
  /**
   * Tells operations apart; those of one class can stand in for each other. Without it: their contents, if they are
   * plain data.
   */
  classOf?(input: Input, outcome: Outcome<Output>): Identity
  /**
   * To which mutations an operation that comes after them may owe it that it ended so, or undefined if to none.
   * Evidence goes without a mutation only if it goes without all that may owe it something. Without it: to all.
   */
  owes?(input: Input, outcome: Outcome<Output>): ((mutation: Input) => boolean) | undefined
  /**
   * Mutations that evidence can go without if it goes without all of one tie, such as what was put in and taken out;
   * undefined if it can't.
   */
  tie?(input: Input, outcome: Outcome<Output>): Identity | undefined
  /** This model for these operations alone, all of one key and none refused. Without it: itself. */
  narrow?(operations: readonly Recorded<Input, Output>[]): Narrow<Input, Output>
  /**
   * The versions of the state that these operations, all of one key and none refused, made and saw; undefined where one
   * version may have been made twice. Without it: the search.
   */
  versions?(operations: readonly Recorded<Input, Output>[]): Versions | undefined
}
