/** The lines of a text, from 1, without what ends them. */
export interface Line {
  readonly line: number
  readonly content: string
}

/** One at a time, so that a text is never held twice. */
export function* linesOf(text: string): Generator<Line> {
  let line = 0
  for (let begin = 0; begin < text.length; ) {
    const found = text.indexOf("\n", begin)
    const end = found === -1 ? text.length : found
    yield { line: ++line, content: text.slice(begin, text[end - 1] === "\r" ? end - 1 : end) }
    begin = end + 1
  }
}
