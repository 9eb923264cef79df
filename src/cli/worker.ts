/**
 * A job of `snowglobe shake`: a process that shakes its share and tells how far it is. A run cannot be interrupted, a
 * process can be killed, so the one that the person talks to stays free to listen.
 */
import { shake } from "#run"
import { scenarios } from "#scenarios"
import type { FromJob, ToJob } from "./jobs.ts"
import { tallyOf } from "./shape.ts"

const tell = (message: FromJob) => process.send?.(message)

// A terminal sends its signals to every process of the group; whether to end is the parent's to say.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {})

process.once("message", ({ parent, share }: ToJob) => {
  const { scenario: name, ...options } = share
  const scenario = scenarios.find((each) => each.name === name)
  if (scenario === undefined) throw new Error(`There is no scenario ${name}.`)
  let told = 0
  const result = shake(scenario, {
    ...options,
    onProgress: (progress) => {
      const now = performance.now()
      if (now - told < 100) return
      told = now
      if (process.ppid !== parent) process.exit(1)
      tell({ _tag: "progress", ...progress })
    },
  })
  tell({ _tag: "end", tally: tallyOf(result) })
  process.disconnect()
})
