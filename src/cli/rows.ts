/** The rows of a matrix, judged in several processes. A row that does not come back is killed and said to be a mistake. */
import * as Effect from "effect/Effect"
import type { Judged } from "#run"
import { interrupted } from "./interrupted.ts"
import { Job, type Setting, type Task } from "./job.ts"

export type RowTask = Task & { readonly _tag: "judge" }

/** A row, or why there is none. */
export type Row = Judged | { readonly lost: string }

export interface Judging {
  readonly setting: Setting
  /** The longest first, so that none is waited for alone. */
  readonly tasks: readonly RowTask[]
  readonly jobs: number
  readonly watchdogMillis: number
  readonly see: (done: number) => void
}

class Rows {
  readonly #judging: Judging
  readonly #onEnd: (error: Error | undefined) => void
  readonly #jobs = new Set<Job>()
  readonly #rows = new Map<Task, Row>()
  readonly #patrol: NodeJS.Timeout
  #next = 0

  constructor(judging: Judging, onEnd: (error: Error | undefined) => void) {
    this.#judging = judging
    this.#onEnd = onEnd
    for (let nth = 0; nth < Math.min(judging.jobs, judging.tasks.length); nth++) this.#hire()
    this.#patrol = setInterval(() => {
      for (const job of [...this.#jobs]) job.watch(judging.watchdogMillis)
    }, 1000)
  }

  stop(): void {
    clearInterval(this.#patrol)
    for (const job of this.#jobs) job.kill()
  }

  #hire(): void {
    const job = new Job(this.#judging.setting, {
      hear: (each, message) => {
        if (message._tag === "judged") this.#end(each, message.judged)
      },
      lost: (each, why) => {
        this.#jobs.delete(each)
        if (each.task === undefined || each.at === undefined) {
          this.#onEnd(new Error(`A process that was to play runs is gone: ${why}.`))
          return
        }
        this.#rows.set(each.task, { lost: `run ${each.at} never came back: ${why}` })
        this.#hire()
      },
    })
    this.#jobs.add(job)
    this.#assign(job)
  }

  #end(job: Job, row: Row): void {
    if (job.task !== undefined) this.#rows.set(job.task, row)
    this.#judging.see(this.#rows.size)
    this.#assign(job)
  }

  #assign(job: Job): void {
    job.task = undefined
    const task = this.#judging.tasks[this.#next++]
    if (task !== undefined) job.ask(task)
    else if (this.#rows.size === this.#judging.tasks.length) this.#onEnd(undefined)
  }

  /** As far as it is known, in the order of the tasks. */
  get rows(): ReadonlyMap<Task, Row> {
    return this.#rows
  }
}

/** Judges all rows, or as many as there are when a signal comes. */
export const judgeRows = (
  judging: Judging,
): Effect.Effect<{ readonly rows: ReadonlyMap<Task, Row>; readonly cut: boolean }> =>
  Effect.suspend(() => {
    let rows: Rows | undefined
    const ended = Effect.callback<void>((resume) => {
      rows = new Rows(judging, (error) => resume(error === undefined ? Effect.void : Effect.die(error)))
      return Effect.sync(() => rows?.stop())
    })
    return Effect.raceFirst(Effect.as(ended, false), Effect.as(interrupted, true)).pipe(
      Effect.map((cut) => ({ rows: (rows as Rows).rows, cut })),
      Effect.ensuring(Effect.sync(() => rows?.stop())),
    )
  })
