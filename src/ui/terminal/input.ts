/**
 * Keys by name: what Ink makes of the bytes that a terminal sends, as one word for each key that was pressed. Keys typed faster
 * than they are read arrive glued together; a paste is the characters in it, so that no pasted line break or escape acts.
 */
import type { Key } from "ink"

/** The keys that Ink tells apart by a flag, and their names. */
const named = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["tab", "tab"],
  ["return", "enter"],
  ["escape", "escape"],
  ["backspace", "backspace"],
  ["delete", "delete"],
] as const satisfies readonly (readonly [keyof Key, string])[]

/** What terminals send for keys that write nothing; ctrl with a letter sends the letter's place in the alphabet. */
const controls: Readonly<Record<string, string>> = {
  "\b": "backspace",
  "\t": "tab",
  "\n": "enter",
  "\r": "enter",
  "\u001b": "escape",
  "\u007f": "backspace",
}

const isControl = (character: string): boolean => character < " " || (character >= "\u007f" && character < "\u00a0")

const letterOf = (control: string): string => String.fromCharCode(control.charCodeAt(0) + 0x60)

const nameOf = (character: string): readonly string[] => {
  if (character === " ") return ["space"]
  if (!isControl(character)) return [character]
  const name =
    controls[character] ?? (character >= "\u0001" && character <= "\u001a" ? `ctrl+${letterOf(character)}` : "")
  return name === "" ? [] : [name]
}

/** The keys in one piece of input, in the order in which they were pressed: "a", "A", "space", "shift+left", "ctrl+c", … */
export const keysOf = (input: string, key: Key): readonly string[] => {
  const name = named.find(([flag]) => key[flag])?.[1]
  const names = name === undefined ? Array.from(input).flatMap(nameOf) : [(key.shift ? "shift+" : "") + name]
  // Escape pressed twice looks like escape with alt held.
  const held = (key.ctrl ? "ctrl+" : "") + (key.meta && name !== "escape" ? "alt+" : "")
  return names.map((each) => held + each)
}

/** The characters of a paste that can be typed, by name. */
export const pastedKeys = (paste: string): readonly string[] =>
  Array.from(paste)
    .filter((character) => !isControl(character))
    .flatMap(nameOf)
