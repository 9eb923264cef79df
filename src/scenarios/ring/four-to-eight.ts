/**
 * The article says (004:1137) that four more shards make about 75 % of the data move under modulo, and only about 25 % on a
 * consistent-hash ring. Measured here, on two stores with the same load: both move half. Eight shards must hold half of what
 * four held, so no balanced way of placing can move less; and modulo, when it doubles, splits each shard in two and moves
 * nothing else. It is the step from four to *five* that tells them apart.
 */
import type { Input, Scenario } from "#run"
import { ring } from "#systems"
import { ordinaryWiring } from "#world"
import { every, get, put, resize, tell } from "./stories.ts"
import { stormOptions } from "./storm.ts"

const store = (placement: string) => ({
  system: ring,
  design: { placement },
  size: { shards: 4, spare: 4, keys: 400, pace: 0, clients: 8 },
  wiring: ordinaryWiring,
})

const writers = 7

/** Whatever else a storm does, what it asks for is this step: any other would move more by modulo than must move. */
const onlyTo =
  (shards: number) =>
  (input: Input): Input => ({
    ...input,
    operations: input.operations.map((each) =>
      (each.call as { readonly _tag: string })._tag === "resize" ? { ...each, call: { _tag: "resize", shards } } : each,
    ),
  })

/** The same from four shards to any other number. */
export const fourTo = (shards: number): Scenario => {
  const told = tell(
    {
      name: "ring/four-to-eight",
      summary: "from four shards to eight by modulo and on a ring: the article says 75 and 25 %, and both move half",
      parts: { modulo: store("modulo"), ring: store("ring") },
      expects: "holds",
      about: ["modulo.acknowledged-writes-are-read", "ring.moves-only-what-must", "ring.one-holder-afterwards"],
    },
    {
      lines: [
        every(3, 400, (at, nth) => put(at, 1 + (nth % writers), nth), 100),
        every(40, 50, (at, nth) => get(at, 8, nth * 9), 1000),
        resize(1500, 8, shards),
      ],
      calmAt: 3000,
      until: 20_000,
    },
    { ...stormOptions, knobs: [] },
  )
  return { ...told, inputs: told.inputs.map(onlyTo(shards)) }
}

export const fourToEight = fourTo(8)
