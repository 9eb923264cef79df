/**
 * What is wrong with a recording: one sentence, and the line on which it was seen. The parsers throw nothing else, and
 * only within this folder: whoever asks is answered with a `Result`.
 */

/** So much of a stranger's text fits into a sentence. */
const longest = 60

/** Text of a stranger, fit for one line: blanks are one blank, what cannot be seen is spelled. */
export const quote = (text: string): string => {
  const head = text.length > longest ? `${text.slice(0, longest - 1)}…` : text
  const seen = head
    .replace(/[\p{Z}\t\n\r]+/gu, " ")
    .replace(/\p{C}/gu, (char) => `\\u{${(char.codePointAt(0) as number).toString(16)}}`)
  return `'${seen}'`
}

export class Malformed extends Error {
  override readonly name = "Malformed"

  /** @param line counts from 1; 0 where it is not about a line. */
  constructor(line: number, what: string) {
    super(line === 0 ? what : `line ${line}: ${what}`)
  }
}
