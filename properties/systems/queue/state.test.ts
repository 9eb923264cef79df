/** The mind of a broker, without a network or a disk: lanes against the model, and partitions against what they promise. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { BrokerState } from "../../../src/systems/queue/broker/state.ts"
import { choices, type QueueDesign } from "../../../src/systems/queue/design.ts"
import { QueueModel } from "../../../src/systems/queue/model.ts"
import { type Fact, lanes, type Task } from "../../../src/systems/queue/protocol.ts"

const sound = Object.fromEntries(
  Object.entries(choices).map(([choice, { default: usual }]) => [choice, usual]),
) as QueueDesign

const brokerOf = (design: Partial<QueueDesign> = {}, size: Record<string, number> = {}) => {
  const facts: Fact[] = []
  const state = new BrokerState({ ...sound, ...design }, size, (fact) => facts.push(fact))
  return { facts, state }
}

const task = (id: string, topic: Task["topic"] = "tasks"): Task => ({ id, op: id, topic, poison: false, declines: "" })

const publish = (state: BrokerState, id: string, due = 0) =>
  state.apply(`${id}#1`, { _tag: "publish", task: task(id), due, at: 0 })

type Step = "publish" | "take" | "finish" | "fail"
const steps = fc.array(
  fc.record({ step: fc.constantFrom<Step>("publish", "publish", "take", "take", "finish", "fail"), which: fc.nat(20) }),
  { maxLength: 60 },
)

describe("the lanes of a group", () => {
  it("hold what the model holds, whatever is asked of them", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), (asked, tries) => {
        const { state } = brokerOf({}, { tries })
        const model = new QueueModel(tries)
        const group = state.lanes("g1")
        let now = 0
        for (const [nth, { step, which }] of asked.entries()) {
          const leased = [...model.taken]
          const id = leased[which % Math.max(1, leased.length)]
          now++
          if (step === "publish") {
            publish(state, `m${nth}`)
            model.publish(`m${nth}`)
          } else if (step === "take") {
            expect(group?.lease("w1", now + 1000)).toBe(model.take())
          } else if (id !== undefined && step === "finish") {
            state.apply(`d${nth}`, { _tag: "finish", group: "g1", id })
            model.finish(id)
          } else if (id !== undefined) {
            const attempt = (group?.open.get(id)?.tries ?? 0) + 1
            state.apply(`f${nth}`, { _tag: "fail", group: "g1", id, attempt, due: now, ranOut: false })
            model.fail(id)
          }
          group?.ripen(now)
          const { waiting, taken, done, dead } = model
          expect(group?.sizes).toEqual([waiting.length, taken.size, 0, done.length, dead.length, 0])
        }
      }),
      { numRuns: 300 },
    )
  })

  it("account for every message, whatever becomes of it", () => {
    const command = fc.oneof(
      fc.record({ _tag: fc.constant("publish" as const), id: fc.nat(9), due: fc.nat(9) }),
      fc.record({ _tag: fc.constant("finish" as const), id: fc.nat(9) }),
      fc.record({ _tag: fc.constant("fail" as const), id: fc.nat(9), attempt: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ _tag: fc.constant("lease" as const) }),
    )
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (commands, depth) => {
        const { state, facts } = brokerOf({ full: "drop-oldest" }, { depth, tries: 3, groups: 2 })
        for (const [nth, each] of commands.entries()) {
          if (each._tag === "publish") publish(state, `m${each.id}`, each.due)
          else if (each._tag === "lease") state.lanes("g1")?.lease("w1", 9)
          else if (each._tag === "finish") state.apply(`${nth}`, { ...each, group: "g1", id: `m${each.id}` })
          else {
            state.apply(`${nth}`, { ...each, group: "g1", id: `m${each.id}`, due: 5, ranOut: false })
          }
          state.lanes("g1")?.ripen(nth)
          for (const group of ["g1", "g2"]) {
            const sizes = state.lanes(group)?.sizes ?? []
            expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(state.tasks.size)
            expect((sizes[0] ?? 0) + (sizes[1] ?? 0) + (sizes[2] ?? 0)).toBeLessThanOrEqual(depth)
          }
        }
        const ends = new Map<string, string>()
        for (const fact of facts) {
          if (fact._tag !== "Moved") continue
          const place = `${fact.group} ${fact.id}`
          expect(ends.get(place)).toBeUndefined()
          if (lanes.indexOf(fact.to) > 2) ends.set(place, fact.to)
        }
      }),
      { numRuns: 300 },
    )
  })

  it("take a message once, whoever sends it how often", () => {
    const { state } = brokerOf()
    publish(state, "m1")
    state.apply("m1#2", { _tag: "publish", task: task("m1"), due: 0, at: 0 })
    expect(state.lanes("g1")?.sizes).toEqual([1, 0, 0, 0, 0, 0])
    expect(state.verdicts.get("m1#2")).toEqual({ _tag: "taken", dropped: [] })
  })

  it("count a try once, whether it was said to have failed or its lease ran out", () => {
    const { state } = brokerOf({}, { tries: 4 })
    publish(state, "m1")
    for (const ranOut of [true, false]) {
      state.apply(`f${ranOut}`, { _tag: "fail", group: "g1", id: "m1", attempt: 1, due: 9, ranOut })
    }
    expect(state.lanes("g1")?.open.get("m1")?.tries).toBe(1)
    // What is heard late, of a try that was followed by others, takes none of them back.
    for (const attempt of [2, 1]) {
      state.apply(`late${attempt}`, { _tag: "fail", group: "g1", id: "m1", attempt, due: 9, ranOut: false })
    }
    expect(state.lanes("g1")?.open.get("m1")?.tries).toBe(2)
  })

  it("are handed out anew by whoever leads next: what was leased is ready again", () => {
    const { state } = brokerOf()
    publish(state, "m1")
    const group = state.lanes("g1")
    expect(group?.lease("w1", 9)).toBe("m1")
    expect(group?.lease("w2", 9)).toBeUndefined()
    group?.releaseAll()
    expect(group?.lease("w2", 9)).toBe("m1")
  })

  it("say which message was dropped, and to whom there was no room", () => {
    const dropping = brokerOf({ full: "drop-oldest" }, { depth: 1 }).state
    const rejecting = brokerOf({ full: "reject" }, { depth: 1 }).state
    for (const state of [dropping, rejecting]) for (const id of ["m1", "m2"]) publish(state, id)
    expect(dropping.verdicts.get("m2#1")).toEqual({ _tag: "taken", dropped: ["m1"] })
    expect(rejecting.verdicts.get("m2#1")).toEqual({ _tag: "full" })
  })
})

describe("the partitions", () => {
  const reader = fc.constantFrom("w1", "w2", "w3")
  const change = fc.oneof(
    fc.record({ _tag: fc.constantFrom("join" as const, "leave" as const), reader }),
    fc.record({ _tag: fc.constant("append" as const), key: fc.nat(6) }),
  )

  it("are read by exactly one of their readers, and a key is always in the same one", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (changes, count) => {
        const { state } = brokerOf({}, { partitions: count })
        const { partitions } = state
        const homes = new Map<number, number>()
        for (const [nth, each] of changes.entries()) {
          const before = partitions.generation
          const knew = each._tag === "append" ? false : partitions.readers.has(each.reader)
          state.apply(String(nth), each._tag === "append" ? { ...each, id: `m${nth}` } : each)
          if (each._tag === "append") {
            const place = partitions.placeOf(`m${nth}`)?.partition ?? -1
            expect(homes.get(each.key) ?? place).toBe(place)
            homes.set(each.key, place)
          } else expect(partitions.generation - before).toBe((each._tag === "join") === knew ? 0 : 1)
        }
        const full = partitions.logs.flatMap((log, partition) => (log.length > 0 ? [partition] : []))
        const first = [...partitions.readers].flatMap((each) => partitions.next(each)?.partition ?? [])
        expect(new Set(first).size).toBe(first.length)
        // Whoever reads them one after the other meets each of them once.
        const met: number[] = []
        for (const each of partitions.readers) {
          for (let next = partitions.next(each); next !== undefined; next = partitions.next(each)) {
            met.push(next.partition)
            partitions.commit(next.partition, partitions.logs[next.partition]?.length ?? 0)
          }
        }
        expect(met.toSorted()).toEqual(partitions.readers.size === 0 ? [] : full)
      }),
      { numRuns: 200 },
    )
  })

  it("take no commit of an earlier generation, unless nothing is fenced", () => {
    for (const [fence, committed] of [
      ["generation", 0],
      ["none", 1],
    ] as const) {
      const { state } = brokerOf({ fence }, { partitions: 1 })
      state.apply("a", { _tag: "append", id: "m1", key: 0 })
      state.apply("b", { _tag: "join", reader: "w1" })
      state.apply("c", { _tag: "join", reader: "w2" })
      state.apply("d", { _tag: "commit", generation: 1, partition: 0, offset: 1 })
      expect(state.partitions.committed).toEqual([committed])
    }
  })
})
