/**
 * The desk turns keys into what they do. Every key is looked up in one table, so the footer and the help can say nothing that the
 * keyboard does not do; and no sequence of keys, however wild, may break a session or a frame.
 */
import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decodeToken, Run, run, type Scenario } from "#run"
import { scenarios } from "#scenarios"
import { faultKinds } from "#world"
import { Desk } from "../../src/ui/desk.ts"
import { bindings, helpLines } from "../../src/ui/keys.ts"
import type { Overlay, Scene } from "../../src/ui/scene.ts"
import { paintScreen } from "../../src/ui/screen.ts"
import { Session } from "../../src/ui/session/session.ts"
import { Canvas } from "../../src/ui/terminal/canvas.ts"

const scenario = (name: string): Scenario => scenarios.find((each) => each.name === name) as Scenario

const desked = (name = "replication/promise", more: Partial<ConstructorParameters<typeof Desk>[0]> = {}): Desk =>
  new Desk({ session: new Session(scenario(name)), scenarios, ...more })

const press = (desk: Desk, ...keys: readonly string[]) => {
  for (const key of keys) {
    desk.press(key)
    while (desk.session.mode === "working") desk.frame(30)
  }
}

/** Lets wall time go by, in frames. */
const wait = (desk: Desk, millis: number) => {
  for (let left = millis; left > 0; left -= 30) desk.frame(30)
}

const faultsOf = (desk: Desk): readonly string[] =>
  desk.session.view.troubles.map(({ fault }) => `${fault.kind}:${fault.target}`)

const menu = (scene: Scene): Extract<Overlay, { _tag: "menu" }> => {
  const { overlay } = scene
  if (overlay?._tag !== "menu") throw new Error("no menu is open")
  return overlay
}

const page = (scene: Scene): Extract<Overlay, { _tag: "page" }> => {
  const { overlay } = scene
  if (overlay?._tag !== "page") throw new Error("no page is open")
  return overlay
}

const frameOf = (desk: Desk, columns = 120, rows = 40): string => {
  const canvas = new Canvas(columns, rows)
  paintScreen(canvas, desk.scene())
  return canvas.toString()
}

describe("time", () => {
  it("opens where the scenario opens, running, on the primary", () => {
    const scene = desked().scene()
    expect([scene.mode, scene.head, scene.selected]).toEqual(["live", 1_900_000, 0])
    expect(scene.headline).toMatch(/^n1 has acknowledged \d+ writes\.$/)
    expect(scene.question).toBe("Press x. Are they all still there?")
  })

  it("goes by as fast as the speed says, an eighth to sixty-four times", () => {
    const desk = desked()
    const passed = () => {
      const before = desk.session.head
      desk.frame(80)
      return desk.session.head - before
    }
    expect(passed()).toBe(80_000)
    press(desk, "+", "+")
    expect([passed(), desk.scene().speed]).toEqual([320_000, 4])
    press(desk, ..."++++++++++")
    expect([passed(), desk.scene().speed]).toEqual([5_120_000, 64])
    press(desk, ..."--------------")
    expect([passed(), desk.scene().speed]).toEqual([10_000, 1 / 8])
  })

  it("opens on an instant that somebody names, stopped, whatever broke on the way", () => {
    const input = scenario("replication/two-primaries").story(1)
    const open = (at: number) =>
      new Desk({ session: new Session(scenario("replication/two-primaries"), { input }), scenarios, at })
    const early = open(700_000).scene()
    expect([early.mode, early.head, early.breaks]).toEqual(["paused", 700_000, []])
    const late = open(3_000_000).scene()
    expect([late.mode, late.head]).toEqual(["paused", 3_000_000])
    expect(late.breaks.map(({ name }) => name)).toContain("one-primary-per-epoch")
    expect(late.broken?.at).toBeLessThan(3_000_000)
    expect(open(60_000_000).scene().mode).toBe("over")
  })

  it("never goes by in leaps, however long a frame was away", () => {
    const desk = desked()
    desk.frame(60_000)
    expect(desk.session.head).toBe(2_000_000)
  })

  it("stops and goes on with space, and rests while nothing moves", () => {
    const desk = desked()
    press(desk, "space")
    expect([desk.scene().mode, desk.moving, desk.frame(100)]).toEqual(["paused", false, false])
    press(desk, "space")
    expect([desk.scene().mode, desk.moving, desk.frame(100)]).toEqual(["live", true, true])
  })

  it("steps entry by entry, back and forward, and further on live", () => {
    const desk = desked()
    press(desk, "space")
    const { index } = desk.session
    press(desk, "left")
    expect([desk.session.index, desk.scene().mode]).toEqual([index - 1, "past"])
    press(desk, "shift+left", ",", "<")
    expect(desk.session.index).toBe(index - 22)
    press(desk, "shift+right", ">", "right", ".")
    expect([desk.session.index, desk.scene().mode]).toEqual([index, "paused"])
    press(desk, "right")
    expect(desk.session.index).toBeGreaterThan(index)
    expect(desk.session.view.index).toBe(desk.session.index)
  })

  it("goes a second back and forward, to the start, and back to the latest moment", () => {
    const desk = desked()
    press(desk, "[")
    expect(desk.scene().view.at).toBe(900_000)
    press(desk, "]")
    expect([desk.session.at, desk.scene().mode]).toEqual([1_900_000, "paused"])
    press(desk, "]")
    expect(desk.session.head).toBe(2_900_000)
    press(desk, "home")
    expect(desk.session.at).toBe(0)
    press(desk, "(")
    expect(desk.session.at).toBe(0)
    press(desk, ")", ")")
    expect(desk.session.at).toBe(290_000)
    press(desk, "end")
    expect(desk.session.at).toBe(2_900_000)
  })

  it("replays from a moment of the past to the latest one, and goes on from there", () => {
    const desk = desked()
    press(desk, "[", "space")
    expect(desk.scene().mode).toBe("replay")
    wait(desk, 930)
    expect(desk.scene().mode).toBe("replay")
    wait(desk, 120)
    expect(desk.scene().mode).toBe("live")
  })

  it("jumps to what befell the run, and says where there is nothing", () => {
    const desk = desked("replication/failover")
    while (desk.session.head < 3_900_000) desk.frame(100)
    press(desk, "{")
    expect(desk.session.at).toBe(3_000_000)
    press(desk, "{")
    expect(desk.session.at).toBe(1_500_000)
    press(desk, "{")
    expect(desk.scene().toast?.words).toBe("nothing befell it before this")
    press(desk, "}")
    expect(desk.session.at).toBe(3_000_000)
  })
})

