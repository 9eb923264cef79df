/** Effect's Random for the programs of a node: each draw is named by the node and by the cause of the fiber that asks. */
import type * as Random from "effect/Random"
import { causeOf } from "./cause.ts"
import { join, Stream } from "./dice.ts"
import type { Simulation } from "./simulation.ts"

export class NodeRandom implements Random.Random {
  readonly #simulation: Simulation
  readonly #salt: number

  /** `name` is the hash that names the node's dice. */
  constructor(simulation: Simulation, name: number) {
    this.#simulation = simulation
    this.#salt = join(join(simulation.seed, Stream.random), name)
  }

  #die(): number {
    return join(this.#salt, causeOf(this.#simulation.runningFiber()).next()) >>> 0
  }

  nextIntUnsafe(): number {
    return this.#die() * 0x20_0000 + (this.#die() >>> 11) - Number.MAX_SAFE_INTEGER
  }

  nextDoubleUnsafe(): number {
    return this.#die() / 0x1_0000_0000
  }
}
