/**
 * A system of your own in a few lines: one node counts, in a file with one byte for each addition. Every addition is answered
 * with the new count, so no two answers may be alike. Answered before `sync`, a count comes again when power was lost.
 *
 *     npx snowglobe shake counter/storm --load demos/counter.ts --design save=written
 */
import { Effect, FileSystem, Schedule, Schema, Semaphore } from "effect"
import fc from "fast-check"
import { type Boot, defineScenario, defineSystem, type Invariant, Kind, Network, ok, refused, unknown } from "snowglobe"

const boot = ({ design }: Boot) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const network = yield* Network
    const one = yield* Semaphore.make(1)
    const file = yield* fs.open("/additions", { flag: "a+" })
    if (design.save === "synced") yield* Effect.scoped(Effect.flatMap(fs.open("/"), (root) => root.sync))
    let count = Number((yield* file.stat).size)
    const add = Effect.gen(function* () {
      yield* file.writeAll(new Uint8Array([0x2b]))
      count++
      if (design.save === "synced") yield* file.sync
      return count
    })
    yield* network.serve(() => one.withPermit(Effect.orElseSucceed(add, () => "the disk is full")))
    return yield* Effect.never
  }).pipe(Effect.retry(Schedule.spaced(50)), Effect.scoped, Effect.orDie)

const answeredOnce: Invariant = {
  name: "answered-once",
  kind: "always",
  sentence: "No two additions are answered with the same count.",
  assumes: ["damage"],
  judge: () => {
    const answers = new Map<unknown, number>()
    return {
      exercised: () => answers.size,
      see: ({ kind, value, index }) => {
        const { outcome } = (value ?? {}) as { readonly outcome?: { readonly _tag: string; readonly value?: unknown } }
        if (kind !== Kind.return || outcome?._tag !== "ok") return undefined
        const before = answers.get(outcome.value)
        answers.set(outcome.value, index)
        if (before === undefined) return undefined
        return { because: `two additions were answered with ${outcome.value}`, evidence: [before, index] }
      },
    }
  },
}

const counter = defineSystem({
  name: "counter",
  sentence: "One node counts, and answers with the new count.",
  designs: {
    save: {
      sentence: "When is an addition answered?",
      default: "synced",
      values: {
        synced: { sentence: "once the disk has it for good", breaks: [] },
        written: { sentence: "once it is written, wherever its byte is", breaks: ["answered-once"] },
      },
    },
  },
  nodes: () => [{ id: "n1", role: "counter", region: "east" }],
  boot,
  call: Schema.TaggedStruct("add", {}),
  calls: () => fc.constant({ _tag: "add" as const }),
  perform: (call) =>
    Effect.flatMap(Network, (network) => network.call("n1", call, { timeout: 500 })).pipe(
      Effect.map((answer) => (typeof answer === "number" ? ok(answer) : refused(String(answer)))),
      Effect.orElseSucceed(() => unknown("no answer in time")),
    ),
  invariants: [answeredOnce],
})

export const storm = defineScenario({ name: "counter/storm", summary: "a counter in storms", system: counter })
