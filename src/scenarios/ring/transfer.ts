/** The application takes from one shard and gives to another, in two updates. The second one may be refused, or never come. */
import { every, part, tell } from "./stories.ts"
import { stormOptions } from "./storm.ts"

export const transfer = tell(
  {
    name: "ring/transfer",
    summary: "an amount is moved between two shards in two updates, and something happens in between",
    parts: part({ design: { transfer: "naive" }, size: { shards: 3, spare: 1, people: 6, clients: 3 } }),
    expects: "violated",
    about: ["transfers-keep-the-total"],
  },
  {
    // Everybody pays the first, whose account takes only so much; nobody asked it before taking from the others.
    lines: [
      every(
        90,
        12,
        (at, nth) => ({
          at,
          client: 1 + (nth % 3),
          call: { _tag: "transfer", from: 1 + (nth % 5), to: 0, amount: 30 },
        }),
        300,
      ),
    ],
    faults: "crash:s1@700+300",
    calmAt: 3000,
    until: 20_000,
  },
  { ...stormOptions, knobs: [] },
)
