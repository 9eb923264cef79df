/** Waits for a signal that asks the process to end, and takes it upon itself to do so cleanly. */
import * as Effect from "effect/Effect"

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

export const interrupted = Effect.callback<void>((resume) => {
  const forget = () => {
    for (const signal of signals) process.off(signal, stop)
  }
  const stop = () => {
    forget()
    resume(Effect.void)
  }
  for (const signal of signals) process.on(signal, stop)
  return Effect.sync(forget)
})
