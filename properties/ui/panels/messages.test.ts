/** Messages: what is under way moves along its link, what is held waits, what died is told with its reason. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Fault } from "#world"
import { messages } from "../../../src/ui/panels/messages.ts"
import type { Link, Scene } from "../../../src/ui/scene.ts"
import type { Fallen, Flight } from "../../../src/ui/session/view.ts"
import { scenes } from "../scenes.ts"
import { find, paint, rowsOf, seeing, tokenAt, tokenOfWords } from "./paint.ts"

const opening = scenes["the opening"]().scene()
const storm = scenes["five nodes in a storm"]().scene()
const { at } = opening.view

const between = (from: number, to: number): Link => ({ from, to, usual: 10_000 })
const links = [between(0, 1), between(0, 2), between(1, 0), between(1, 2), between(2, 0), between(2, 1)]

let sent = 0
const flight = (from: number, to: number, age: number, more: Partial<Flight> = {}): Flight => ({
  number: ++sent,
  from,
  to,
  sentAt: at - age,
  entry: sent,
  ...more,
})

const dead = (from: number, to: number, ago: number, more: Partial<Fallen> = {}): Fallen => ({
  ...flight(from, to, ago + 1000),
  reason: "lost",
  fellAt: at - ago,
  ...more,
})

interface Seen {
  readonly flights?: readonly Flight[]
  readonly fallen?: readonly Fallen[]
  readonly faults?: readonly Fault[]
}

const withTraffic = ({ flights = [], fallen = [], faults = [] }: Seen, more: Partial<Scene> = {}): Scene =>
  seeing(
    { ...opening, links, say: (entry) => `says ${entry}`, ...more },
    { flights, flying: flights.length, fallen, troubles: faults.map((fault, entry) => ({ fault, entry })) },
  )

const rowOf = (scene: Scene, way: string, width = 50, height = 20): string =>
  rowsOf(paint(messages, scene, width, height)).find((row) => row.slice(1).includes(way)) ?? ""

describe("a link", () => {
  it("has a dot where each message is, by its age and by how long the one before it took", () => {
    const place = (age: number) => {
      const row = rowOf(withTraffic({ flights: [flight(0, 1, age)] }), "n1→n2")
      const lane = /[─●]+▸/.exec(row)?.[0] ?? ""
      return lane.indexOf("●") / (lane.length - 2)
    }
    expect(place(0)).toBe(0)
    expect(place(5000)).toBeCloseTo(0.5, 1)
    expect(place(8000)).toBeCloseTo(0.8, 1)
    expect(place(10_000)).toBeCloseTo(0.9, 1)
    expect(place(1_000_000)).toBe(place(10_000))
  })

  it("shows a message halfway where none has arrived before", () => {
    const scene = withTraffic({ flights: [flight(0, 1, 0)] }, { links: [{ from: 0, to: 1 }] })
    const lane = /[─●]+▸/.exec(rowOf(scene, "n1→n2"))?.[0] ?? ""
    expect(lane.indexOf("●") / (lane.length - 2)).toBeCloseTo(0.45, 1)
  })

  it("counts what is under way and says what the latest of it says", () => {
    const flights = [flight(0, 1, 3000), flight(0, 1, 2000), flight(2, 1, 9000)]
    expect(rowOf(withTraffic({ flights }), "n1→n2")).toContain(` 2 says ${flights[1]?.entry}`)
    expect(rowOf(withTraffic({ flights }), "n3→n2")).toContain(` 1 says ${flights[2]?.entry}`)
    expect(rowOf(withTraffic({ flights }), "n2→n1")).not.toMatch(/\d says/)
  })

  it("shows what is held back at its start, and why", () => {
    const flights = [flight(0, 1, 9000, { held: "clogged" }), flight(0, 1, 8000, { held: "clogged" })]
    expect(rowOf(withTraffic({ flights }), "n1→n2")).toMatch(/n1→n2 ‖‖─+▸ +2 clogged says/)
  })

  it("ends in a cross where something died of late", () => {
    const canvas = paint(messages, withTraffic({ fallen: [dead(0, 1, 5000)] }), 50, 20)
    expect(rowsOf(canvas).find((row) => row.includes("n1→n2"))).toMatch(/n1→n2 ─+✗/)
    expect(rowsOf(canvas).find((row) => row.includes("n2→n1"))).toMatch(/n2→n1 ─+▸/)
  })

  it("names the faults on it, and those on every link once, on the border", () => {
    const faults: readonly Fault[] = [
      { id: "f1", kind: "latency", target: "n1->n2", at: 0, value: 80_000 },
      { id: "f2", kind: "cut", target: "n2->*", at: 0 },
      { id: "f3", kind: "loss", target: "*->*", at: 0, value: 300 },
      { id: "f4", kind: "isolate", target: "n3", at: 0 },
    ]
    const canvas = paint(messages, withTraffic({ faults }), 60, 20)
    const rows = rowsOf(canvas)
    const row = (way: string) => rows.find((each) => each.includes(way)) ?? ""
    expect(row("n1→n2")).toMatch(/▸ +▲ latency \+80 ms +│/)
    expect(row("n2→n1")).toMatch(/▸ +▲ cut +│/)
    expect(row("n2→n3")).toMatch(/▸ +▲ cut +│/)
    expect(row("n1→n3")).not.toContain("▲")
    expect(row("n3→n1")).not.toContain("▲")
    expect(rows[0]).toContain("▲ loss 30 %  0 in flight")
  })

  it("is marked where it is selected, and is there to be seen however many there are", () => {
    fc.assert(
      fc.property(
        fc.nat(storm.links.length - 1),
        fc.integer({ min: 32, max: 120 }),
        fc.integer({ min: 9, max: 30 }),
        (link, width, height) => {
          const { from, to } = storm.links[link] as Link
          const way = `▸${storm.view.nodes[from]?.id}→${storm.view.nodes[to]?.id}`
          expect(paint(messages, { ...storm, link }, width, height).toString()).toContain(way)
        },
      ),
      { numRuns: 60 },
    )
  })

  it("stays where it is whatever clients say", () => {
    const spot = (scene: Scene) => find(paint(messages, scene, 72, 10), "n3→n2")
    const talk = [...links, between(3, 0), between(0, 3), between(4, 1)]
    expect(spot(withTraffic({}, { links: talk }))).toEqual(spot(withTraffic({})))
    // Below the others between nodes, since there is room: what clients say comes beside them.
    expect(spot(withTraffic({}))).toEqual({ x: 2, y: 6 })
  })

  it("has as many of its numbers as fit, and no half of one", () => {
    const flights = Array.from({ length: 123 }, (_, nth) => flight(0, 1, nth))
    for (let width = 32; width < 60; width++) {
      const row = rowOf(withTraffic({ flights }), "n1→n2", width, 9)
      expect(row).toMatch(/123|▸ *( n|│)/)
      expect(row).not.toMatch(/▸ +(1|12)( |│)/)
    }
  })
})

describe("what died", () => {
  it("is told for two seconds, the latest first, with when, of what, and what it said", () => {
    const fallen = [dead(2, 0, 2_000_000), dead(1, 0, 1_900_000), dead(0, 1, 300_000, { reason: "isolated" })]
    const rows = rowsOf(paint(messages, withTraffic({ fallen }), 72, 12)).filter((row) => row.startsWith("│✗"))
    expect(rows.map((row) => row.replace(/ +│$/, ""))).toEqual([
      `│✗n1→n2 1.600 isolated  says ${fallen[2]?.entry}`,
      `│✗n2→n1 0.000 lost  says ${fallen[1]?.entry}`,
    ])
  })

  it("is counted by way and reason", () => {
    const fallen = [dead(0, 1, 900), dead(0, 1, 800, { reason: "isolated" }), dead(0, 1, 700), dead(1, 0, 600)]
    const frame = paint(messages, withTraffic({ fallen }), 72, 16).toString()
    expect(frame).toMatch(/✗n2→n1 1\.899 lost {2}says/)
    expect(frame).toMatch(/✗n1→n2 1\.899 lost ×2 {2}says/)
    expect(frame).toMatch(/✗n1→n2 1\.899 isolated {2}says/)
    expect(frame).toContain("0 in flight · 4 lost")
  })

  it("turns the border's words red", () => {
    expect(tokenOfWords(paint(messages, withTraffic({}), 72, 12), "0 in flight")).toBe("dim")
    expect(tokenOfWords(paint(messages, withTraffic({ fallen: [dead(0, 1, 1)] }), 72, 12), "0 in flight")).toBe("bad")
  })
})

const isBraille = (glyph: string): boolean => /[\u2801-\u28ff]/.test(glyph)

describe("the map", () => {
  it("has every node, how it is, and what is under way between them", () => {
    const flights = [flight(0, 1, 5000), flight(2, 0, 5000, { held: "clogged" })]
    const canvas = paint(messages, withTraffic({ flights }), 58, 29)
    const rows = rowsOf(canvas).slice(14)
    for (const id of ["● n1", "● n2", "● n3", "c1 ●", "c2 ●"]) expect(rows.join("\n")).toContain(id)
    const spot = (glyph: string, token: string) =>
      rows.flatMap((row, y) =>
        [...row].flatMap((each, x) => (each === glyph && tokenAt(canvas, x, y + 14) === token ? [{ x, y }] : [])),
      )
    const [dot, ...others] = spot("●", "hue1")
    expect(others).toEqual([])
    // Halfway between the two.
    const n1 = find(canvas, "● n1")
    const n2 = find(canvas, "● n2")
    expect(Math.abs((dot?.x ?? 0) - (n1.x + n2.x) / 2)).toBeLessThanOrEqual(1)
    expect(Math.abs((dot?.y ?? 0) + 14 - (n1.y + n2.y) / 2)).toBeLessThanOrEqual(1)
    expect(spot("‖", "warn")).toHaveLength(1)
    // The first at the top, then clockwise.
    expect(n1.y).toBeLessThan(n2.y)
    expect(n2.y).toBeLessThan(find(canvas, "● n3").y)
    expect(n2.x).toBeGreaterThan(n1.x)
  })

  it("draws where something died in red, and a dead node as one", () => {
    const scene = scenes["just broken"]().scene()
    const canvas = paint(messages, scene, 58, 29)
    const rows = rowsOf(canvas).slice(14)
    expect(rows.join("\n")).toContain("✗ n1")
    const red = rows.flatMap((row, y) =>
      [...row].filter((glyph, x) => isBraille(glyph) && tokenAt(canvas, x, y + 14) === "bad"),
    )
    expect(red.length).toBeGreaterThan(10)
    // What is between the two that live is not.
    const grey = rows.flatMap((row, y) =>
      [...row].filter((glyph, x) => isBraille(glyph) && tokenAt(canvas, x, y + 14) !== "bad"),
    )
    expect(grey.length).toBeGreaterThan(3)
  })

  it("is left out where there is no room for it", () => {
    for (const height of [10, 18, 20]) {
      expect(paint(messages, opening, 72, height).toString()).not.toMatch(/[\u2801-\u28ff]/)
    }
    expect(paint(messages, opening, 58, 29).toString()).toMatch(/[\u2801-\u28ff]/)
  })
})
