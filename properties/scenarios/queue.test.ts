/** The stories of the queue say what happens in them, and their figures follow from what they set: change the cause, and they change. */
import { describe, expect, it } from "vitest"
import { type Input, parseFaults, type RunResult, run, type Scenario, shake } from "#run"
import { scenarios } from "#scenarios"
import { queue } from "#systems"

const named = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === `queue/${name}`)
  if (found === undefined) throw new Error(`No scenario ${name}.`)
  return found
}

const play = (name: string, more: Partial<Input> = {}, seed = 1): RunResult =>
  run(named(name), { ...named(name).story(seed), ...more }, { keep: "nothing", digest: false })

const figure = (result: RunResult, name: string): number => {
  const found = result.figures.find((each) => each.name === name)
  if (found === undefined) throw new Error(`No figure ${name}: ${result.figures.map((each) => each.name).join(", ")}.`)
  return found.value
}

const broken = ({ invariants }: RunResult): readonly string[] =>
  invariants.filter(({ verdict }) => verdict === "violated").map(({ name }) => name)

const faults = (text: string): Input["faults"] => {
  const parsed = parseFaults(text)
  if (parsed._tag === "Failure") throw new Error(parsed.failure)
  return parsed.success
}

/** Evenly spaced calls of one client; times in milliseconds. */
const calls = (call: Input["operations"][number]["call"], millis: number, times: number, from = 500, client = "c1") =>
  Array.from({ length: times }, (_, nth) => ({
    id: `${client}.${nth}`,
    client,
    at: (from + nth * millis) * 1000,
    call,
  }))

const publish = { _tag: "publish", poison: false, delay: 0 }
const stories = scenarios.filter(({ name, expects }) => name.startsWith("queue/") && expects === "violated")

describe.each(stories.map((scenario) => [scenario.name.slice(6), scenario] as const))("%s", (name, scenario) => {
  it("breaks what it is about, and nothing under the sound design", () => {
    for (const seed of [1, 2]) {
      for (const each of scenario.about) expect(broken(play(name, {}, seed)), `seed ${seed}`).toContain(each)
      const designs = Object.values(scenario.parts).flatMap(({ design, system }) =>
        Object.keys(design).map((choice) => [choice, system.designs[choice]?.default] as const),
      )
      expect(designs.length).toBeGreaterThan(0)
      expect(broken(play(name, { design: Object.fromEntries(designs) as Input["design"] }, seed))).toEqual([])
    }
  })
})

describe("the stopgap", () => {
  const flush = 5000
  const minute = (size: Input["size"], design: Input["design"] = {}) =>
    play("stopgap", {
      // A tenth of the article's ten thousand a second, and a tenth of its range.
      operations: calls({ _tag: "push", count: 20 }, 20, 3025, 0),
      size: { batch: 100, flush, ...size },
      design,
      calmAt: 60_500_000,
      until: 60_500_000,
    })
  const flushes = 12

  it("loses what is pushed while it stores: a twentieth of a second's worth at each flush, and more if storing takes longer", () => {
    const [usual, slow] = [minute({ insert: 50 }), minute({ insert: 80 })]
    const lost = figure(usual, "lost") / flushes
    expect(lost).toBeGreaterThan(50)
    expect(lost).toBeLessThan(70)
    expect(figure(slow, "lost") / flushes - lost).toBeGreaterThan(20)
    expect(figure(minute({ insert: 200 }), "lost")).toBe(flushes * 100)
  })

  it("stores 101 events a flush where 5,000 come, and keeps half of them to be stored again", () => {
    const result = minute({ insert: 50 })
    expect(figure(result, "pushed")).toBeGreaterThan(59_000)
    expect(figure(result, "stored")).toBe(flushes * 101)
    expect(figure(result, "still queued")).toBeGreaterThan(57_000)
    expect(figure(result, "queued though stored")).toBeGreaterThan(0.4 * figure(result, "stored"))
    expect(figure(minute({ insert: 50, flush: 2500 }), "stored")).toBe(2 * flushes * 101)
  })

  it("stores twice what it had kept, once the list drains", () => {
    const operations = [
      calls({ _tag: "push", count: 150 }, 1, 1, 100),
      calls({ _tag: "push", count: 1 }, 10, 1000),
    ].flat()
    const burst = play("stopgap", { operations, size: { batch: 100 }, calmAt: 40_000_000, until: 40_000_000 })
    expect(figure(burst, "stored twice")).toBeGreaterThan(0)
    expect(figure(burst, "lost")).toBeGreaterThan(0)
  })

  it("stores twice at once, where two flush or a flush takes longer than the pause between two", () => {
    const twice = (size: Input["size"]) => {
      const core = queue.nodes({ ...named("stopgap").parts[""]?.size, ...size }).map(({ id }) => id)
      const operations = calls({ _tag: "push", count: 8 }, 1, 1, 100)
      return figure(play("stopgap", { operations, size, core }), "stored twice")
    }
    expect(twice({})).toBe(0)
    expect(twice({ flushers: 2 })).toBe(8)
    expect(twice({ flush: 1000, insert: 1500 })).toBe(8)
  })

  it("keeps up and loses nothing, when each event is moved to a list of the flusher's own and removed once it is stored", () => {
    const result = play("stopgap", { design: { flush: "processing-list" }, calmAt: 40_000_000, until: 40_000_000 })
    expect(figure(result, "lost") + figure(result, "stored twice")).toBe(0)
    expect(figure(result, "stored")).toBe(figure(result, "pushed"))
  })

  it("is explained in at most five steps", () => {
    const { violation } = shake(named("stopgap"), { seed: 1, runs: 10 })
    const { operations, faults } = violation?.result.input ?? { operations: [], faults: [] }
    expect(operations.length + faults.length).toBeLessThanOrEqual(5)
    expect(operations.length).toBeGreaterThan(0)
  })
})

