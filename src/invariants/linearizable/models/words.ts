/** How inputs, answers and values are told to people. */
import type { Outcome } from "../../history.ts"

/** Text of at most so many characters. */
export const clip = (text: string, room: number): string =>
  text.length > room ? `${text.slice(0, Math.max(0, room - 1)).replace(/[\ud800-\udbff]$/, "")}…` : text

/**
 * A value as people write it: text in quotes where it would be taken for something else, and with nothing in it that
 * moves the cursor or takes more than one column.
 */
export const sayValue = (value: unknown): string => {
  if (value === null) return "nil"
  if (Array.isArray(value)) return `[${value.map(sayValue).join(" ")}]`
  if (typeof value !== "string") return String(value)
  if (/^[a-z_][\w.:-]*$/i.test(value) && !["nil", "true", "false", "empty"].includes(value)) return value
  return JSON.stringify(value).replace(
    /[^\u0020-\u02af]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
}

/** `words → answer`, or what came instead of an answer. */
export const sayAnswer = (words: string, outcome: Outcome, answer?: string): string => {
  switch (outcome._tag) {
    case "ok":
      return answer === undefined ? words : `${words} → ${answer}`
    case "refused":
      return `${words} → refused`
    case "unknown":
      return `${words} → ?`
  }
}
