/**
 * The heap is the only cause of anything, so it is held against the simplest timeline there is: a list that is sorted
 * whenever somebody asks. Records are pooled; a handle that outlived its timer must have no power over the next one.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Due, Timeline, type Timer } from "#sim"

/** What the model knows of a timer. */
interface Planned {
  readonly at: number
  readonly nth: number
  /** Below zero for one that was set ahead of the others at its instant. */
  readonly rank: number
  readonly owner: { alive: boolean } | undefined
  readonly timer: Timer
  readonly seq: number
  over: boolean
}

const deed = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("set" as const), at: fc.nat(20), which: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("ahead" as const), at: fc.nat(20), which: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), at: fc.nat(), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pop" as const), at: fc.nat(), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("kill" as const), at: fc.nat(), which: fc.nat(3) }) },
)

const nobody: Due = { due: () => {} }

/** The next that will be told: the earliest instant, and of equal ones who was set ahead, by rank, or was set first. */
const first = (planned: readonly Planned[]): Planned | undefined =>
  planned
    .filter(({ over, owner }) => !over && owner?.alive !== false)
    .sort((a, b) => a.at - b.at || a.rank - b.rank || a.nth - b.nth)
    .at(0)

describe("the timeline", () => {
  it("tells what a sorted list would tell, whatever is set, cancelled, told or killed", () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 120 }), (deeds) => {
        const timeline = new Timeline()
        const owners = Array.from({ length: 4 }, () => ({ alive: true }))
        const planned: Planned[] = []
        const tell = () => {
          const expected = first(planned)
          expect(timeline.peek()?.payload).toBe(expected?.nth)
          if (expected === undefined) return false
          const timer = timeline.pop()
          expect([timer.at, timer.payload]).toEqual([expected.at, expected.nth])
          timeline.release(timer)
          expected.over = true
          return true
        }
        for (const { do: what, at, which } of deeds) {
          if (what === "set") {
            const owner = owners[which]
            const nth = planned.length
            const timer = timeline.set(at, owner, nobody, nth)
            planned.push({ at, nth, rank: 0, owner, timer, seq: timer.seq, over: false })
          } else if (what === "ahead") {
            const nth = planned.length
            const rank = which * 1000 + nth
            const timer = timeline.setAhead(at, rank, nobody, nth)
            planned.push({ at, nth, rank: rank - 10_000, owner: undefined, timer, seq: timer.seq, over: false })
          } else if (what === "pop") tell()
          else if (what === "kill") (owners[which] as { alive: boolean }).alive = false
          else if (planned.length > 0) {
            // Also one that was told or cancelled long ago, whose record may mean another timer by now.
            const old = planned[which % planned.length] as Planned
            timeline.cancel(old.timer, old.seq)
            old.over = true
          }
        }
        while (tell());
        expect(timeline.size).toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  it("tells equal instants in the order in which they were set, however many", () => {
    const timeline = new Timeline()
    for (let nth = 0; nth < 1000; nth++) timeline.set(nth % 3, undefined, nobody, nth)
    const told: unknown[] = []
    while (timeline.peek() !== undefined) {
      const timer = timeline.pop()
      told.push(timer.payload)
      timeline.release(timer)
    }
    const order = Array.from({ length: 1000 }, (_, nth) => nth)
    expect(told).toEqual([0, 1, 2].flatMap((at) => order.filter((nth) => nth % 3 === at)))
  })

  it("does nothing for a number that its record no longer has", () => {
    const timeline = new Timeline()
    const old = timeline.set(1, undefined, nobody, "old")
    const stale = old.seq
    timeline.release(timeline.pop())
    const next = timeline.set(2, undefined, nobody, "next")
    expect(next).toBe(old)
    timeline.cancel(old, stale)
    expect(timeline.peek()?.payload).toBe("next")
  })

  it("never tells the dead, also when they died after they were set", () => {
    const timeline = new Timeline()
    const owner = { alive: true }
    timeline.set(1, owner, nobody, "for the dead")
    timeline.set(2, undefined, nobody, "for anybody")
    expect(timeline.peek()?.payload).toBe("for the dead")
    owner.alive = false
    expect(timeline.peek()?.payload).toBe("for anybody")
  })
})
