/** Every family of faults against the sound queue: what the matrix is judged on. */
import { ordinaryStorm } from "#run"
import { queue } from "#systems"
import { append, every, order, part, pay, publish, push, tell } from "./stories.ts"

export const queueStorm = tell(
  {
    name: "queue/storm",
    summary: "every family of faults against the sound queue",
    // Slow disks: something is always half written when the power goes. Two services, two workers each, little room.
    part: part({
      size: { groups: 2, depth: 7, partitions: 2, work: 30, shop: 1, flushers: 2 },
      wiring: { sync: [2000, 20_000] },
    }),
    expects: "holds",
    about: queue.invariants.map(({ name }) => name),
  },
  {
    lines: [
      ...every(150, 20, (at, nth) => publish(at, 1, { poison: nth === 3 }), 20),
      ...every(220, 14, (at, nth) => append(at, 1, nth), 60),
      ...every(260, 12, (at) => push(at, 2), 40),
      ...every(400, 8, (at, nth) => order(at, 2, nth % 4 === 1 ? "charge" : nth % 4 === 3 ? "ship" : ""), 110),
      ...every(500, 6, (at) => pay(at, 2), 130),
      ...every(170, 18, (at, nth) => publish(at, 2, { delay: nth % 3 === 0 ? 300 : 0 }), 90),
    ],
    faults: "crash:b1=torn@800+300,crash:w1@1200+500,loss:*->*=10%@1500+600,pause:w2@1800+500,crash:db@2500+300",
    calmAt: 3300,
    until: 30_000,
  },
  { ...ordinaryStorm, knobs: ["clients", "lease", "tries"] },
)
