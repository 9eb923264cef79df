/** The report of a failure: what a reader who has not seen the code is told, and that it fits on a page. */
import { describe, expect, it } from "vitest"
import { type Finding, type Report, reportOf, run, tellReport } from "#run"
import { reasons } from "#sim"
import { faultKinds } from "#world"
import { findingOf, scenarioOf, smallestOf, stormsOf, type Unsound, unsound } from "./findings.ts"
import { effectiveWidth, isToPaste } from "./page.ts"

const small = new Map(unsound.map((design) => [design, smallestOf(design)]))
const reports = new Map([...small].map(([design, finding]) => [design, reportOf(finding)]))
const reportOn = (design: Unsound): Report => reports.get(design) as Report
const finding = (design: Unsound): Finding => small.get(design) as Finding

const section = (lines: readonly string[], heading: string): string => {
  const start = lines.findIndex((line) => line.startsWith(` ${heading}`))
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => !line.startsWith("    "))
  return [lines[start], ...rest.slice(0, end)].join(" ").replace(/\s+/g, " ").trim()
}

describe("the report of the smallest counterexample", () => {
  it.each(unsound)("opens with the promise, and says which design broke it and which would not: %s", (design) => {
    const report = reportOn(design)
    const lines = tellReport(report)
    const text = lines.join(" ").replace(/\s+/g, " ")
    expect(lines[0]).toMatch(new RegExp(`^✗ ${report.invariant} .*${report.scenario}`))
    expect(text).toContain(report.sentence)
    expect(text).toContain(report.because)
    expect(report.design.map(({ choice, value }) => `${choice}=${value}`)).toEqual([design])
    expect(section(lines, "DESIGN")).toContain(`${design}: `)
    expect(report.repaired?.verdict).toBe("holds")
  })

  it.each(unsound)(
    "lists every operation with what its client was told, and every fault with its number: %s",
    (design) => {
      const report = reportOn(design)
      const lines = tellReport(report)
      const { input } = finding(design)
      const workload = section(lines, "WORKLOAD")
      for (const { id, client, call, answer } of report.workload.slice(-3)) {
        expect(workload).toContain(`${id} ${client} at `)
        expect(workload).toContain(`: ${call} → ${answer ?? "not answered yet"}`)
      }
      if (input.operations.length <= 8) expect(report.workload).toHaveLength(input.operations.length)
      expect(report.faults.map(({ number }) => number)).toEqual(input.faults.map((_, nth) => nth + 1))
      for (const { spelled, matters } of report.faults) {
        expect(matters, "no fault of a minimal input is beside the point").toBe(true)
        expect(section(lines, "FAULTS")).toContain(spelled)
      }
    },
  )

  it.each(unsound)("draws a column for each node that does something, and marks where it broke: %s", (design) => {
    const lines = tellReport(reportOn(design))
    const head = lines.findIndex((line) => line.includes("t (ms)"))
    const ids = lines[head]?.trim().split(/\s+/).slice(2) ?? []
    const columns = ids.map((id) => lines[head]?.indexOf(` ${id}`) ?? -1).map((at) => at + 1)
    const end = lines.findIndex((line) => line.includes("● called"))
    const drawn = lines.slice(head + 1, end)
    expect(drawn.length).toBeGreaterThan(8)
    expect(drawn.length).toBeLessThanOrEqual(33)
    const lanes = drawn.map((line) => [...line].flatMap((char, at) => (char === "│" ? at : [])))
    expect(lanes.flat().filter((at) => !columns.includes(at))).toEqual([])
    expect(drawn.at(-1)).toContain("✗")
    const instants = drawn.map((line) => Number(/^ *([\d.]+) /.exec(line)?.[1]))
    expect(instants).toEqual([...instants].sort((a, b) => a - b))
  })

  it.each(unsound)("says what was required and what was seen, and why, step by step in time: %s", (design) => {
    const { rule, why, invariant, kind } = reportOn(design)
    expect(rule.required, invariant).toBeDefined()
    expect(rule.seen, invariant).toBeDefined()
    expect(rule.calmAt !== undefined).toBe(kind === "eventually")
    expect(why.length).toBeGreaterThan(1)
    expect(why.length).toBeLessThanOrEqual(8)
    const instants = why.map(({ at }) => at)
    expect(instants).toEqual([...instants].sort((a, b) => a - b))
    expect(Math.max(...instants)).toBeLessThanOrEqual(rule.at)
  })

  it.each(unsound)("ends in lines that play it again, beside the nearest pass and on the screen: %s", (design) => {
    const report = reportOn(design)
    const lines = tellReport(report, { version: "9.9.9" })
    expect(lines.at(-3)).toBe(`replay  ${report.replay}`)
    expect(lines.at(-2)).toContain(`--tui --at ${Math.ceil(report.rule.at / 1000)}ms`)
    expect(lines.at(-1)).toMatch(
      /^build {3}snowglobe 9\.9\.9 · format 1 · digest [0-9a-f]{8} · played twice, one trace$/,
    )
    expect(lines.filter(isToPaste)).toHaveLength(2)
  })

  it("names a lag only where the promise was false before that showed", () => {
    const [early, late] = [reportOn("ack=local"), reportOn("read=any")]
    expect(early.rule.since).toBeLessThan(early.rule.at)
    expect(section(tellReport(early), "RULE")).toMatch(/first false at [\d.]+ ms, seen at [\d.]+ ms: [\d.]+ ms later/)
    expect(late.rule.since).toBeUndefined()
    expect(section(tellReport(late), "RULE")).toContain("in what the client was told")
  })

  it("draws what did not arrive with its reason and the number of the fault behind it", () => {
    for (const design of ["ack=local", "promote=latest", "rejoin=resume"] as const) {
      const report = reportOn(design)
      const dead = report.diagram.rows.filter(({ drawn }) => drawn === "dies")
      expect(dead.length).toBeGreaterThan(1)
      for (const { reason } of dead) expect(reasons).toContain(reason)
      const lines = tellReport(report).filter((line) => line.includes("╳") && !line.includes("╳ died"))
      for (const line of lines) expect(line).toMatch(new RegExp(reasons.slice(1).join("|")))
    }
    expect(tellReport(reportOn("ack=local")).join("\n")).toContain("╳①")
  })
})

