/**
 * A session is an input: whatever keys were pressed, in whatever order, live, paused or in the past, playing the session's
 * input headless leaves the same trace. That is what makes a token of it worth pasting.
 */
import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decodeToken, encodeToken, Run, run, type Scenario } from "#run"
import { scenarios } from "#scenarios"
import { type Blow, Session } from "../../../src/ui/session/session.ts"

const scenario = (name: string): Scenario => scenarios.find((each) => each.name === name) as Scenario

const blows: readonly Blow[] = [
  { kind: "crash", target: "n1" },
  { kind: "crash", target: "n2", mode: "torn" },
  { kind: "bounce", target: "n3" },
  { kind: "pause", target: "n1" },
  { kind: "stop", target: "n2" },
  { kind: "wipe", target: "n3" },
  { kind: "isolate", target: "n1" },
  { kind: "cut", target: "n1->n2" },
  { kind: "clog", target: "n1->n3" },
  { kind: "loss", target: "*->*", value: 300 },
  { kind: "duplicate", target: "*->*", value: 500 },
  { kind: "latency", target: "n1->n2", value: 40_000 },
  { kind: "swizzle", target: "*" },
  { kind: "upgrade", target: "*" },
  { kind: "partition", target: "n1|n2+n3" },
  { kind: "stall", target: "n1" },
  { kind: "slow", target: "n2", value: 10 },
  { kind: "jump", target: "n1", value: 1_000_000 },
  { kind: "drift", target: "n2", value: 100_000 },
  { kind: "power", target: "east" },
]

type Press =
  | { readonly press: "wait"; readonly micros: number }
  | { readonly press: "strike"; readonly blow: number }
  | { readonly press: "heal"; readonly which: number }
  | { readonly press: "step"; readonly entries: number }
  | { readonly press: "seek"; readonly share: number }
  | { readonly press: "before"; readonly share: number }
  | { readonly press: "jump"; readonly direction: 1 | -1 }
  | { readonly press: "live" | "play" | "pause" | "quorum" | "local" | "cancel" }

