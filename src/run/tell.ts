/** A run told as text: what befell the world, what came of it, which promises held, and what was measured. */
import { isDeepStrictEqual } from "node:util"
import * as Result from "effect/Result"
import { type Entry, Kind } from "#sim"
import { drawLanes, spellInstant } from "./lanes.ts"
import { parseFaults, spellFaults } from "./notation.ts"
import { firstViolated, type InvariantResult, type RunResult } from "./run.ts"
import { inPart, stage } from "./stage.ts"
import { encodeToken } from "./token.ts"
import { asciiOnly, wordsOf } from "./words.ts"

export interface TellOptions {
  readonly ascii?: boolean
  /** Tells only what happened up to this instant, in microseconds. */
  readonly at?: number
}

const signs = { holds: "✔", violated: "✗", unknown: "?" } as const

/** The choices of a design that differ from the system's defaults. */
const designOf = ({ scenario, input }: RunResult): readonly string[] =>
  stage(scenario, input).flatMap(({ as, system, design }) =>
    Object.entries(design)
      .filter(([choice, value]) => system.designs[choice]?.default !== value)
      .map(([choice, value]) => `${inPart(as, choice)}=${value}`),
  )

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

/** What happened between two entries that are worth a line: how many calls were answered, and how. */
class Tally {
  #ok = 0
  #refused = 0
  #unknown = 0
  #lost = 0

  see(entry: Entry): void {
    if (entry.kind === Kind.drop) this.#lost++
    if (entry.kind !== Kind.return) return
    const { _tag } = (entry.value as { readonly outcome: { readonly _tag: "ok" | "refused" | "unknown" } }).outcome
    if (_tag === "ok") this.#ok++
    else if (_tag === "refused") this.#refused++
    else this.#unknown++
  }

  /** One line, and a new start. */
  take(): string | undefined {
    const parts = [
      this.#ok > 0 ? `${plural(this.#ok, "call")} answered` : "",
      this.#refused > 0 ? `${this.#refused} refused` : "",
      this.#unknown > 0 ? `${this.#unknown} without an answer` : "",
      this.#lost > 0 ? `${plural(this.#lost, "message")} lost` : "",
    ].filter((part) => part !== "")
    this.#ok = 0
    this.#refused = 0
    this.#unknown = 0
    this.#lost = 0
    return parts.length === 0 ? undefined : parts.join(", ")
  }
}

/** Whether an entry is worth a line of its own in a story. */
export const isNotable = (result: Pick<RunResult, "scenario" | "input" | "world">): ((entry: Entry) => boolean) => {
  const systems = new Map(stage(result.scenario, result.input).map(({ as, system }) => [as, system]))
  const notable = new Set<number>([
    Kind.crash,
    Kind.pause,
    Kind.resume,
    Kind.stop,
    Kind.stopped,
    Kind.damage,
    Kind.fault,
    Kind.heal,
    Kind.calm,
  ])
  return (entry) => {
    if (notable.has(entry.kind)) return true
    if (entry.kind === Kind.boot) return entry.n > 0
    if (entry.kind !== Kind.fact) return false
    return systems.get(result.world.nodes[entry.node]?.part ?? "")?.isTurningPoint(entry.value) === true
  }
}

/** The turning points of a run, one line each, with what clients were told in between. */
export const tellStory = (result: RunResult, at = Number.POSITIVE_INFINITY): readonly string[] => {
  const say = wordsOf(result)
  const notable = isNotable(result)
  const violations = Map.groupBy(
    result.invariants.filter((each) => each.violation !== undefined),
    ({ violation }) => violation?.entry,
  )
  const tally = new Tally()
  const lines: string[] = []
  const line = (time: string, who: string, what: string) =>
    lines.push(`${time.padStart(10)}  ${who.padEnd(6)}${what}`.trimEnd())
  const summary = () => {
    const between = tally.take()
    if (between !== undefined) line("", "", `· ${between}`)
  }
  for (const entry of result.trace) {
    if (entry.at > at) break
    tally.see(entry)
    if (notable(entry)) {
      summary()
      line(`${spellInstant(entry.at)} ms`, result.world.nodes[entry.node]?.id ?? "", say(entry))
    }
    for (const { part, name, violation } of violations.get(entry.index) ?? []) {
      summary()
      line(`${spellInstant(entry.at)} ms`, "✗", `${inPart(part, name)}: ${violation?.because}`)
    }
  }
  summary()
  return lines
}

/** Each promise with its verdict, and why where that is not plain. */
const promises = (results: readonly InvariantResult[]): readonly string[] =>
  results.flatMap(({ verdict, name, part, sentence, violation, exercised, waits }) => {
    const head = `  ${signs[verdict]} ${inPart(part, name).padEnd(28)} ${sentence}`
    if (violation !== undefined) return [head, `      broken at ${spellInstant(violation.at)} ms: ${violation.because}`]
    if (verdict === "unknown")
      return [head, `      ${waits ?? (exercised === 0 ? "never put to the test" : "unknown")}`]
    return [head]
  })

