/**
 * A run: an input played on a world, judged as it goes. `run(input)` is one synchronous call; everything else is a view of
 * what it returns.
 *
 * Boot, storm, calm, judge: faults befall the world until the calm, a core is healed then, and what must come true in the
 * end is asked only after that.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Assumption, Invariant, Judge, Margin, Outcome, Stage, Verdict, Violation } from "#invariants"
import { Cause, type Entry, hashText, join, type Keep, Kind, type Trace } from "#sim"
import type { Figure, Meter } from "#system"
import { type Defect, type Fault, World } from "#world"
import { exceeded } from "./budget.ts"
import type { Input, Operation } from "./input.ts"
import type { Scenario } from "./scenario.ts"
import { inPart, type StagedPart, stage } from "./stage.ts"

export interface RunOptions {
  readonly keep?: Keep
  /** Ends the run at the first violation of an invariant that is judged. */
  readonly stopAtViolation?: boolean
  /** Interrupts `advance` at each violation of an invariant that is judged; the run can go on. */
  readonly haltAtViolation?: boolean
  /** Judges this invariant alone. */
  readonly only?: string
  /** Sends every message through its Schema, so that no two nodes share an object. */
  readonly check?: boolean
  /** Remembers who waits where, for the report of a deadlock. */
  readonly diagnose?: boolean
  /** The most tasks and timers that may happen: who needs more runs away. */
  readonly budget?: number
  /** Leaves the digest out, only to measure what it costs. */
  readonly digest?: boolean
}

export interface InvariantResult {
  readonly name: string
  readonly part: string
  readonly kind: Invariant["kind"]
  readonly sentence: string
  readonly verdict: Verdict
  /** How often the promise was put to the test. */
  readonly exercised: number
  readonly violation?: Violation & { readonly at: number; readonly entry: number }
  /** The entry at which the promise was first put to the test. */
  readonly testedAt?: number
  /** Why the verdict is unknown, or what an `eventually` still waited for. */
  readonly waits?: string
  /** The nearest that it came to being broken, where its judge can say. */
  readonly closest?: Margin
}

/** The promise that broke first. */
export const firstViolated = ({ invariants }: RunResult): InvariantResult | undefined =>
  invariants
    .filter(({ verdict }) => verdict === "violated")
    .sort((a, b) => (a.violation?.entry ?? 0) - (b.violation?.entry ?? 0))[0]

/** How a run ended: all was said, time was up, nobody could go on, too much happened, or something was our mistake. */
export type RunOutcome = "done" | "horizon" | "quiescent" | "budget" | "escape" | "defect"

export interface RunResult {
  readonly scenario: Scenario
  readonly input: Input
  readonly outcome: RunOutcome
  /** What was our mistake, in one line; or who waits where in a deadlock. */
  readonly defect?: string
  readonly digest: string
  readonly events: number
  readonly virtualMicros: number
  readonly wallMillis: number
  readonly verdict: Verdict
  readonly invariants: readonly InvariantResult[]
  /** How many faults of each kind changed something. */
  readonly faultsFired: Readonly<Record<string, number>>
  readonly figures: readonly Figure[]
  readonly trace: Trace
  /** What a `drop` fault calls the message with a number, the `n` of its entries. */
  readonly keyOf: (message: number) => string | undefined
  readonly world: { readonly nodes: readonly Cast[] }
}

/** A node or client, as its run set it up. */
export interface Cast {
  readonly id: string
  readonly region: string
  readonly role: string
  readonly client: boolean
  readonly part: string
}

/** More tasks and timers than any honest run of a few virtual minutes needs. */
const budgetOfEvents = 20_000_000
/** How often after the calm it is asked whether all has come true, in microseconds. */
const askEvery = 100_000

interface Judged {
  readonly part: StagedPart
  readonly invariant: Invariant
  readonly judge: Judge
  /** Whether a verdict is wanted. What must come true in the end is judged anyway: it decides when the run ends. */
  readonly wanted: boolean
  /** A class of faults that went beyond what the design tolerates, and that the invariant assumes bounded. */
  spoiled: Assumption | undefined
  violation: InvariantResult["violation"]
  testedAt: number | undefined
}

