/** What replicas show, and what took effect at receivers, against plain readings of the promises. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  checkAtLeastOnce,
  checkConvergence,
  checkEffectivelyOnce,
  checkFirstInFirstOut,
  checkPrefixes,
  checkStrongConvergence,
  type Delivery,
  type Finding,
} from "#invariants"

const name = (prefix: string, count: number) => fc.nat({ max: count - 1 }).map((nth) => `${prefix}${nth + 1}`)

/** A verdict, and how many of each there were. */
class Tally {
  readonly counts: Record<Finding["verdict"], number> = { holds: 0, violated: 0, unknown: 0 }

  see({ verdict }: Finding): void {
    this.counts[verdict]++
  }

  /** Whether there were enough of all for it to mean something. */
  get isTelling(): boolean {
    return Math.min(...Object.values(this.counts)) > 10
  }
}

describe("prefix consistency", () => {
  const entries = fc
    .array(
      fc.record({ replica: name("n", 3), index: fc.integer({ min: 1, max: 4 }), entry: name("e", 6).map((e) => e) }),
      {
        maxLength: 7,
      },
    )
    .map((all) => all.map((each, nth) => ({ ...each, id: `c${nth + 1}` })))

  it("is violated if two logs differ at an index", () => {
    const tally = new Tally()
    fc.assert(
      fc.property(entries, fc.boolean(), (drawn, agree) => {
        const shown = agree ? drawn.map((each) => ({ ...each, entry: `e${each.index}` })) : drawn
        const finding = checkPrefixes(shown)
        tally.see(finding)
        const pairs = shown.flatMap((a, nth) => shown.slice(nth + 1).map((b) => [a, b] as const))
        const clashes = pairs.filter(([a, b]) => a.index === b.index && a.entry !== b.entry)
        expect(finding.verdict === "violated").toBe(clashes.length > 0)
        expect(finding.verdict === "unknown").toBe(pairs.every(([a, b]) => a.index !== b.index))
        if (clashes.length > 0) expect(clashes.map(([a, b]) => [a.id, b.id])).toContainEqual(finding.evidence)
      }),
      { numRuns: 400, seed: 1 },
    )
    expect(tally.isTelling).toBe(true)
  })

  it("is told by who showed what", () => {
    const shown = [
      { id: "c1", replica: "n1", index: 1, entry: "a" },
      { id: "c2", replica: "n2", index: 1, entry: "a" },
      { id: "c3", replica: "n2", index: 2, entry: "b" },
      { id: "c4", replica: "n1", index: 2, entry: "c" },
    ]
    expect(checkPrefixes(shown)).toEqual({
      verdict: "violated",
      exercised: 2,
      evidence: ["c3", "c4"],
      because: ["n2 showed b at 2 (c3).", "n1 showed c at 2 (c4).", "So neither log is the beginning of the other."],
    })
  })
})

