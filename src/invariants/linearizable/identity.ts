/** Tells plain data apart by what it contains. */

/** Two things of one identity are the same thing. */
export type Identity = string | number | boolean | null

/**
 * What is primitive is its own identity; else it is a text that no other contents have. Throws a TypeError on what
 * isn't plain data.
 */
export const identityOf = (value: unknown): Identity => {
  switch (typeof value) {
    case "number":
    case "boolean":
      return value
    case "string":
      return value.startsWith(mark) ? mark + spell(value) : value
    default:
      return value === null ? null : mark + spell(value)
  }
}

/** Keeps texts that stand for something else apart from texts. */
const mark = "\u0000"

const spell = (value: unknown): string => {
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean")
    return `${value}`
  if (typeof value === "string") return JSON.stringify(value)
  if (typeof value === "bigint") return `${value}n`
  if (Array.isArray(value)) return `[${value.map(spell).join()}]`
  const prototype = typeof value === "object" ? Object.getPrototypeOf(value) : undefined
  if (prototype === Object.prototype || prototype === null) {
    const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${spell(field)}`).join()}}`
  }
  throw new TypeError("a model whose states or operations are more than plain data has to tell them apart itself")
}
