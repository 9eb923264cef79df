/** What is spelled is read again; what cannot be meant is refused in one line. */
import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Fault, type FaultKind, faultKinds, faultShape } from "#world"
import {
  checkFault,
  nearest,
  parseFaults,
  parseTime,
  spellFault,
  spellFaults,
  spellTime,
} from "../../src/run/notation.ts"

const world = { nodes: ["n1", "n2", "n3"], clients: ["c1", "c2"], regions: ["east", "west"] }
const ends = [...world.nodes, ...world.clients]

const micros = fc.oneof(
  fc.integer({ min: 0, max: 100 }).map((seconds) => seconds * 1_000_000),
  fc.integer({ min: 0, max: 100_000 }).map((millis) => millis * 1000),
  fc.maxSafeNat(),
)

const targets = {
  link: fc.tuple(fc.constantFrom("*", ...ends), fc.constantFrom("*", ...ends)).map(([from, to]) => `${from}->${to}`),
  node: fc.constantFrom(...world.nodes),
  nodes: fc.oneof(
    fc.constant("*"),
    fc.uniqueArray(fc.constantFrom(...world.nodes), { minLength: 1 }).map((some) => some.join("+")),
  ),
  groups: fc
    .tuple(fc.shuffledSubarray(ends, { minLength: 2 }), fc.nat())
    .map(([some, cut]) => [some.slice(0, 1 + (cut % (some.length - 1))), some.slice(1 + (cut % (some.length - 1)))])
    .map(([left = [], right = []]) => `${left.join("+")}|${right.join("+")}`),
  message: fc
    .tuple(fc.constantFrom(...ends), fc.constantFrom(...ends), fc.stringMatching(/^[\w./~:-]{1,8}$/))
    .map(([from, to, key]) => `${from}->${to}#${key}`),
  region: fc.constantFrom(...world.regions),
}

const values = {
  none: fc.constant(undefined),
  micros: fc.integer({ min: 0, max: 3_600_000_000 }),
  "signed micros": fc.integer({ min: -86_400_000_000, max: 86_400_000_000 }),
  permille: fc.integer({ min: 0, max: 1000 }),
  factor: fc.integer({ min: 1, max: 1000 }),
  ppm: fc.integer({ min: -500_000, max: 500_000 }),
}

const kinds = Object.keys(faultKinds) as FaultKind[]

const faultOf = (kind: FaultKind): fc.Arbitrary<Fault> => {
  const { aim, unit, modes, instant } = faultShape(kind)
  return fc
    .record({
      target: targets[aim],
      at: micros,
      for: instant ? fc.constant(undefined) : fc.option(micros, { nil: undefined }),
      value: values[unit],
      mode: modes.length === 0 ? fc.constant(undefined) : fc.option(fc.constantFrom(...modes), { nil: undefined }),
    })
    .map((drawn) => ({
      id: "f1",
      kind,
      target: drawn.target,
      at: drawn.at,
      ...(drawn.for === undefined ? {} : { for: drawn.for }),
      ...(drawn.value === undefined ? {} : { value: drawn.value }),
      ...(drawn.mode === undefined ? {} : { mode: drawn.mode }),
    }))
}
const faults = fc.array(fc.oneof(...kinds.map(faultOf)), { maxLength: 4 })

const numbered = (some: readonly Fault[], from: number): readonly Fault[] =>
  some.map((fault, index) => ({ ...fault, id: `f${from + index}` }))

const refusal = (text: string): string => {
  const result = parseFaults(text, 1)
  expect(Result.isFailure(result), text).toBe(true)
  return Result.isFailure(result) ? result.failure : ""
}

const only = (text: string): Fault => {
  const result = parseFaults(text, 1)
  if (Result.isFailure(result)) throw new Error(result.failure)
  return result.success[0] as Fault
}

