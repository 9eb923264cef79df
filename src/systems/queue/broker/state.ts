/** The mind of a broker: what becomes of its messages, as a pure function of the commands in its log. */
import { groupsOf } from "../cast.ts"
import { type QueueDesign, type QueueSize, sizeOf } from "../design.ts"
import type { Fact, Task } from "../protocol.ts"
import { Lanes } from "./lanes.ts"
import { Partitions } from "./partitions.ts"

/** A command in the log. Instants are milliseconds of the wall clock of the primary that wrote it. */
export type Command =
  | { readonly _tag: "publish"; readonly task: Task; readonly due: number; readonly at: number }
  | { readonly _tag: "finish"; readonly group: string; readonly id: string }
  | {
      readonly _tag: "fail"
      readonly group: string
      readonly id: string
      readonly attempt: number
      readonly due: number
      /** Nobody said that it failed: its lease ran out. */
      readonly ranOut: boolean
    }
  | { readonly _tag: "append"; readonly id: string; readonly key: number }
  | { readonly _tag: "join" | "leave"; readonly reader: string }
  | { readonly _tag: "commit"; readonly generation: number; readonly partition: number; readonly offset: number }

/** What became of a publication. */
export type Verdict = { readonly _tag: "taken"; readonly dropped: readonly string[] } | { readonly _tag: "full" }

export class BrokerState {
  readonly design: QueueDesign
  readonly size: QueueSize
  readonly tasks = new Map<string, Task>()
  readonly groups = new Map<string, Lanes>()
  /** What became of each request to publish. */
  readonly verdicts = new Map<string, Verdict>()
  partitions: Partitions
  readonly #topic: readonly string[]
  readonly #record: (fact: Fact) => void

  constructor(design: QueueDesign, size: Readonly<Record<string, number>>, record: (fact: Fact) => void) {
    this.design = design
    this.size = sizeOf(size)
    this.#record = record
    this.#topic = groupsOf(size)
    this.partitions = new Partitions(this.size.partitions, record)
    this.#found()
  }

  #found(): void {
    for (const group of [...this.#topic, "saga"]) {
      this.groups.set(
        group,
        new Lanes(group, (group, id, to, sizes) => this.#record({ _tag: "Moved", id, group, to, sizes })),
      )
    }
  }

  reset(): void {
    this.tasks.clear()
    this.verdicts.clear()
    this.#record({ _tag: "Cleared" })
    this.partitions = new Partitions(this.size.partitions, this.#record)
    this.#found()
  }

  lanes(group: string): Lanes | undefined {
    return this.groups.get(group)
  }

  /** The groups that a message goes to. */
  #audience(task: Task): readonly Lanes[] {
    if (task.topic === "orders") return [this.groups.get("saga") as Lanes]
    const all = this.#topic.map((group) => this.groups.get(group) as Lanes)
    return this.design.fanout === "one-queue" ? all.slice(0, 1) : all
  }

  isFull(task: Task): boolean {
    return this.#audience(task).some(({ open }) => open.size >= this.size.depth)
  }

  apply(request: string, command: Command): void {
    switch (command._tag) {
      case "publish":
        this.verdicts.set(request, this.#publish(command.task, command.due, command.at))
        return
      case "finish":
        this.groups.get(command.group)?.close(command.id, "done")
        return
      case "append":
        this.partitions.append(command.id, command.key)
        return
      case "join":
        this.partitions.join(command.reader)
        return
      case "leave":
        this.partitions.leave(command.reader)
        return
      case "commit":
        if (this.#heeds(command.generation)) this.partitions.commit(command.partition, command.offset)
        return
      case "fail": {
        const { group, id, attempt, due, ranOut } = command
        const lanes = this.groups.get(group)
        if (ranOut && this.design.release === "forget") lanes?.forget(id)
        else lanes?.fail(id, attempt, due, this.design.retry === "forever" ? Number.POSITIVE_INFINITY : this.size.tries)
      }
    }
  }

  /** Whether a reader of this generation may still commit. */
  #heeds(generation: number): boolean {
    return this.design.fence === "none" || generation === this.partitions.generation
  }

  #publish(task: Task, due: number, at: number): Verdict {
    const { id, op, topic } = task
    const dropped: string[] = []
    if (this.tasks.has(id)) return { _tag: "taken", dropped }
    const audience = this.#audience(task)
    if (this.isFull(task)) {
      switch (this.design.full) {
        case "reject":
        case "block":
          this.#record({ _tag: "Refused", id, op })
          return { _tag: "full" }
        case "drop-silently":
          this.#record({ _tag: "Refused", id, op })
          return { _tag: "taken", dropped }
        case "drop-oldest":
          for (const lanes of audience) {
            const oldest = lanes.open.size >= this.size.depth ? lanes.oldest : undefined
            if (oldest === undefined) continue
            lanes.close(oldest, "dropped")
            dropped.push(oldest)
          }
      }
    }
    this.tasks.set(id, task)
    this.#record({ _tag: "Took", id, op, topic })
    for (const lanes of audience) lanes.enter(id, due, at)
    return { _tag: "taken", dropped }
  }
}
