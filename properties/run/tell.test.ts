/** A run as people read it: what broke and why, a picture with every node in its column, and a line that plays it again. */
import { execFileSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import {
  applyDesign,
  decodeToken,
  type Input,
  type InvariantResult,
  parseFaults,
  type RunResult,
  run,
  type Scenario,
  tellRun,
} from "#run"
import { scenarios } from "#scenarios"
import type { Fault } from "#world"

const named = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === `replication/${name}`)
  if (found === undefined) throw new Error(`No scenario ${name}.`)
  return found
}

const faults = (text: string, firstOrdinal = 1): readonly Fault[] => {
  const parsed = parseFaults(text, firstOrdinal)
  if (parsed._tag === "Failure") throw new Error(parsed.failure)
  return parsed.success
}

const promise = named("promise")
const ownWrite = named("own-write")
const failover = named("failover")

const play = (scenario: Scenario, more: Partial<Input> = {}) => run(scenario, { ...scenario.story(1), ...more })

const lost = play(promise, { faults: faults("crash:n1@3s") })
const stale = play(ownWrite)
const taken = play(named("two-primaries"))
const held = play(failover)
const short = play(named("storm"), { operations: named("storm").story(1).operations.slice(0, 6) })

const violated: readonly (readonly [string, RunResult])[] = [
  ["an acknowledged write that is lost", lost],
  ["an own write that is not seen", stale],
  ["an office that two nodes hold", taken],
]
const all: readonly (readonly [string, RunResult])[] = [...violated, ["a failover", held], ["a storm", short]]

const firstBroken = ({ invariants }: RunResult): InvariantResult =>
  invariants
    .filter(({ verdict }) => verdict === "violated")
    .sort((a, b) => (a.violation?.entry ?? 0) - (b.violation?.entry ?? 0))[0] as InvariantResult

/** The words of a command line, as a shell takes them apart. */
const words = (line: string): readonly string[] =>
  execFileSync("sh", ["-c", `printf '%s\\n' ${line}`], { encoding: "utf8" })
    .trimEnd()
    .split("\n")

/** Plays what a replay line says, the way the command line does. */
const replayed = (line: string): RunResult => {
  const [npx, binary, command, what = "", ...flags] = words(line.replace(/^replay {2}/, ""))
  expect([npx, binary]).toEqual(["npx", "snowglobe"])
  if (command === "replay") {
    const decoded = decodeToken(what)
    if (decoded._tag === "Failure") throw new Error(decoded.failure)
    const { input, digest } = decoded.success
    const result = run(scenarios.find(({ name }) => name === input.scenario) as Scenario, input)
    expect(result.digest.slice(0, 8)).toBe(digest)
    return result
  }
  expect(command).toBe("run")
  const scenario = scenarios.find(({ name }) => name === what) as Scenario
  const said = (flag: string) => flags.flatMap((word, at) => (flags[at - 1] === flag ? [word] : []))
  const design = Object.fromEntries(said("--design").map((pair) => pair.split("=")))
  const story = scenario.story(Number(said("--seed")[0]))
  const added = said("--faults").flatMap((text) => faults(text, story.faults.length + 1))
  const applied = applyDesign(scenario, { ...story, faults: [...story.faults, ...added] }, design)
  if (applied._tag === "bad") throw new Error(applied.line)
  return run(scenario, applied.input)
}

const isReplay = (line: string) => line.startsWith("replay  ")

