/**
 * A session: a run under way, what hands have done to it, and the moment that is looked at.
 *
 * It knows no wall clock: `pass` says how much virtual time goes by. Looking back folds the film; doing something else back
 * there plays the input again from its start, in slices, with what hands had done by then, because fibers cannot be copied.
 * At every moment the session is an input, and playing that input headless leaves the same trace.
 */
import {
  type Input,
  type InvariantResult,
  inPart,
  nextOrdinal,
  Run,
  type RunResult,
  run,
  type Sayable,
  type Scenario,
} from "#run"
import { Kind } from "#sim"
import type { Design } from "#system"
import { type Fault, faultShape } from "#world"
import { Film } from "./film.ts"
import { choicesApart, labelTrials, sameDesign, type Trial, type TrialLabel } from "./trials.ts"
import type { View } from "./view.ts"

/** A session that nobody ends is over after an hour of virtual time, in microseconds. */
const longest = 3_600_000_000

/** For how long a fault plans that goes from node to node, where nobody says so, in microseconds. */
const usualPlan = 5_000_000

/** What a person did, and the instant from which it shows. */
type Deed =
  | { readonly _tag: "struck"; readonly at: number; readonly fault: Fault }
  | { readonly _tag: "healed"; readonly at: number; readonly id: string }

/** A fault as a person picks it: what and whom, from now on. */
export type Blow = Pick<Fault, "kind" | "target"> & Partial<Pick<Fault, "value" | "mode">>

/** A promise as it stood at a moment. */
export interface Standing {
  readonly name: string
  readonly kind: InvariantResult["kind"]
  readonly sentence: string
  readonly state: "broken" | "holds" | "untested"
  /** How it broke, or why nobody can say. */
  readonly words: string | undefined
  readonly brokeAt: number | undefined
  readonly exercised: number
}

/** A broken promise, with the entries that led to it. */
export interface Break {
  readonly name: string
  readonly sentence: string
  readonly because: string
  readonly at: number
  readonly entry: number
  /** The entries that prove it, and all that those go back to. */
  readonly chain: ReadonlySet<number>
}

/** A run that is being played again up to an instant, and what comes after that. */
interface Task {
  readonly run: Run
  readonly film: Film
  readonly until: number
  readonly why: string
  readonly afterwards: () => void
}

export interface SessionOptions {
  readonly seed?: number
  readonly design?: Design
  /** Instead of those of the story. */
  readonly faults?: readonly Fault[]
  /** Plays this input to its own end, instead of a story that is held open. */
  readonly input?: Input
}

/** What a session ends in. */
export interface Ending {
  /** The run to remember: under the design that broke its promise, if one did, else under the last one. */
  readonly result: RunResult
  readonly trials: readonly TrialLabel[]
  /** What the last design had different from that of the result. */
  readonly otherwise: Design
}

export class Session {
  readonly scenario: Scenario
  /** Whether the story is held open until somebody quits. */
  readonly open: boolean
  /** The input without what hands have done. */
  #origin: Input
  #deeds: readonly Deed[] = []
  #run: Run
  #film: Film
  #task: Task | undefined
  #trials: readonly Trial[] = []
  /** The moment looked at: undefined for the latest one. */
  #glance: { readonly index: number; readonly at: number } | undefined
  /** Whether time goes by. */
  playing = true
  /** Where replaying stops, in microseconds. */
  #stopAt: number | undefined
  /** How many broken promises have been noticed, and the one that was noticed last until somebody asks. */
  #noticed = 0
  #news: Break | undefined
  #breaks: readonly Break[] = []
  #sayable: Sayable | undefined

