/**
 * Messages through the replicated broker: four producers hand them over as fast as they are taken, and so many workers do
 * them, whose effects go to one database. A message costs a worker no time of its own.
 */
import { type Input, inputFormat, run, type Scenario } from "#run"
import { scenarios } from "#scenarios"
import { queue } from "#systems"
import { claim, type Workload } from "../measure.ts"

const scenario = scenarios.find(({ name }) => name === "queue/uploads") as Scenario

const producers = 4

const inputOf = (workers: number, messages: number): Input => {
  const size = {
    clients: producers,
    workers,
    work: 0,
    depth: messages,
  }
  return {
    format: inputFormat,
    scenario: scenario.name,
    seed: 1,
    design: {},
    size,
    strategy: "fifo",
    // Clients are sequential: all are asked for at once, and each goes out when the one before has been taken.
    operations: Array.from({ length: messages }, (_, nth) => ({
      id: `m${nth}`,
      client: `c${(nth % producers) + 1}`,
      at: 500_000,
      call: { _tag: "publish", poison: false, delay: 0 },
    })),
    faults: [],
    calmAt: 60_000_000,
    core: queue.nodes(size).map(({ id }) => id),
    until: 120_000_000,
  }
}

const played = (workers: number, messages: number) => {
  const result = run(scenario, inputOf(workers, messages), { keep: "nothing", digest: false })
  const done = result.invariants.find(({ name }) => name === "effects-happen-once")
  claim(`messages done by ${workers} workers`, done?.exercised ?? 0, messages)
  return result
}

/** An operation is a message, from its producer to its effect. */
export const throughBroker = (workers: number, messages: number): Workload => ({
  name: `${workers} consumers`,
  play: (size) => {
    for (let pass = 0; pass < size; pass++) played(workers, messages)
    return size * messages
  },
})

/** Messages done in a virtual second. */
export const virtualRate = (workers: number, messages: number): number =>
  played(workers, messages).figures.find(({ name }) => name === "throughput")?.value ?? 0
