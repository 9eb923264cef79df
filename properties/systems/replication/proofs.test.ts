/** What the promises of the log tell of a violation, and of how near they came: true of the trace, and in its order. */
import { describe, expect, it } from "vitest"
import type { Invariant, Returned } from "#invariants"
import { run } from "#run"
import { type Entry, Kind } from "#sim"
import { withAnswerer } from "../../../src/systems/replication/answers.ts"
import { Logs } from "../../../src/systems/replication/logs.ts"
import { scenarioOf, smallestOf, unsound } from "../../run/report/findings.ts"

const broken = unsound.map((design) => {
  const { result, invariant } = smallestOf(design)
  const found = result.invariants.find(({ name }) => name === invariant)
  return [design, { result, violation: found?.violation ?? expect.fail(`${design} breaks nothing`) }] as const
})

describe("the steps of a violation", () => {
  it.each(broken)("lie in its trace, in order, and end with it at the latest: %s", (_, { result, violation }) => {
    const { steps = [], evidence, entry } = violation
    expect(steps.length).toBeGreaterThan(0)
    const entries = steps.map((step) => step.entry)
    expect(entries).toEqual([...entries].sort((a, b) => a - b))
    for (const index of [...entries, ...evidence]) {
      expect(index).toBeGreaterThanOrEqual(0)
      expect(index).toBeLessThanOrEqual(entry)
    }
    expect(entry).toBeLessThan(result.trace.length)
    for (const { what } of steps) expect(what).not.toMatch(/undefined|NaN|\.$/)
  })

  it.each(broken)(
    "begin with who did it: the node or client of their entry, or its disk: %s",
    (_, { result, violation }) => {
      for (const { entry, what } of violation.steps ?? []) {
        const { node } = result.trace.entry(entry)
        const names = result.world.nodes.map(({ id }) => id)
        const who = /^\w+/.exec(what)?.[0] ?? ""
        expect(names).toContain(who)
        // A majority that follows is told of whom it follows.
        if (!what.includes("is followed by")) expect(who).toBe(names[node])
      }
    },
  )

  it("say on which disks a write was when it was acknowledged", () => {
    const told = (design: (typeof unsound)[number]) =>
      broken.find(([each]) => each === design)?.[1].violation.steps?.[0]?.what
    expect(told("ack=local")).toMatch(/^c1 is told that \w+ is saved, when only n1 has it on disk$/)
    expect(told("ack=memory")).toMatch(/^c1 is told that \w+ is saved, when only n1 has it, in memory$/)
    expect(told("promote=latest")).toMatch(/^c1 is told that \w+ is saved, when n1 and n2 have it on disk$/)
  })

  it("say who answered a read, and from how little", () => {
    for (const [design, { violation }] of broken.filter(([each]) => each.startsWith("read="))) {
      const answered = violation.steps?.filter(({ what }) => what.includes("answers the read")) ?? []
      expect(answered, design).toHaveLength(1)
      expect(answered[0]?.what).toMatch(/it holds [234] entries and shows [01]$/)
    }
  })
})

describe("who answered", () => {
  it("is told of the session's own read, whoever else is answered meanwhile", () => {
    const always: Invariant = {
      name: "never-told",
      kind: "always",
      sentence: "Nobody is told anything.",
      assumes: [],
      judge: () => ({
        exercised: () => 1,
        see: ({ kind }) => (kind === Kind.return ? { because: "c1 was told something", evidence: [] } : undefined),
      }),
    }
    const judge = withAnswerer(always).judge({
      name: (node) => ["n1", "n2", "c1", "c2"][node] ?? "",
      core: [],
      size: {},
    })
    const entry = (index: number, kind: Entry["kind"], node: number, peer: number, value: unknown): Entry => ({
      index,
      at: index,
      kind,
      detail: 0,
      node,
      peer,
      n: 0,
      cause: -1,
      value,
    })
    const answer = { _tag: "Value", value: null, epoch: 0, lsn: 0 }
    judge.see(entry(0, Kind.send, 0, 2, answer))
    judge.see(entry(1, Kind.fact, 1, -1, { _tag: "Applied", lsn: 1, epoch: 1, request: "w1" }))
    judge.see(entry(2, Kind.send, 1, 3, answer))
    expect(judge.see(entry(3, Kind.return, 2, -1, {}))?.steps).toEqual([
      { entry: 0, what: "n1 answers the read, and it holds 0 entries" },
    ])
  })
})

describe("the closest call of acknowledged writes", () => {
  const failover = scenarioOf("replication/failover")
  const result = run(failover, failover.story(1))
  const margin = result.invariants.find(({ name }) => name === "acknowledged-writes-survive")?.closest

  it("is the fewest other disks that held one when a node lost power, counted from the trace", () => {
    const crash = [...result.trace].find(({ kind }) => kind === Kind.crash) ?? expect.fail("nothing crashes")
    const durable = new Map<string, Set<number>>()
    const logs = new Map<number, string[]>()
    const acknowledged: string[] = []
    for (const { index, kind, node, value } of result.trace) {
      if (index >= crash.index) break
      if (kind === Kind.return) {
        const { id, outcome } = value as Returned
        if (outcome._tag === "ok" && (outcome.value as { wrote?: unknown }).wrote !== undefined) acknowledged.push(id)
      }
      if (kind !== Kind.fact) continue
      const fact = value as { _tag: string; lsn: number; request: string }
      const log = logs.get(node) ?? []
      logs.set(node, log)
      if (fact._tag === "Appended") log[fact.lsn - 1] = fact.request
      if (fact._tag === "Synced") {
        for (const request of log.slice(0, fact.lsn))
          durable.set(request, (durable.get(request) ?? new Set()).add(node))
      }
    }
    const copies = acknowledged.map((id) => [...(durable.get(id) ?? [])].filter((node) => node !== crash.node).length)
    expect(acknowledged.length).toBeGreaterThan(3)
    expect(margin?.value).toBe(Math.min(...copies))
    expect(margin?.at).toBe(crash.at)
  })

  it("counts a disk only for what it has confirmed, and until it is lost", () => {
    const logs = new Logs()
    const append = (node: number) =>
      logs.follow(node, { _tag: "Appended", lsn: 1, epoch: 1, author: "n1", request: "w1" })
    for (const node of [0, 1, 2]) append(node)
    expect(logs.copies(0).get("w1")).toBeUndefined()
    expect(logs.keepers("w1")).toEqual([])
    for (const node of [1, 2]) logs.follow(node, { _tag: "Synced", lsn: 1 })
    expect(logs.copies(0).get("w1")).toBe(2)
    expect(logs.copies(1).get("w1")).toBe(1)
    logs.wipe(2)
    expect(logs.copies(0).get("w1")).toBe(1)
    expect(logs.keepers("w1")).toEqual([1])
    expect(logs.holders("w1")).toEqual([0, 1, 2])
  })

  it("is none where no node lost power", () => {
    const quiet = run(failover, { ...failover.story(1), faults: [] })
    expect(quiet.invariants.every(({ closest }) => closest === undefined)).toBe(true)
  })
})
