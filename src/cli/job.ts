/** A process that plays runs for `shake`, and the words between it and the one that the person talks to. */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { BatchOptions, Discovery, Judged, Swept, Variant, ViolationFound } from "#run"

/** A batch that is swept piece by piece. */
export interface Batch extends BatchOptions {
  readonly scenario: string
  readonly keepGoing: boolean
}

/** What every job is told first. */
export interface Setting {
  /** Files that bring scenarios of the user's own. */
  readonly load: readonly string[]
  /** What is swept and shrunk, if anything is. */
  readonly batch?: Batch
}

/** A broken promise that is to be shrunk. */
export type Break = Discovery & { readonly _tag: "violation" }

/**
 * What a job is asked to do next: to play the runs of its batch from `from` to before `to`, to shrink what one of them
 * found, or to judge a row of the matrix.
 */
export type Task =
  | { readonly _tag: "sweep"; readonly from: number; readonly to: number }
  | { readonly _tag: "shrink"; readonly found: Break }
  | {
      readonly _tag: "judge"
      readonly scenario: string
      readonly variant: Variant
      readonly seed: number
      readonly runs: number
    }

export type ToJob = Task | ({ readonly _tag: "start"; readonly parent: number } & Setting)

export type FromJob =
  /** It is about to play this run, or another candidate of what it shrinks. */
  | { readonly _tag: "alive"; readonly run: number }
  | { readonly _tag: "swept"; readonly swept: Swept }
  | { readonly _tag: "shrunk"; readonly violation: ViolationFound }
  | { readonly _tag: "judged"; readonly judged: Judged }

export interface Listener {
  readonly hear: (job: Job, message: FromJob) => void
  /** It has ended, or was ended, before it came back from what it was at. */
  readonly lost: (job: Job, why: string) => void
}

const source = import.meta.url.endsWith(".ts")
const worker = fileURLToPath(new URL(source ? "./worker.ts" : "./worker.js", import.meta.url))

export class Job {
  readonly #child: ChildProcess
  readonly #listener: Listener
  /** What it is asked to do, if anything. */
  task: Task | undefined = undefined
  /** The run it is at; undefined while it starts. */
  at: number | undefined = undefined
  #heardAt = performance.now()

  constructor(setting: Setting, listener: Listener) {
    this.#listener = listener
    this.#child = fork(worker, {
      execArgv: source ? ["--conditions=snowglobe-source"] : [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    })
    this.#child.on("message", (message: FromJob) => {
      this.#heardAt = performance.now()
      if (message._tag === "alive") this.at = message.run
      listener.hear(this, message)
    })
    this.#child.on("error", (error) => this.#lose(error.message))
    this.#child.on("exit", (code, signal) => this.#lose(`its process ended with ${signal ?? `code ${code}`}`))
    this.#child.send({ _tag: "start", parent: process.pid, ...setting } satisfies ToJob)
  }

  ask(task: Task): void {
    this.task = task
    this.#heardAt = performance.now()
    this.#child.send(task satisfies ToJob)
  }

  /** Ends it if it has been at one run for longer than so many real milliseconds. */
  watch(patienceMillis: number): void {
    if (this.task === undefined || this.at === undefined) return
    if (performance.now() - this.#heardAt < patienceMillis) return
    this.#lose(`it had not ended after ${Math.round(patienceMillis / 100) / 10} s`)
  }

  #lose(why: string): void {
    this.kill()
    this.#listener.lost(this, why)
  }

  kill(): void {
    this.#child.removeAllListeners()
    // What is still on its way to a process that is gone is nobody's mistake.
    this.#child.on("error", () => {})
    this.#child.kill("SIGKILL")
  }
}
