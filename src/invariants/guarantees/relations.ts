/**
 * A history as operations, session order and reads-from: ⟨O, so, wr⟩ of Bouajjani et al. (POPL 2017).
 *
 * What was refused did not happen, and a read without an answer tells nothing. A write whose end is unknown happened if
 * somebody read it; its session's earlier operations came before it, but nothing came after it, for it may have taken
 * effect at any time. The value a key holds at first is a write before all others.
 */
import type { Recorded } from "../history.ts"
import type { Value } from "../linearizable/model.ts"
import { sayValue } from "../linearizable/models/words.ts"
import { type Access, type AccessHistory, type AccessOptions, keyOf } from "./access.ts"

/** The place of a version among those of its key, from old to new, where something knows it. */
export type VersionOrder = (key: string, value: Value) => number | undefined

export interface OrderOptions extends AccessOptions {
  /** The order of the versions, where it is known. */
  readonly order?: VersionOrder
}

export interface Operation {
  /** Its place in `Relations.operations`. */
  readonly index: number
  /** Absent for a write that is only thought: of the value that a key holds at first. */
  readonly recorded: Recorded<Access, unknown> | undefined
  readonly wrote: boolean
  readonly key: string
  /** The value that it wrote or saw. */
  readonly value: Value
  /** The chain it is a link of, and which. A chain is ordered: one session, or one write whose end is unknown. */
  readonly chain: number
  readonly place: number
  /** What came right before it in session order; absent only for the first of all. */
  readonly after: Operation | undefined
  /** The write that a read saw; of a write itself. */
  readonly source: Operation
}

/** A read of what nobody wrote. */
export interface ThinAir {
  readonly read: Recorded<Access, unknown>
  /** The write of that value that was refused. */
  readonly refused: Recorded<Access, unknown> | undefined
}

export interface Relations {
  /** First values first, then in the order of their calls. */
  readonly operations: readonly Operation[]
  /** The first holds the first values. */
  readonly chains: readonly (readonly Operation[])[]
  /** Of each process all that happened, a write whose end is unknown where it was called. */
  readonly sessions: readonly (readonly Operation[])[]
  readonly reads: readonly Operation[]
  readonly thinAir: readonly ThinAir[]
  /** Why not all that was read could be judged. */
  readonly doubts: readonly string[]
}

/** The chain of the first values. */
export const firstChain = 0

type Mutable<A> = { -readonly [Key in keyof A]: A[Key] }

const nested = <A>(map: Map<string, Map<Value, A>>, key: string): Map<Value, A> => {
  let inner = map.get(key)
  if (inner === undefined) {
    inner = new Map()
    map.set(key, inner)
  }
  return inner
}

/** Who wrote which value, and whose write of it was refused. */
const sourcesOf = (history: AccessHistory) => {
  const written = new Map<string, Map<Value, Recorded<Access, unknown>[]>>()
  const refused = new Map<string, Map<Value, Recorded<Access, unknown>>>()
  for (const recorded of history) {
    const { input, outcome } = recorded
    if (input._tag !== "write") continue
    if (outcome._tag === "refused") {
      nested(refused, keyOf(input)).set(input.value, recorded)
      continue
    }
    const writers = nested(written, keyOf(input))
    writers.set(input.value, [...(writers.get(input.value) ?? []), recorded])
  }
  return {
    writers: (key: string, value: Value) => written.get(key)?.get(value) ?? [],
    refused: (key: string, value: Value) => refused.get(key)?.get(value),
  }
}

/** Relates the operations of a history. Of what was read only that is there which names its write for certain. */
export const relationsOf = (history: AccessHistory, { initial = null }: AccessOptions = {}): Relations => {
  const { writers, refused } = sourcesOf(history)
  const operations: Operation[] = []
  const chains: Operation[][] = [[]]
  const thinAir: ThinAir[] = []
  const doubts: string[] = []

  const add = (
    recorded: Recorded<Access, unknown> | undefined,
    wrote: boolean,
    key: string,
    value: Value,
    chain: number,
    after: Operation | undefined,
  ): Operation => {
    const links = chains[chain] as Operation[]
    const operation: Mutable<Operation> = {
      index: operations.length,
      recorded,
      wrote,
      key,
      value,
      chain,
      place: links.length,
      after,
      source: undefined as unknown as Operation,
    }
    operation.source = operation
    operations.push(operation)
    links.push(operation)
    return operation
  }

  const first = new Map<string, Operation>()
  for (const { input } of history) {
    const key = keyOf(input)
    if (!first.has(key)) first.set(key, add(undefined, true, key, initial, firstChain, operations.at(-1)))
  }
  const beginning = operations.at(-1)

  const seen = new Set(
    history.flatMap(({ input, outcome }) =>
      input._tag === "read" && outcome._tag === "ok" ? writers(keyOf(input), outcome.value as Value) : [],
    ),
  )
  const sessions = new Map<string, { readonly chain: number; readonly operations: Operation[] }>()
  const written = new Map<Recorded<Access, unknown>, Operation>()
  const reads: Mutable<Operation>[] = []
  for (const recorded of history) {
    const { input, outcome, process } = recorded
    if (outcome._tag === "refused") continue
    const key = keyOf(input)
    let session = sessions.get(process)
    if (session === undefined) {
      session = { chain: chains.push([]) - 1, operations: [] }
      sessions.set(process, session)
    }
    const after = chains[session.chain]?.at(-1) ?? beginning
    if (input._tag === "write") {
      if (outcome._tag !== "ok" && !seen.has(recorded)) continue
      const chain = outcome._tag === "ok" ? session.chain : chains.push([]) - 1
      const write = add(recorded, true, key, input.value, chain, after)
      session.operations.push(write)
      written.set(recorded, write)
      continue
    }
    if (outcome._tag !== "ok") continue
    const value = outcome.value as Value
    const from = writers(key, value)
    if (from.length + (value === initial ? 1 : 0) > 1) {
      doubts.push(`${sayValue(value)} was written to ${key} more than once: nobody can say which ${recorded.id} saw.`)
    } else if (from.length === 0 && value !== initial) {
      thinAir.push({ read: recorded, refused: refused(key, value) })
    } else {
      const read = add(recorded, false, key, value, session.chain, after)
      session.operations.push(read)
      reads.push(read)
    }
  }
  for (const read of reads) {
    const from = read.value === initial ? undefined : writers(read.key, read.value)[0]
    read.source = (from === undefined ? first.get(read.key) : written.get(from)) as Operation
  }
  return {
    operations,
    chains,
    sessions: [...sessions.values()].map((session) => session.operations),
    reads,
    thinAir,
    doubts,
  }
}

/** Ids of operations, in the order of the history. */
export const idsOf = (operations: Iterable<Operation>): readonly string[] =>
  [...new Set(operations)].sort((a, b) => a.index - b.index).flatMap(({ recorded }) => recorded?.id ?? [])

/** Whether a session was told that its operation had happened. */
export const isAnswered = ({ recorded }: Operation): boolean => recorded?.outcome._tag === "ok"

/**
 * Writes of one key from old to new, as an order gives them; those of one place in it together, those without one left
 * out.
 */
export const rungsOf = (writes: readonly Operation[], order: VersionOrder): readonly (readonly Operation[])[] => {
  const rungs = new Map<number, Operation[]>()
  for (const write of writes) {
    const place = write.recorded === undefined ? undefined : order(write.key, write.value)
    if (place !== undefined) rungs.set(place, [...(rungs.get(place) ?? []), write])
  }
  return [...rungs].sort(([a], [b]) => a - b).map(([, rung]) => rung)
}
