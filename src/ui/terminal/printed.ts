/**
 * What is printed to the console while a screen covers it: kept, the last lines of it, to be shown when the screen is gone.
 */

const mostLines = 200

export interface Printed {
  /** Each line, oldest first. */
  readonly lines: readonly string[]
  /** Gives the console back. */
  readonly restore: () => void
}

/** Takes over the global console, until `restore`. */
export const capturePrinted = (): Printed => {
  const lines: string[] = []
  const keep = {
    write: (chunk: string): boolean => {
      lines.push(...chunk.replace(/\n$/, "").split("\n"))
      lines.splice(0, Math.max(0, lines.length - mostLines))
      return true
    },
  }
  const own = { ...console }
  // A console asks no more of a stream than to be written to, when it need not ignore the stream's errors.
  const stream = keep as unknown as NodeJS.WritableStream
  Object.assign(console, new console.Console({ stdout: stream, stderr: stream, ignoreErrors: false, colorMode: false }))
  return { lines, restore: () => Object.assign(console, own) }
}