describe("hands", () => {
  it("crash the selected node and start it again", () => {
    const desk = desked()
    press(desk, "x")
    expect(faultsOf(desk)).toEqual(["crash:n1"])
    expect(desk.session.view.nodes[0]?.health).toBe("down")
    press(desk, "x")
    expect(faultsOf(desk)).toEqual([])
    expect(desk.session.view.nodes[0]?.health).toBe("up")
    expect(desk.session.run.input.faults).toEqual([{ id: "f1", kind: "crash", target: "n1", at: 1_900_001, for: 1 }])
  })

  it("crash a client never, and say why", () => {
    const desk = desked()
    press(desk, "down", "down", "down", "x")
    expect(faultsOf(desk)).toEqual([])
    expect(desk.scene().toast).toMatchObject({ tone: "warn", words: expect.stringMatching(/^c1 is a client/) })
  })

  it.each([
    ["i", "isolate:n2"],
    ["l", "latency:n2->*"],
    ["o", "loss:n2->*"],
    ["c", "skew:n2"],
    ["s", "slow:n2"],
    ["g", "power:west"],
  ])("strike with %s and end it with the same key", (key, fault) => {
    const desk = desked()
    press(desk, "down", key)
    expect(faultsOf(desk)).toEqual([fault])
    press(desk, key)
    expect(faultsOf(desk)).toEqual([])
  })

  it("heal everything at once", () => {
    const desk = desked()
    press(desk, "i", "down", "x", "l", "s", "H")
    expect(faultsOf(desk)).toEqual([])
    press(desk, "H")
    expect(desk.scene().toast?.words).toBe("nothing is wrong")
  })

  it("find in the palette every fault that a node or a link can have, each once, with its effect and a key of its own", () => {
    const desk = desked()
    press(desk, "f")
    const ofNode = menu(desk.scene())
    press(desk, "escape", "2", "f")
    const ofLink = menu(desk.scene())
    const labels = [ofNode, ofLink].map(({ items }) => items.map(({ label }) => label))
    // A single message is named by a key that only a trace knows, and it strikes when the message is sent.
    const all = Object.keys(faultKinds).filter((kind) => kind !== "drop")
    expect(new Set(labels.flat())).toEqual(new Set(all))
    expect(ofLink.title).toBe("faults for n1→n2")
    for (const { items } of [ofNode, ofLink]) {
      for (const { label, words } of items) expect(words).toBe(faultKinds[label as keyof typeof faultKinds].sentence)
      const keys = items.flatMap(({ key }) => key ?? [])
      expect(new Set(keys).size).toBe(keys.length)
      expect(keys.length).toBeGreaterThan(items.length - 3)
    }
  })

  it("choose how strong a fault is, and strike a link with it", () => {
    const desk = desked()
    press(desk, "2", "down", "f")
    const { items, title } = menu(desk.scene())
    expect(title).toBe("faults for n1→n3")
    const nth = items.findIndex(({ label }) => label === "loss")
    press(desk, ...Array.from({ length: nth }, () => "down"))
    expect(menu(desk.scene()).items[nth]?.note).toBe("n1->n3=30%")
    press(desk, "right", "right")
    expect(menu(desk.scene()).items[nth]?.note).toBe("n1->n3=90%")
    press(desk, "left")
    expect(menu(desk.scene()).items[nth]?.note).toBe("n1->n3=10%")
    press(desk, "enter")
    expect(desk.session.run.input.faults).toMatchObject([{ kind: "loss", target: "n1->n3", value: 100 }])
    expect(desk.scene().overlay).toBeUndefined()
  })

  it("say that the storm is over, where it is", () => {
    const input = scenario("replication/failover").story(1)
    const session = new Session(scenario("replication/failover"), { input })
    const desk = new Desk({ session, scenarios })
    while (!session.run.ended) desk.frame(100)
    expect(desk.scene().mode).toBe("over")
    press(desk, "x")
    expect(desk.scene().toast?.words).toMatch(/^the storm is over/)
    press(desk, "space")
    expect(desk.scene().toast?.words).toMatch(/^the run is over/)
    // In the past it is not.
    press(desk, "home", "x")
    expect(desk.session.run.input.faults.length).toBe(2)
  })
})

