/**
 * A run is a function of its input: neither how it is watched, sliced or stopped, nor by whom its faults are made, changes
 * what happens. And a verdict says no more than the run has shown.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Assumption, Called } from "#invariants"
import {
  applyDesign,
  exceeded,
  type Input,
  ordinaryStorm,
  parseFaults,
  Run,
  type RunResult,
  run,
  type Scenario,
  storm,
  wrongWith,
} from "#run"
import { scenarios } from "#scenarios"
import { Kind } from "#sim"
import type { Fault } from "#world"

const named = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === `replication/${name}`)
  if (found === undefined) throw new Error(`No scenario ${name}.`)
  return found
}

const faults = (text: string): readonly Fault[] => {
  const parsed = parseFaults(text, 90)
  if (parsed._tag === "Failure") throw new Error(parsed.failure)
  return parsed.success
}

const sound = named("storm")
const short = { ...ordinaryStorm, millis: 1500, operations: 40, faults: 10, settleMillis: 6000 }
const inputs = fc.sample(storm(sound, short), { seed: 11, numRuns: 16 })

/** An unsound design loses what it has acknowledged. */
const promise = named("promise")
const lost: Input = { ...promise.story(1), faults: faults("crash:n1@3s") }

const broken: readonly (readonly [Scenario, Input])[] = [
  [promise, lost],
  ...["own-write", "two-primaries", "torn-tail"].map((name) => [named(name), named(name).story(1)] as const),
]

/** All that a run is asked for, but how long it took. */
const told = ({ digest, verdict, invariants, figures, faultsFired, outcome, events, virtualMicros }: RunResult) => ({
  digest,
  verdict,
  invariants,
  figures,
  faultsFired,
  outcome,
  events,
  virtualMicros,
})

const verdictOf = (result: RunResult, name: string) => result.invariants.find((each) => each.name === name)

const firstBroken = (result: RunResult) =>
  result.invariants
    .filter(({ verdict }) => verdict === "violated")
    .sort((a, b) => (a.violation?.entry ?? 0) - (b.violation?.entry ?? 0))[0]