/** One client's operations, in order. */
interface Queue {
  readonly node: number
  readonly part: StagedPart
  readonly session: unknown
  readonly operations: { readonly operation: Operation; readonly ordinal: number }[]
  next: number
}

export class Run {
  readonly scenario: Scenario
  readonly world: World
  readonly parts: readonly StagedPart[]
  readonly #options: RunOptions
  readonly #judged: Judged[] = []
  readonly #byPart = new Map<string, { readonly judged: Judged[]; readonly meter: Meter }>()
  readonly #startedAt = performance.now()
  readonly #partOf: string[]
  /** Every node and client, in the order of their indexes. */
  readonly cast: readonly Cast[]
  #input: Input
  #open = 0
  #calm = false
  #violated = false
  #outcome: RunOutcome | undefined = undefined

  constructor(scenario: Scenario, input: Input, options: RunOptions = {}) {
    this.scenario = scenario
    this.#input = input
    this.#options = options
    this.parts = stage(scenario, input)
    this.world = new World({
      seed: input.seed,
      strategy: input.strategy,
      calmAt: input.calmAt,
      keep: options.keep ?? "everything",
      ...(options.check === true && { copy: this.#copier() }),
      ...(options.diagnose === true && { diagnose: true }),
      nodes: this.parts.flatMap((part) => this.#nodesOf(part)),
    })
    this.world.simulation.trace.digesting = options.digest !== false
    this.#partOf = this.world.nodes.map(({ part }) => part)
    const roles = new Map(this.parts.flatMap((part) => part.nodes.map((node) => [node.id, node.role] as const)))
    this.cast = this.world.nodes.map(({ id, region, client, part }) => {
      return { id, region, client, part, role: client ? "client" : (roles.get(id) ?? "") }
    })
    for (const part of this.parts) this.#judge(part)
    this.world.simulation.trace.watch = (entry) => this.#see(entry)
    // At one instant faults come first.
    for (const fault of input.faults) this.world.inject(fault)
    this.world.boot()
    this.#schedule()
    this.#awaitCalm()
  }

  #awaitCalm(): void {
    const { calmAt, core } = this.#input
    this.world.calm(calmAt, core, () => {
      this.#calm = true
    })
  }

  /** What is played, with the faults that befell it by hand. */
  get input(): Input {
    return this.#input
  }

  /** Takes a message through its part's Schema and back: a fresh object, deep down. */
  #copier(): (part: string, message: unknown) => unknown {
    const codecs = new Map(
      this.parts.map(({ as, system }) => [
        as,
        [Schema.encodeUnknownSync(system.message), Schema.decodeUnknownSync(system.message)] as const,
      ]),
    )
    return (part, message) => {
      const codec = codecs.get(part)
      return codec === undefined ? message : codec[1](codec[0](message))
    }
  }

  #nodesOf(part: StagedPart) {
    const { system, size, design, wiring } = part
    const peers = part.nodes.map(({ id }) => id)
    const servers = part.nodes.map(({ id, region }) => ({
      id,
      region,
      wiring,
      client: false,
      part: part.as,
      program: (founding: boolean, replaced: boolean) => system.boot({ id, peers, founding, replaced, size, design }),
    }))
    const clients = part.clients.map(({ id, region }) => ({
      id,
      region,
      wiring,
      client: true,
      part: part.as,
      program: () => Effect.void,
    }))
    return [...servers, ...clients]
  }

