/**
 * What Ink may say to the terminal: it switches modes (alternate screen, cursor, bracketed paste), and never draws. Everything
 * that can be seen goes through the surface.
 */

const escapeCharacter = "\u001b"

/** Right after the escape character. */
const mode = /^\[\?(?:1049|25|2004)[hl]/

const modesIn = (text: string): string =>
  text
    .split(escapeCharacter)
    .map((sequence) => mode.exec(sequence)?.[0])
    .filter((found) => found !== undefined)
    .map((found) => escapeCharacter + found)
    .join("")

/** The terminal as Ink sees it: of all that is written, only mode switches arrive. */
export const modesOnly = (stdout: NodeJS.WriteStream): NodeJS.WriteStream => {
  const write = (text: string, ...rest: readonly unknown[]): boolean => {
    const done = rest.findLast((each) => typeof each === "function")
    return stdout.write(modesIn(text), () => done?.())
  }
  return new Proxy(stdout, {
    get: (target, property) => {
      if (property === "write") return write
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === "function" ? value.bind(target) : value
    },
  })
}
