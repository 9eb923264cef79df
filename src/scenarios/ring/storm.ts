/** Every family of faults against the sound store, while it is resharded: what the matrix is judged on. */
import { ordinaryStorm } from "#run"
import { ring } from "#systems"
import { every, get, part, put, resize, tell } from "./stories.ts"

/** Sizes stay: what a storm is about is keys that move, and nodes that only stand by cost time. */
export const stormOptions = { ...ordinaryStorm, millis: 3000, knobs: ["clients", "pace"] } as const

export const ringStorm = tell(
  {
    name: "ring/storm",
    summary: "every family of faults against the sound store, while shards join and leave",
    parts: part({ size: { shards: 3, spare: 2 }, wiring: { sync: [1000, 6000] } }),
    expects: "holds",
    about: ring.invariants.map(({ name }) => name),
  },
  {
    lines: [
      every(40, 60, (at, nth) => put(at, 1, nth % 8), 400),
      every(50, 50, (at, nth) => get(at, 2, nth % 8), 420),
      every(
        230,
        9,
        (at, nth) => ({ at, client: 3, call: { _tag: "transfer", from: nth, to: nth + 1, amount: 20 } }),
        450,
      ),
      every(310, 8, (at) => ({ at, client: 2, call: { _tag: "scan" } }), 500),
      every(430, 5, (at) => ({ at, client: 2, call: { _tag: "list", size: 3 } }), 520),
      every(270, 8, (at, nth) => ({ at, client: 1, call: { _tag: "post", author: nth } }), 410),
      every(290, 8, (at, nth) => ({ at, client: 3, call: { _tag: "feed", reader: nth } }), 560),
      resize(900, 3, 4),
      resize(1700, 3, 5),
    ],
    faults: "crash:s2@950+400,isolate:m1@1200+500,latency:*->*=exponential/5ms@1500+800,loss:*->*=10%@1800+300",
    calmAt: 3000,
    until: 20_000,
  },
  stormOptions,
)