/** A word as a shell takes it. */
const shellWord = (text: string): string =>
  /^[\w:@=+.,%/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** The line that plays a run again: the story's own name while that says it all, else a token. */
const replayLine = (result: RunResult): string => {
  const { scenario, input } = result
  const story = scenario.story(input.seed)
  if (isDeepStrictEqual({ ...story, design: input.design, faults: input.faults }, input)) {
    const design = Object.entries(input.design).map(([choice, value]) => ` --design ${choice}=${value}`)
    const added = input.faults.slice(story.faults.length)
    // An id names dice: whoever spells the faults again must get the same ones.
    const again =
      added.length > 0 ? Result.getOrElse(parseFaults(spellFaults(added), story.faults.length + 1), () => []) : []
    if (isDeepStrictEqual(input.faults, [...story.faults, ...again])) {
      const faults = added.length > 0 ? ` --faults ${shellWord(spellFaults(added))}` : ""
      return `replay  npx snowglobe run ${scenario.name} --seed ${input.seed}${design.join("")}${faults}`
    }
  }
  const token = encodeToken(input, result.digest, scenario)
  return token === undefined
    ? "replay  too long for a token: --save FILE, then snowglobe replay FILE"
    : `replay  npx snowglobe replay ${token}`
}

/** A run as a story of the turning points, the promises, and the figures. */
export const tellRun = (result: RunResult, options: TellOptions = {}): readonly string[] => {
  const { scenario, input, world } = result
  const design = designOf(result)
  const servers = world.nodes.filter(({ client }) => !client).map(({ id }) => id)
  const clients = world.nodes.filter(({ client }) => client).length
  const lines = [
    `${scenario.name} · seed ${input.seed} · ${servers.join(" ")} and ${plural(clients, "client")}`,
    `${scenario.summary}`,
    ...(design.length > 0 ? [`design: ${design.join(" ")}`] : []),
    "",
    ...tellStory(result, options.at),
    "",
    ...promises(result.invariants),
    "",
    ...result.figures.map(({ name, value, unit }) => `  ${name.padEnd(32)} ${value} ${unit}`.trimEnd()),
    "",
    ...(result.defect === undefined ? [] : [`our mistake: ${result.defect}`]),
    `${signs[result.verdict]} ${result.verdict} after ${spellInstant(result.virtualMicros)} ms, digest ${result.digest}`,
    replayLine(result),
  ]
  return options.ascii === true ? asciiOnly(lines) : lines
}

/** How many lines a diagram may have. */
const diagramLines = 48

/** How many operations are listed one by one. */
const listedOperations = 12

/** The entries that led to a violation: what its evidence goes back to, what befell the world, and what calls caused. */
const ledTo = (
  result: RunResult,
  violation: { readonly entry: number; readonly evidence: readonly number[] },
): readonly Entry[] => {
  const { trace } = result
  const last = violation.entry
  const chosen = new Set<number>()
  const trail = (from: number) => {
    for (let index = from; index >= 0 && !chosen.has(index); index = trace.entry(index).cause) chosen.add(index)
  }
  for (const index of [...violation.evidence, last]) trail(index)
  const notable = isNotable(result)
  const fromCall = new Set<number>()
  const shown = new Set<number>([Kind.deliver, Kind.drop, Kind.fact, Kind.return, Kind.call])
  for (let index = 0; index <= last; index++) {
    const entry = trace.entry(index)
    if (notable(entry)) chosen.add(index)
    if (entry.kind === Kind.call || fromCall.has(entry.cause)) {
      fromCall.add(index)
      if (shown.has(entry.kind)) chosen.add(index)
    }
  }
  const drawn = new Set<number>([Kind.send, Kind.write, Kind.sync, Kind.log, Kind.hold, Kind.duplicate, Kind.refuse])
  return [...chosen]
    .sort((a, b) => a - b)
    .map((index) => trace.entry(index))
    .filter((entry) => !drawn.has(entry.kind) && (entry.kind !== Kind.boot || entry.n > 0))
}

/** What a failure looks like: the promise, the smallest story found that breaks it, and the line that plays it again. */
export const tellReport = (result: RunResult, options: TellOptions = {}): readonly string[] => {
  const { input } = result
  const broken = firstViolated(result)
  if (broken?.violation === undefined) return tellRun(result, options)
  const { violation } = broken
  const say = wordsOf(result)
  const led = ledTo(result, violation)
  const skipped = Math.max(0, led.length - diagramLines)
  const calls = stage(result.scenario, input)
  const sayCall = (client: string, call: unknown) =>
    calls.find(({ clients }) => clients.some(({ id }) => id === client))?.system.say(call) ?? ""
  const size = Object.entries(input.size).map(([knob, value]) => `${knob}=${value}`)
  const design = designOf(result)
  const lines = [
    `✗ ${inPart(broken.part, broken.name)}: ${broken.sentence}`,
    `  ${violation.because}`,
    "",
    `  ${plural(input.operations.length, "operation")}, ${plural(input.faults.length, "fault")}, seed ${input.seed}`,
    ...(design.length > 0 ? [`  design: ${design.join(" ")}`] : []),
    ...(size.length > 0 ? [`  size: ${size.join(" ")}`] : []),
    ...input.operations
      .slice(0, listedOperations)
      .map(
        ({ id, client, at, call }) =>
          `  ${spellInstant(at).padStart(8)} ms  ${client} calls ${id}: ${sayCall(client, call)}`,
      ),
    ...(input.operations.length > listedOperations
      ? [`  and ${input.operations.length - listedOperations} more`.padStart(12)]
      : []),
    ...(input.faults.length > 0 ? [`  faults: ${spellFaults(input.faults)}`] : []),
    "",
    ...(skipped > 0 ? [`  (${skipped} earlier lines left out)`] : []),
    ...drawLanes(result, led.slice(skipped), say),
    `${spellInstant(violation.at).padStart(8)}   ✗ ${violation.because}`,
    "",
    "  ● called  ◆ returned  ■ did  ╳ died  ✝ down  ↑ up  ! fault",
    "",
    replayLine(result),
  ]
  return options.ascii === true ? asciiOnly(lines) : lines
}
