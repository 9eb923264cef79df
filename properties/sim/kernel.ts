/** A node of the bare kernel: a life with a clock and dice, without a network or a disk. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"
import {
  Cause,
  CurrentCause,
  HardwareClock,
  hashText,
  NodeClock,
  NodeRandom,
  Process,
  type Simulation,
  type Strategy,
} from "#sim"

export interface Bare {
  readonly process: Process
  readonly hardware: HardwareClock
  /** Starts a program on account of a cause of its own. */
  readonly run: <A, E>(program: Effect.Effect<A, E>, cause?: string) => Fiber.Fiber<A, E>
}

export const bare = (simulation: Simulation, name = "n1", strategy: Strategy = "fifo", node = 0): Bare => {
  const process = new Process(simulation, node, hashText(name), strategy)
  const hardware = new HardwareClock()
  const context = Context.makeUnsafe<never>(
    new Map<string, unknown>([
      [Scheduler.Scheduler.key, process],
      [Clock.Clock.key, new NodeClock(process, hardware)],
      [Random.Random.key, new NodeRandom(simulation, hashText(name))],
    ]),
  )
  return {
    process,
    hardware,
    run: (program, cause = "program") => {
      const own = Context.add(context, CurrentCause, new Cause(hashText(cause), -1))
      return simulation.sandbox.enter(() => simulation.runAs(process, () => Effect.runForkWith(own)(program)))
    },
  }
}

/** More events than any of these programs needs. */
export const enough = 1_000_000
