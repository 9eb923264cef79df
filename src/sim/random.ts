/** Effect's Random for the programs of a node: each draw is named by the node and by the cause of the fiber that asks. */
import type * as Random from "effect/Random"
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
    return join(this.#salt, this.#simulation.runningCause().next()) >>> 0
  }

  nextIntUnsafe(): number {
    const high = this.#die()
    const low = this.#die()
    const magnitude = high * 0x20_0000 + (low >>> 11)
    return (low & 1) === 0 ? magnitude : 0 - magnitude
  }

  nextDoubleUnsafe(): number {
    return this.#die() / 0x1_0000_0000
  }
}
