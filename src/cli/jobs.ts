/**
 * Shaking in several processes. They are handed runs piece by piece, in order, and what they find is put together so that the
 * result does not depend on how many there are: the finding of the lowest run counts, and nothing after it.
 *
 * A run cannot be interrupted, a process can: one that does not come back is killed, and the run it was at is a finding.
 */
import * as Effect from "effect/Effect"
import {
  addTallies,
  concluded,
  type Discovery,
  distinct,
  emptyTally,
  inputOfBatch,
  type Scenario,
  type ShakeResult,
  type Swept,
  type Tally,
  type ViolationFound,
} from "#run"
import { interrupted } from "./interrupted.ts"
import { type Batch, type Break, type FromJob, Job, type Task } from "./job.ts"

export interface Progress {
  readonly tally: Tally
  /** How many promises broke, and how many mistakes were met. */
  readonly findings: number
  /** Smaller inputs played so far; 0 while runs are still being swept. */
  readonly shrinks: number
}

export interface Shaking {
  readonly batch: Batch
  /** Files that bring scenarios of the user's own. */
  readonly load: readonly string[]
  readonly runs: number
  readonly jobs: number
  /** How long to sweep at most, in real milliseconds. */
  readonly timeMillis?: number
  /** How long a run may take before its process is killed, in real milliseconds. */
  readonly watchdogMillis: number
  readonly see: (progress: Progress) => void
}

/** What was found out, and whether a signal cut it short. */
export interface Shaken {
  readonly result: ShakeResult
  readonly cut: boolean
}

/** A piece of a batch should take about so long, in real milliseconds: often enough to tell, and rarely enough to be cheap. */
const pieceMillis = 100
const mostInAPiece = 64

interface Piece {
  readonly from: number
  readonly swept: Swept
}

class Pool {
  readonly #scenario: Scenario
  readonly #shaking: Shaking
  readonly #onEnd: (error: Error | undefined) => void
  readonly #started = performance.now()
  readonly #jobs = new Set<Job>()
  readonly #pieces: Piece[] = []
  readonly #violations: ViolationFound[] = []
  /** What a process that was lost had not done yet. */
  readonly #left: (Task & { readonly _tag: "sweep" })[] = []
  #next: number
  #swept = emptyTally
  /** What is still to be shrunk; undefined while runs are swept. */
  #unshrunk: Break[] | undefined = undefined
  #shrinks = 0
  readonly #patrol: NodeJS.Timeout

  constructor(scenario: Scenario, shaking: Shaking, onEnd: (error: Error | undefined) => void) {
    this.#scenario = scenario
    this.#shaking = shaking
    this.#onEnd = onEnd
    this.#next = 0 - (shaking.batch.corpus?.length ?? 0)
    for (let nth = 0; nth < shaking.jobs; nth++) this.#hire()
    this.#patrol = setInterval(
      () => {
        for (const job of [...this.#jobs]) job.watch(shaking.watchdogMillis)
      },
      Math.min(1000, shaking.watchdogMillis / 4),
    )
  }

  /** Ends every process. */
  stop(): void {
    clearInterval(this.#patrol)
    for (const job of this.#jobs) job.kill()
    this.#jobs.clear()
  }

  #hire(): void {
    const job = new Job(this.#shaking, {
      hear: (each, message) => this.#hear(each, message),
      lost: (each, why) => this.#lost(each, why),
    })
    this.#jobs.add(job)
    this.#assign(job)
  }

  #hear(job: Job, message: FromJob): void {
    if (message._tag === "alive") {
      if (job.task?._tag !== "shrink") return
      this.#shrinks++
      this.#tell()
      return
    }
    if (message._tag === "shrunk") this.#violations.push(message.violation)
    else if (message._tag === "swept" && job.task?._tag === "sweep") this.#note(job.task.from, message.swept)
    job.task = undefined
    this.#assign(job)
  }