describe("a run that is told", () => {
  it.each(all)("names the scenario, every promise and every figure: %s", (_, result) => {
    const lines = tellRun(result)
    expect(lines[0]).toContain(result.scenario.name)
    expect(lines[1]).toBe(result.scenario.summary)
    for (const { name, sentence } of result.invariants) {
      expect(lines.filter((line) => line.includes(` ${name} `) && line.includes(sentence))).toHaveLength(1)
    }
    for (const { name, value } of result.figures) {
      expect(
        lines.some((line) => line.startsWith(`  ${name} `) && line.includes(`${value}`)),
        name,
      ).toBe(true)
    }
    expect(lines.at(-2)).toContain(`${result.verdict} after`)
    expect(lines.at(-2)).toContain(result.digest)
    expect(lines.filter(isReplay)).toEqual([lines.at(-1)])
  })

  it.each(violated)("says what broke, when and why: %s", (_, result) => {
    const broken = result.invariants.filter(({ verdict }) => verdict === "violated")
    const lines = tellRun(result)
    expect(broken.length).toBeGreaterThan(0)
    for (const { name, violation } of broken) {
      expect(lines.filter((line) => line.includes(`✗ ${name} `))).toHaveLength(1)
      expect(lines.filter((line) => line.endsWith(violation?.because ?? "?")).length).toBeGreaterThanOrEqual(2)
    }
  })

  it("marks what was not put to the test, and what holds", () => {
    const lines = tellRun(held)
    for (const { name, verdict } of held.invariants) {
      expect(lines.some((line) => line.startsWith(`  ${verdict === "holds" ? "✔" : "?"} ${name}`))).toBe(true)
    }
    expect(lines).toContain("      never put to the test")
  })

  it("up to an instant says nothing of what came later", () => {
    const instant = /^ *([\d.]+) ms {2}/
    const instants = (lines: readonly string[]) =>
      lines.filter((line) => instant.test(line)).map((line) => Number(instant.exec(line)?.[1]))
    const early = tellRun(held, { at: 1_600_000 })
    expect(Math.max(...instants(tellRun(held)))).toBe(4000)
    expect(Math.max(...instants(early))).toBe(1500)
    expect(instants(early)).toEqual(instants(tellRun(held)).filter((each) => each <= 1600))
  })

  it.each(violated)("leaves to a report what that says: %s", (_, result) => {
    const { name, violation } = firstBroken(result)
    const [alone, above] = [tellRun(result), tellRun(result, { reported: name })]
    expect(above.filter(isReplay)).toEqual([])
    const told = (lines: readonly string[]) => lines.filter((line) => line.endsWith(violation?.because ?? "?")).length
    expect(told(above)).toBe(told(alone) - 1)
    expect(above.length).toBe(alone.length - 2)
  })

  it("tells how often each promise was put to the test, which faults struck, and how near it came", () => {
    const lines = tellRun(held)
    for (const { name, exercised, closest } of held.invariants) {
      const at = lines.findIndex((line) => line.includes(` ${name} `))
      if (exercised > 0) expect(lines[at]).toContain(` ${exercised}× `)
      if (closest !== undefined)
        expect(lines[at + 1]?.trim()).toMatch(new RegExp(`^closest call at .*: ${closest.what}$`))
    }
    expect(held.invariants.some(({ closest }) => closest !== undefined)).toBe(true)
    expect(lines).toContain("  faults that struck: crash 1")
  })

  it("tells our mistake as one", () => {
    expect(tellRun({ ...held, defect: "n1: boom" })).toContain("our mistake: n1: boom")
  })
})

describe("what is told", () => {
  it.each(all)("is the same for the same run: %s", (_, result) => {
    const again = run(result.scenario, result.input)
    expect(tellRun(again)).toEqual(tellRun(result))
  })

  it.each(all)("has only ASCII characters for whoever asks for them, and the same shape: %s", (_, result) => {
    const [plain, ascii] = [tellRun(result), tellRun(result, { ascii: true })]
    expect(ascii.join("")).toMatch(/^[\x20-\x7e]*$/)
    expect(ascii.map((line) => line.length)).toEqual(plain.map((line) => line.length))
    expect(tellRun(result).join("")).not.toMatch(/^[\x20-\x7e]*$/)
  })

  it("keeps quotes in ASCII, and asks where it has nothing like a character", () => {
    const scenario = { ...held.scenario, summary: "“naïve” → ☃" }
    expect(tellRun({ ...held, scenario }, { ascii: true })[1]).toBe('"na?ve" > ?')
  })

  it.each(all)("fits on a screen: %s", (_, result) => {
    for (const line of tellRun(result)) if (!isReplay(line)) expect(line.length, line).toBeLessThan(180)
    for (const line of tellRun(result)) {
      expect(line).toBe(line.trimEnd())
      expect(line).not.toMatch(/\p{Cc}/u)
    }
  })
})

describe("the line that plays a run again", () => {
  const design = { ack: "quorum", promote: "fenced" }
  const stormy = named("storm")
  it.each<[string, RunResult, string]>([
    ["of a story", held, "run"],
    ["of a story with a fault", lost, "run"],
    [
      "of a story with faults that a shell would take for something else",
      play(ownWrite, {
        faults: [...ownWrite.story(1).faults, ...faults("latency:n1->*=5ms@0+1s,partition:n1|n2+n3@2s+100", 2)],
      }),
      "run",
    ],
    ["of a story under another design", play(promise, { design, faults: faults("crash:n1@3s") }), "run"],
    ["of a story without its faults", play(failover, { faults: [] }), "replay"],
    [
      "of a story with a fault whose dice have another name",
      play(failover, {
        faults: [...failover.story(1).faults, ...faults("swizzle:*@2s+500", 71)],
      }),
      "replay",
    ],
    ["of a story of another size", play(stormy, { size: { nodes: 5 } }), "replay"],
    ["of what is left of a story", short, "replay"],
  ])("plays the same run: %s", (_, result, command) => {
    const line = tellRun(result).at(-1) ?? ""
    expect(line).toContain(` ${command} `)
    const again = replayed(line)
    expect(again.digest).toBe(result.digest)
    expect(again.verdict).toBe(result.verdict)
  })
})