describe("spelling", () => {
  it("what is spelled is read again, up to the ids", () => {
    fc.assert(
      fc.property(faults, fc.integer({ min: 1, max: 9 }), (some, from) => {
        expect(parseFaults(spellFaults(some), from)).toEqual(Result.succeed(numbered(some, from)))
      }),
      { numRuns: 500 },
    )
  })

  it("every kind that is spelled well has its target here", () => {
    fc.assert(
      fc.property(faults, (some) => {
        for (const fault of some) expect(checkFault(fault, world), spellFault(fault)).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })

  it("times are exact and as short as they get", () => {
    const spelled = [
      [0, "0"],
      [250, "250us"],
      [1000, "1ms"],
      [1500, "1500us"],
      [1_500_000, "1500ms"],
      [2_000_000, "2s"],
      [60_000_000, "1m"],
      [90_000_000, "90s"],
    ] as const
    for (const [time, text] of spelled) {
      expect(spellTime(time)).toBe(text)
      expect(parseTime(text)).toBe(time)
    }
    expect(["40", "1.5s", "0.5ms", "2m"].map(parseTime)).toEqual([40_000, 1_500_000, 500, 120_000_000])
    expect(["", "-1s", "1.5us", "1e3", "2h", ".", "1.", "99999999999999999s"].map(parseTime)).toEqual(
      Array(8).fill(undefined),
    )
  })

  it.each<[string, Partial<Fault>]>([
    ["crash:n1@2s", { kind: "crash", target: "n1", at: 2_000_000 }],
    ["crash:n1=torn@2s+1s", { mode: "torn", for: 1_000_000 }],
    ["latency:n1->n2=exponential/40ms@0+2s", { mode: "exponential", value: 40_000, at: 0 }],
    ["latency:n1->*=40@0", { value: 40_000, target: "n1->*" }],
    ["loss:n1->n2=30%@100+800", { value: 300, at: 100_000, for: 800_000 }],
    ["loss:n1->n2=0.5%@100", { value: 5 }],
    ["slow:n1=20x@1s", { value: 20 }],
    ["skew:n1=+300ms@1s", { value: 300_000 }],
    ["jump:n1=-2s@1s", { value: -2_000_000 }],
    ["drift:n1=+5%@1s", { value: 50_000 }],
    ["drift:n1=-0.01%@1s", { value: -100 }],
    ["partition:n1+c1|n2+n3@1s+500us", { target: "n1+c1|n2+n3", for: 500 }],
    ["drop:n1->n2#w3@1s", { target: "n1->n2#w3" }],
    ["power:east=torn@1s", { target: "east", mode: "torn" }],
  ])("%s", (text, fault) => {
    expect(only(text)).toMatchObject(fault)
    expect(parseFaults(spellFault(only(text)), 1)).toEqual(parseFaults(text, 1))
  })

  it("none is no faults, and blanks around commas are nothing", () => {
    expect(parseFaults("none", 1)).toEqual(Result.succeed([]))
    expect(parseFaults(" crash:n1@2s , crash:n2@3s ", 4)).toEqual(
      Result.succeed([
        { id: "f4", kind: "crash", target: "n1", at: 2_000_000 },
        { id: "f5", kind: "crash", target: "n2", at: 3_000_000 },
      ]),
    )
  })
})

describe("refusals", () => {
  it.each([
    ["crsh:n1@2s", "unknown fault kind 'crsh' in 'crsh:n1@2s'; did you mean crash? there are latency, loss"],
    ["qqq:n1@2s", "unknown fault kind 'qqq' in 'qqq:n1@2s'; there are latency"],
    ["toString:n1@2s", "unknown fault kind 'toString'"],
    ["crash", "no target in 'crash'; write it like crash:n1@2s+1s"],
    ["crash:@2s", "no target in 'crash:@2s'"],
    ["crash:n1", "no start in 'crash:n1'; write it like crash:n1@2s+1s"],
    ["crash:n1@", "'' is no time in 'crash:n1@'; times are like 2s, 1500ms, 250us"],
    ["crash:n1@-2s", "'-2s' is no time"],
    ["crash:n1@2h", "'2h' is no time"],
    ["crash:n1@2s+", "'' is no time"],
    ["crash:n1@2s+1s+1s", "'1s' is no time"],
    ["crash:n1=@2s", "nothing after ="],
    ["crash:n1=burnt@2s", "unknown mode 'burnt' in 'crash:n1=burnt@2s'; crash has lost, torn, scattered, kept"],
    ["pause:n1=burnt@2s", "unknown mode 'burnt' in 'pause:n1=burnt@2s'; pause has no modes"],
    ["crash:n1=torn/3@2s", "'3' is no value for crash"],
    ["bounce:n1@2s+1s", "bounce strikes once and takes no duration"],
    ["loss:n1->n2@2s", "loss needs a value in 'loss:n1->n2@2s'; write it like loss:n1->n2=30%@2s+1s"],
    ["latency:n1->n2=exponential@2s", "latency needs a value"],
    ["loss:n1->n2=30@2s", "'30' is no value for loss"],
    ["loss:n1->n2=0.05%@2s", "'0.05%' is no value for loss"],
    ["loss:n1->n2=101%@2s", "'101%' is out of range in 'loss:n1->n2=101%@2s'; it must be from 0% to 100%"],
    ["slow:n1=0x@2s", "it must be from 1x to 1000x"],
    ["drift:n1=+51%@2s", "it must be from -50% to +50%"],
    ["latency:n1->n2=2h@2s", "'2h' is no value for latency"],
    ["latency:n1->n2=61m@2s", "it must be from 0 to 60m"],
    ["loss:n1=30%@2s", "'n1' is no target for loss"],
    ["crash:n1->n2@2s", "'n1->n2' is no target for crash"],
    ["crash:*@2s", "'*' is no target for crash"],
    ["partition:n1@2s", "'n1' is no target for partition"],
    ["partition:n1+|n2@2s", "'n1+|n2' is no target for partition"],
    ["drop:n1->n2@2s", "'n1->n2' is no target for drop"],
    ["crash:n1@2s,", "unknown fault kind '' in ''"],
    ["", "no faults in ''"],
  ])("%s", (text, line) => {
    expect(refusal(text)).toContain(line)
  })

  it.each([
    ["crash:n9@2s", "unknown node 'n9' in 'crash:n9@2s'; did you mean n1? there are n1, n2, n3"],
    ["crash:c1@2s", "c1 is a client, and crash strikes nodes, in 'crash:c1@2s'; nodes: n1, n2, n3"],
    ["rot:c1@2s", "c1 is a client"],
    ["skew:c2=+1s@2s", "c2 is a client"],
    ["upgrade:n1+c1@2s", "c1 is a client"],
    ["cut:n1->n7@2s", "unknown node 'n7' in"],
    ["partition:n1|n2+c7@2s", "unknown node 'c7' in"],
    ["partition:n1+n2|n2@2s", "n2 is on both sides in"],
    ["power:eats@2s", "unknown region 'eats' in 'power:eats@2s'; did you mean east? there are east, west"],
    ["power:n1@2s", "unknown region 'n1' in"],
    ["drop:n1->n8#w1@2s", "unknown node 'n8' in"],
  ])("%s has no such target here", (text, line) => {
    expect(checkFault(only(text), world)).toContain(line)
  })

  it("a fault that came from elsewhere is checked like one that was spelled", () => {
    const fault: Fault = { id: "f1", kind: "loss", target: "n1->n2", at: 0 }
    expect(checkFault(fault, world)).toContain("loss needs a value")
    expect(checkFault({ ...fault, value: 1001 }, world)).toContain("out of range")
    expect(checkFault({ ...fault, value: 10, mode: "torn" }, world)).toContain("unknown mode")
    expect(checkFault({ ...fault, kind: "isolate", target: "c1" }, world)).toBeUndefined()
    expect(checkFault({ ...fault, kind: "swizzle", target: "*" }, world)).toBeUndefined()
  })

  it("no text makes it throw, and a refusal is one short line", () => {
    const pieces = fc.constantFrom(
      ...kinds,
      "n1",
      "->",
      "|",
      "+",
      "=",
      "@",
      ",",
      ":",
      "#",
      "%",
      "x",
      "2s",
      "-",
      "*",
      "\n",
    )
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.array(pieces, { maxLength: 12 }).map((some) => some.join("")),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const result = parseFaults(text, 1)
        if (Result.isFailure(result)) {
          expect(result.failure).not.toMatch(/\p{Cc}/u)
          expect(result.failure.length).toBeLessThan(700)
        } else expect(parseFaults(spellFaults(result.success), 1)).toEqual(result)
      }),
      { numRuns: 1000 },
    )
  })
})

describe("nearest", () => {
  const names = ["replication/storm", "replication/promise", "ring/join"]
  it.each([
    ["replication/stom", "replication/storm"],
    ["promise", "replication/promise"],
    ["replication/p", "replication/promise"],
    ["Ring/Join", "ring/join"],
    ["rign/join", "ring/join"],
    ["zebra", undefined],
    ["", undefined],
  ])("%s means %s", (word, name) => {
    expect(nearest(word, names)).toBe(name)
  })
})
