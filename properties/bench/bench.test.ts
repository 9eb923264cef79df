/** The benches do what they claim to measure; how long it takes is nobody's business here. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { median, quick, type Rounds, sideBySide, times, type Workload } from "../../src/bench/measure.ts"
import { figure, type Report, reachedOf, row, table } from "../../src/bench/table.ts"
import { callsHere, callsOnFakeTimers, callsOnTestClock } from "../../src/bench/workloads/calls.ts"
import { busyCrowd, idleCrowd } from "../../src/bench/workloads/crowd.ts"
import { Countdown } from "../../src/bench/workloads/glass.ts"
import { heartbeats, messagesPerHour } from "../../src/bench/workloads/heartbeats.ts"
import { rawHeap, timeline } from "../../src/bench/workloads/raw.ts"
import { largeRuns, passes, smallRuns, swept, told, withoutFaults } from "../../src/bench/workloads/replication.ts"
import { ringHere, ringOnFakeTimers, ringOnTestClock, ringWorld } from "../../src/bench/workloads/ring.ts"
import { sleepersHere, sleepersOnFakeTimers, sleepersOnTestClock } from "../../src/bench/workloads/sleepers.ts"

const ring = { nodes: 10, peers: 1, record: "all" } as const

/** Each counts what it does and throws if that is not what it claims; these can do any number of operations. */
const exact: readonly Workload[] = [
  rawHeap,
  timeline,
  sleepersHere,
  callsHere,
  heartbeats,
  ringHere("ring", ring),
  ringHere("wide ring", { nodes: 40, peers: 8, record: "nothing" }),
]

/** These share the work out among ten. */
const inTens: readonly Workload[] = [
  sleepersOnTestClock,
  sleepersOnFakeTimers,
  ringOnTestClock,
  ringOnFakeTimers,
  callsOnTestClock,
  callsOnFakeTimers,
]

describe("a workload", () => {
  it.each(exact)("$name does as many operations as it is asked for", async (workload) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), async (size) => {
        expect(await workload.play(size)).toBe(size)
      }),
      { numRuns: 10 },
    )
  })

  it.each(inTens)("$name does as many operations as it is asked for, rounded up to ten", async (workload) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (size) => {
        expect(await workload.play(size)).toBe(Math.ceil(size / 10) * 10)
      }),
      { numRuns: 5 },
    )
  })

  it("of many nodes wakes each as often as its timer says", () => {
    expect(idleCrowd(20).play(2)).toBe(2)
    expect(busyCrowd(20).play(2)).toBe(2)
  })

  it("has one trace entry for each message sent and each delivered", () => {
    const countdown = new Countdown()
    const world = ringWorld(ring, countdown)
    countdown.play(world, 500)
    const kinds = [...world.simulation.trace].map(({ kind }) => kind)
    const count = (kind: number) => kinds.filter((each) => each === kind).length
    expect(count(8)).toBe(500)
    // Ten are always under way, and the last to arrive is sent on.
    expect(count(7)).toBe(510)
  })

  it("of five nodes with heartbeats has 1.44 million messages an hour", () => {
    expect(messagesPerHour).toBe(1_440_000)
  })
})

describe("runs of the replicated log", () => {
  const small = smallRuns(2)
  const large = largeRuns(2)

  it("are of the size they claim", () => {
    for (const { operations, calmAt, size } of small.inputs) {
      expect(operations.length).toBe(50)
      expect(calmAt).toBeLessThanOrEqual(5_000_000)
      expect(size).toEqual({})
    }
    expect(small.scenario.parts[""]?.size).toMatchObject({ nodes: 3, clients: 2 })
    expect(large.scenario.parts[""]?.size).toMatchObject({ nodes: 5, clients: 4 })
    expect(large.inputs.some(({ faults }) => faults.length > 0)).toBe(true)
    expect(withoutFaults(large).inputs.every(({ faults }) => faults.length === 0)).toBe(true)
  })

  it("are counted as runs or as virtual seconds", async () => {
    expect(await passes("runs", small, swept, "run").play(1)).toBe(2)
    const seconds = (await passes("seconds", small, told, "virtual second").play(1)) / 2
    expect(seconds).toBeGreaterThanOrEqual(4.8)
  })
})

describe("a measurement", () => {
  it("plays its contenders in alternation", async () => {
    const played: string[] = []
    const contender = (name: string): Workload => ({
      name,
      play: (size) => {
        played.push(name)
        for (const until = performance.now() + 2; performance.now() < until; );
        return size
      },
    })
    const rounds: Readonly<Record<"a" | "b", Rounds>> = await sideBySide(
      { a: contender("a"), b: contender("b") },
      { ...quick, rounds: 3, roundMillis: 1 },
    )
    expect(rounds.a.length).toBe(3)
    expect(rounds.b.length).toBe(3)
    expect(played.slice(-6)).toEqual(["a", "b", "a", "b", "a", "b"])
  })

  it("tells the median, and of ratios the median over the rounds", () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(times([10, 20, 90], [5, 10, 30])).toBe(2)
  })
})

describe("the table", () => {
  it("says how far a figure came, whether more is better or less", () => {
    expect([1.5, 1.2, 1].map((value) => reachedOf(value, 1.25, 1.1))).toEqual(["no", "first", "goal"])
    expect([0.05, 0.1, 0.2].map((value) => reachedOf(value, 0.1, 0.18))).toEqual(["no", "first", "goal"])
    expect(row("free", 1, "ns").reached).toBe(null)
    expect(row("of raw", 300, "ns", { ofRaw: 0.2, budget: [0.1, 0.18] }).reached).toBe("goal")
  })

  it("writes three digits that count", () => {
    expect([0, 0.0512, 0.512, 5.123, 51.23, 512.3, 51_234.5].map(figure)).toEqual([
      "0",
      "0.0512",
      "0.512",
      "5.12",
      "51.2",
      "512",
      "51,235",
    ])
  })
})

describe("the command", () => {
  let report: Report

  beforeAll(() => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--conditions=snowglobe-source", "src/bench/index.ts", "--quick", "--json"],
      { cwd: fileURLToPath(new URL("../..", import.meta.url)), encoding: "utf8" },
    )
    expect(stderr).toBe("")
    expect(status).toBe(0)
    report = JSON.parse(stdout)
  })

  it("measures everything as one JSON object", () => {
    expect(report.machine.node).toBe(process.version.slice(1))
    expect(report.rows.length).toBeGreaterThan(25)
    expect(new Set(report.rows.map(({ name }) => name)).size).toBe(report.rows.length)
    for (const { name, value, first, reached } of report.rows) {
      // A screen that is paused writes nothing, and in a moment it may take no time that is counted.
      if (name.startsWith("screen")) expect(value).toBeGreaterThanOrEqual(0)
      else expect(value).toBeGreaterThan(0)
      expect(reached === null).toBe(first === undefined)
    }
  })

  it("prints plain text in which every row has a line", () => {
    const text = table(report)
    for (const { name } of report.rows) expect(text).toContain(`\n${name} `)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110)
  })
})
