/**
 * The report of a pass, the mirror of a failure's: what nobody broke, how often each promise was put to the test, which
 * faults struck, and how near it came. A pass without evidence is none: what was hardly tested is *unknown*, and says so.
 */
import type { Margin, Verdict } from "#invariants"
import { faultKinds } from "#world"
import { spellInstant } from "../notation.ts"
import { beside, plural } from "../page.ts"
import type { Scenario } from "../scenario.ts"
import { inPart } from "../stage.ts"
import { leastExercised } from "../sweep.ts"
import { asciiOnly } from "../words.ts"

/** A batch of runs that broke nothing. */
export interface Held {
  readonly scenario: Scenario
  readonly seed: number
  readonly verdict: Exclude<Verdict, "violated">
  readonly runs: number
  /** Runs in which every promise was judged, because the storm stayed within what the design tolerates. */
  readonly survivable: number
  /** In how many runs each invariant was put to the test. */
  readonly exercised: Readonly<Record<string, number>>
  /** How many faults of each kind changed something. */
  readonly faultsFired: Readonly<Record<string, number>>
  /** The choices of the design, as `--design` takes them. */
  readonly design: Readonly<Record<string, string>>
  /** Of each invariant that can say it, the nearest it came to being broken. */
  readonly closest?: Readonly<Record<string, Margin>>
}

const width = 80
const left = 10
const signs = { holds: "✔", unknown: "?" } as const

/** How near a promise came to being broken, as one line. */
const sayMargin = (name: string, { what, at }: Margin): string => `${name}: ${what} (${spellInstant(at)} ms)`

export const tellPass = (held: Held, options: { readonly ascii?: boolean } = {}): readonly string[] => {
  const { scenario, seed, verdict, runs, survivable, exercised, faultsFired, design, closest = {} } = held
  const least = leastExercised(runs)
  const section = (heading: string, words: string, most?: number) => beside(` ${heading}`, words, width, left, most)
  const names = Object.entries(scenario.parts).flatMap(([as, { system }]) =>
    system.invariants.map(({ name }) => inPart(as, name)),
  )
  const evidence = names.map((name) => {
    const times = exercised[name] ?? 0
    const thin = scenario.about.includes(name) && times < least ? `   unknown: ${least} are needed` : ""
    return `${plural(times, "run").padStart(12)}  ${name}${thin}`
  })
  const fired = Object.entries(faultsFired).filter(([, times]) => times > 0)
  const never = Object.keys(faultKinds).filter((kind) => kind !== "drop" && (faultsFired[kind] ?? 0) === 0)
  const chosen = Object.entries(design).map(([choice, value]) => `${choice}=${value}`)
  const lines = [
    `${signs[verdict]} ${scenario.name} ${verdict === "holds" ? "holds" : "is unknown"} in ${plural(runs, "run")}, seed ${seed}`,
    ...beside("", scenario.summary, width, 2),
    ...(chosen.length === 0 ? [] : section("DESIGN", chosen.join(" "))),
    ...section(
      "VERDICT",
      verdict === "holds"
        ? `nothing broke, and every promise was put to the test; in ${plural(survivable, "run")} all of them were judged`
        : "nothing broke, but something was hardly put to the test: that proves nothing",
    ),
    "",
    " EVIDENCE put to the test in",
    ...evidence,
    "",
    ...section(
      "FAULTS",
      fired.length === 0 ? "none struck" : fired.map(([kind, times]) => `${kind} ${times}`).join(", "),
    ),
    ...(fired.length === 0 || never.length === 0 ? [] : section("", `never struck: ${never.join(", ")}`)),
    ...Object.entries(closest).flatMap(([name, margin], nth) =>
      section(nth === 0 ? "CLOSEST" : "", sayMargin(name, margin)),
    ),
  ]
  return options.ascii === true ? asciiOnly(lines) : lines
}