describe("keys pressed while the past is played again", () => {
  it("wait for it, and esc gives it up", () => {
    const desk = desked()
    press(desk, "[")
    desk.press("x")
    expect(desk.scene().mode).toBe("working")
    desk.press("space")
    expect(desk.scene().mode).toBe("working")
    while (desk.session.mode === "working") desk.frame(30)
    expect([desk.scene().mode, faultsOf(desk)]).toEqual(["live", ["crash:n1"]])
    const { head } = desk.session
    press(desk, "[")
    desk.press("i")
    desk.press("escape")
    expect([desk.scene().mode, desk.session.head, faultsOf(desk)]).toEqual(["past", head, []])
  })
})

describe("a broken promise", () => {
  const broken = () => {
    const desk = desked()
    press(desk, "x")
    wait(desk, 10_000)
    return desk
  }

  it("stops the clock, lights what led to it, and says who promised what and where it was lost", () => {
    const desk = broken()
    const scene = desk.scene()
    expect(scene.mode).toBe("paused")
    expect(scene.broken).toMatchObject({ name: "acknowledged-writes-survive", at: desk.session.head })
    expect(scene.broken?.because).toMatch(/^c1 was told that w\d+ is saved at 1\/\d+; only n1 held it/)
    const rows = scene.rows(50)
    expect(rows.every(({ lit }) => lit)).toBe(true)
    expect(rows.map(({ words }) => words).join("\n")).toMatch(/crash:n1@.*\n/)
    expect(frameOf(desk)).toContain("✗ acknowledged-writes-survive")
    wait(desk, 500)
    expect(desk.session.head).toBe(scene.head)
  })

  it("goes on at any key", () => {
    const desk = broken()
    press(desk, "w")
    expect([desk.scene().broken, desk.scene().mode]).toEqual([undefined, "live"])
    wait(desk, 500)
    // A promise is broken once.
    expect(desk.scene().mode).toBe("live")
  })

  it("replays its last virtual second at an eighth of the speed, and comes back to it", () => {
    const desk = broken()
    const { at } = desk.scene().broken ?? { at: 0 }
    press(desk, "+", "space")
    wait(desk, 500)
    press(desk, "r")
    expect([desk.session.at, desk.scene().speed, desk.scene().mode]).toEqual([at - 1_000_000, 1 / 8, "replay"])
    wait(desk, 4000)
    expect(desk.session.at - (at - 1_000_000)).toBeGreaterThan(480_000)
    expect(desk.session.at - (at - 1_000_000)).toBeLessThan(520_000)
    wait(desk, 4100)
    expect([desk.session.at, desk.scene().speed, desk.scene().broken?.at]).toEqual([at, 2, at])
  })

  it("is not there under ack=quorum, and the header keeps both verdicts", () => {
    const desk = broken()
    const { at } = desk.scene().broken ?? { at: 0 }
    press(desk, "d")
    expect(menu(desk.scene()).items[0]?.label).toBe("ack=quorum")
    press(desk, "enter")
    expect(desk.scene().trials).toEqual([
      { label: "ack=local", verdict: "violated", brokeAt: at, current: false },
      { label: "ack=quorum", verdict: "holds", brokeAt: undefined, current: true },
    ])
    expect(desk.scene().mode).toBe("live")
    wait(desk, 3000)
    expect(desk.scene().breaks).toEqual([])
    press(desk, "d", "enter")
    expect(desk.scene().toast?.words).toBe("that is the design now")
  })
})