describe("the uploads", () => {
  it("are absorbed: 850 wait after a minute, and the last is done after six and a half", () => {
    const result = play("uploads")
    expect(result.verdict).toBe("holds")
    expect(Math.abs(figure(result, "deepest") - 850)).toBeLessThan(20)
    expect(Math.abs(figure(result, "drained after") / 1000 - 400)).toBeLessThan(5)
  })

  it("need 67 workers to keep up", () => {
    expect(figure(play("uploads", { size: { workers: 60 } }), "deepest")).toBeGreaterThan(100)
    expect(figure(play("uploads", { size: { workers: 70 } }), "deepest")).toBeLessThan(75)
  })

  it("drain six times as fast with six times the workers, if they are all there is to wait for", () => {
    const backlog = calls(publish, 5, 600)
    const [ten, sixty] = [10, 60].map((workers) => {
      const core = queue.nodes({ workers }).map(({ id }) => id)
      const result = play("uploads", { operations: backlog, size: { workers }, calmAt: 10_000_000, core })
      return figure(result, "drained after") / 1000
    }) as [number, number]
    expect(Math.abs(ten - (600 * 4) / 10)).toBeLessThan(10)
    expect(Math.abs(sixty - (600 * 4) / 60)).toBeLessThan(8)
  })
})

describe("when the consumers are down", () => {
  const outage = (millis: number) =>
    play("poison-message", {
      design: {},
      operations: calls(publish, 20, 200),
      faults: faults(`crash:w1@500+${millis},crash:w2@500+${millis}`),
      size: { depth: 1000, work: 5 },
      calmAt: 6_000_000,
      until: 20_000_000,
    })

  it("the queue grows as long as they are, and nothing is lost", () => {
    const [short, long] = [outage(1000), outage(3000)]
    expect(figure(short, "deepest")).toBeGreaterThan(40)
    expect(figure(long, "deepest")).toBeGreaterThan(2 * figure(short, "deepest"))
    for (const result of [short, long]) expect(figure(result, "answered")).toBe(200)
  })
})

describe("the poison message", () => {
  it("costs as many tries as it is given, and then no more", () => {
    for (const tries of [2, 5]) {
      const parked = play("poison-message", { design: { retry: "dead-letter" }, size: { tries } })
      expect(figure(parked, "failures")).toBe(tries)
      expect(figure(parked, "dead letters")).toBe(1)
    }
    expect(figure(play("poison-message"), "failures")).toBeGreaterThan(50)
  })
})

describe("the payment", () => {
  it("is charged once more for each that is answered too late, and not to whoever waits a little longer", () => {
    const late = play("charged-twice")
    expect(figure(late, "charges")).toBe(figure(late, "payers") + 1)
    const patient = play("charged-twice", { size: { patience: 1100 } })
    expect(figure(patient, "charges")).toBe(figure(patient, "payers"))
  })
})

describe("the four services", () => {
  it("get a quarter of the orders between them from one queue, and all of them from a queue each", () => {
    const [one, each] = ["one-queue", "group-each"].map((fanout) =>
      figure(play("four-services", { design: { fanout } }), "tries"),
    )
    expect(one).toBe(80)
    expect(each).toBe(4 * 80)
  })
})
