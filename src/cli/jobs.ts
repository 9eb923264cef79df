/**
 * Shaking in processes of their own. Each job has its share of the runs and dice of its own; the first violation ends
 * all of them, and so does a signal.
 */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type { Scenario } from "#run"
import { draw, hashText } from "#sim"
import { sumTallies, type Tally } from "./shape.ts"

/** What one job is asked to do. */
export interface Share {
  readonly scenario: string
  readonly seed: number
  readonly runs: number
  readonly timeMillis?: number
  readonly design: Readonly<Record<string, string>>
  readonly invariant?: string
}

export interface ToJob {
  /** Who asks. A job whose parent is gone ends. */
  readonly parent: number
  readonly share: Share
}

/** Once something was found it is shrunk, so `shrinks` above zero means that something was. */
export interface Progress {
  readonly runs: number
  readonly shrinks: number
}

export type FromJob = ({ readonly _tag: "progress" } & Progress) | { readonly _tag: "end"; readonly tally: Tally }

/** What was found out, and whether a signal cut it short. */
export interface Shaken {
  readonly tally: Tally
  readonly cut: boolean
}

/** One job keeps the seed, so that it does what the library's `shake` does; others throw dice of their own. */
export const sharesOf = (whole: Share, jobs: number): readonly Share[] => {
  const many = Math.min(jobs, whole.runs)
  return Array.from({ length: many }, (_, job) => ({
    ...whole,
    seed: job === 0 ? whole.seed : draw(whole.seed, hashText("job"), job) >>> 0,
    runs: Math.floor(whole.runs / many) + (job < whole.runs % many ? 1 : 0),
  }))
}

const source = import.meta.url.endsWith(".ts")
const worker = fileURLToPath(new URL(source ? "./worker.ts" : "./worker.js", import.meta.url))

const runJob = (share: Share, see: (progress: Progress) => void) =>
  Effect.callback<Tally>((resume) => {
    const child = fork(worker, {
      execArgv: source ? ["--conditions=snowglobe-source"] : [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    })
    child.on("message", (message: FromJob) => {
      if (message._tag === "end") resume(Effect.succeed(message.tally))
      else see(message)
    })
    child.on("error", (error) => resume(Effect.die(error)))
    child.on("exit", (code, signal) => resume(Effect.die(new Error(`A job ended early (${signal ?? code}).`))))
    child.send({ parent: process.pid, share } satisfies ToJob)
    return Effect.sync(() => {
      child.removeAllListeners()
      child.kill("SIGKILL")
    })
  })

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

const interrupted = Effect.callback<void>((resume) => {
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

/** What is known of a share whose job did not come to its end. */
const unfinished = ({ runs, shrinks }: Progress): Tally => ({
  verdict: shrinks > 0 ? "violated" : "unknown",
  runs,
  exercised: {},
  faultsFired: {},
  survivable: 0,
})

export const shakeInJobs = Effect.fnUntraced(function* (
  scenario: Scenario,
  whole: Share,
  jobs: number,
  see: (runs: number) => void,
) {
  const shares = sharesOf(whole, jobs)
  const tallies = new Map<number, Tally>()
  const about = scenario.about.filter((name) => whole.invariant === undefined || name === whole.invariant)
  const sum = () => sumTallies(about, [...tallies.values()])
  const job = (share: Share, ordinal: number) =>
    runJob(share, (progress) => {
      tallies.set(ordinal, unfinished(progress))
      see(sum().runs)
    }).pipe(
      Effect.flatMap((tally) => {
        tallies.set(ordinal, tally)
        return tally.verdict === "violated" ? Effect.fail("found" as const) : Effect.void
      }),
    )
  const ended = Effect.forEach(shares, job, { concurrency: "unbounded", discard: true })
  const cut = yield* Effect.raceFirst(
    Effect.match(ended, { onFailure: () => false, onSuccess: () => false }),
    Effect.as(interrupted, true),
  )
  const tally = sum()
  return {
    tally: cut && tally.verdict === "holds" ? { ...tally, verdict: "unknown" } : tally,
    cut,
  } satisfies Shaken as Shaken
})
