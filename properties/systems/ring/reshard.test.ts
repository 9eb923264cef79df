/** What holds in the middle of a reshard, and could not be told from its outcome. */
import { describe, expect, it } from "vitest"
import { type Input, run } from "#run"
import { Kind } from "#world"
import { placementOf } from "../../../src/systems/ring/map.ts"
import type { Fact } from "../../../src/systems/ring/protocol.ts"
import { faults, named, violated } from "./play.ts"

const join = named("join-under-load")

const played = (more: Partial<Input>) => {
  const result = run(join, { ...join.story(1), ...more }, { keep: "everything" })
  const factsOf = (id: string) =>
    [...result.trace].flatMap(({ kind, node, at, value }) =>
      kind === Kind.fact && result.world.nodes[node]?.id === id ? [{ at, fact: value as Fact }] : [],
    )
  return { result, factsOf }
}

describe("while a reshard is announced", () => {
  it("nothing is told about a key that moves before its heir has it, and others are served", () => {
    // s1 cannot reach the shard that joins.
    const { result, factsOf } = played({ faults: faults("partition:s1|s5@1300+1500") })
    const moves = (key: string) => placementOf("ring", 5).owner(key) === "s5"
    const facts = factsOf("s1")
    const since = facts.find(({ fact }) => fact._tag === "Adopted")?.at ?? Number.NaN
    const served = facts.flatMap(({ at, fact }) =>
      fact._tag === "Served" && at > since && at < 2_800_000 ? [fact.key] : [],
    )
    expect(served.length).toBeGreaterThan(5)
    expect(served.filter(moves)).toEqual([])
    expect(violated(result)).toEqual([])
  })

  it("every giver compares what it has with its heir before the map flips, and the heir lacks nothing", () => {
    const { result } = played({})
    const compared = new Set<string>()
    let lacked: readonly string[] = []
    for (const { kind, node, value } of result.trace) {
      if (kind !== Kind.deliver) continue
      const message = value as { readonly _tag: string; readonly keys?: readonly string[] }
      if (message._tag !== "Lacks") continue
      compared.add(result.world.nodes[node]?.id ?? "")
      lacked = [...lacked, ...(message.keys ?? [])]
    }
    expect([...compared].sort()).toEqual(["s1", "s2", "s3", "s4"])
    expect(lacked).toEqual([])
  })

  it("scans all the way through have every key, and lists have each once", () => {
    const many = Array.from({ length: 130 }, (_, nth) => ({
      id: `all${nth}`,
      client: "c3",
      at: 1_450_000 + nth * 10_000,
      call: nth % 10 === 0 ? { _tag: "list", size: 30 } : { _tag: "scan" },
    }))
    const back = { id: "back", client: "c4", at: 2_300_000, call: { _tag: "resize", shards: 4 } }
    const operations = [...join.story(1).operations.filter(({ client }) => client !== "c3"), ...many, back]
    // The shard that joins and leaves is far away and answers late: some scans see the map change.
    const spelled = "latency:c3->s5=8ms@1400+2500"
    const { result } = played({ operations, faults: faults(spelled) })
    expect(violated(result)).toEqual([])
    const partial = result.invariants.find(({ name }) => name === "a-partial-answer-says-so")
    expect(partial?.exercised).toBeGreaterThan(1000)
  })
})
