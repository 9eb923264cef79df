/**
 * The mind of the authority: the map, and how far a reshard has come, as its log has them. A state machine, so whoever of the
 * authority leads next goes on with the step at which the last one fell.
 */
import type { LogEntry, Machine } from "#systems/replication"
import type { RingDesign } from "./design.ts"
import { foundingMap, mostShards, type ShardMap } from "./map.ts"

/** What is being done about the map; every step may be begun again. */
export type Step = "settled" | "announcing" | "copying" | "verifying" | "sealing" | "opening" | "dropping"

const soundly: readonly Step[] = ["announcing", "copying", "verifying", "sealing", "opening", "dropping"]

/** The article's order (004:1112): the hash function is changed, then data is moved. */
const flipFirst: readonly Step[] = ["opening", "copying", "dropping"]

export const stepsOf = (reshard: RingDesign["reshard"]): readonly Step[] =>
  reshard === "flip-first" ? flipFirst : soundly

/** An entry of the authority's log: an operator's wish, or that a step is done. */
export type Command =
  | { readonly _tag: "resize"; readonly shards: number }
  | { readonly _tag: "done"; readonly epoch: number; readonly step: Step }

export class Plan implements Machine {
  readonly #steps: readonly Step[]
  readonly #founding: ShardMap
  readonly #most: number
  readonly #changed: (plan: Plan) => void
  /** In which epoch a wish was announced, by request; 0 where it came during another, or was none. */
  readonly #announced = new Map<string, number>()
  map: ShardMap
  step: Step = "settled"

  constructor(design: RingDesign, size: Readonly<Record<string, number>>, changed: (plan: Plan) => void) {
    this.#steps = stepsOf(design.reshard)
    this.#founding = foundingMap(size)
    this.#most = mostShards(size)
    this.#changed = changed
    this.map = this.#founding
    // What a store is founded with is published like what comes later.
    changed(this)
  }

  reset(): void {
    this.map = this.#founding
    this.step = "settled"
    this.#announced.clear()
  }

  apply({ request, value }: LogEntry): void {
    const command = JSON.parse(value) as Command
    if (command._tag === "resize") this.#resize(request, command.shards)
    else if (command.step === this.step && command.epoch === this.map.epoch) this.#advance()
  }

  #resize(request: string, wanted: number): void {
    const { epoch, shards } = this.map
    const isWish = this.step === "settled" && wanted !== shards && wanted >= 1 && wanted <= this.#most
    this.#announced.set(request, isWish ? epoch + 1 : 0)
    if (isWish) this.#begin(this.#steps[0] as Step, { epoch, shards, other: wanted, phase: "announced" })
  }

  #advance(): void {
    this.#begin(this.#steps[this.#steps.indexOf(this.step) + 1] ?? "settled", this.map)
  }

  /** Begins a step, with the map that belongs to it. */
  #begin(step: Step, { epoch, shards, other, phase }: ShardMap): void {
    this.step = step
    this.map = { epoch, shards, other, phase }
    if (step === "announcing") this.map = { ...this.map, epoch: epoch + 1 }
    else if (step === "sealing") this.map = { epoch: epoch + 1, shards: other, other: shards, phase: "sealed" }
    else if (step === "opening") {
      this.map =
        phase === "sealed"
          ? { ...this.map, phase: "open" }
          : { epoch: epoch + 1, shards: other, other: shards, phase: "open" }
    }
    this.#changed(this)
  }

  announced(request: string): number {
    return this.#announced.get(request) ?? 0
  }
}
