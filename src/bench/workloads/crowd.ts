/** Many nodes for ten virtual seconds, with nothing to do or with a timer each. An operation is the whole of it, with the boot. */
import * as Effect from "effect/Effect"
import { claim, type Workload } from "../measure.ts"
import { idsOf, worldOf } from "./glass.ts"

const millis = 10_000

const crowd =
  (nodes: number, program: (wake: () => void) => Effect.Effect<void>, wakes: number): Workload["play"] =>
  (repeats) => {
    for (let repeat = 0; repeat < repeats; repeat++) {
      let seen = 0
      const same = program(() => seen++)
      const world = worldOf(idsOf(nodes), () => same)
      world.boot()
      world.advance(millis * 1000, Number.MAX_SAFE_INTEGER)
      claim("wake-ups of a crowd", seen, nodes * wakes)
    }
    return repeats
  }

export const idleCrowd = (nodes: number): Workload => ({
  name: "nodes that sleep",
  play: crowd(nodes, () => Effect.sleep("1 hour"), 0),
})

const every = 50

export const busyCrowd = (nodes: number): Workload => ({
  name: "nodes with a timer",
  play: crowd(
    nodes,
    (wake) =>
      Effect.gen(function* () {
        while (true) {
          yield* Effect.sleep(every)
          wake()
        }
      }),
    millis / every,
  ),
})
