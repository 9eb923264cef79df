/** The values that recordings hold, as the models compare them: with `===`. */
import type { Value } from "../linearizable/index.ts"
import type { Dialect } from "./dialect.ts"
import { type Edn, spell, Word } from "./edn.ts"
import { Malformed, quote } from "./malformed.ts"

/** Text that could be taken for the spelling of something else. */
const ambiguous = /^(?:[:'"\\[{#]|[-+]?\d{16,}$|\d+\/\d+$)/

/**
 * A value that a register, list or queue can hold. What is no primitive is known by its spelling; so is text that could be
 * mistaken for one, so that two values are one only if they were.
 */
export const scalarOf = (form: Edn, dialect: Dialect, line: number): Value => {
  if (form === null || typeof form === "boolean" || typeof form === "number") return form
  if (!dialect.anyValue) {
    if (typeof form === "string") return form
    throw new Malformed(line, `${quote(spell(form))} is no value; one is text, a number, true, false or null`)
  }
  if (typeof form === "string") return ambiguous.test(form) ? spell(form) : form
  // A symbol could be mistaken for text.
  return form instanceof Word && !ambiguous.test(form.text) ? `'${form.text}` : spell(form)
}

/** The name of one of several objects. */
export const keyOf = (form: Edn): string => (typeof form === "string" ? form : spell(form))
