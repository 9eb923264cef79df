/** What clients of the store can expect of single keys: whole histories of storms, put on the ladder of guarantees. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Access, type AccessHistory, historyOf, ladder, type Operated, type Returned } from "#invariants"
import { type Input, run } from "#run"
import { keyName } from "../../../src/systems/ring/keys.ts"
import type { Answer } from "../../../src/systems/ring/protocol.ts"
import type { Call } from "../../../src/systems/ring/workload.ts"
import { named } from "./play.ts"

const storm = named("storm")

/** A call in the words of the ladder. What is written is the id of the operation. */
const understand = ({ id, call: asked, outcome }: Returned): readonly Operated<Access, unknown>[] => {
  const call = asked as Call
  if (call._tag === "put") return [{ input: { _tag: "write", key: keyName(call.key, 8), value: id }, outcome }]
  if (call._tag !== "get") return []
  const saw = outcome._tag === "ok" ? (outcome.value as Answer).saw : undefined
  const read: Access = { _tag: "read", key: keyName(call.key, 8) }
  return [{ input: read, outcome: saw === undefined ? outcome : { _tag: "ok", value: saw.text } }]
}

const play = (input: Input, design: Input["design"]): AccessHistory => {
  const until = input.calmAt + 4_000_000
  const { trace, world } = run(storm, { ...input, until, design }, { digest: false, only: "reads-do-not-go-back" })
  const history = historyOf(trace, (node) => world.nodes[node]?.id ?? "nobody", understand)
  trace.release()
  return history
}

describe("a key", () => {
  const storms = [1, 2, 3].map((seed) => storm.story(seed)).concat(fc.sample(storm.inputs, { seed: 7, numRuns: 17 }))

  it("is linearizable in every storm, whatever moves", () => {
    const histories = storms.map((input) => play(input, {}))
    const verdicts = histories.map((history) => ladder(history).rungs[0]?.verdict)
    expect(verdicts.filter((verdict) => verdict === "violated")).toEqual([])
    expect(verdicts.filter((verdict) => verdict === "holds").length).toBeGreaterThan(12)
  })

  it("is not, if the map flips before the data has moved", () => {
    const isViolated = (input: Input) => ladder(play(input, { reshard: "flip-first" })).rungs[0]?.verdict === "violated"
    expect(storms.some(isViolated)).toBe(true)
  })
})