  #judge(part: StagedPart): void {
    const { input } = this
    const name = (node: number) => this.world.nodes[node]?.id ?? "nobody"
    const core = input.core.filter((id) => part.nodes.some((node) => node.id === id))
    const seen: Stage = { name, core, size: part.size }
    const beyond = this.#beyond(part)
    const { only } = this.#options
    const judged = part.system.invariants
      .map((invariant) => ({ invariant, wanted: only === undefined || inPart(part.as, invariant.name) === only }))
      .filter(({ invariant, wanted }) => wanted || invariant.kind === "eventually")
      .map(({ invariant, wanted }) => ({
        part,
        invariant,
        wanted,
        judge: invariant.judge(seen),
        spoiled: invariant.assumes.find((each) => beyond.has(each)),
        violation: undefined,
        testedAt: undefined,
      }))
    this.#judged.push(...judged)
    this.#byPart.set(part.as, { judged, meter: part.system.measure({ name, size: part.size }) })
  }

  #see(entry: Entry): void {
    if (entry.node < 0) {
      for (const { judged, meter } of this.#byPart.values()) this.#show(entry, judged, meter)
      return
    }
    const part = this.#byPart.get(this.#partOf[entry.node] as string)
    if (part !== undefined) this.#show(entry, part.judged, part.meter)
  }

  #show(entry: Entry, judged: readonly Judged[], meter: Meter): void {
    const { at, index } = entry
    meter.see(entry)
    for (const each of judged) {
      if (each.violation !== undefined) continue
      const violation = each.judge.see(entry)
      if (each.testedAt === undefined && each.judge.exercised() > 0) each.testedAt = index
      if (violation === undefined) continue
      each.violation = { ...violation, at, entry: index }
      if (each.spoiled === undefined && each.wanted) this.#broken()
    }
    if (this.#violated && this.#options.stopAtViolation === true) this.world.simulation.halt()
  }

  /** A promise has broken that is judged. */
  #broken(): void {
    this.#violated = true
    if (this.#options.haltAtViolation === true) this.world.simulation.halt()
  }

  // Operations

  #schedule(): void {
    const queues = new Map<string, Queue>()
    for (const part of this.parts) {
      const peers = part.nodes.map(({ id }) => id)
      for (const { id } of part.clients) {
        const node = this.world.node(id)
        if (node === undefined) continue
        const session = part.system.session({ id, peers, size: part.size, design: part.design })
        queues.set(id, { node: node.index, part, session, operations: [], next: 0 })
      }
    }
    for (const [ordinal, operation] of this.input.operations.entries()) {
      queues.get(operation.client)?.operations.push({ operation, ordinal })
    }
    for (const queue of queues.values()) {
      queue.operations.sort((a, b) => a.operation.at - b.operation.at)
      this.#next(queue)
    }
  }

  #next(queue: Queue): void {
    const next = queue.operations[queue.next++]
    if (next === undefined) return
    const { operation, ordinal } = next
    this.world.simulation.at(operation.at, () => this.#call(queue, operation, ordinal))
  }

  #call(queue: Queue, operation: Operation, ordinal: number): void {
    const { simulation } = this.world
    const node = this.world.nodes[queue.node]
    // Whoever has not been served when the storm is over does not ask any more.
    if (node === undefined || this.#calm) return
    const { id, call } = operation
    const { system } = queue.part
    this.#open++
    const entry = simulation.trace.append(simulation.now, Kind.call, 0, queue.node, -1, ordinal, -1, { id, call })
    const cause = new Cause(join(hashText("operation"), hashText(id)), entry)
    const fiber = this.world.run(node, system.perform(call, queue.session, id), cause)
    fiber?.addObserver((exit) => {
      this.#open--
      if (exit._tag === "Failure") {
        this.world.failed(node, exit.cause)
        return
      }
      const outcome: Outcome = exit.value
      simulation.trace.append(simulation.now, Kind.return, 0, queue.node, -1, ordinal, entry, { id, call, outcome })
      this.#next(queue)
    })
  }

  // Time

  get #budget(): number {
    return this.#options.budget ?? budgetOfEvents
  }

  get now(): number {
    return this.world.simulation.now
  }

  get trace(): Trace {
    return this.world.simulation.trace
  }

  get ended(): boolean {
    return this.#outcome !== undefined
  }

  /** Lets a fault befall the running world, as a key press does; it is part of the input from then on. */
  inject(fault: Fault): void {
    this.#weigh([...this.#input.faults, fault])
    this.world.inject(fault)
  }

  /** Ends a fault in force at the next instant, as if its length had been so from the start. */
  heal(id: string): void {
    const at = this.now + 1
    if (!this.world.heal(id, at)) return
    this.#weigh(this.#input.faults.map((fault) => (fault.id === id ? { ...fault, for: at - fault.at } : fault)))
  }

  /** Ends the storm at an instant still to come, as if the input had said so from the start. */
  settle(calmAt: number): void {
    const lasts = this.#input.until - this.#input.calmAt
    this.#input = { ...this.#input, calmAt, until: calmAt + lasts }
    this.#weigh(this.#input.faults.filter(({ at }) => at < calmAt))
    this.#awaitCalm()
  }

  /** Takes over other faults, and asks anew which promises may be judged. */
  #weigh(faults: readonly Fault[]): void {
    this.#input = { ...this.#input, faults }
    for (const part of this.parts) {
      const beyond = this.#beyond(part)
      for (const judged of this.#judged) {
        if (judged.part === part) judged.spoiled = judged.invariant.assumes.find((each) => beyond.has(each))
      }
    }
    this.#violated = this.#judged.some(
      ({ violation, spoiled, wanted }) => violation !== undefined && spoiled === undefined && wanted,
    )
  }

  /** The classes of which the faults exceed what a part tolerates. */
  #beyond(part: StagedPart): ReadonlySet<Assumption> {
    const { faults, calmAt, core } = this.#input
    return exceeded(part, faults, calmAt, core)
  }

  /**
   * Goes on to an instant (microseconds), but no further than the end, and no longer than so many events: then it can be
   * called again. Whether all has come true is asked at instants of the run's own, so that it ends the same however it is
   * sliced.
   */
  advance(until: number, events = Number.POSITIVE_INFINITY): void {
    const { input, world } = this
    const { simulation } = world
    const target = Math.min(until, input.until)
    const limit = Math.min(simulation.events + events, this.#budget)
    while (this.#outcome === undefined && (this.now < target || this.now >= input.until)) {
      const asked = Math.min(this.#nextAsked(), input.until)
      const stop = Math.min(target, asked)
      const outcome = world.advance(stop, limit - simulation.events)
      if (outcome === "budget" && simulation.events < this.#budget) return
      if (outcome === "halted" && this.#options.stopAtViolation !== true) return
      if (outcome === "halted") this.#outcome = "done"
      else if (outcome === "quiescent") this.#outcome = this.#isDone() ? "done" : "quiescent"
      else if (outcome !== "horizon") this.#outcome = outcome
      else if (stop === asked && this.#isDone()) this.#outcome = "done"
      else if (stop >= input.until) this.#outcome = "horizon"
    }
  }

  /** The next instant at which it is asked whether all has come true: the calm, and at a steady pace after it. */
  #nextAsked(): number {
    const since = this.now - this.#input.calmAt
    return this.#input.calmAt + (since < 0 ? 0 : (Math.floor(since / askEvery) + 1) * askEvery)
  }

  /** Whether the storm is over, every call has returned, and all has come true that was to. */
  #isDone(): boolean {
    return this.#calm && this.#open === 0 && this.#waiting().length === 0
  }

  /** What the `eventually` invariants that are judged still wait for. */
  #waiting(): readonly string[] {
    return this.#judged.flatMap(({ judge, invariant }) =>
      invariant.kind === "eventually" ? (judge.waits?.() ?? []) : [],
    )
  }

  /** Plays to the end. */
  play(): RunResult {
    this.advance(this.input.until)
    return this.result()
  }

  /** Every promise as it stands just now. What an `eventually` waits for is not asked before the storm is over: that takes time. */
  get invariants(): readonly InvariantResult[] {
    return this.#judged
      .filter(({ wanted }) => wanted)
      .map((judged) => this.#resultOf(judged, this.#calm ? judged.judge.waits?.() : "judged once the storm is over"))
  }

  result(): RunResult {
    const { simulation } = this.world
    const { trace } = simulation
    const ended = this.#outcome ?? "horizon"
    const invariants = this.#judged
      .filter(({ wanted }) => wanted)
      .map((judged) => this.#resultOf(judged, judged.judge.waits?.()))
    const fired: Record<string, number> = {}
    for (const { kind } of this.world.fired) fired[kind] = (fired[kind] ?? 0) + 1
    const defect = this.#defect(ended)
    return {
      scenario: this.scenario,
      input: this.input,
      outcome: ended,
      ...(defect !== undefined && { defect }),
      digest: trace.digest,
      events: simulation.events,
      virtualMicros: simulation.now,
      wallMillis: performance.now() - this.#startedAt,
      verdict: this.#verdict(invariants),
      invariants,
      faultsFired: fired,
      figures: [...this.#byPart].flatMap(([as, { meter }]) =>
        meter.figures().map((figure) => ({ ...figure, name: as === "" ? figure.name : `${as}: ${figure.name}` })),
      ),
      trace,
      keyOf: (message) => this.world.keyOf(message),
      world: { nodes: this.cast },
    }
  }

  #resultOf(
    { part, invariant, judge, violation, spoiled, testedAt }: Judged,
    waits: string | undefined,
  ): InvariantResult {
    const { simulation } = this.world
    const exercised = judge.exercised()
    const closest = judge.closest?.()
    const base = {
      name: invariant.name,
      part: part.as,
      kind: invariant.kind,
      sentence: invariant.sentence,
      exercised,
      ...(testedAt !== undefined && { testedAt }),
      ...(closest !== undefined && { closest }),
    }
    if (spoiled !== undefined) {
      return { ...base, verdict: "unknown", waits: `not judged: more ${spoiled} than the design tolerates` }
    }
    if (violation !== undefined) return { ...base, verdict: "violated", violation }
    if (invariant.kind === "eventually") {
      // Cut short, nobody can say what would have come true.
      if (this.#cutShort) return { ...base, verdict: "unknown", waits: waits ?? "not judged: the run was cut short" }
      if (waits === undefined) return { ...base, verdict: exercised > 0 ? "holds" : "unknown" }
      if (this.#violated) return { ...base, verdict: "unknown", waits }
      const entry = Math.max(0, simulation.trace.length - 1)
      const proof = judge.pending?.() ?? { evidence: [] }
      const late = { because: `the storm is over, and still ${waits}`, ...proof, at: simulation.now, entry }
      return { ...base, verdict: "violated", violation: late, waits }
    }
    return { ...base, verdict: exercised > 0 ? "holds" : "unknown" }
  }

  /** Whether it ended, or was asked, before all could come true that was to. */
  get #cutShort(): boolean {
    const halted = this.#violated && this.#options.stopAtViolation === true
    const whole = this.#outcome === "done" || this.#outcome === "horizon" || this.#outcome === "quiescent"
    return !this.#calm || halted || !whole
  }

  #verdict(invariants: readonly InvariantResult[]): Verdict {
    if (invariants.some(({ verdict }) => verdict === "violated")) return "violated"
    const about = this.scenario.about
    const unknown = invariants.some(
      ({ verdict, part, name }) => verdict === "unknown" && about.includes(inPart(part, name)),
    )
    return unknown ? "unknown" : "holds"
  }

  #defect(outcome: RunOutcome): string | undefined {
    const { world } = this
    const escaped = world.simulation.sandbox.firstEscape
    if (escaped !== undefined) {
      return `${world.nodes[escaped.node]?.id ?? "the world"} reached for ${escaped.global} at ${escaped.site}`
    }
    const first: Defect | undefined = world.defects[0]
    if (first !== undefined) return `${first.node}: ${first.text.split("\n").slice(0, 3).join(" ")}`
    if (outcome === "quiescent") {
      const waiting = world.waiting().map(({ node, what, where }) => `${node}'s ${what} waits in ${where}`)
      return `nothing can happen any more${waiting.length > 0 ? `: ${waiting.join(", ")}` : ""}`
    }
    if (outcome === "budget") return `more than ${this.#budget} events by ${world.simulation.now} microseconds`
    return undefined
  }
}

/** Plays an input. A deadlock is played once more, to say who waits where. */
export const run = (scenario: Scenario, input: Input, options: RunOptions = {}): RunResult => {
  const result = new Run(scenario, input, options).play()
  return result.outcome === "quiescent" && options.diagnose !== true
    ? new Run(scenario, input, { ...options, diagnose: true }).play()
    : result
}
