/**
 * A scenario as an assertion, for a test of any runner. It is fast-check's `assert` on the scenario's inputs, with a plugin that
 * counts what was put to the test and tells a failure as a report: `seed`, `path`, `examples`, `numRuns`, `verbose` and
 * all the rest mean what they mean to fast-check.
 */

import * as Result from "effect/Result"
import * as fc from "fast-check"
import type { Design } from "#system"
import { keepInCorpus, readCorpus } from "./corpus.ts"
import type { Input } from "./input.ts"
import { reportOf, tellReport } from "./report/index.ts"
import { run } from "./run.ts"
import type { Scenario } from "./scenario.ts"
import { shrink } from "./shrink/shrink.ts"
import { addTallies, emptyTally, leastExercised, playOne, underBatch, verdictOf } from "./sweep.ts"
import { decodeToken } from "./token.ts"

export interface HoldsOptions extends fc.Parameters<[Input]> {
  /** What differs from the scenario's design. */
  readonly design?: Design
  /** Judges this invariant alone, as `part.name`. */
  readonly invariant?: string
  /** Passes a batch in which something was hardly put to the test, instead of failing it. */
  readonly unknown?: "allow"
  /** Plays this one input, as a report spelled it, and nothing else. */
  readonly token?: string
  /** A folder of inputs that broke something once: they are tried first, and what is found is kept there. */
  readonly corpus?: string
}

/** How many smaller inputs fast-check may try before what we know of inputs takes over. */
const mostDrawn = 40

/** The same story in every batch: what varies is drawn. */
const storySeed = 1

const orThrow = <A>(result: Result.Result<A, string>): A => Result.getOrThrowWith(result, (line) => new Error(line))

/** Plays inputs for a property, and remembers what they were good for. */
class Judgement {
  readonly #scenario: Scenario
  readonly #options: HoldsOptions
  readonly startedAt = performance.now()
  tally = emptyTally
  /** The promise that broke first: what is tried afterwards must break it too. */
  broken: string | undefined = undefined
  /** The input that broke it, before anything was shrunk. */
  found: Input | undefined = undefined
  #tried = 0

  constructor(scenario: Scenario, options: HoldsOptions) {
    this.#scenario = scenario
    this.#options = options
  }

  under(drawn: Input): Input {
    return underBatch(this.#scenario, drawn, this.#options.design ?? {})
  }

  /** Throws what is wrong with an input's run, if anything is. */
  judge(drawn: Input): void {
    if (this.broken !== undefined && this.#tried++ >= mostDrawn) return
    const only = this.broken ?? this.#options.invariant
    const { tally, findings } = playOne(this.#scenario, this.under(drawn), this.tally.runs, only)
    const [finding] = findings
    if (finding?._tag === "defect") {
      // A mistake that only a smaller input meets must not hide what was found before it.
      if (this.broken === undefined) throw new Error(`${this.#scenario.name}: ${finding.line}`)
      return
    }
    if (this.broken === undefined) this.tally = addTallies(this.tally, tally)
    if (finding === undefined) return
    this.broken = finding.invariant
    this.found ??= this.under(drawn)
    throw new Error(`${this.#scenario.name} breaks ${finding.invariant}`)
  }

  /** What a batch says in which nothing broke, if it did not prove enough. */
  get thin(): string | undefined {
    const { invariant, unknown } = this.#options
    if (unknown === "allow" || verdictOf(this.#scenario, this.tally, invariant) !== "unknown") return undefined
    const { runs, exercised } = this.tally
    const least = leastExercised(runs)
    const about = invariant === undefined ? this.#scenario.about : [invariant]
    const names = about
      .filter((name) => (exercised[name] ?? 0) < least)
      .map((name) => `${name} in ${exercised[name] ?? 0}`)
    return `unknown after ${runs} runs, put to the test too seldom (${least} needed): ${names.join(", ")}`
  }
}

const linesOf = ({ faults, operations }: Input): number => faults.length + operations.length

/** The plugin that makes a report of a failure, and a failure of a batch that proved nothing. */
const reporting =
  (scenario: Scenario, options: HoldsOptions, judgement: Judgement): fc.Plugin<[Input]> =>
  () => ({
    onAllRunsComplete: (details) => {
      const replaysOne = options.token !== undefined || options.path !== undefined
      if (!details.failed) {
        const { thin } = judgement
        if (thin !== undefined && !replaysOne) throw new Error(`${scenario.name}: ${thin} (seed ${details.seed})`)
        return
      }
      const { broken, found } = judgement
      if (broken === undefined || found === undefined || details.counterexample === null) return
      // fast-check shrinks a size before the faults in it, and that may lead astray: the smaller of two ends counts.
      const { input, steps } = [found, judgement.under(details.counterexample[0])]
        .map((from) => shrink(scenario, from, broken))
        .reduce((left, right) => (linesOf(right.input) < linesOf(left.input) ? right : left))
      const result = run(scenario, input, options.invariant === undefined ? {} : { only: options.invariant })
      if (options.corpus !== undefined) orThrow(keepInCorpus(options.corpus, input, broken, result.digest))
      const { tally } = judgement
      const report = reportOf({
        scenario,
        input,
        result,
        invariant: broken,
        batch: {
          seed: details.seed,
          run: tally.runs - 1,
          runs: tally.runs,
          millis: performance.now() - judgement.startedAt,
          steps: details.numShrinks + steps,
          exercised: tally.exercised,
          faultsFired: tally.faultsFired,
          drawnFrom: found,
        },
      })
      const again = `fast-check { seed: ${details.seed}, path: "${details.counterexamplePath}", endOnFailure: true }`
      const lines = [...tellReport(report), again]
      if (details.verbose > 0) lines.push("", fc.defaultReportMessage(details) ?? "")
      throw new Error(lines.join("\n"), { cause: details.errorInstance })
    },
  })

/**
 * Shakes a scenario and throws where a promise breaks: the error's message is the report, down to the lines that play it
 * again. The story is tried first, after the corpus. A batch that proved nothing throws too, naming what was not put to
 * the test.
 */
export const holds = (scenario: Scenario, options: HoldsOptions = {}): void => {
  const { design: _, invariant, unknown, token, corpus, ...parameters } = options
  const judgement = new Judgement(scenario, options)
  const recorded = corpus === undefined ? [] : orThrow(readCorpus(corpus, scenario))
  const first: Input[] =
    token === undefined
      ? [...recorded.map((input) => ({ ...input, design: {} })), scenario.story(storySeed)]
      : [orThrow(decodeToken(token, [scenario])).input]
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    fc.assert(
      fc.property(scenario.inputs, (input) => judgement.judge(input)),
      {
        ...parameters,
        ...(token !== undefined && { numRuns: 1 }),
        examples: [...first.map((input): [Input] => [input]), ...(parameters.examples ?? [])],
        plugins: [...(parameters.plugins ?? []), reporting(scenario, options, judgement)],
      },
    )
  } finally {
    Error.stackTraceLimit = limit
  }
}
