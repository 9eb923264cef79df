/** Text for a page of so many columns: cut, wrapped, counted. Every character that is printed takes one column. */

/** Words in so many columns, with a mark where something is cut off. */
export const cut = (words: string, room: number): string =>
  words.length > room ? `${words.slice(0, Math.max(0, room - 1))}…` : words

/** Words in lines of a given width, broken between words; a word that is too long for a line stays whole. */
export const wrap = (words: string, width: number): readonly string[] => {
  const lines: string[] = []
  for (const word of words.split(" ")) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** A heading at the left with words beside it, as many lines as they take; at most so many, if that is said. */
export const beside = (heading: string, words: string, width: number, left: number, most?: number): string[] => {
  const all = wrap(words, width - left).map((line) => cut(line, width - left))
  const shown =
    most === undefined || all.length <= most ? all : [...all.slice(0, most - 1), cutLast(all, most, width - left)]
  return shown.map((line, nth) => `${(nth === 0 ? heading : "").padEnd(left)}${line}`.trimEnd())
}

const cutLast = (lines: readonly string[], most: number, room: number): string =>
  cut(`${lines[most - 1]} …`, room).replace(/ ?…$/, "…")

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`