describe("convergence", () => {
  const states = fc
    .array(
      fc.record({
        replica: name("n", 3),
        digest: name("d", 2),
        updates: fc.subarray(["u1", "u2", "u3"]).chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
      }),
      { maxLength: 5 },
    )
    .map((all) => all.map((each, nth) => ({ ...each, id: `s${nth + 1}` })))

  it("is eventual if what replicas showed last is the same", () => {
    const tally = new Tally()
    fc.assert(
      fc.property(states, (shown) => {
        const finding = checkConvergence(shown)
        tally.see(finding)
        const last = shown.filter((each, nth) => !shown.slice(nth + 1).some(({ replica }) => replica === each.replica))
        const digests = new Set(last.map(({ digest }) => digest))
        expect(finding.verdict).toBe(last.length < 2 ? "unknown" : digests.size > 1 ? "violated" : "holds")
        const evidence = last.filter(({ id }) => finding.evidence.includes(id))
        expect(new Set(evidence.map(({ digest }) => digest)).size).toBe(finding.verdict === "violated" ? 2 : 0)
      }),
      { numRuns: 400, seed: 1 },
    )
    expect(tally.isTelling).toBe(true)
  })

  it("is strong if the same updates make the same state, in whatever order they came", () => {
    const tally = new Tally()
    fc.assert(
      fc.property(states, (shown) => {
        const finding = checkStrongConvergence(shown)
        tally.see(finding)
        const pairs = shown.flatMap((a, nth) => shown.slice(nth + 1).map((b) => [a, b] as const))
        const same = pairs.filter(([a, b]) => [...a.updates].sort().join() === [...b.updates].sort().join())
        const clashes = same.filter(([a, b]) => a.digest !== b.digest)
        expect(finding.verdict).toBe(same.length === 0 ? "unknown" : clashes.length > 0 ? "violated" : "holds")
        if (clashes.length > 0) expect(clashes.map(([a, b]) => [a.id, b.id])).toContainEqual(finding.evidence)
      }),
      { numRuns: 400, seed: 2 },
    )
    expect(tally.isTelling).toBe(true)
  })

  it("is told by what differs", () => {
    const shown = [
      { id: "s1", replica: "n1", digest: "aa", updates: ["u1", "u2"] },
      { id: "s2", replica: "n2", digest: "bb", updates: ["u2", "u1", "u2"] },
    ]
    expect(checkConvergence(shown).because).toEqual([
      "n1 shows aa (s1).",
      "n2 shows bb (s2), though nothing is under way.",
    ])
    expect(checkStrongConvergence(shown).because).toEqual([
      "n1 shows aa (s1).",
      "n2 shows bb (s2), though both have had the same 2 updates.",
    ])
  })
})

