/** From what was typed to the input of a run: seed, design, faults and end, each refused in one line where it is wrong. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  applyDesign,
  checkFault,
  type Input,
  instead,
  nextOrdinal,
  parseFaults,
  quote,
  type Scenario,
  spellTime,
  stage,
  targetsOf,
  wrongWith,
} from "#run"
import { accept, latest, parsePairs, parseSpan, parseWhole, refuse } from "./usage.ts"

export const seedOf = (text: Option.Option<string>) =>
  Option.match(text, {
    onNone: () => Effect.succeed(1),
    onSome: (typed) => accept(parseWhole("seed", typed, 0, 0xffff_ffff)),
  })

/** The input under another design. */
export const underDesign = Effect.fnUntraced(function* (scenario: Scenario, input: Input, pairs: readonly string[]) {
  const design = yield* accept(parsePairs(pairs))
  const applied = applyDesign(scenario, input, design)
  return applied._tag === "ok" ? applied.input : yield* refuse(applied.line)
})

/** How long a fault lasts that is spelled without a duration after the story's calm, and makes that wait, in microseconds. */
const lingering = 1_000_000

/**
 * The input with these faults besides its own, or with none at all. The calm waits for what was spelled, and the end with
 * it, unless somebody said when the end is.
 */
export const withFaults = Effect.fnUntraced(function* (
  scenario: Scenario,
  input: Input,
  spec: Option.Option<string>,
  endIsGiven: boolean,
) {
  if (Option.isNone(spec)) return input
  if (spec.value.trim() === "none") return { ...input, faults: [] }
  const faults = yield* accept(parseFaults(spec.value, nextOrdinal(input.faults)))
  const targets = targetsOf(scenario, input)
  for (const fault of faults) {
    const wrong = checkFault(fault, targets)
    if (wrong !== undefined) return yield* refuse(wrong)
    if (fault.at > latest) return yield* refuse(`${fault.kind} at ${spellTime(fault.at)} is later than any run lasts`)
    if (endIsGiven && fault.at >= input.until) {
      return yield* refuse(
        `${fault.kind} at ${spellTime(fault.at)} would come after the end of the run at ${spellTime(input.until)}`,
      )
    }
  }
  const late = faults.filter((fault) => fault.at >= input.calmAt)
  const calmAt = Math.max(input.calmAt, ...late.map((fault) => Math.min(fault.at + (fault.for ?? lingering), latest)))
  const until = endIsGiven ? input.until : input.until + calmAt - input.calmAt
  return { ...input, faults: [...input.faults, ...faults], calmAt: Math.min(calmAt, until), until }
})

/** What is wrong with an input that came from outside, in one line, or undefined. */
export const wrongInput = (scenario: Scenario, input: Input): string | undefined => {
  const wrong = wrongWith(scenario, input)
  if (wrong !== undefined) return wrong
  const targets = targetsOf(scenario, input)
  for (const fault of input.faults) {
    const line = checkFault(fault, targets)
    if (line !== undefined) return line
  }
  const stranger = input.core.find((node) => !targets.nodes.includes(node))
  if (stranger !== undefined) return instead(stranger, targets.nodes, "node", " in the core")
  const calls = new Map(
    stage(scenario, input).flatMap(({ system, clients }) =>
      clients.map(({ id }) => [id, Schema.decodeUnknownOption(system.call)] as const),
    ),
  )
  for (const { id, client, call } of input.operations) {
    const read = calls.get(client)
    if (read === undefined) return instead(client, [...calls.keys()], "client", ` in operation ${quote(id)}`)
    if (Option.isNone(read(call))) return `operation ${quote(id)} holds no call of ${scenario.name}`
  }
  return input.until > latest ? `the run ends at ${spellTime(input.until)}, later than any run lasts` : undefined
}

/** The input with another end; the calm comes no later than that. */
export const withUntil = Effect.fnUntraced(function* (input: Input, text: Option.Option<string>) {
  if (Option.isNone(text)) return input
  const until = yield* accept(parseSpan("until", text.value, 1))
  return { ...input, until, calmAt: Math.min(input.calmAt, until) }
})