describe("a run", () => {
  it("is a function of its input: same digest, verdicts and figures", () => {
    for (const input of inputs) {
      const copy = JSON.parse(JSON.stringify(input)) as Input
      expect(told(run(sound, copy))).toEqual(told(run(sound, input)))
    }
  })

  it("ends the same however its time is sliced", () => {
    const slices = fc.array(fc.integer({ min: 2000, max: 700_000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.constantFrom(...inputs, lost), slices, (input, steps) => {
        const scenario = input === lost ? promise : sound
        const sliced = new Run(scenario, input)
        for (let nth = 0; !sliced.ended; nth++) sliced.advance(sliced.now + (steps[nth % steps.length] as number))
        expect(told(sliced.result())).toEqual(told(run(scenario, input)))
      }),
      { numRuns: 20 },
    )
  })

  it("never goes back in time, and not beyond its end", () => {
    const going = new Run(promise, lost)
    going.advance(2_000_000)
    going.advance(1_000_000)
    expect(going.now).toBe(2_000_000)
    going.advance(Number.POSITIVE_INFINITY)
    expect(going.ended).toBe(true)
    expect(going.now).toBeLessThanOrEqual(lost.until)
  })

  it("that takes more events than it may is our mistake, not a verdict", () => {
    const going = new Run(promise, lost, { budget: 500 })
    going.advance(lost.until)
    const { outcome, defect, events } = going.result()
    expect(outcome).toBe("budget")
    expect(defect).toContain("more than")
    expect(events).toBeLessThan(520)
  })

  it("is the same in slices of so many events, and halted at each violation", () => {
    const going = new Run(promise, lost, { haltAtViolation: true })
    let slices = 0
    while (!going.ended) {
      going.advance(lost.until, 500)
      slices++
    }
    expect(slices).toBeGreaterThan(3)
    expect(told(going.result())).toEqual(told(run(promise, lost)))
  })

  it("is the same whatever is kept of it", () => {
    for (const input of inputs.slice(0, 8)) {
      const everything = told(run(sound, input))
      expect(told(run(sound, input, { keep: "rows" }))).toEqual(everything)
      expect(told(run(sound, input, { keep: "nothing" }))).toEqual(everything)
    }
  })

  it("that stops at a violation has met the first one, and one without a violation is not changed", () => {
    for (const [scenario, input] of broken) {
      const [whole, stopped] = [run(scenario, input), run(scenario, input, { stopAtViolation: true })]
      expect(whole.verdict).toBe("violated")
      expect(stopped.verdict).toBe("violated")
      expect(firstBroken(stopped)?.name).toBe(firstBroken(whole)?.name)
      expect(firstBroken(stopped)?.violation).toEqual(firstBroken(whole)?.violation)
      expect(stopped.events).toBeLessThan(whole.events)
    }
    for (const input of inputs.slice(0, 4)) {
      expect(told(run(sound, input, { stopAtViolation: true }))).toEqual(told(run(sound, input)))
    }
  })

  it("judged on one promise alone is the same run", () => {
    const alone = run(promise, lost, { only: "acknowledged-writes-survive" })
    const whole = run(promise, lost)
    expect(alone.digest).toBe(whole.digest)
    expect(alone.invariants).toEqual(whole.invariants.filter(({ name }) => name === "acknowledged-writes-survive"))
  })
})

describe("a client", () => {
  const history = (result: RunResult) => {
    const entries = [...result.trace]
    const calm = entries.findIndex(({ kind }) => kind === Kind.calm)
    return { entries, calm: calm < 0 ? entries.length : calm }
  }

  it("issues one call at a time, each at its instant or when the one before has returned", () => {
    let waited = 0
    for (const input of inputs) {
      const result = run(sound, input)
      for (const { id, client } of result.world.nodes.map((node, index) => ({ ...node, index }))) {
        if (!client) continue
        const asked = input.operations.filter((each) => each.client === id).sort((a, b) => a.at - b.at)
        let free = 0
        let open = false
        let nth = 0
        for (const { kind, at, node, value } of history(result).entries) {
          if (result.world.nodes[node]?.id !== id) continue
          if (kind === Kind.call) {
            const operation = asked[nth++]
            expect(open).toBe(false)
            expect((value as Called).id).toBe(operation?.id)
            expect(at).toBe(Math.max(operation?.at ?? 0, free))
            if (at === free && nth > 1) waited++
            open = true
          } else if (kind === Kind.return) {
            free = at
            open = false
          }
        }
        const left = asked[nth]
        if (left !== undefined) expect(Math.max(left.at, free)).toBeGreaterThanOrEqual(input.calmAt)
      }
    }
    expect(waited).toBeGreaterThan(0)
  })

  it("asks nothing any more once the storm is over", () => {
    let silenced = 0
    for (const input of inputs) {
      const calmAt = 600_000
      const result = run(sound, { ...input, calmAt })
      const { entries, calm } = history(result)
      expect(entries.slice(calm).filter(({ kind }) => kind === Kind.call)).toEqual([])
      silenced += input.operations.length - entries.filter(({ kind }) => kind === Kind.call).length
    }
    expect(silenced).toBeGreaterThan(0)
  })
})

describe("a verdict", () => {
  const beyond: readonly (readonly [Assumption, string])[] = [
    ["damage", "lie:n3@1s"],
    ["damage", "wipe:n2@1s+1s,wipe:n3@1s+1s"],
    ["time", "drift:n3=+30%@1s"],
    ["time", "jump:n2=+61m@1s"],
    ["absence", "crash:n1@3s,pause:n2@3500+100"],
    ["absence", "partition:n1|n2+n3@1s+1s,isolate:n2@2s+10"],
  ]

  it.each(beyond)("assumes %s: nobody can tell after %s", (assumption, text) => {
    expect(verdictOf(run(promise, lost), "acknowledged-writes-survive")?.verdict).toBe("violated")
    const result = run(promise, { ...lost, faults: [...lost.faults, ...faults(text)] })
    const assumes = new Map(promise.parts[""]?.system.invariants.map((each) => [each.name, each.assumes]))
    let spoiled = 0
    for (const { name, verdict, waits, violation } of result.invariants) {
      if (!assumes.get(name)?.includes(assumption)) {
        expect(waits ?? "").not.toMatch(/more .* than the design tolerates/)
        continue
      }
      spoiled++
      expect(verdict, name).toBe("unknown")
      expect(waits, name).toMatch(/^not judged: more (absence|damage|time) than the design tolerates$/)
      expect(violation, name).toBeUndefined()
    }
    expect(spoiled).toBeGreaterThan(0)
  })

  it("on what must come true in the end is not given before the end", () => {
    const input = named("storm").story(1)
    const going = new Run(sound, input)
    let asked = 0
    for (let at = 0; ; at += 90_000) {
      going.advance(at)
      if (going.ended) break
      asked++
      const { verdict, waits, violation } = verdictOf(going.result(), "converges") ?? {}
      expect(violation, `at ${at}`).toBeUndefined()
      expect(verdict, `at ${at}`).toBe("unknown")
      expect(waits, `at ${at}`).not.toBe("")
    }
    expect(asked).toBeGreaterThan(20)
    expect(verdictOf(going.result(), "converges")?.verdict).toBe("holds")
  })

  it("on what must come true in the end is not given when the run was stopped, or ended before its calm", () => {
    for (const [scenario, input] of broken) {
      const stopped = run(scenario, input, { stopAtViolation: true })
      expect(verdictOf(stopped, "converges")?.verdict, scenario.name).toBe("unknown")
    }
    const story = sound.story(1)
    expect(verdictOf(run(sound, { ...story, until: 700_000 }), "converges")?.verdict).toBe("unknown")
  })

  it("on a promise that was never put to the test is unknown", () => {
    const idle = run(sound, { ...sound.story(1), operations: [], faults: [] })
    const untested = idle.invariants.filter(({ exercised }) => exercised === 0)
    expect(untested.map(({ name }) => name)).toContain("failover-under-load")
    for (const result of [idle, ...inputs.map((input) => run(sound, input, { keep: "nothing" }))]) {
      for (const { name, exercised, verdict } of result.invariants) {
        if (exercised === 0) expect(verdict, name).toBe("unknown")
        if (verdict === "holds") expect(exercised, name).toBeGreaterThan(0)
      }
    }
  })

  it("on a run is violated before unknown before holds, and only what the scenario is about can leave it unknown", () => {
    const idle = { ...sound.story(1), operations: [], faults: [] }
    const about = (scenario: Scenario, ...names: readonly string[]): Scenario => ({ ...scenario, about: names })
    expect(run(sound, sound.story(1)).verdict).toBe("holds")
    expect(run(sound, idle).verdict).toBe("unknown")
    expect(run(about(sound, "one-primary-per-epoch"), idle).verdict).toBe("holds")
    expect(run(about(sound, "one-primary-per-epoch", "read-your-writes"), idle).verdict).toBe("unknown")
    const torn = about(named("two-primaries"), "read-your-writes")
    expect(verdictOf(run(torn, torn.story(1)), "read-your-writes")?.verdict).toBe("unknown")
    expect(run(torn, torn.story(1)).verdict).toBe("violated")
  })
})

describe("a fault made by hand", () => {
  const spelled = [
    "crash:n1=torn@811111+400",
    "partition:n1+c1|n2+n3@702303us",
    "latency:*->*=exponential/20ms@300007us+300",
    "swizzle:*@500009us+500",
    "rot:n2@900013us",
    "drift:n3=+30%@400019us",
    "upgrade:*@600029us+600",
    "skew:n1=+2s@600031us+100",
  ]

  it("is the same fault as one in the input, down to the digest and the verdicts", () => {
    const some = fc.sample(storm(sound, { ...short, faults: 3 }), { seed: 12, numRuns: 4 })
    const exceeding = new Set<boolean>()
    for (const [nth, text] of spelled.entries()) {
      const input = some[nth % some.length] as Input
      const [fault] = faults(text.replace("811111", "811111us")) as [Fault]
      const whole: Input = { ...input, faults: [...input.faults, fault] }
      const byHand = new Run(sound, input)
      byHand.advance(fault.at - 1)
      byHand.inject(fault)
      const result = byHand.play()
      expect(told(result), text).toEqual(told(run(sound, whole)))
      expect(result.input).toEqual(whole)
      exceeding.add(byHand.parts.some((part) => exceeded(part, whole.faults, whole.calmAt, whole.core).size > 0))
    }
    expect(exceeding.size).toBe(2)
  })
})

describe("a scenario of two parts", () => {
  const [part] = Object.values(sound.parts) as [Scenario["parts"][string]]
  const two: Scenario = { ...sound, name: "both/two", parts: { orders: part, stocks: part }, about: [] }
  const alone = sound.story(1)
  const both = ["orders", "stocks"]
  const input: Input = {
    ...alone,
    scenario: two.name,
    operations: both.flatMap((as) =>
      alone.operations.map((each) => ({ ...each, id: `${as}-${each.id}`, client: `${as}.${each.client}` })),
    ),
    faults: [],
    core: both.flatMap((as) => alone.core.map((node) => `${as}.${node}`)),
  }

  it("is judged part by part, and what strikes one spoils nothing of the other", () => {
    const result = run(two, { ...input, faults: faults("lie:orders.n1@1s") })
    const spoiled = result.invariants.filter(({ waits }) => waits?.includes("more damage"))
    expect(new Set(spoiled.map(({ part }) => part))).toEqual(new Set(["orders"]))
    expect(result.invariants.find((each) => each.part === "stocks" && each.name === "logs-agree")?.verdict).toBe(
      "holds",
    )
  })

  it("takes the design of each part by its name", () => {
    const applied = applyDesign(two, input, { "orders.ack": "local" })
    expect(applied).toMatchObject({ _tag: "ok", input: { design: { "orders.ack": "local" } } })
    if (applied._tag === "ok") {
      const acks = new Run(two, applied.input).parts.map(({ as, design }) => [as, design.ack])
      expect(acks).toEqual([
        ["orders", "local"],
        ["stocks", "quorum"],
      ])
    }
  })

  it("refuses a choice or a value that it does not have, in one line", () => {
    const strange = [
      "toString",
      "__proto__",
      "constructor",
      "hasOwnProperty",
      "",
      "ack",
      "orders.",
      "\n",
      "orders.toString",
    ]
    const choices = fc.oneof(fc.constantFrom("orders.ack", "stocks.read", ...strange), fc.string({ unit: "binary" }))
    const values = fc.oneof(fc.constantFrom("local", "any", ...strange), fc.string({ unit: "binary" }))
    const right: Readonly<Record<string, readonly string[]>> = Object.assign(Object.create(null), {
      "orders.ack": Object.keys(part.system.designs.ack?.values ?? {}),
      "stocks.read": Object.keys(part.system.designs.read?.values ?? {}),
    })
    const judge = (choice: string, value: string) => {
      const design = JSON.parse(`{${JSON.stringify(choice)}:${JSON.stringify(value)}}`)
      const applied = applyDesign(two, input, design)
      expect(applied._tag).toBe(right[choice]?.includes(value) ? "ok" : "bad")
      expect(wrongWith(two, { ...input, design })).toBe(applied._tag === "bad" ? applied.line : undefined)
      if (applied._tag === "ok") return
      expect(applied.line).toMatch(
        /^unknown (choice|value of (orders|stocks)\.\w+) '.*; (did you mean .*\? )?there are /,
      )
      expect(applied.line).not.toMatch(/\p{Cc}/u)
    }
    for (const value of ["local", ...strange]) {
      judge("orders.ack", value)
      judge(value, "local")
    }
    fc.assert(fc.property(choices, values, judge), { numRuns: 100 })
  })

  it("refuses a size that it does not have or that is out of range, in one line", () => {
    const wrong = (size: string) => wrongWith(two, { ...input, size: JSON.parse(size) })
    expect(wrong('{"orders.nodes":5,"stocks.lag":0}')).toBeUndefined()
    expect(wrong('{"orders.nodes":6}')).toBe("size orders.nodes is 6, it must be 3 to 5")
    for (const name of ["nodes", "toString", "__proto__", "orders.toString"]) {
      expect(wrong(`{"${name}":3}`)).toContain(`unknown size '${name}'; `)
    }
  })
})