  #note(from: number, swept: Swept): void {
    this.#pieces.push({ from, swept })
    this.#swept = addTallies(this.#swept, swept.tally)
    this.#tell()
  }

  #tell(): void {
    const findings = distinct(this.#findings).length
    this.#shaking.see({ tally: this.#swept, findings, shrinks: this.#shrinks })
  }

  get #findings(): readonly Discovery[] {
    return this.#pieces.flatMap(({ swept }) => swept.findings).sort((a, b) => a.run - b.run)
  }

  /** The lowest run with a finding, behind which nothing counts. */
  get #last(): number {
    const [first] = this.#findings
    return this.#shaking.batch.keepGoing || first === undefined ? Number.POSITIVE_INFINITY : first.run
  }

  #assign(job: Job): void {
    const task = this.#unshrunk === undefined ? this.#piece() : this.#toShrink()
    if (task !== undefined) job.ask(task)
    else if (this.#unshrunk === undefined) this.#endSweep()
    else if (![...this.#jobs].some((each) => each.task !== undefined)) this.#onEnd(undefined)
  }

  #piece(): Task | undefined {
    const last = this.#last
    const left = this.#left.findIndex(({ from }) => from < last)
    if (left >= 0) return this.#left.splice(left, 1)[0]
    const { runs, timeMillis = Number.POSITIVE_INFINITY } = this.#shaking
    const to = Math.min(runs, this.#next + this.#pace())
    if (this.#next >= Math.min(runs, last) || performance.now() - this.#started >= timeMillis) return undefined
    const from = this.#next
    this.#next = to
    return { _tag: "sweep", from, to }
  }

  /** How many runs make a piece, at the pace so far: the first ones one by one. */
  #pace(): number {
    const { runs } = this.#swept
    if (runs < this.#shaking.jobs) return 1
    const each = ((performance.now() - this.#started) * this.#jobs.size) / runs
    return Math.max(1, Math.min(mostInAPiece, Math.floor(pieceMillis / each)))
  }

  #toShrink(): Task | undefined {
    const found = this.#unshrunk?.shift()
    return found && { _tag: "shrink", found }
  }

  /** Once nobody is at a run that could still count, what was found is shrunk by whoever is free. */
  #endSweep(): void {
    const last = this.#last
    const counts = ({ task }: Job) => task?._tag === "sweep" && task.from < last
    if ([...this.#jobs].some(counts)) return
    const findings = distinct(this.#findings.filter(({ run }) => run <= last))
    this.#unshrunk = findings.flatMap((each) => (each._tag === "violation" ? [each] : []))
    // Whoever is still at a run that counts no more would only be waited for.
    for (const job of [...this.#jobs].filter(({ task }) => task !== undefined)) this.#dismiss(job)
    if (this.#jobs.size === 0) this.#hire()
    else for (const job of this.#jobs) this.#assign(job)
  }

  #dismiss(job: Job): void {
    job.kill()
    this.#jobs.delete(job)
  }

  #lost(job: Job, why: string): void {
    const { task, at } = job
    this.#jobs.delete(job)
    if (task === undefined || at === undefined) {
      this.#onEnd(new Error(`A process that was to play runs is gone: ${why}.`))
      return
    }
    if (task._tag === "sweep") {
      this.#note(at, {
        tally: emptyTally,
        findings: [{ _tag: "defect", run: at, line: `run ${at} never came back: ${why}`, hung: true }],
      })
      if (task.from < at) this.#left.push({ ...task, to: at })
      if (at + 1 < task.to) this.#left.push({ ...task, from: at + 1 })
    } else if (task._tag === "shrink") {
      // A smaller input does not come back: then the one that does is what was found.
      const { run, invariant } = task.found
      const input = inputOfBatch(this.#scenario, this.#shaking.batch, run)
      this.#violations.push({ invariant, run, input, drawnFrom: input, shrinks: 0, tried: 0 })
    }
    this.#hire()
  }

  /** What is known so far; what comes behind the finding that counts is left out. */
  result(): ShakeResult {
    const last = this.#last
    const counted = this.#pieces.filter(({ from }) => from <= last)
    return concluded(
      this.#scenario,
      this.#shaking.batch,
      counted.map(({ swept }) => swept.tally).reduce(addTallies, emptyTally),
      this.#findings.filter(({ run }) => run <= last),
      this.#violations.sort((a, b) => a.run - b.run),
    )
  }
}

/** Shakes a scenario in jobs. Cut short by a signal, it says what was found so far. */
export const shakeInJobs = (scenario: Scenario, shaking: Shaking): Effect.Effect<Shaken> =>
  Effect.suspend(() => {
    let pool: Pool | undefined
    const ended = Effect.callback<void>((resume) => {
      pool = new Pool(scenario, shaking, (error) => resume(error === undefined ? Effect.void : Effect.die(error)))
      return Effect.sync(() => pool?.stop())
    })
    return Effect.raceFirst(Effect.as(ended, false), Effect.as(interrupted, true)).pipe(
      Effect.map((cut) => ({ result: (pool as Pool).result(), cut })),
      Effect.ensuring(Effect.sync(() => pool?.stop())),
    )
  })
