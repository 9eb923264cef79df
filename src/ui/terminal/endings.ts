/**
 * What ends a screen from outside: signals, errors that nobody caught, and a terminal that is gone or has no more input.
 */

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** How a screen ended. A terminal that is gone, or that has no more input, has quit. */
export type End =
  | { readonly by: "quit" }
  | { readonly by: "signal"; readonly signal: (typeof signals)[number] }
  | { readonly by: "error"; readonly error: unknown }

/** What can end a screen. */
export interface Outside {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly process: NodeJS.Process
}

/** Calls `end` for each of them, until the returned function is called. */
export const watchEndings = ({ stdin, stdout, process }: Outside, end: (how: End) => void): (() => void) => {
  const quit = () => end({ by: "quit" })
  const failed = (error: unknown) => end({ by: "error", error })
  const signalled = signals.map((signal) => [signal, () => end({ by: "signal", signal })] as const)
  for (const [signal, act] of signalled) process.on(signal, act)
  for (const event of ["uncaughtException", "unhandledRejection"] as const) process.on(event, failed)
  for (const event of ["end", "error"] as const) stdin.on(event, quit)
  // Never taken off: a terminal that is gone fails once more when it is given back.
  stdout.on("error", quit)
  return () => {
    for (const [signal, act] of signalled) process.off(signal, act)
    for (const event of ["uncaughtException", "unhandledRejection"] as const) process.off(event, failed)
    for (const event of ["end", "error"] as const) stdin.off(event, quit)
  }
}