describe("looking", () => {
  it("filters the trace by what its rows say, and the other way round", () => {
    const desk = desked()
    press(desk, "space", "/", ..."SHIP", "enter")
    const { rows, matches, filter } = desk.scene()
    expect(filter).toBe("SHIP")
    expect(rows(1000).length).toBe(matches)
    expect(matches).toBeGreaterThan(10)
    for (const { words } of rows(1000)) expect(words).toContain("ship")
    press(desk, "escape", "/", ..."!ship", "backspace", "enter")
    for (const { words } of desk.scene().rows(1000)) expect(words).not.toContain("shi")
    expect((desk.scene().matches ?? 0) + (matches ?? 0)).toBe(desk.session.run.trace.length)
  })

  it("goes from match to match", () => {
    const desk = desked()
    press(desk, "space", "/", ..."w3: saved", "enter", "n")
    expect(desk.scene().rows(1)[0]?.words).toMatch(/^w3: saved/)
    expect(desk.session.run.trace.entry(desk.session.index - 1).at).toBe(desk.session.at)
    press(desk, "n")
    expect(desk.scene().toast?.words).toBe("no other entry is shown there")
  })

  it("names in its help every key that does something, and shows only the keys that do something now", () => {
    const help = helpLines().join("\n")
    for (const { shown, words } of bindings) expect(help).toContain(`${shown.padEnd(14)}${words}`)
    expect(new Set(bindings.flatMap(({ keys }) => keys)).size).toBe(bindings.flatMap(({ keys }) => keys).length)
    const desk = desked()
    const keys = () => desk.scene().hints.map(({ keys }) => keys)
    expect(keys()).not.toContain("H")
    press(desk, "i")
    expect(keys()).toContain("H")
    press(desk, "?")
    expect(page(desk.scene()).lines).toEqual(helpLines())
    press(desk, "w")
    expect(desk.scene().overlay).toBeUndefined()
  })

  it("tells all about a node, and all about an entry with what caused it", () => {
    const desk = desked()
    press(desk, "space", "s", "e")
    const about = page(desk.scene()).lines.join("\n")
    expect(about).toContain("n1, a replica in east")
    expect(about).toContain("slow:n1=20x since")
    press(desk, "escape", "5", "/", ..."applies", "enter", "n", "e")
    expect(page(desk.scene()).lines.join("\n")).toMatch(/Entry \d+ of \d+\n.* applies .*\n\nbecause of\n/)
  })

  it("picks another scenario", () => {
    const desk = desked()
    press(desk, "p", "down", "enter")
    expect(desk.session.scenario.name).toBe(scenarios[1]?.name)
  })

  it("copies a line that plays the session again", () => {
    const copied: string[] = []
    const desk = desked("replication/promise", { copy: (text) => copied.push(text) })
    press(desk, "x", "y")
    const token = /^npx snowglobe replay (sg1\.\S+)$/.exec(copied[0] ?? "")?.[1] ?? ""
    const { input, digest } = Result.getOrThrow(decodeToken(token, scenarios))
    expect(run(desk.session.scenario, input).digest.slice(0, 8)).toBe(digest)
    expect(input.faults).toEqual(desk.session.run.input.faults)
  })
})

describe("any keys", () => {
  const key = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...bindings.flatMap(({ keys }) => keys)) },
    { weight: 1, arbitrary: fc.constantFrom("w", "!", "ß", "ctrl+a", "backspace", "delete", "alt+x", "€") },
  )
  const deed = fc.oneof({ weight: 3, arbitrary: key }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 200 }) })
  const script = fc.record({
    nth: fc.nat({ max: scenarios.length - 1 }),
    deeds: fc.array(deed, { maxLength: 60, size: "max" }),
    columns: fc.integer({ min: 80, max: 200 }),
    rows: fc.integer({ min: 24, max: 60 }),
  })

  it("leave a frame that can be drawn, and a session that is its input", () => {
    fc.assert(
      fc.property(script, ({ nth, deeds, columns, rows }) => {
        const desk = new Desk({ session: new Session(scenarios[nth] as Scenario), scenarios })
        for (const each of deeds) {
          if (typeof each === "string") desk.press(each)
          else desk.frame(each)
        }
        expect(frameOf(desk, columns, rows).split("\n")).toHaveLength(rows)
        while (desk.session.mode === "working") desk.frame(30)
        const { session } = desk
        const at = session.head
        session.live()
        while (session.head <= at) {
          session.playing = true
          session.pass(1)
        }
        const again = new Run(session.scenario, session.inputAt((Math.floor(session.head / 1000) + 1) * 1000))
        again.advance(session.head)
        expect(again.trace.digest).toBe(session.run.trace.digest)
      }),
      { numRuns: 25 },
    )
  })
})
