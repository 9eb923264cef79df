/**
 * What a queue would be without networks, disks and failures: a list of messages, taken from its front, put back to its end
 * when they fail, and parked when they have failed too often.
 */
export class QueueModel {
  readonly waiting: string[] = []
  readonly taken = new Set<string>()
  readonly done: string[] = []
  readonly dead: string[] = []
  readonly #failures = new Map<string, number>()
  readonly #tries: number

  constructor(tries: number) {
    this.#tries = tries
  }

  publish(id: string): void {
    this.waiting.push(id)
  }

  take(): string | undefined {
    const id = this.waiting.shift()
    if (id !== undefined) this.taken.add(id)
    return id
  }

  finish(id: string): void {
    this.taken.delete(id)
    this.done.push(id)
  }

  fail(id: string): void {
    this.taken.delete(id)
    const failures = (this.#failures.get(id) ?? 0) + 1
    this.#failures.set(id, failures)
    if (failures < this.#tries) this.waiting.push(id)
    else this.dead.push(id)
  }
}
