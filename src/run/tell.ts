/** A run told as text: what befell the world, what came of it, which promises held, and what was measured. */
import { type Entry, Kind } from "#sim"
import { spellInstant } from "./notation.ts"
import { plural } from "./page.ts"
import { replayLine } from "./replay-line.ts"
import type { InvariantResult, RunResult } from "./run.ts"
import { inPart, stage } from "./stage.ts"
import { asciiOnly, wordsOf } from "./words.ts"

export interface TellOptions {
  readonly ascii?: boolean
  /** Tells only what happened up to this instant, in microseconds. */
  readonly at?: number
  /** The promise that a report tells of, below: what that says is not said here. */
  readonly reported?: string
}

const signs = { holds: "✔", violated: "✗", unknown: "?" } as const

/** The choices of a design that differ from the system's defaults. */
const designOf = ({ scenario, input }: RunResult): readonly string[] =>
  stage(scenario, input).flatMap(({ as, system, design }) =>
    Object.entries(design)
      .filter(([choice, value]) => system.designs[choice]?.default !== value)
      .map(([choice, value]) => `${inPart(as, choice)}=${value}`),
  )

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

/** Each promise with its verdict, how often it was put to the test, and what is not plain from that. */
const promises = (results: readonly InvariantResult[], reported: string | undefined): readonly string[] =>
  results.flatMap(({ verdict, name, part, sentence, violation, exercised, waits, closest }) => {
    const times = exercised === 0 ? "" : `${exercised}×`
    const head = `  ${signs[verdict]} ${inPart(part, name).padEnd(28)} ${times.padStart(6)}  ${sentence}`
    if (inPart(part, name) === reported) return [head]
    if (violation !== undefined) return [head, `      broken at ${spellInstant(violation.at)} ms: ${violation.because}`]
    if (verdict === "unknown")
      return [head, `      ${waits ?? (exercised === 0 ? "never put to the test" : "unknown")}`]
    return closest === undefined
      ? [head]
      : [head, `      closest call at ${spellInstant(closest.at)} ms: ${closest.what}`]
  })

/** A run as a story of the turning points, the promises, and the figures. */
export const tellRun = (result: RunResult, options: TellOptions = {}): readonly string[] => {
  const { scenario, input, world } = result
  const design = designOf(result)
  const fired = Object.entries(result.faultsFired)
  const servers = world.nodes.filter(({ client }) => !client).map(({ id }) => id)
  const clients = world.nodes.filter(({ client }) => client).length
  const lines = [
    `${scenario.name} · seed ${input.seed} · ${servers.join(" ")} and ${plural(clients, "client")}`,
    `${scenario.summary}`,
    ...(design.length > 0 ? [`design: ${design.join(" ")}`] : []),
    "",
    ...tellStory(result, options.at),
    "",
    ...promises(result.invariants, options.reported),
    "",
    ...result.figures.map(({ name, value, unit }) => `  ${name.padEnd(32)} ${value} ${unit}`.trimEnd()),
    "",
    ...(fired.length === 0
      ? []
      : [`  faults that struck: ${fired.map(([kind, times]) => `${kind} ${times}`).join(", ")}`, ""]),
    ...(result.defect === undefined ? [] : [`our mistake: ${result.defect}`]),
    `${signs[result.verdict]} ${result.verdict} after ${spellInstant(result.virtualMicros)} ms, digest ${result.digest}`,
    ...(options.reported === undefined ? [replayLine(result)] : []),
  ]
  return options.ascii === true ? asciiOnly(lines) : lines
}
