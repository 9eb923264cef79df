/** A scenario: a run worth having, named by what goes wrong. */
import type { Arbitrary } from "fast-check"
import type { Design, Size, System } from "#system"
import type { Wiring } from "#world"
import type { Input } from "./input.ts"

/** One system in a scenario. */
export interface Part {
  // A scenario holds systems of any vocabulary; each call passes its own system's Schema before it is performed.
  // biome-ignore lint/suspicious/noExplicitAny: existential over a system's Call and Session
  readonly system: System<any, any>
  /** What differs from the system's defaults. */
  readonly size: Size
  readonly design: Design
  readonly wiring: Wiring
}

export interface Scenario {
  /** `system/story`. */
  readonly name: string
  readonly summary: string
  /** By name; the empty name for the only part, whose nodes then need no prefix. */
  readonly parts: Readonly<Record<string, Part>>
  /** The verdict of `shake` at the scenario's own design. */
  readonly expects: "holds" | "violated"
  /** The invariants it is about; `part.name` where there are several parts. */
  readonly about: readonly string[]
  /**
   * The story that is told: the seed fills only the dice. Held open until an instant (microseconds), it goes on as it
   * began, or breaks off; what comes before is the same however long it is held.
   */
  readonly story: (seed: number, heldUntil?: number) => Input
  /** Where the screen opens, in microseconds, and what it asks the person in front of it. */
  readonly opening?: { readonly at: number; readonly question: string }
  /** The inputs that `shake` draws from. */
  readonly inputs: Arbitrary<Input>
}
