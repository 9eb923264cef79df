/** A world for a workload: nodes alike, links of 1 to 7 ms, all that a run keeps kept, stopped after so many operations. */
import type { Keep } from "#sim"
import { type Program, World } from "#world"
import { claim } from "../measure.ts"

/** What is recorded: all, as `snowglobe run` does, or neither trace nor digest. */
export type Record = "all" | "rows" | "nothing"

const keepOf: { readonly [R in Record]: Keep } = { all: "everything", rows: "rows", nothing: "nothing" }

export const idsOf = (nodes: number): readonly string[] => Array.from({ length: nodes }, (_, i) => `n${i + 1}`)

export const worldOf = (
  ids: readonly string[],
  program: (nth: number) => ReturnType<Program>,
  record: Record = "all",
): World => {
  const wiring = { local: [1000, 7000], remote: [1000, 7000], clients: ["east"], sync: [1000, 6000] } as const
  const world = new World({
    seed: 1,
    strategy: "fifo",
    calmAt: Number.MAX_SAFE_INTEGER,
    keep: keepOf[record],
    nodes: ids.map((id, nth) => ({ id, region: "east", client: false, part: "", wiring, program: () => program(nth) })),
  })
  world.simulation.trace.digesting = record !== "nothing"
  return world
}

/** Counts operations, and halts the world at the last. */
export class Countdown {
  #total = 0
  #left = 0

  /** Another operation is done. */
  count(world: World): void {
    if (--this.#left === 0) world.simulation.halt()
  }

  /** Lets a world that was booted go on for so many operations, and returns how many there were in all. */
  play(world: World, operations: number): number {
    this.#left += operations
    this.#total += operations
    const outcome = world.advance(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    if (outcome !== "halted") throw new Error(`A workload ended ${outcome}: ${world.defects[0]?.text ?? "no defect"}`)
    claim("operations left", this.#left, 0)
    return this.#total
  }
}
