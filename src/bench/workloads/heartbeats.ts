/** W4: five nodes that tell all others every 50 ms that they live. An operation is a message that arrives. */
import * as Effect from "effect/Effect"
import { Network, type World } from "#world"
import type { Workload } from "../measure.ts"
import { Countdown, idsOf, worldOf } from "./glass.ts"

const nodes = 5
const every = 50

/** How many messages one virtual hour has. */
export const messagesPerHour = ((3600 * 1000) / every) * nodes * (nodes - 1)

export const heartbeats: Workload = {
  name: "W4 heartbeats",
  play: (messages) => {
    const countdown = new Countdown()
    const ids = idsOf(nodes)
    const program = Effect.fnUntraced(function* (nth: number) {
      const network = yield* Network
      const heard = new Map<string, number>()
      yield* network.serve((message, from) =>
        Effect.sync(() => {
          heard.set(from, (message as { readonly beat: number }).beat)
          countdown.count(world)
        }),
      )
      const others = ids.filter((_, other) => other !== nth)
      for (let beat = 0; ; beat++) {
        for (const other of others) yield* network.send(other, { beat })
        yield* Effect.sleep(every)
      }
    })
    const world: World = worldOf(ids, program)
    world.boot()
    return countdown.play(world, messages)
  },
}
