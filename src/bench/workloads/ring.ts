/**
 * W2: ten messages that circulate among nodes over links of 1 to 7 ms; each node handles what arrives and sends it on. An
 * operation is a delivery.
 */
import { createClock } from "@sinonjs/fake-timers"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/testing/TestClock"
import { Network, type World } from "#world"
import { claim, type Workload } from "../measure.ts"
import { Countdown, idsOf, type Record, worldOf } from "./glass.ts"

const inFlight = 10

export interface Ring {
  readonly nodes: number
  /** To how many neighbours in turn a node sends. */
  readonly peers: number
  readonly record: Record
}

interface Token {
  readonly hops: number
}

/** A world in which the messages go round, as long as the countdown lets them. */
export const ringWorld = ({ nodes, peers, record }: Ring, countdown: Countdown): World => {
  const ids = idsOf(nodes)
  const program = Effect.fnUntraced(function* (nth: number) {
    const network = yield* Network
    const next = Array.from({ length: peers }, (_, i) => ids[(nth + 1 + i) % nodes] as string)
    const handle = Effect.fnUntraced(function* (message: unknown) {
      const { hops } = message as Token
      countdown.count(world)
      yield* network.send(next[hops % peers] as string, { hops: hops + 1 } satisfies Token)
    })
    yield* network.serve(handle)
    for (let token = 0; token < inFlight; token++) {
      const start = Math.floor((token * nodes) / inFlight)
      if (start === nth) yield* network.send(next[0] as string, { hops: 0 } satisfies Token)
    }
  })
  const world: World = worldOf(ids, program, record)
  world.boot()
  return world
}

export const ringHere = (name: string, ring: Ring): Workload => ({
  name,
  play: (deliveries) => {
    const countdown = new Countdown()
    return countdown.play(ringWorld(ring, countdown), deliveries)
  },
})

/** Where nobody can stop the clock in between, each message goes so many hops. */
const hopsOf = (deliveries: number): number => Math.ceil(deliveries / inFlight)

const most = 7
const delayOf = (nth: number, hops: number): number => 1 + ((nth + hops) % most)

export const ringOnTestClock: Workload = {
  name: "W2 on TestClock",
  play: async (deliveries) => {
    const far = hopsOf(deliveries)
    let seen = 0
    const program = Effect.gen(function* () {
      const mailboxes = yield* Effect.forEach(idsOf(inFlight), () => Queue.unbounded<Token>())
      const node = Effect.fnUntraced(function* (mailbox: Queue.Queue<Token>, nth: number) {
        const next = mailboxes[(nth + 1) % mailboxes.length] as Queue.Queue<Token>
        while (true) {
          const { hops } = yield* Queue.take(mailbox)
          seen++
          if (hops + 1 === far) continue
          yield* Effect.forkDetach(Effect.delay(Queue.offer(next, { hops: hops + 1 }), delayOf(nth, hops)))
        }
      })
      for (const [nth, mailbox] of mailboxes.entries()) {
        yield* Effect.forkChild(node(mailbox, nth))
        yield* Queue.offer(mailbox, { hops: 0 })
      }
      yield* TestClock.adjust(far * most)
    })
    await Effect.runPromise(Effect.provide(program, TestClock.layer()))
    claim("deliveries on TestClock", seen, far * inFlight)
    return seen
  },
}

export const ringOnFakeTimers: Workload = {
  name: "W2 on fake-timers",
  play: async (deliveries) => {
    const far = hopsOf(deliveries)
    const clock = createClock()
    let seen = 0
    const handle = async (nth: number, { hops }: Token): Promise<void> => {
      seen++
      if (hops + 1 === far) return
      await send((nth + 1) % inFlight, { hops: hops + 1 }, delayOf(nth, hops))
    }
    const send = async (to: number, token: Token, millis: number): Promise<void> => {
      clock.setTimeout(() => handle(to, token), millis)
    }
    for (let nth = 0; nth < inFlight; nth++) await send(nth, { hops: 0 }, 0)
    await clock.tickAsync(far * most)
    claim("deliveries on fake-timers", seen, far * inFlight)
    return seen
  },
}