const press: fc.Arbitrary<Press> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ press: fc.constant("wait" as const), micros: fc.nat({ max: 700_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ press: fc.constant("strike" as const), blow: fc.nat({ max: blows.length - 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ press: fc.constant("heal" as const), which: fc.nat({ max: 9 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ press: fc.constant("step" as const), entries: fc.integer({ min: -40, max: 40 }) }),
  },
  { weight: 2, arbitrary: fc.record({ press: fc.constant("seek" as const), share: fc.nat({ max: 100 }) }) },
  { weight: 3, arbitrary: fc.record({ press: fc.constant("before" as const), share: fc.nat({ max: 1000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ press: fc.constant("jump" as const), direction: fc.constantFrom<1 | -1>(1, -1) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ press: fc.constantFrom("live", "play", "pause", "quorum", "local", "cancel") }),
  },
)

const settle = (session: Session) => {
  while (session.mode === "working") session.pass(0, 3000)
}

const act = (session: Session, deed: Press): void => {
  switch (deed.press) {
    case "wait":
      session.pass(deed.micros, 4000)
      return
    case "strike":
      session.strike(blows[deed.blow] as Blow)
      settle(session)
      return
    case "heal":
      session.heal(session.view.troubles.filter((_, i) => i % 3 !== deed.which % 4).map(({ fault }) => fault.id))
      settle(session)
      return
    case "step":
      session.step(deed.entries)
      return
    case "seek":
      session.seek(Math.floor((session.head * deed.share) / 100))
      return
    case "before": {
      // So that what is done next falls on the very microsecond of something that happens anyway.
      const { trace } = session.run
      session.seek(trace.entry(Math.floor(((trace.length - 1) * deed.share) / 1000)).at - 1)
      return
    }
    case "jump":
      session.jump(deed.direction)
      return
    case "live":
      session.live()
      return
    case "play":
      session.playing = true
      return
    case "pause":
      session.playing = false
      return
    case "cancel":
      session.redesign({ ack: "quorum" })
      session.pass(0, 500)
      session.cancel()
      return
    default:
      session.redesign({ ack: deed.press })
      settle(session)
  }
}

const played = (options: { readonly seed: number; readonly presses: readonly Press[] }, name: string): Session => {
  const session = new Session(scenario(name), { seed: options.seed })
  for (const deed of options.presses) act(session, deed)
  return session
}

const script = fc.record({ seed: fc.nat({ max: 1000 }), presses: fc.array(press, { maxLength: 30, size: "max" }) })

/** Plays an input headless up to an instant, whatever breaks on the way. */
const digestAt = (session: Session): string => {
  const at = session.head
  const again = new Run(session.scenario, session.inputAt((Math.floor(at / 1000) + 1) * 1000))
  again.advance(at)
  return again.trace.digest
}

describe("a session", () => {
  it.each(["replication/promise", "replication/failover"])(
    "of %s leaves, at every moment, the trace that its input leaves headless",
    (name) => {
      fc.assert(
        fc.property(script, (options) => {
          const session = played(options, name)
          // What is left to happen at the instant where a broken promise stopped the clock.
          session.live()
          session.playing = true
          const { head } = session
          while (session.head <= head) {
            session.playing = true
            session.pass(1)
          }
          expect(digestAt(session)).toBe(session.run.trace.digest)
        }),
        { numRuns: 25 },
      )
    },
  )

  it("ends as its token ends when it is played again", () => {
    fc.assert(
      fc.property(script, (options) => {
        const session = played(options, "replication/promise")
        const { result } = session.end()
        const token = encodeToken(result.input, result.digest, session.scenario)
        expect(token?.length).toBeLessThan(600)
        const { input } = Result.getOrThrow(decodeToken(token ?? "", scenarios))
        expect(input).toEqual(result.input)
        const again = run(session.scenario, input)
        expect(again.digest).toBe(result.digest)
        expect(again.verdict).toBe(result.verdict)
        expect(again.invariants.map(({ verdict, violation }) => [verdict, violation])).toEqual(
          result.invariants.map(({ verdict, violation }) => [verdict, violation]),
        )
      }),
      { numRuns: 25 },
    )
  })

  it("undoes what hands did after the moment where they do something else", () => {
    const session = new Session(scenario("replication/promise"))
    session.pass(2_000_000, Number.POSITIVE_INFINITY)
    session.strike({ kind: "pause", target: "n3" })
    session.pass(500_000, Number.POSITIVE_INFINITY)
    session.heal(["f1"])
    session.strike({ kind: "isolate", target: "n2" })
    session.pass(500_000, Number.POSITIVE_INFINITY)
    const before = session.run.input.faults
    expect(before.map(({ id, kind, at, for: lasts }) => [id, kind, at, lasts])).toEqual([
      ["f1", "pause", 2_000_001, 500_001],
      ["f2", "isolate", 2_500_003, undefined],
    ])
    session.seek(2_200_000)
    expect([session.mode, session.view.troubles.map(({ fault }) => fault.kind)]).toEqual(["past", ["pause"]])
    // Looking changes nothing.
    expect(session.run.input.faults).toEqual(before)
    session.strike({ kind: "crash", target: "n1" })
    expect(session.mode).toBe("working")
    settle(session)
    expect(session.run.input.faults.map(({ id, kind, at, for: lasts }) => [id, kind, at, lasts])).toEqual([
      ["f1", "pause", 2_000_001, undefined],
      ["f2", "crash", 2_200_001, undefined],
    ])
    expect([session.head, session.mode]).toEqual([2_200_001, "paused"])
  })

  it("shows the same moment whether it came there live, by looking back, or by stepping", () => {
    fc.assert(
      fc.property(fc.nat({ max: 1000 }), (share) => {
        const session = new Session(scenario("replication/failover"))
        session.pass(3_000_000, Number.POSITIVE_INFINITY)
        const index = 2 + Math.floor(((session.run.trace.length - 3) * share) / 1000)
        const { at } = session.run.trace.entry(index - 1)
        const seen = () => {
          const { view } = session
          const { nodes, flights, fallen, troubles, headlines, lag, pulse } = view
          return {
            index: view.index,
            nodes,
            flights: [...flights],
            fallen,
            troubles,
            headlines,
            lag,
            beats: pulse.beats,
          }
        }
        session.step(index - session.run.trace.length)
        const stepped = seen()
        session.step(-1)
        session.step(1)
        expect(seen()).toEqual(stepped)
        session.seek(at)
        session.step(index - session.index)
        expect(seen()).toEqual(stepped)
        const again = new Session(scenario("replication/failover"))
        while (again.run.trace.length < index) again.step(1)
        // A step of the run itself may leave more than one entry.
        again.step(index - again.index)
        expect(again.view.nodes).toEqual(stepped.nodes)
      }),
      { numRuns: 6 },
    )
  })
})
