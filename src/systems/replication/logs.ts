/** The logs of all nodes as the trace tells them: what each has in memory, and how much of it its disk has confirmed. */
import type { Fact } from "./protocol.ts"

/** One line of a log, as the trace tells it. */
export interface Line {
  readonly epoch: number
  readonly request: string
}

export const same = (a: Line | undefined, b: Line | undefined): boolean =>
  a?.epoch === b?.epoch && a?.request === b?.request

/** The logs in the nodes' memories, followed from fact to fact. */
export class Logs {
  readonly #lines = new Map<number, Line[]>()
  readonly #durable = new Map<number, number>()

  of(node: number): Line[] {
    let lines = this.#lines.get(node)
    if (lines === undefined) {
      lines = []
      this.#lines.set(node, lines)
    }
    return lines
  }

  get #nodes(): readonly number[] {
    return [...this.#lines.keys()].sort((a, b) => a - b)
  }

  /** Whether a node's log holds a request. What is asked for is most often near the end. */
  hold(node: number, request: string): boolean {
    return this.of(node).findLastIndex((line) => line.request === request) >= 0
  }

  /** The nodes whose logs hold a request. */
  holders(request: string): readonly number[] {
    return this.#nodes.filter((node) => this.hold(node, request))
  }

  /** How many entries a node's disk has confirmed. */
  durable(node: number): number {
    return this.#durable.get(node) ?? 0
  }

  /** The nodes whose disks have confirmed a request. */
  keepers(request: string): readonly number[] {
    return this.#nodes.filter((node) => {
      const at = this.of(node).findLastIndex((line) => line.request === request)
      return at >= 0 && at < this.durable(node)
    })
  }

  /** On how many disks besides one node's each request is confirmed. */
  copies(besides: number): ReadonlyMap<string, number> {
    const count = new Map<string, number>()
    for (const [node, lines] of this.#lines) {
      if (node === besides) continue
      for (let at = 0; at < Math.min(lines.length, this.durable(node)); at++) {
        const { request } = lines[at] as Line
        count.set(request, (count.get(request) ?? 0) + 1)
      }
    }
    return count
  }

  follow(node: number, fact: Fact): void {
    const lines = this.of(node)
    if (fact._tag === "Appended") lines[fact.lsn - 1] = { epoch: fact.epoch, request: fact.request }
    else if (fact._tag === "Synced") this.#durable.set(node, fact.lsn)
    else if (fact._tag === "Truncated") {
      lines.length = Math.min(lines.length, fact.lsn)
      this.#durable.set(node, Math.min(this.durable(node), fact.lsn))
    } else if (fact._tag === "Recovered") {
      lines.splice(0, lines.length, ...fact.entries)
      this.#durable.set(node, fact.entries.length)
    }
  }

  /** A node has lost its disk. */
  wipe(node: number): void {
    this.#durable.set(node, 0)
  }
}

/** Names in a sentence: `n1`, `n1 and n2`, `n1, n2 and n3`. */
export const and = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`