describe("delivery", () => {
  const deliveries = fc
    .record({
      sent: fc.array(
        fc.record({
          sender: name("s", 2),
          key: name("k", 2),
          outcome: fc.constantFrom("ok" as const, "ok" as const, "ok" as const, "unknown" as const, "refused" as const),
        }),
        { maxLength: 4 },
      ),
      effects: fc.array(fc.record({ message: fc.nat({ max: 3 }), receiver: name("r", 2) }), { maxLength: 6 }),
      isOrderly: fc.boolean(),
    })
    .map(({ sent, effects, isOrderly }): Delivery => {
      const messages = sent.map((each, nth) => ({ ...each, id: `m${nth + 1}` }))
      const orderly = messages.flatMap(({ id, outcome }) =>
        outcome === "refused" ? [] : ["r1", "r2"].map((receiver) => ({ message: id, receiver })),
      )
      const all = isOrderly
        ? orderly
        : effects.map(({ message, receiver }) => ({ message: `m${message + 1}`, receiver }))
      return { sent: messages, effects: all.map((each, nth) => ({ ...each, id: `e${nth + 1}` })) }
    })

  it("is at least once if all that was acknowledged took effect", () => {
    const tally = new Tally()
    fc.assert(
      fc.property(deliveries, fc.boolean(), (delivery, everywhere) => {
        const receivers = everywhere ? ["r1", "r2"] : undefined
        const finding = checkAtLeastOnce(receivers === undefined ? delivery : { ...delivery, receivers })
        tally.see(finding)
        const acknowledged = delivery.sent.filter(({ outcome }) => outcome === "ok")
        const missing = acknowledged.filter(({ id }) => {
          const at = delivery.effects.filter(({ message }) => message === id).map(({ receiver }) => receiver)
          return receivers === undefined ? at.length === 0 : receivers.some((receiver) => !at.includes(receiver))
        })
        expect(finding.verdict).toBe(acknowledged.length === 0 ? "unknown" : missing.length > 0 ? "violated" : "holds")
        if (missing.length > 0) expect(missing.map(({ id }) => [id])).toContainEqual(finding.evidence)
      }),
      { numRuns: 500, seed: 1 },
    )
    expect(tally.isTelling).toBe(true)
  })

  it("is effectively once if nothing took effect twice, or without having been sent", () => {
    const tally = new Tally()
    fc.assert(
      fc.property(deliveries, ({ sent, effects }) => {
        const finding = checkEffectivelyOnce({ sent, effects })
        tally.see(finding)
        const wrong = effects.filter(({ message, receiver }, nth) => {
          const origin = sent.find(({ id }) => id === message)
          const again = effects.slice(0, nth).some((each) => each.message === message && each.receiver === receiver)
          return origin === undefined || origin.outcome === "refused" || again
        })
        expect(finding.verdict).toBe(effects.length === 0 ? "unknown" : wrong.length > 0 ? "violated" : "holds")
        if (wrong.length > 0) expect(finding.evidence.at(-1)).toBe(wrong[0]?.id)
      }),
      { numRuns: 500, seed: 2 },
    )
    expect(tally.isTelling).toBe(true)
  })

  it("is first in, first out if no receiver goes back, or passes over what was acknowledged", () => {
    const tally = new Tally()
    fc.assert(
      fc.property(deliveries, ({ sent, effects }) => {
        const finding = checkFirstInFirstOut({ sent, effects })
        tally.see(finding)
        const streams = ["r1", "r2"].flatMap((receiver) =>
          ["s1", "s2"].flatMap((sender) =>
            ["k1", "k2"].map((key) => {
              const queue = sent.filter((each) => each.sender === sender && each.key === key)
              const places = effects
                .filter((each) => each.receiver === receiver)
                .flatMap(({ message }) => {
                  const place = queue.findIndex(({ id }) => id === message)
                  return place < 0 ? [] : [place]
                })
              const back = places.some((place, nth) => place < (places[nth - 1] ?? 0))
              const over = queue.some(
                ({ outcome }, place) => outcome === "ok" && !places.includes(place) && place < Math.max(...places),
              )
              return { pairs: Math.max(0, places.length - 1), wrong: back || over }
            }),
          ),
        )
        const isWrong = streams.some(({ wrong }) => wrong)
        const pairs = streams.reduce((sum, each) => sum + each.pairs, 0)
        expect(finding.verdict).toBe(isWrong ? "violated" : pairs === 0 ? "unknown" : "holds")
        expect(finding.evidence.length).toBe(isWrong ? 2 : 0)
      }),
      { numRuns: 800, seed: 3 },
    )
    expect(tally.isTelling).toBe(true)
  })

  it("is told by the messages and what they did", () => {
    const sent = ["m1", "m2", "m3"].map((id) => ({ id, sender: "s", outcome: "ok" as const }))
    const effects = (...messages: readonly string[]) =>
      messages.map((message, nth) => ({ id: `e${nth + 1}`, message, receiver: "r" }))
    expect(checkAtLeastOnce({ sent, effects: effects("m1", "m3") }).because).toEqual([
      "s was told that m2 will arrive, and it never took effect.",
    ])
    expect(checkAtLeastOnce({ sent, effects: effects("m1", "m2", "m3"), receivers: ["r", "t"] }).because).toEqual([
      "s was told that m1 will arrive, and it never took effect at t.",
    ])
    expect(checkEffectivelyOnce({ sent, effects: effects("m1", "m2", "m1") }).because).toEqual([
      "m1 took effect at r (e3), where it had taken effect before (e1).",
    ])
    expect(checkEffectivelyOnce({ sent, effects: effects("m4") }).because).toEqual([
      "m4 took effect at r (e1), and nobody had sent it.",
    ])
    expect(checkFirstInFirstOut({ sent, effects: effects("m1", "m3", "m3", "m2") }).because).toEqual([
      "m3 took effect at r (e3), and m2 after it (e4).",
      "m2 had been sent first.",
    ])
    expect(checkFirstInFirstOut({ sent, effects: effects("m1", "m3", "m3") }).because).toEqual([
      "s was told that m2 will arrive; it never took effect at r.",
      "m3, which was sent after it, did (e2).",
    ])
    expect(checkFirstInFirstOut({ sent, effects: effects("m1", "m1", "m2", "m3") }).verdict).toBe("holds")
  })
})
