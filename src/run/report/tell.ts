/** A report as text: at most sixty lines of eighty columns, but for the lines that are there to be pasted. Colour only adds. */

import type { Verdict } from "#invariants"
import { spellInstant } from "../notation.ts"
import { beside, cut, listed, plural } from "../page.ts"
import { asciiOnly } from "../words.ts"
import { circled, drawRows, lanesOf, legend } from "./lanes.ts"
import type { Report } from "./report.ts"
import type { Row } from "./rows.ts"

export interface ReportOptions {
  readonly ascii?: boolean
  readonly colour?: boolean
  /** The most columns and lines; lines to paste may be longer. */
  readonly width?: number
  readonly height?: number
  /** What the build line names, like `0.1.0`. */
  readonly version?: string
}

const ordinaryWidth = 80
const ordinaryHeight = 60
const left = 10
/** Less is said of everything else before the diagram has fewer rows than this. */
const fewestRows = 12

/** How much is said: the most of each kind, and the most lines for one of them. */
interface Thrift {
  readonly choices: number
  readonly asked: number
  readonly faults: number
  readonly reasons: number
  readonly lines: number
}

/** From generous to scant; the last leaves room for the diagram whatever there is to say. */
const thrifts: readonly Thrift[] = [
  { choices: 3, asked: 8, faults: 6, reasons: 8, lines: 3 },
  { choices: 3, asked: 6, faults: 5, reasons: 8, lines: 2 },
  { choices: 2, asked: 4, faults: 4, reasons: 6, lines: 2 },
  { choices: 2, asked: 3, faults: 3, reasons: 5, lines: 1 },
]
const scant = thrifts.at(-1) as Thrift

