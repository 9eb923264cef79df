/**
 * What clients of the replicated log can expect, by the way it answers reads: whole histories of runs, put on the
 * ladder. One way is linearizable; what the others still keep is a table.
 */
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import {
  type Access,
  type AccessHistory,
  historyOf,
  ladder,
  type Operated,
  type Returned,
  type RungName,
  rungNames,
} from "#invariants"
import { decodeToken, type Input, parseFaults, run } from "#run"
import { scenarios } from "#scenarios"
import { replication } from "#systems"
import { type Answer, keyName } from "../../../src/systems/replication/protocol.ts"
import type { Call } from "../../../src/systems/replication/workload.ts"

const storm = scenarios.find(({ name }) => name === "replication/storm")
if (storm === undefined) throw new Error("The catalogue has lost replication/storm.")

/** A call in the words of the ladder. What is written is the id of the operation. */
const understand = ({ id, call: asked, outcome }: Returned): readonly Operated<Access, unknown>[] => {
  const call = asked as Call
  const key = keyName(call.key)
  const saw = outcome._tag === "ok" ? (outcome.value as Answer).saw : undefined
  const write: Operated<Access, unknown> = { input: { _tag: "write", key, value: id }, outcome }
  const read: Operated<Access, unknown> = {
    input: { _tag: "read", key },
    outcome: saw === undefined ? outcome : { _tag: "ok", value: saw.value },
  }
  if (call._tag === "read") return [read]
  // What was written may be saved though nobody could read it back.
  return call._tag === "write" || saw === undefined ? [write] : [write, read]
}

/** Plays an input with a way to answer reads; the storm is over for its clients soon after the calm. */
const play = (input: Input, read: string): AccessHistory => {
  const until = input.calmAt + 3_000_000
  const { trace, world } = run(
    storm,
    { ...input, until, design: { read } },
    { digest: false, only: "read-your-writes" },
  )
  const history = historyOf(trace, (node) => world.nodes[node]?.id ?? "nobody", understand)
  trace.release()
  return history
}

/** The rungs that held in some of these histories and were violated in none. */
const keptIn = (all: readonly AccessHistory[]): readonly RungName[] => {
  const verdicts = all.map((history) => ladder(history).rungs)
  return rungNames.filter((_, nth) => {
    const ofRung = verdicts.map((rungs) => rungs[nth]?.verdict)
    return ofRung.includes("holds") && !ofRung.includes("violated")
  })
}

const operation = (id: string, client: string, millis: number, call: Call) => ({ id, client, at: millis * 1000, call })

/**
 * n3 is 0.7 s behind, and n2 goes down. Meanwhile c2 reads what c3 has written, and then its own write, on n3; c1 and
 * c4 ask n2 first and n3 then, c1 for what c3 wrote after something else, c4 for the same again.
 */
const lagging: Input = {
  ...storm.story(1),
  size: { clients: 4, keys: 3, election: 1000 },
  faults: Result.getOrThrow(parseFaults("latency:n1->n3=700ms@1500,crash:n2@1900")),
  calmAt: 4_000_000,
  operations: [
    operation("w1", "c3", 1700, { _tag: "write", key: 0 }),
    operation("r1", "c3", 1750, { _tag: "read", key: 0, replica: 0 }),
    operation("r2", "c2", 1750, { _tag: "read", key: 0, replica: 2 }),
    operation("w2", "c3", 1790, { _tag: "write", key: 1 }),
    operation("w3", "c2", 1800, { _tag: "write", key: 2 }),
    operation("r3", "c2", 1850, { _tag: "read", key: 2, replica: 2 }),
    operation("r4", "c1", 1850, { _tag: "read", key: 1, replica: 1 }),
    operation("r5", "c4", 1850, { _tag: "read", key: 0, replica: 1 }),
    operation("r6", "c1", 1920, { _tag: "read", key: 0, replica: 2 }),
    operation("r7", "c4", 1920, { _tag: "read", key: 0, replica: 2 }),
  ],
}