describe("a report", () => {
  const lost = finding("ack=local")
  const batch = {
    seed: 1,
    run: 13,
    runs: 400,
    millis: 1900,
    steps: 408,
    seenIn: 37,
    exercised: { "acknowledged-writes-survive": 390, converges: 0 },
    faultsFired: { crash: 12, isolate: 3, lie: 0 },
    drawnFrom: {
      ...lost.input,
      operations: [...lost.input.operations, ...lost.input.operations],
      faults: [...lost.input.faults, { id: "f7", kind: "crash" as const, target: "n1", at: 1_000_000 }],
    },
  }

  it("of a batch says how it was found, what was shrunk away, and what was never exercised", () => {
    const lines = tellReport(reportOf({ ...lost, batch }))
    expect(section(lines, "FOUND")).toBe(
      "FOUND in run 14 of 400 (1.9 s), shrunk in 408 steps to 1 operation, 1 fault; leaving out any of it makes it pass. " +
        "Shrunk away: 1 operation, 1 fault and every crash. Seen in 37 of 400 runs",
    )
    const coverage = section(lines, "COVERAGE")
    expect(coverage).toContain("acknowledged-writes-survive 390")
    expect(coverage).toContain("faults that struck: crash 12, isolate 3 ")
    expect(coverage).toContain("never exercised: converges, latency")
    expect(lines.length).toBeLessThanOrEqual(60)
  })

  it("of a run that somebody asked for says nothing of a batch", () => {
    const report = reportOn("ack=local")
    expect(report.found).toBeUndefined()
    expect(tellReport(report).join("\n")).not.toContain("COVERAGE")
  })

  it("is a pure function of the finding, and plain data", () => {
    const again = reportOf({ ...lost, result: run(lost.scenario, lost.input) })
    const report = reportOn("ack=local")
    expect(again).toEqual(report)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
    expect(tellReport(JSON.parse(JSON.stringify(report)))).toEqual(tellReport(report))
  })

  it("does not claim that all is needed where it is not, and says so of nothing that was not tried", () => {
    const [extra] = scenarioOf("replication/storm").story(1).operations
    const needless = {
      ...lost.input,
      operations: [...lost.input.operations, { ...extra, id: "late", at: 3_990_000, client: "c1" } as never],
    }
    const report = reportOf(findingOf(run(lost.scenario, needless)))
    expect(report.minimal).toBe(false)
    expect(tellReport(report).join("\n")).not.toContain("leaving out any")
    const story = scenarioOf("replication/promise")
    const crash = [{ id: "f1", kind: "crash" as const, target: "n1", at: 3_000_000 }]
    expect(reportOf(findingOf(run(story, { ...story.story(1), faults: crash }))).minimal).toBeUndefined()
  })

  it("refuses a run that does not break the promise", () => {
    expect(() => reportOf({ ...lost, invariant: "logs-agree" })).toThrow("does not violate logs-agree")
  })

  it("says the same in ASCII and in colour", () => {
    for (const report of reports.values()) {
      const plain = tellReport(report)
      const ascii = tellReport(report, { ascii: true })
      expect(ascii.join("")).toMatch(/^[\x20-\x7e]*$/)
      expect(ascii.map((line) => line.length)).toEqual(plain.map((line) => line.length))
      const painted = tellReport(report, { colour: true })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
      expect(painted.map((line) => line.replace(/\u001b\[\d+m/g, ""))).toEqual(plain)
      expect(painted).not.toEqual(plain)
    }
  })
})

describe("a page", () => {
  const fits = (lines: readonly string[]) => {
    expect(lines.length).toBeLessThanOrEqual(60)
    expect(effectiveWidth(lines)).toBeLessThanOrEqual(80)
    for (const line of lines) {
      expect(line).toBe(line.trimEnd())
      expect(line).not.toMatch(/\p{Cc}|undefined|NaN/u)
    }
  }
  /** As much as can be said of a batch. */
  const talkative = (report: Report): Report => ({
    ...report,
    found: {
      run: 99_998,
      runs: 100_000,
      millis: 123_456_789,
      steps: 123_456,
      seenIn: 99_999,
      shrunkAway: { operations: 100, faults: 24, families: Object.keys(faultKinds) },
    },
    coverage: {
      runs: 100_000,
      exercised: Array.from({ length: 12 }, (_, nth) => [`some-promise-or-other-${nth}`, 99_999] as const),
      fired: Object.keys(faultKinds).map((kind) => [kind, 99_999] as const),
      neverExercised: ["another-promise", "yet-another-promise"],
      neverFired: Object.keys(faultKinds),
    },
  })

  it.each(unsound)("has at most sixty lines of eighty columns, whatever there is to say of the batch: %s", (design) => {
    fits(tellReport(reportOn(design), { version: "10.20.30" }))
    fits(tellReport(talkative(reportOn(design)), { version: "10.20.30" }))
  })

  it.each(["ack=local", "read=any", "promote=latest", "apply=on-arrival", "rejoin=resume"] as const)(
    "has at most sixty lines of eighty columns for a storm that nobody has shrunk: %s",
    (design) => {
      const [drawn] = stormsOf(design, 1, 5)
      const report = reportOf(drawn as Finding)
      expect(report.operations + report.faults.length).toBeGreaterThan(5)
      expect(report.diagram.rows.filter(({ drawn }) => drawn === "broken")).toHaveLength(1)
      fits(tellReport(report))
      fits(tellReport(talkative(report), { version: "10.20.30" }))
    },
  )

  it("has at most sixty lines of eighty columns where every sentence is long", () => {
    const report = reportOn("read=cookie")
    const long = "words that go on and on ".repeat(12).trim()
    const many = <A>(all: readonly A[], more: (each: A) => A): readonly A[] =>
      Array.from({ length: 20 }, (_, nth) => more(all[nth % all.length] as A))
    const grown: Report = {
      ...report,
      sentence: long,
      because: long,
      design: many(report.design, (each) => ({ ...each, sentence: long })),
      workload: many(report.workload, (each) => ({ ...each, call: long, answer: long })),
      operations: 400,
      faults: many(report.faults, (each) => ({ ...each, sentence: long })),
      rule: { ...report.rule, required: long, seen: long },
      why: many(report.why, (each) => ({ ...each, what: long })),
      diagram: { ...report.diagram, rows: many(report.diagram.rows, (each) => ({ ...each, words: long })) },
    }
    fits(tellReport(talkative(grown), { version: "10.20.30" }))
    fits(tellReport(talkative({ ...grown, cast: [...report.cast, "n4", "n5", "c2", "c3", "c4"] })))
  })
})
