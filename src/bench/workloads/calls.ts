/**
 * W3: ten clients, each asking the next node again and again over links of 1 to 7 ms, each call under a deadline of 100 ms
 * that does not pass. An operation is a call.
 */
import { createClock } from "@sinonjs/fake-timers"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Ref from "effect/Ref"
import * as TestClock from "effect/testing/TestClock"
import { Network, type World } from "#world"
import { claim, type Workload } from "../measure.ts"
import { Countdown, idsOf, worldOf } from "./glass.ts"

const clients = 10
const deadline = 100

interface Ask {
  readonly ask: number
}

export const callsHere: Workload = {
  name: "W3 calls",
  play: (calls) => {
    const countdown = new Countdown()
    const ids = idsOf(clients)
    const program = Effect.fnUntraced(function* (nth: number) {
      const network = yield* Network
      const served = yield* Ref.make(0)
      const handle = Effect.fnUntraced(function* (message: unknown) {
        const { ask } = message as Ask
        const before = yield* Ref.getAndUpdate(served, (n) => n + 1)
        return { answer: ask, before }
      })
      yield* network.serve(handle)
      const next = ids[(nth + 1) % clients] as string
      for (let ask = 0; ; ask++) {
        yield* network.call(next, { ask } satisfies Ask, { timeout: deadline })
        countdown.count(world)
      }
    }, Effect.orDie)
    const world: World = worldOf(ids, program)
    world.boot()
    return countdown.play(world, calls)
  },
}

/** Where nobody can stop the clock in between, each client makes so many calls. */
const shareOf = (calls: number): number => Math.ceil(calls / clients)

const most = 7
const delayOf = (nth: number, ask: number): number => 1 + ((nth + ask) % most)

export const callsOnTestClock: Workload = {
  name: "W3 on TestClock",
  play: async (calls) => {
    const share = shareOf(calls)
    let seen = 0
    const program = Effect.gen(function* () {
      const served = yield* Ref.make(0)
      const serve = Effect.fnUntraced(function* (ask: number, nth: number, reply: Deferred.Deferred<Ask>) {
        yield* Effect.sleep(delayOf(nth, ask))
        yield* Ref.update(served, (n) => n + 1)
        yield* Effect.sleep(delayOf(nth + 3, ask))
        yield* Deferred.succeed(reply, { ask })
      })
      const call = Effect.fnUntraced(function* (ask: number, nth: number) {
        const reply = yield* Deferred.make<Ask>()
        yield* Effect.forkDetach(serve(ask, nth, reply))
        return yield* Effect.timeout(Deferred.await(reply), deadline)
      })
      const client = Effect.fnUntraced(function* (nth: number) {
        for (let ask = 0; ask < share; ask++) {
          yield* call(ask, nth)
          seen++
        }
      })
      const fibers = yield* Effect.forEach(idsOf(clients), (_, nth) => Effect.forkChild(client(nth)))
      yield* TestClock.adjust(share * 2 * most)
      yield* Fiber.joinAll(fibers)
    })
    await Effect.runPromise(Effect.provide(program, TestClock.layer()))
    claim("calls on TestClock", seen, share * clients)
    return seen
  },
}

export const callsOnFakeTimers: Workload = {
  name: "W3 on fake-timers",
  play: async (calls) => {
    const share = shareOf(calls)
    const clock = createClock()
    let seen = 0
    const sleep = (millis: number) => new Promise<void>((resolve) => clock.setTimeout(() => resolve(), millis))
    const serve = async (ask: number, nth: number): Promise<Ask> => {
      await sleep(delayOf(nth, ask))
      await sleep(delayOf(nth + 3, ask))
      return { ask }
    }
    const call = (ask: number, nth: number) =>
      new Promise<Ask>((resolve, reject) => {
        const timeout = clock.setTimeout(() => reject(new Error("no answer came in time")), deadline)
        serve(ask, nth).then((answer) => {
          clock.clearTimeout(timeout)
          resolve(answer)
        }, reject)
      })
    const client = async (nth: number): Promise<void> => {
      for (let ask = 0; ask < share; ask++) {
        await call(ask, nth)
        seen++
      }
    }
    const all = Promise.all(Array.from({ length: clients }, (_, nth) => client(nth)))
    await clock.tickAsync(share * 2 * most)
    await all
    claim("calls on fake-timers", seen, share * clients)
    return seen
  },
}
