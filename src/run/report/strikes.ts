/**
 * Which fault is behind what became of a message or a node: the reason that the trace gives, and the faults of the input
 * that were in force and reached there.
 */
import { type Entry, Kind, type Reason, reasons } from "#sim"
import { endOf, type Fault, type FaultKind, linkEnds, reach } from "#world"
import type { RunResult } from "../run.ts"

/** The kinds of faults that make the network say so. What a receiver's absence did is told by what took it away. */
const kindsBehind: Partial<Record<Reason, readonly FaultKind[]>> = {
  lost: ["loss"],
  cut: ["cut"],
  partitioned: ["partition"],
  isolated: ["isolate"],
  corrupt: ["corrupt"],
  clogged: ["clog", "swizzle"],
  "receiver paused": ["pause"],
  "dropped by hand": ["drop"],
  "region cut": ["sever"],
}

export interface Message {
  readonly from: number
  readonly to: number
  /** When it was sent, and when it arrived, died or was last seen, in microseconds. */
  readonly sent: number
  readonly ended: number
}

export class Strikes {
  readonly #result: RunResult
  readonly #places: readonly { readonly id: string; readonly region: string; readonly name: number }[]
  readonly #byId: ReadonlyMap<string, Fault>

  constructor(result: RunResult) {
    this.#result = result
    this.#places = result.world.nodes.map(({ id, region }) => ({ id, region, name: 0 }))
    this.#byId = new Map(result.input.faults.map((fault) => [fault.id, fault]))
  }

  #isInForce(fault: Fault, from: number, until: number): boolean {
    return fault.at <= until && from <= endOf(fault, this.#result.input.calmAt)
  }

  /** Whether a fault concerns the way of a message. Which node a swizzle clogs only its dice know: it may be either end. */
  #reaches(fault: Fault, { from, to }: Pick<Message, "from" | "to">): boolean {
    const [left, right] = [this.#places[from], this.#places[to]]
    if (left === undefined || right === undefined) return false
    if (fault.kind === "swizzle") return [left, right].some(({ id }) => reach(fault, id)(left, right))
    const knows = fault.kind === "drop" || linkEnds(fault.target) !== undefined || networkKinds.has(fault.kind)
    return knows && reach(fault, undefined)(left, right)
  }

  /** The faults that may have touched a message on its way, whether they left a mark in the trace or not. */
  touching(message: Message): readonly Fault[] {
    const { faults } = this.#result.input
    return faults.filter(
      (fault) => this.#isInForce(fault, message.sent, message.ended) && this.#reaches(fault, message),
    )
  }

  /** The fault of the input that an entry of the trace begins or ends. */
  begunBy({ value }: Entry): Fault | undefined {
    return this.#byId.get((value as Fault).id)
  }

  /** The faults behind a message that died, was held or came twice, a node that went down, or a disk that refused. */
  behind(entry: Entry): readonly Fault[] {
    const { trace, input } = this.#result
    const { kind, at, cause } = entry
    if (kind === Kind.fault || kind === Kind.heal) {
      const fault = this.begunBy(entry)
      return fault === undefined ? [] : [fault]
    }
    const causing = cause < 0 ? undefined : trace.entry(cause)
    if (causing?.kind === Kind.fault) return this.behind(causing)
    const id = this.#places[entry.node]?.id
    const onNode = (kinds: readonly FaultKind[]) =>
      input.faults.filter(
        (fault) => kinds.includes(fault.kind) && fault.target === id && this.#isInForce(fault, at, at),
      )
    if (kind === Kind.refuse) return onNode(["full"])
    if (kind === Kind.damage) return onNode(["misdirect"])
    if (kind === Kind.sync && (entry.value as { readonly how?: string }).how === "lie") return onNode(["lie"])
    if (kind === Kind.duplicate) return this.#of(["duplicate"], entry)
    if (kind !== Kind.drop && kind !== Kind.hold) return []
    return this.#of(kindsBehind[reasons[entry.detail] as Reason] ?? [], entry)
  }

  #of(kinds: readonly FaultKind[], { at, cause }: Entry): readonly Fault[] {
    const { node: from, peer: to } = this.#result.trace.entry(cause)
    return this.#result.input.faults.filter((fault) => {
      if (!kinds.includes(fault.kind) || !this.#isInForce(fault, at, at)) return false
      return fault.kind === "pause" ? fault.target === this.#places[to]?.id : this.#reaches(fault, { from, to })
    })
  }
}

const networkKinds = new Set<FaultKind>(["partition", "isolate", "sever", "degrade"])
