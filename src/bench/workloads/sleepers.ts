/** W1: ten fibers, each sleeping 1 to 7 virtual milliseconds in a loop. An operation is a wake-up. */
import { createClock } from "@sinonjs/fake-timers"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { named, type World } from "#world"
import { claim, type Workload } from "../measure.ts"
import { Countdown, worldOf } from "./glass.ts"

const sleepers = Array.from({ length: 10 }, (_, nth) => nth)
const least = 1
const most = 7
const restOf = (round: number): number => least + (round % most)

export const sleepersHere: Workload = {
  name: "W1 sleepers",
  play: (wakes) => {
    const countdown = new Countdown()
    const sleeper = Effect.fnUntraced(function* (nth: number) {
      for (let round = nth; ; round++) {
        yield* Effect.sleep(restOf(round))
        countdown.count(world)
      }
    })
    const program = Effect.forEach(sleepers, (nth) => named(`sleeper ${nth}`, sleeper(nth)), {
      concurrency: "unbounded",
      discard: true,
    })
    const world: World = worldOf(["n1"], () => program)
    world.boot()
    return countdown.play(world, wakes)
  },
}

/** How many wake-ups each sleeper takes on, where nobody can stop the clock in between. */
const shareOf = (wakes: number): number => Math.ceil(wakes / sleepers.length)

export const sleepersOnTestClock: Workload = {
  name: "W1 on TestClock",
  play: async (wakes) => {
    const share = shareOf(wakes)
    let seen = 0
    const sleeper = Effect.fnUntraced(function* (nth: number) {
      for (let round = 0; round < share; round++) {
        yield* Effect.sleep(restOf(nth + round))
        seen++
      }
    })
    const program = Effect.gen(function* () {
      const fibers = yield* Effect.forEach(sleepers, (nth) => Effect.forkChild(sleeper(nth)))
      yield* TestClock.adjust(share * most)
      yield* Fiber.joinAll(fibers)
    })
    await Effect.runPromise(Effect.provide(program, TestClock.layer()))
    claim("wake-ups on TestClock", seen, share * sleepers.length)
    return seen
  },
}

export const sleepersOnFakeTimers: Workload = {
  name: "W1 on fake-timers",
  play: async (wakes) => {
    const share = shareOf(wakes)
    const clock = createClock()
    let seen = 0
    const sleep = (millis: number) => new Promise<void>((resolve) => clock.setTimeout(() => resolve(), millis))
    const sleeper = async (nth: number): Promise<void> => {
      for (let round = 0; round < share; round++) {
        await sleep(restOf(nth + round))
        seen++
      }
    }
    const all = Promise.all(sleepers.map(sleeper))
    await clock.tickAsync(share * most)
    await all
    claim("wake-ups on fake-timers", seen, share * sleepers.length)
    return seen
  },
}
