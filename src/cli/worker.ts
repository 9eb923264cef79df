/**
 * A job: a process that plays runs and tells how far it is. A run cannot be interrupted, a process can be killed, so the
 * one that the person talks to stays free to listen.
 */
import { judgeVariant, type Scenario, shrinkFound, sweep } from "#run"
import { catalogue } from "./catalogue.ts"
import type { Batch, FromJob, Task, ToJob } from "./job.ts"

const tell = (message: FromJob) => process.send?.(message)

// A terminal sends its signals to every process of the group; whether to end is the parent's to say.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {})

/** A candidate takes a few milliseconds: to tell of each would cost more than to play it. */
const tellEvery = 20

/** Carries out a task, and answers it. */
const carryOut = (
  task: Task,
  named: (name: string | undefined) => Scenario,
  batch: Batch | undefined,
  alive: (run: number) => boolean,
): FromJob => {
  let told = performance.now()
  const alivePerhaps = (run: number): void => {
    const now = performance.now()
    if (now - told < tellEvery) return
    told = now
    alive(run)
  }
  if (task._tag === "judge") {
    const { variant, seed, runs } = task
    alive(0)
    return { _tag: "judged", judged: judgeVariant(named(task.scenario), variant, { seed, runs, onRun: alivePerhaps }) }
  }
  const scenario = named(batch?.scenario)
  if (task._tag === "sweep") {
    return { _tag: "swept", swept: sweep(scenario, { ...(batch as Batch), onRun: alive }, task.from, task.to) }
  }
  const { found } = task
  alive(found.run)
  return { _tag: "shrunk", violation: shrinkFound(scenario, batch as Batch, found, () => alivePerhaps(found.run)) }
}

process.once("message", async (first: ToJob) => {
  if (first._tag !== "start") throw new Error("A job is told first what it belongs to.")
  const { parent, load, batch } = first
  // What it is asked meanwhile waits until the files are loaded.
  const tasks: Task[] = []
  let take = (task: Task): void => void tasks.push(task)
  process.on("message", (message: ToJob) => {
    if (message._tag !== "start") take(message)
  })
  const scenarios = await catalogue(load)
  const named = (name: string | undefined): Scenario => {
    const scenario = scenarios.find((each) => each.name === name)
    if (scenario === undefined) throw new Error(`There is no scenario ${name}.`)
    return scenario
  }
  const alive = (run: number): boolean => {
    if (process.ppid !== parent) process.exit(1)
    tell({ _tag: "alive", run })
    return true
  }
  take = (task) => tell(carryOut(task, named, batch, alive))
  for (const task of tasks) take(task)
})
