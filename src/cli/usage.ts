/**
 * What people get wrong, answered in one line: it names the value and says what would be right. Every such answer is a
 * `UsageError` and ends in exit code 3.
 */
import * as Console from "effect/Console"
import type * as CliError from "effect/cli/CliError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { instead, nearest, parseTime, quote, spellTime } from "#run"

export class UsageError extends Data.TaggedError("UsageError")<{ readonly line: string }> {}

export const refuse = (line: string) => Effect.fail(new UsageError({ line }))

/** Goes on with what was read, or refuses with the line that says why it could not be. */
export const accept = <A>(result: Result.Result<A, string>): Effect.Effect<A, UsageError> =>
  Result.match(result, { onFailure: refuse, onSuccess: Effect.succeed })

export const complain = (line: string) => Console.error(`snowglobe: ${line.replace(/\s+/g, " ")}`)

/** Something worth knowing that is not what was asked for. */
export const note = (line: string) => Console.error(`snowglobe: ${line}`)

const wholeNumber = (text: string): number => (/^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN)

/** A whole number of a flag, from `min` to `max`. */
export const parseWhole = (flag: string, text: string, min: number, max: number): Result.Result<number, string> => {
  const number = wholeNumber(text)
  return number >= min && number <= max
    ? Result.succeed(number)
    : Result.fail(`--${flag} ${quote(text)} must be a whole number from ${min} to ${max}`)
}

/** No run lasts longer than a day, in microseconds. */
export const latest = 24 * 60 * 60 * 1_000_000

/** A length of time or an instant of a flag, in microseconds. */
export const parseSpan = (flag: string, text: string, min: number): Result.Result<number, string> => {
  const micros = parseTime(text)
  const right = "must be a time like 60s, 1500ms or 250us"
  if (micros === undefined) {
    return Result.fail(`--${flag} ${quote(text)} ${text.startsWith("-") ? "is negative; it " : ""}${right}`)
  }
  return micros >= min && micros <= latest
    ? Result.succeed(micros)
    : Result.fail(`--${flag} ${quote(text)} must be from ${spellTime(min)} to ${spellTime(latest)}`)
}

/** `k=v` pairs; the last of two that name the same choice counts. */
export const parsePairs = (pairs: readonly string[]): Result.Result<Readonly<Record<string, string>>, string> => {
  const design: Record<string, string> = Object.create(null)
  for (const pair of pairs) {
    const equals = pair.indexOf("=")
    if (equals < 1 || equals === pair.length - 1) {
      return Result.fail(`--design ${quote(pair)} must be a choice and its value, like ack=quorum`)
    }
    design[pair.slice(0, equals)] = pair.slice(equals + 1)
  }
  return Result.succeed({ ...design })
}

/** So many names still fit into a line. */
const mostNames = 12

/** The value of that name, or the names there are. */
export const find = <A extends { readonly name: string }>(
  noun: string,
  word: string,
  all: readonly A[],
): Result.Result<A, string> => {
  const found = all.find((each) => each.name === word)
  if (found !== undefined) return Result.succeed(found)
  const names = all.map((each) => each.name)
  if (names.length <= mostNames) return Result.fail(instead(word, names, noun))
  const meant = nearest(word, names)
  const hint = meant === undefined ? "" : `did you mean ${meant}? `
  return Result.fail(`unknown ${noun} ${quote(word)}; ${hint}snowglobe list has all`)
}

const commands = ["run", "shake", "replay", "diff", "matrix", "list", "check"]

const suggestion = (names: readonly string[]): string => (names[0] === undefined ? "" : `; did you mean ${names[0]}?`)

/** What effect/cli found wrong with an invocation, in our words. */
export const sayCliError = (error: CliError.CliError): string => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return `unknown flag ${quote(error.option)}${suggestion(error.suggestions)}`
    case "UnknownSubcommand":
      return instead(error.subcommand, commands, "command")
    case "MissingArgument":
      return `${error.argument} is missing`
    case "UnexpectedArgument":
      return `unexpected argument ${error.arguments.map(quote).join(" ")}`
    case "InvalidValue":
      if (/^\d+ occurrences$/.test(error.value)) return `--${error.option} is given more than once`
      return error.value === ""
        ? `--${error.option} needs a value`
        : `--${error.option} ${quote(error.value)} is no good: ${error.expected}`
    default:
      return error.message
  }
}

/** Joins `--at -5s` into `--at=-5s`: a negative value is an answer to the flag, though a wrong one, not a flag itself. */
export const joinNegatives = (args: readonly string[]): readonly string[] => {
  const joined: string[] = []
  for (const [index, arg] of args.entries()) {
    const flag = joined.at(-1)
    if (/^-[\d.]/.test(arg) && index > 0 && flag !== undefined && /^--[a-z]+$/.test(flag)) {
      joined[joined.length - 1] = `${flag}=${arg}`
    } else joined.push(arg)
  }
  return joined
}