/** What storms found besides, each shrunk. */
const found = {
  "an isolated primary does not show its own client's write":
    "sg1.i1bKSfb2dPbIMA5NiVSCG4wSMqBQMSlWsDAARV6-Sbl5KoiBGgAg9-nml-fpotqF4uNYHSWkhGNoYKBtaGJhogPLm1oOhgaWltqGFsZIiaQaFqfGBpYgH0FTeEFRZm4iOFmDk3FiVKZpVaWJqVIsAAxAYn",
  "the cookie leads to an isolated primary":
    "sg1.i1bKSfb2dHYLiyw2z1eCG4wSMqBQMSlWMDWwVDAxMgOHSp5rVo5fpp85NHSMkMMC5FTd_PI8XdRAweFo3J6P1VFCSmeGBgbahiYWJjqwrKzlYGhgaaltaGGMlKaqYUnA2MASZAk0QyTn52dnpsISfWJUpmlVpYmpUiwASgny",
  "an old primary, on a disk that lost power, shows less than its clients know of each other":
    "sg1.i1YKDjDJKUguC872SleCG4wSMqBQMSlWMDIxMVEwMjU0VjAxMVQwMjW1ULA0B4dRcGSAsVmKk0uuj4VfVJGlX35eSCAo3Axh4QYikYMLl2-McDnaiBhvgkzVzS_P00WNDTyhjl-1CSikkAoDY2MzY20LM7QUmwMyzdjCREcpNQeS4JSszM0tQDZBs2NBUWZuIjgPGugopRkXmGSXKsUCAAVSBx",
  "a primary on the smaller side answers whoever has asked on the larger":
    "sg1.i1ZK8fZPNnFPy4wyDVSCG4wSMqBQMSlWMDI2M1UwMjQ0A4dLuJ-Td3qhkTc0fIyQQwOXp43RPKSbX56nixp0SKpNQA4tSCwqyQS5xgqcBrXzTMGp0sTB0sJA29DU0gIp_SjkmSjpGOhUw7JBQVFmbiI47RvoKKUZFeWnmynFAgA2pAu",
}
const telling = [lagging, ...Object.values(found).map((token) => Result.getOrThrow(decodeToken(token)).input)]

/**
 * The strongest rung that held in all runs. Staleness is bounded by the length of the run: that much anybody promises.
 */
const strongest: Readonly<Record<string, RungName>> = {
  confirmed: "linearizable",
  session: "sequential",
  primary: "bounded staleness",
  sticky: "bounded staleness",
  cookie: "bounded staleness",
  any: "bounded staleness",
}

describe("what is read", () => {
  it("is linearizable in every storm if a majority confirms it", () => {
    const storms = [storm.story(1), ...fc.sample(storm.inputs, { seed: 7, numRuns: 59 })]
    const histories = storms.map((input) => play(input, "confirmed"))
    const verdicts = histories.map((history) => ladder(history).rungs[0]?.verdict)
    expect(verdicts.filter((verdict) => verdict === "violated")).toEqual([])
    expect(verdicts.filter((verdict) => verdict === "holds").length).toBeGreaterThan(30)
    const outcomes = new Set(histories.flat().map(({ input, outcome }) => `${input._tag} ${outcome._tag}`))
    expect([...outcomes].sort()).toEqual(["read ok", "read refused", "write ok", "write refused", "write unknown"])
  })

  it("can be answered in no other way than those of the table", () => {
    expect(Object.keys(replication.designs.read?.values ?? {}).sort()).toEqual(Object.keys(strongest).sort())
  })

  test.for(Object.entries(strongest))("of all promises, read=%s keeps at most %s", ([read, rung]) => {
    const kept = keptIn(telling.map((input) => play(input, read)))
    expect(kept[0]).toBe(rung)
    if (read !== "confirmed") expect(kept).not.toContain("linearizable")
    if (read === "session") expect(kept).toEqual(rungNames.slice(1))
  })
})
