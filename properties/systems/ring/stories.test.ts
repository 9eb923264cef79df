/** What the stories of the store measure follows from what they set: change the cause, and the figure changes. */
import { describe, expect, it } from "vitest"
import type { Input } from "#run"
import { fourTo } from "../../../src/scenarios/ring/four-to-eight.ts"
import { faults, figure, named, play, violated } from "./play.ts"

describe("from four shards", () => {
  const moved = (shards: number, part: string) =>
    figure(play("four-to-eight", {}, fourTo(shards)), `${part}: 4 to ${shards}: keys moved`)

  it("to eight, both modulo and the ring move half, and the article's 75 and 25 % are wrong", () => {
    const result = play("four-to-eight")
    for (const part of ["modulo", "ring"]) {
      expect(Math.abs(figure(result, `${part}: 4 to 8: keys moved`) - 50), part).toBeLessThan(5)
      expect(figure(result, `${part}: 4 to 8: donors`), part).toBe(4)
    }
  })

  it("to five it is the ring that moves little: 20 % against 80 %", () => {
    expect(Math.abs(moved(5, "modulo") - 80)).toBeLessThan(6)
    expect(Math.abs(moved(5, "ring") - 20)).toBeLessThan(6)
  })

  it("to six, modulo moves two thirds, the ring one third", () => {
    expect(Math.abs(moved(6, "modulo") - 66.7)).toBeLessThan(6)
    expect(Math.abs(moved(6, "ring") - 33.3)).toBeLessThan(6)
  })
})

describe("a reshard without faults", () => {
  it.each(["join-under-load", "four-to-eight"])("refuses nobody: %s", (name) => {
    const result = play(name, { faults: [] })
    const refused = result.figures.filter(({ name }) => /refused|unknown/.test(name))
    expect(refused.map(({ value }) => value)).toEqual(refused.map(() => 0))
    expect(violated(result)).toEqual([])
  })

  it("lasts the longer the slower it copies, and moves the same", () => {
    const [quick, slow] = [0, 200].map((pace) => play("join-under-load", { size: { pace } }))
    if (quick === undefined || slow === undefined) throw new Error("Two were played.")
    expect(figure(slow, "4 to 5: took")).toBeGreaterThan(figure(quick, "4 to 5: took") + 200)
    expect(figure(slow, "4 to 5: keys moved")).toBe(figure(quick, "4 to 5: keys moved"))
    expect(figure(quick, "requests by an old map")).toBeGreaterThan(0)
  })
})

describe("a shard of three nodes", () => {
  const away = (replicas: number, spelled: string) => {
    const [part] = Object.values(named("join-under-load").parts)
    const core = part?.system.nodes({ ...part.size, replicas }).map(({ id }) => id) ?? []
    return play("join-under-load", { size: { replicas }, faults: faults(spelled), core })
  }

  it("goes on without one of them, and a shard of one waits", () => {
    const [one, three] = [away(1, "crash:s1@1450+2400"), away(3, "crash:s1a@1450+2400")]
    expect([violated(one), violated(three)]).toEqual([[], []])
    expect(figure(one, "refused")).toBeGreaterThan(0)
    expect(figure(three, "refused")).toBe(0)
  })

  it("survives the loss of a disk in the middle of a reshard", () => {
    const result = away(3, "wipe:s2a@1500+200")
    expect(result.verdict).toBe("holds")
    expect(figure(result, "4 to 5: keys moved")).toBeGreaterThan(10)
  })
})

describe("a hot key", () => {
  const share = (more: Partial<Input> = {}) => figure(play("hot-key", more), "requests to the busiest shard")

  const wanted = (hot: number) =>
    named("hot-key")
      .story(1)
      .operations.map((each) => {
        const call = each.call as { readonly _tag: string }
        return call._tag === "crowd" ? { ...each, call: { ...call, hot } } : each
      })

  it("gives its shard 15 % and an eighth of the rest, and with more points or more shards never less than 15 %", () => {
    expect(Math.abs(share() - 25.6)).toBeLessThan(4)
    expect(share({ design: { placement: "fine-ring" } })).toBeGreaterThan(20)
    const sixteen = share({ size: { shards: 16, spare: 1 } })
    expect(sixteen).toBeLessThan(share())
    expect(sixteen).toBeGreaterThan(15)
  })

  it("is as hot as it is wanted", () => {
    const [five, thirty] = [share({ operations: wanted(5) }), share({ operations: wanted(30) })]
    expect(five).toBeLessThan(share())
    expect(thirty).toBeGreaterThan(share() + 8)
  })

  it("is the first of many warm ones where Zipf's law says what people want", () => {
    expect(share({ operations: wanted(0) })).toBeGreaterThan(14)
    expect(share({ operations: wanted(0), size: { keys: 4 } })).toBeGreaterThan(share({ operations: wanted(0) }) + 5)
  })

  it("is cooled by having it more than once, and asked for less often by those who share what they have read", () => {
    expect(share({ design: { hot: "replicate" } })).toBeLessThan(share() - 4)
    const likes = (hot: string) => figure(play("hot-key", { design: { hot } }), "likes under the busiest name")
    expect(likes("split")).toBeLessThan(likes("none") / 2)
    const asked = (hot: string) => figure(play("hot-key", { design: { hot } }), "requests to shards")
    expect(asked("cache")).toBeLessThan(asked("none") * 0.9)
    expect(asked("single-flight")).toBeLessThan(asked("none") * 0.95)
  })
})

describe("a celebrity", () => {
  it("costs a write for every follower when posts are pushed, and none when they are pulled", () => {
    const inboxes = (fanout: string, people: number) =>
      play("celebrity", { design: { fanout }, size: { people }, faults: [] }).figures.find(
        ({ name }) => name === "writes to inboxes",
      )?.value ?? 0
    // Four posts of the first person, who has all as followers, and four of the second, who has two.
    expect(inboxes("push", 40)).toBe(4 * 39 + 4 * 2)
    expect(inboxes("push", 20)).toBe(4 * 19 + 4 * 2)
    expect(inboxes("hybrid", 40)).toBe(4 * 2)
    expect(inboxes("pull", 40)).toBe(0)
  })
})

describe("a scan", () => {
  it("waits for the slowest of its shards: the more there are, the longer", () => {
    const scan = (shards: number) =>
      figure(play("scatter", { design: { gather: "wait" }, size: { shards, spare: 0 }, faults: tailed }), "scan p50")
    const tailed = faults("latency:*->*=tailed/1ms@300")
    const [few, many] = [scan(4), scan(64)]
    expect(many).toBeGreaterThan(2 * few)
  })
})

describe("a story that breaks", () => {
  it.each(["flip-first", "copy-overtaken", "cached-directory", "transfer", "celebrity", "scatter"])(
    "breaks what it is about, and holds under the sound design: %s",
    (name) => {
      const scenario = named(name)
      expect(violated(play(name)).filter((each) => scenario.about.includes(each))).not.toEqual([])
      const [part] = Object.values(scenario.parts)
      const sound = Object.keys(part?.design ?? {}).map((choice) => [choice, part?.system.designs[choice]?.default])
      expect(violated(play(name, { design: Object.fromEntries(sound) }))).toEqual([])
    },
  )

  it("of a transfer holds as a saga too", () => {
    expect(violated(play("transfer", { design: { transfer: "saga" } }))).toEqual([])
  })
})