  constructor(scenario: Scenario, options: SessionOptions = {}) {
    this.scenario = scenario
    this.open = options.input === undefined
    const story = options.input ?? scenario.story(options.seed ?? 1, longest)
    const faults = options.faults ?? story.faults
    this.#origin = {
      ...story,
      design: { ...story.design, ...options.design },
      faults: this.open ? faults.map(planned) : faults,
    }
    this.#run = this.#start(this.#origin)
    this.#film = new Film(this.#run)
  }

  #start(input: Input): Run {
    return new Run(this.scenario, input, { haltAtViolation: true })
  }

  // What there is to see

  /** The run that is shown. */
  get run(): Run {
    return this.#run
  }

  get film(): Film {
    return this.#film
  }

  /** What must be known of the run that is shown to say what happened in it. */
  get sayable(): Sayable {
    const run = this.#run
    if (this.#sayable?.trace !== run.trace) {
      this.#sayable = {
        scenario: this.scenario,
        get input() {
          return run.input
        },
        world: { nodes: run.cast },
        trace: run.trace,
      }
    }
    return this.#sayable
  }

  /** The instant that has been reached, in microseconds. */
  get head(): number {
    return this.#run.now
  }

  /** The instant that is looked at. */
  get at(): number {
    return this.#glance?.at ?? this.head
  }

  /** How many entries of the trace have happened by the moment that is looked at. */
  get index(): number {
    return this.#glance?.index ?? this.#run.trace.length
  }

  get view(): View {
    return this.#glance === undefined ? this.#film.head : this.#film.at(this.#glance.index, this.#glance.at)
  }

  get mode(): "live" | "paused" | "past" | "replay" | "working" {
    if (this.#task !== undefined) return "working"
    if (this.#glance !== undefined) return this.playing ? "replay" : "past"
    return this.playing && !this.#run.ended ? "live" : "paused"
  }

  /** How far the playing again has come (0 to 1), and why it is done. */
  get progress(): { readonly share: number; readonly why: string } | undefined {
    const task = this.#task
    if (task === undefined) return undefined
    return { share: task.until === 0 ? 1 : task.run.now / task.until, why: task.why }
  }

  /** Every choice of the design as it is played now. */
  get design(): Design {
    return designOf(this.#run)
  }

  /** The designs that this input was played under, the current one last. */
  get trials(): readonly Trial[] {
    return [...this.#trials, this.#trial()]
  }

  #trial(): Trial {
    const { about } = this.scenario
    const results = this.#run.invariants
    const broken = results.filter(({ verdict }) => verdict === "violated")
    const first = Math.min(...broken.map(({ violation }) => violation?.at ?? this.head))
    const tested = results.some(
      ({ part, name, testedAt, kind }) =>
        about.includes(inPart(part, name)) && testedAt !== undefined && kind !== "eventually",
    )
    return {
      design: this.design,
      chosen: this.#origin.design,
      verdict: broken.length > 0 ? "violated" : tested ? "holds" : "unknown",
      brokeAt: broken.length > 0 ? first : undefined,
    }
  }

  /** Every promise as it stood at the moment that is looked at. */
  get standings(): readonly Standing[] {
    const { index } = this
    return this.#run.invariants.map(({ part, name, kind, sentence, violation, testedAt, exercised, waits }) => {
      const broken = violation !== undefined && violation.entry < index
      const tested = testedAt !== undefined && testedAt < index && (kind !== "eventually" || this.view.calm)
      return {
        name: inPart(part, name),
        kind,
        sentence,
        state: broken ? "broken" : tested ? "holds" : "untested",
        words: broken ? violation.because : tested ? undefined : waits,
        brokeAt: broken ? violation.at : undefined,
        exercised,
      }
    })
  }

  /** The promises that have broken by the latest moment, in the order in which they did. */
  get breaks(): readonly Break[] {
    const { invariants, trace } = this.#run
    const broken = invariants.filter(({ verdict }) => verdict === "violated")
    if (broken.length === this.#breaks.length) return this.#breaks
    this.#breaks = broken
      .flatMap(({ part, name, sentence, violation }): readonly Break[] => {
        if (violation === undefined) return []
        const chain = new Set<number>()
        for (const from of [...violation.evidence, violation.entry]) {
          for (let entry = from; entry >= 0 && !chain.has(entry); entry = trace.entry(entry).cause) chain.add(entry)
        }
        const { because, at, entry } = violation
        // What befell the world meanwhile belongs to the story.
        for (let each = Math.min(...violation.evidence, entry); each < entry; each++) {
          if (befalls.has(trace.entry(each).kind)) chain.add(each)
        }
        return [{ name: inPart(part, name), sentence, because, at, entry, chain }]
      })
      .sort((a, b) => a.entry - b.entry)
    return this.#breaks
  }

  /** The promise that broke since this was asked last: time has stopped there. */
  takeNews(): Break | undefined {
    const news = this.#news
    this.#news = undefined
    return news
  }

  // Time

  /**
   * Lets so much virtual time go by (microseconds), or plays on what is being played again, with no more than so many events.
   * Where a promise breaks meanwhile, time stops.
   */
  pass(micros: number, events = 50_000): void {
    if (this.#task !== undefined) this.#work(this.#task, events)
    else if (!this.playing) return
    else if (this.#glance !== undefined) this.#replay(this.at + micros)
    else this.#advance(this.head + micros, events)
  }

  #advance(until: number, events: number): void {
    this.#run.advance(until, events)
    this.#film.follow()
    this.#notice()
  }

  #notice(): void {
    const { breaks } = this
    if (breaks.length <= this.#noticed) return
    this.#news = breaks[this.#noticed]
    this.#noticed = breaks.length
    this.playing = false
  }

  #replay(until: number): void {
    const stop = Math.min(until, this.#stopAt ?? this.head)
    if (stop < this.head) this.#look(stop)
    else this.live()
    if (this.#stopAt !== undefined && stop >= this.#stopAt) {
      this.#stopAt = undefined
      this.playing = false
    }
  }

  /** Looks at an instant, after all that happened in it. */
  #look(at: number): void {
    this.#glance = { index: this.#run.trace.since(at + 1), at }
  }

  /** Looks at the latest moment again. */
  live(): void {
    this.#glance = undefined
  }

  /** Looks at an instant, no later than the latest moment, and stops there. */
  seek(at: number): void {
    this.playing = false
    this.#stopAt = undefined
    if (at >= this.head) this.live()
    else this.#look(Math.max(0, at))
  }

  /** Looks so many entries of the trace further on, or further back, and stops there. */
  step(entries: number): void {
    this.playing = false
    this.#stopAt = undefined
    const { trace } = this.#run
    const index = Math.max(1, this.index + entries)
    if (index < trace.length) this.#glance = { index, at: trace.entry(index - 1).at }
    else if (this.#glance === undefined && entries > 0) this.#next()
    else this.live()
  }

  /** Lets the run itself take a step: as little as makes an entry. */
  #next(): void {
    const { trace } = this.#run
    const before = trace.length
    while (trace.length === before && !this.#run.ended) this.#run.advance(this.head + 1_000_000, 1)
    this.#film.follow()
    this.#notice()
  }

  /** Looks at the next fault, cure or broken promise after the moment looked at, or the one before; says whether there is one. */
  jump(direction: 1 | -1): boolean {
    const { index } = this
    const entries = [...this.#film.marks.map(({ entry }) => entry), ...this.breaks.map(({ entry }) => entry)]
    // One looks at a mark when it is the latest entry that has happened.
    const beyond = entries.filter((entry) => (direction > 0 ? entry >= index : entry < index - 1))
    if (beyond.length === 0) return false
    const entry = direction > 0 ? Math.min(...beyond) : Math.max(...beyond)
    this.playing = false
    this.#stopAt = undefined
    this.#glance = { index: entry + 1, at: this.#run.trace.entry(entry).at }
    return true
  }

  /** Plays a stretch of the past once more and stops at its end. */
  again(from: number, until: number): void {
    this.#look(Math.max(0, from))
    this.#stopAt = Math.min(until, this.head)
    this.playing = true
  }

  // Hands

  /** Lets a fault befall the moment that is looked at. */
  strike(blow: Blow): void {
    this.#from("struck", () => {
      const at = this.head + 1
      const fault = planned({ ...blow, id: `f${nextOrdinal(this.#run.input.faults)}`, at })
      this.#deeds = [...this.#deeds, { _tag: "struck", at, fault }]
      this.#run.inject(fault)
      this.#advance(at, Number.POSITIVE_INFINITY)
    })
  }

  /** Ends faults that are in force at the moment that is looked at. One whose plan depends on its end cannot be ended early. */
  heal(ids: readonly string[]): void {
    this.#from("healed", () => {
      const at = this.head + 1
      const { faults } = this.#run.input
      for (const id of ids) {
        const fault = faults.find((each) => each.id === id)
        if (fault === undefined || planned(fault) !== fault) continue
        this.#deeds = [...this.#deeds, { _tag: "healed", at, id }]
        this.#run.heal(id)
      }
      this.#advance(at, Number.POSITIVE_INFINITY)
    })
  }

  /** Plays the same input, with all that hands have done, under another design up to now. */
  redesign(design: Design): void {
    const before = this.#trial()
    const origin = { ...this.#origin, design: { ...this.#origin.design, ...design } }
    this.#play(origin, this.#deeds, this.head, "the same faults under another design", () => {
      this.playing = true
      this.#notice()
      this.#trials = [...this.#trials.filter((trial) => !sameDesign(trial.design, before.design)), before].filter(
        (trial) => !sameDesign(trial.design, this.design),
      )
    })
  }

  /** Gives up what is being played again; nothing has changed. */
  cancel(): void {
    this.#task = undefined
  }

  /** Does something at the moment that is looked at: where that is past, what came after it is undone first. */
  #from(why: string, act: () => void): void {
    if (this.#glance === undefined) {
      act()
      return
    }
    const { at } = this.#glance
    const deeds = this.#deeds.filter((deed) => deed.at <= at)
    this.#play(this.#origin, deeds, at, `what was ${why} in the past`, () => {
      this.#noticed = this.breaks.length
      // What other designs made of another past says nothing of this one.
      this.#trials = []
      act()
    })
  }

  #play(origin: Input, deeds: readonly Deed[], until: number, why: string, after: () => void): void {
    const run = this.#start(inputOf(origin, deeds))
    const task = {
      run,
      film: new Film(run),
      until,
      why,
      afterwards: () => {
        this.#task = undefined
        this.#origin = origin
        this.#deeds = deeds
        this.#run = run
        this.#film = task.film
        this.#glance = undefined
        this.#stopAt = undefined
        this.#noticed = 0
        this.#breaks = []
        after()
      },
    }
    this.#task = task
  }

  #work(task: Task, events: number): void {
    const limit = task.run.world.simulation.events + events
    // A promise that breaks on the way interrupts, and is noticed in the end.
    while (task.run.now < task.until && !task.run.ended && task.run.world.simulation.events < limit) {
      task.run.advance(task.until, limit - task.run.world.simulation.events)
    }
    task.film.follow()
    if (task.run.now >= task.until || task.run.ended) task.afterwards()
  }

  // The end

  /** The input that this session is, if it is quit at an instant. */
  inputAt(calmAt: number): Input {
    if (!this.open) return this.#run.input
    const { operations, until } = this.scenario.story(this.#origin.seed, calmAt)
    const faults = this.#run.input.faults.filter(({ at }) => at < calmAt)
    return { ...this.#run.input, operations, faults, calmAt, until }
  }

  /**
   * Ends the session: the storm is over at the next whole millisecond, and the calm is played headless. A session that plays
   * an input to its own end goes on to that.
   */
  end(): Ending {
    this.cancel()
    const calmAt = (Math.floor(this.head / 1000) + 1) * 1000
    const trials = this.trials
    while (this.head < calmAt - 1 && !this.#run.ended) this.#run.advance(calmAt - 1)
    const input = this.inputAt(calmAt)
    if (this.open && !this.#run.ended) this.#run.settle(calmAt)
    while (!this.#run.ended) this.#run.advance(this.#run.input.until)
    const result = { ...this.#run.result(), input }
    const broke = trials.findLast(({ verdict }) => verdict === "violated")
    const labels = labelTrials(trials, this.scenario)
    if (result.verdict === "violated" || broke === undefined) return { result, trials: labels, otherwise: {} }
    const { design } = this
    return {
      result: run(this.scenario, { ...input, design: broke.chosen }),
      trials: labels,
      otherwise: Object.fromEntries(
        choicesApart([design, broke.design]).map((choice) => [choice, design[choice] ?? ""]),
      ),
    }
  }
}

const befalls = new Set<number>([Kind.fault, Kind.heal, Kind.crash, Kind.stopped, Kind.damage])

/** The faults that hands made, and the ends that they put to some, as part of an input. */
const inputOf = (origin: Input, deeds: readonly Deed[]): Input => {
  let faults = origin.faults
  for (const deed of deeds) {
    if (deed._tag === "struck") faults = [...faults, deed.fault]
    else faults = faults.map((fault) => (fault.id === deed.id ? { ...fault, for: deed.at - fault.at } : fault))
  }
  return { ...origin, faults }
}

/** A fault that goes from node to node must say how long it plans for, since nobody knows when the storm is over. */
const planned = (fault: Fault): Fault =>
  faultShape(fault.kind).optional && fault.value === undefined
    ? { ...fault, value: fault.for ?? usualPlan, for: fault.for ?? usualPlan }
    : fault

const designOf = (run: Run): Design =>
  Object.fromEntries(
    run.parts.flatMap(({ as, design }) => Object.entries(design).map(([choice, value]) => [inPart(as, choice), value])),
  )
