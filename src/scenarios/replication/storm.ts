/** Every family of faults against the sound log: what the matrix is judged on. */
import { replication } from "#systems"
import { every, part, read, tell, write } from "./stories.ts"

export const replicationStorm = tell(
  {
    name: "replication/storm",
    summary: "every family of faults against the sound log",
    // Slow disks: some write is always under way when the power goes.
    part: part({ wiring: { sync: [2000, 20_000] } }),
    expects: "holds",
    about: replication.invariants.map(({ name }) => name),
  },
  () => ({
    lines: [
      every(150, 20, (at, nth) => write(at, 1, nth % 2), 20),
      every(150, 20, (at, nth) => read(at, 1, nth, nth % 2), 90),
      every(200, 15, (at, nth) => read(at, 2, nth, nth % 2), 130),
    ],
    faults: "crash:n1=torn@800+500,latency:*->*=exponential/5ms@1500+800,isolate:n2@2s+600,loss:*->*=10%@2700+300",
    calmAt: 3200,
    until: 20_000,
  }),
)