const seconds = (millis: number): string =>
  millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(1)} s`

const ms = (micros: number): string => `${spellInstant(micros)} ms`

type Lines = readonly string[]

class Teller {
  readonly #report: Report
  readonly #width: number
  readonly #thrift: Thrift

  constructor(report: Report, width: number, thrift: Thrift) {
    this.#report = report
    this.#width = width
    this.#thrift = thrift
  }

  section(heading: string, words: string, most = this.#thrift.lines): Lines {
    return beside(` ${heading}`, words, this.#width, left, Math.min(most, this.#thrift.lines))
  }

  head(): Lines {
    const { invariant, scenario, seed, sentence, because, design } = this.#report
    const { choices, lines } = this.#thrift
    const where = `${scenario}, seed ${seed}`
    const title = `✗ ${invariant}`
    const gap = this.#width - title.length - where.length
    return [
      gap >= 2 ? `${title}${" ".repeat(gap)}${where}` : title,
      ...beside("", sentence, this.#width, 2, lines),
      ...beside("", `${because}.`, this.#width, 2, lines + 1),
      ...(design.length === 0 ? this.section("DESIGN", "the sound defaults") : []),
      ...design
        .slice(0, choices)
        .flatMap(({ choice, value, question, sentence: does, sound, soundSentence }, nth) =>
          this.section(
            nth === 0 ? "DESIGN" : "",
            `${choice}=${value}: ${question} ${does} (sound is ${choice}=${sound}: ${soundSentence})`,
          ),
        ),
      ...(design.length > choices ? this.section("", `and ${plural(design.length - choices, "other choice")}`) : []),
    ]
  }

  found(): Lines {
    const { found, minimal, operations, faults } = this.#report
    const small = `${plural(operations, "operation")}, ${plural(faults.length, "fault")}`
    const needed = minimal === true ? "; leaving out any of it makes it pass" : ""
    if (found === undefined) return this.section("FOUND", `in the run that was asked for: ${small}${needed}`, 2)
    const { run, runs, millis, steps, shrunkAway: away, seenIn } = found
    const where = run === 0 ? "in the story itself, the first run" : `in run ${run + 1} of ${runs}`
    const gone = [
      ...(away !== undefined && away.operations > 0 ? [plural(away.operations, "operation")] : []),
      ...(away !== undefined && away.faults > 0 ? [plural(away.faults, "fault")] : []),
      ...(away !== undefined && away.families.length > 0 ? [`every ${listed(away.families.slice(0, 6))}`] : []),
    ]
    return this.section(
      "FOUND",
      `${where} (${seconds(millis)}), shrunk in ${plural(steps, "step")} to ${small}${needed}` +
        `${gone.length === 0 ? "" : `. Shrunk away: ${listed(gone)}`}` +
        `${seenIn === undefined ? "" : `. Seen in ${seenIn} of ${runs} runs`}`,
      3,
    )
  }

  workload(): Lines {
    const { workload, operations } = this.#report
    if (operations === 0) return this.section("WORKLOAD", "none: no client asks for anything")
    const told = workload.slice(-this.#thrift.asked)
    const lines = told.flatMap(({ id, client, at, call, answer, returnedAt }, nth) => {
      const end =
        answer === undefined || returnedAt === undefined ? "not answered yet" : `${answer} (${ms(returnedAt)})`
      return this.section(nth === 0 ? "WORKLOAD" : "", `${id}  ${client} at ${ms(at)}: ${call} → ${end}`, 2)
    })
    const others = operations - told.length
    return others === 0 ? lines : [...lines, ...this.section("", `and ${others} more`)]
  }

  faults(): Lines {
    const { faults } = this.#report
    if (faults.length === 0) return this.section("FAULTS", "none")
    const told = faults.filter(({ matters }) => matters).slice(0, this.#thrift.faults)
    const others = faults.length - told.length
    return [
      ...told.flatMap(({ number, spelled, sentence }, nth) =>
        this.section(nth === 0 ? "FAULTS" : "", `${circled(number)} ${spelled}  ${sentence}`, 2),
      ),
      ...(others === 0 ? [] : this.section(told.length === 0 ? "FAULTS" : "", `and ${others} more`)),
    ]
  }

  diagram(most: number): Lines {
    const { cast, diagram } = this.#report
    const rows = fewer(diagram.rows, most)
    const lanes = lanesOf(cast, rows)
    const quiet = cast.filter((id) => !lanes.includes(id))
    const out = diagram.past - rows.filter(({ drawn }) => drawn !== "broken").length
    const notes = [
      ...(out > 0 ? [`${out} other entries of its past are left out`] : []),
      ...(quiet.length > 0 ? [`nothing to see at ${listed(quiet.slice(0, 6))}`] : []),
    ]
    return [
      ...drawRows(cast, rows, this.#width),
      `  ${legend}`,
      ...(notes.length === 0 ? [] : beside("", `(${notes.join("; ")})`, this.#width, 2, 1)),
    ]
  }

  rule(): Lines {
    const { required, seen, at, since, told, calmAt } = this.#report.rule
    const when =
      calmAt !== undefined
        ? `judged when the run ended at ${ms(at)}; the storm was over at ${ms(calmAt)}`
        : since !== undefined && since < at
          ? `first false at ${ms(since)}, seen at ${ms(at)}: ${ms(at - since)} later`
          : `first false at ${ms(at)}${told ? ", in what the client was told: it could notice at once" : ""}`
    return [
      ...(required === undefined ? [] : this.#ruling(" RULE     required", required)),
      ...(seen === undefined ? [] : this.#ruling("          seen", seen)),
      ...this.section(required === undefined && seen === undefined ? "RULE" : "", when, 2),
    ]
  }

  #ruling(heading: string, words: string): Lines {
    return beside(heading, words, this.#width, left + 10, Math.min(2, this.#thrift.lines))
  }

  why(): Lines {
    const { reasons, lines } = this.#thrift
    return this.#report.why
      .slice(-reasons)
      .flatMap(({ at, what }, nth) =>
        beside(
          `${(nth === 0 ? " WHY" : "").padEnd(left - 4)}${spellInstant(at).padStart(8)}`,
          what,
          this.#width,
          left + 5,
          Math.min(2, lines),
        ),
      )
  }

  nearest(): Lines {
    const { nearest, repaired, searched } = this.#report
    const repair =
      repaired === undefined ? undefined : `under ${spellDesign(repaired.design)} ${underSound[repaired.verdict]}`
    if (nearest === undefined) {
      return this.section(
        "NEAREST",
        `no run that passes was found near it in ${searched}${repair === undefined ? "" : `; ${repair}`}`,
        2,
      )
    }
    const { here, there } = nearest.first ?? {}
    const first = [
      ...(here === undefined ? [] : [`here at ${ms(here.at)} ${here.what}`]),
      ...(there === undefined ? [] : [`there at ${ms(there.at)} ${there.what}`]),
    ]
    return [
      ...this.section("NEAREST", `it passes if ${nearest.change}${repair === undefined ? "" : `; and ${repair}`}`, 2),
      ...(first.length === 0 ? [] : this.section("", `first difference: ${first.join("; ")}`, 2)),
      ...(nearest.tokens === undefined ? [] : [`${" ".repeat(left)}npx snowglobe diff ${nearest.tokens.join(" ")}`]),
    ]
  }

  coverage(): Lines {
    const { coverage } = this.#report
    if (coverage === undefined) return []
    const { runs, exercised, fired, neverExercised, neverFired } = coverage
    const counted = (all: readonly (readonly [string, number])[]) =>
      all.map(([name, times]) => `${name} ${times}`).join(", ")
    const never = [...neverExercised, ...neverFired]
    return [
      ...this.section("COVERAGE", `of ${plural(runs, "run")}, put to the test: ${counted(exercised)}`, 3),
      ...(fired.length === 0 ? [] : this.section("", `faults that struck: ${counted(fired)}`, 2)),
      ...(never.length === 0 ? [] : this.section("", `never exercised: ${never.join(", ")}`, 2)),
    ]
  }

  end(version: string | undefined): Lines {
    const { replay, rule, build } = this.#report
    const at = `${Math.ceil(rule.at / 1000)}ms`
    const screen = replay === undefined ? [] : replay.includes(" replay ") ? [`--tui --at ${at}`] : ["--tui"]
    const again = build.same ? "played twice, one trace" : "played twice, two traces: that is our defect"
    const name = version === undefined ? [] : [`snowglobe ${version}`]
    const built = [...name, `format ${build.format}`, `digest ${build.digest.slice(0, 8)}`, again]
    return [
      `replay  ${replay ?? "too long for a token: --save FILE, then snowglobe replay FILE"}`,
      ...screen.map(
        (flags) => `        and with ${flags} on the screen${flags.includes("at") ? ", where it breaks" : ""}`,
      ),
      cut(`build   ${built.join(" · ")}`, this.#width),
    ]
  }
}

/** What the sound design makes of the same input. */
const underSound: Readonly<Record<Verdict, string>> = {
  holds: "the same input holds",
  violated: "the same input breaks it too",
  unknown: "the same input does not put it to the test",
}

const spellDesign = (design: Readonly<Record<string, string>>): string =>
  Object.entries(design)
    .map(([choice, value]) => `${choice}=${value}`)
    .join(" ")

/** The rows that matter most, no more than so many, in their order. */
const fewer = (rows: readonly Row[], most: number): readonly Row[] => {
  if (rows.length <= most) return rows
  const kept = new Set(rows.toSorted((a, b) => a.rank - b.rank || b.entry - a.entry).slice(0, most))
  return rows.filter((row) => kept.has(row))
}

const headings = /^ (DESIGN|FOUND|WORKLOAD|FAULTS|RULE|WHY|NEAREST|COVERAGE)\b/

/** Headings bold, what broke red: nothing that is not there without. */
const painted = (line: string): string =>
  line
    .replace(headings, (heading) => `\u001b[1m${heading}\u001b[22m`)
    .replace(/✗ .*$|^(replay|build) /, (words) => (words.startsWith("✗") ? `\u001b[31m${words}\u001b[39m` : words))

export const tellReport = (report: Report, options: ReportOptions = {}): readonly string[] => {
  const { width = ordinaryWidth, height = ordinaryHeight } = options
  const page = (thrift: Thrift) => {
    const teller = new Teller(report, width, thrift)
    const above = [...teller.head(), ...teller.found(), "", ...teller.workload(), ...teller.faults(), ""]
    const below = ["", ...teller.rule(), ...teller.why(), ...teller.nearest(), ...teller.coverage(), ""]
    const end = teller.end(options.version)
    // The head of the diagram, the legend and the note below it.
    const room = height - above.length - below.length - end.length - 3
    return { room, lines: () => [...above, ...teller.diagram(Math.max(fewestRows, room)), ...below, ...end] }
  }
  const wanted = Math.min(fewestRows, report.diagram.rows.length)
  const { lines } = thrifts.map(page).find(({ room }) => room >= wanted) ?? page(scant)
  const drawn = options.ascii === true ? asciiOnly(lines()) : lines()
  return options.colour === true ? drawn.map(painted) : drawn
}
