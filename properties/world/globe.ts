/** Small worlds to break: a few nodes with a few lines of program each, and what their trace says of every message. */
import * as Effect from "effect/Effect"
import { Kind, kindName, type Reason, reasons, type Strategy, type Trace } from "#sim"
import { type Fault, type FaultKind, Network, ordinaryWiring, type Program, type Wiring, World } from "#world"

export interface Globe {
  readonly seed?: number
  readonly strategy?: Strategy
  readonly calmAt?: number
  readonly faults?: readonly Fault[]
  readonly wiring?: Partial<Wiring>
  readonly regions?: Readonly<Record<string, string>>
  readonly clients?: readonly string[]
  readonly copy?: (part: string, message: unknown) => unknown
}

export const second = 1_000_000
export const millis = 1000
/** More events than any of these worlds needs. */
export const enough = 5_000_000

/** A world that has booted, with its faults to come. */
export const globe = (programs: Readonly<Record<string, Program>>, more: Globe = {}): World => {
  const world = new World({
    seed: more.seed ?? 1,
    strategy: more.strategy ?? "fifo",
    calmAt: more.calmAt ?? 10 * second,
    ...(more.copy !== undefined && { copy: more.copy }),
    nodes: Object.entries(programs).map(([id, program]) => ({
      id,
      region: more.regions?.[id] ?? "east",
      client: more.clients?.includes(id) ?? false,
      part: "",
      wiring: { ...ordinaryWiring, ...more.wiring },
      program,
    })),
  })
  world.boot()
  for (const fault of more.faults ?? []) world.inject(fault)
  return world
}

/** A fault from one instant for a time, in microseconds. */
export const fault = (kind: FaultKind, target: string, at: number, more: Partial<Fault> = {}): Fault => ({
  id: `f-${kind}`,
  kind,
  target,
  at,
  ...more,
})

/** Listens, says nothing, and lives for ever. */
export const listening: Program = () =>
  Effect.gen(function* () {
    const network = yield* Network
    yield* network.serve(() => Effect.void)
    return yield* Effect.never
  })

/** Sends so many datagrams, one every so many milliseconds, to each of its peers. */
export const talking =
  (peers: readonly string[], times: number, every = 1): Program =>
  () =>
    Effect.gen(function* () {
      const network = yield* Network
      yield* network.serve(() => Effect.void)
      for (let nth = 0; nth < times; nth++) {
        for (const peer of peers) yield* network.send(peer, { nth })
        yield* Effect.sleep(every)
      }
      return yield* Effect.never
    })

/** What became of a message. */
export interface Told {
  readonly n: number
  readonly from: string
  readonly to: string
  readonly message: unknown
  readonly sent: number
  readonly delivered: number[]
  readonly dropped: { readonly at: number; readonly reason: Reason; readonly where: string }[]
  readonly held: { readonly at: number; readonly reason: Reason }[]
  copies: number
}

/** Every message of a run, by its number. */
export const messages = (world: World): readonly Told[] => {
  const told = new Map<number, Told>()
  const name = (node: number) => world.nodes[node]?.id ?? "?"
  for (const { kind, at, node, peer, n, detail, value } of world.simulation.trace) {
    if (kind === Kind.send) {
      const [from, to] = [name(node), name(peer)]
      told.set(n, { n, from, to, message: value, sent: at, delivered: [], dropped: [], held: [], copies: 1 })
      continue
    }
    if (kind !== Kind.deliver && kind !== Kind.drop && kind !== Kind.hold && kind !== Kind.duplicate) continue
    const message = told.get(n)
    if (message === undefined) throw new Error(`Nobody sent message ${n}.`)
    const reason = reasons[detail] as Reason
    if (kind === Kind.deliver) message.delivered.push(at)
    else if (kind === Kind.drop) message.dropped.push({ at, reason, where: name(node) })
    else if (kind === Kind.hold) message.held.push({ at, reason })
    else message.copies++
    if (message.delivered.length + message.dropped.length > message.copies) throw new Error(`${n} arrived too often.`)
  }
  return [...told.values()]
}

/** What a trace says of some nodes, in words that do not depend on what else is in it. */
export const told = (
  trace: Trace,
  nodes: readonly { readonly id: string }[],
  ids: readonly string[],
): readonly unknown[] => {
  const place = new Map<number, number>()
  const lines: unknown[] = []
  for (const { index, at, kind, detail, node, peer, cause, value } of trace) {
    const id = nodes[node]?.id
    if (id === undefined || !ids.includes(id)) continue
    place.set(index, lines.length)
    lines.push([at, kindName(kind), detail, id, nodes[peer]?.id, place.get(cause), value])
  }
  return lines
}

/** The instants of the entries of a kind at a node. */
export const instants = (world: World, kind: Kind, id: string): readonly number[] =>
  [...world.simulation.trace]
    .filter((entry) => entry.kind === kind && world.nodes[entry.node]?.id === id)
    .map(({ at }) => at)

/** The instant, in microseconds, as whatever runs under the glass can tell. */
export const now = (): number => Math.round(performance.now() * 1000)

/** Runs without the stacks of errors that nobody reads; the worlds are full of time-outs. */
export const quickly = <A>(call: () => A): A => {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return call()
  } finally {
    Error.stackTraceLimit = limit
  }
}
