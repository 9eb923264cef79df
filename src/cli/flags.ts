/** The flags that several commands share. Their values are read as text and judged by us, so that every answer is one line. */
import * as Flag from "effect/cli/Flag"

export const json = Flag.Boolean("json").pipe(
  Flag.withoutNegation,
  Flag.withDefault(false),
  Flag.withDescription("Print one line of JSON"),
)

const valued = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description))

export const text = (name: string, metavar: string, description: string) =>
  valued(name, metavar, description).pipe(Flag.optional)

export const seed = text("seed", "N", "Which dice are thrown, 0 to 4294967295 (default 1)")

export const design = valued("design", "CHOICE=VALUE", "Chooses another design; repeatable").pipe(Flag.atLeast(0))

export const tui = Flag.Boolean("tui").pipe(
  Flag.withoutNegation,
  Flag.withDefault(false),
  Flag.withDescription("Opens the screen on it"),
)

export const save = text("save", "FILE", "Writes the input to a file that replay reads")
