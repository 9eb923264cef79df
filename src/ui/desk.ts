/**
 * The desk: what a person has in front of them. It turns keys into what they do to the session and to what is shown, and makes
 * the scene of each frame. It reads no wall clock: `frame` tells it how much time has gone by.
 */
import { encodeToken, run, type Scenario } from "#run"
import type { Design } from "#system"
import { type Fault, type FaultKind, faultShape } from "#world"
import { aboutEntry, aboutNode } from "./about.ts"
import { Browse } from "./browse.ts"
import { bindingOf, bindings } from "./keys.ts"
import type { Listing } from "./listing.ts"
import { palette, type Stroke, spellBlow, type Target } from "./menus.ts"
import { type Matter, type Menu, Overlays, type Page, type Picked } from "./overlays.ts"
import { isPainted } from "./panels/own.ts"
import { everyPanel, type Hint, type Link, type PanelName, panelNames, type Row, type Scene } from "./scene.ts"
import { type Break, Session } from "./session/session.ts"
import { labelTrials } from "./session/trials.ts"
import type { NodeView } from "./session/view.ts"
import type { ThemeName } from "./terminal/theme.ts"

/** How fast virtual time may go, in virtual seconds per second. */
const speeds = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32, 64]
const usualSpeed = speeds.indexOf(1)

/** So much work is done in a frame at most while a run is played again, in events. */
const slice = 12_000

/** How long a toast stays, in wall milliseconds. */
const toastMillis = 4000

/** A second of virtual time, in microseconds. */
const second = 1_000_000

export interface DeskOptions {
  readonly session: Session
  readonly scenarios: readonly Scenario[]
  /** Looks at this instant first, in microseconds. */
  readonly at?: number
  /** Puts text into the person's clipboard. */
  readonly copy?: (text: string) => void
  readonly theme?: (next: ThemeName) => void
}

export class Desk {
  session: Session
  readonly #options: DeskOptions
  #speed = usualSpeed
  /** The speed to go back to when a replay is over. */
  #speedBefore: number | undefined
  #focus: PanelName = "nodes"
  #zoomed = false
  #selected = 0
  #link = 0
  readonly #browse = new Browse()
  readonly #overlays = new Overlays()
  /** The broken promise that is shown, and the latest that was. */
  #broken: Break | undefined
  #lit: Break | undefined
  #replaying = false
  #toast: { readonly words: string; readonly tone: "ok" | "warn" | "bad"; until: number } | undefined
  /** Keys that were pressed while a run was played again. */
  readonly #waiting: string[] = []
  #wall = 0
  #slow: number | undefined
  #theme: ThemeName = "dark"
  #struck = false
  /** Whether the person has asked to leave, and whether the last frame is to stay. */
  left: "no" | "quit" | "keep" = "no"

  constructor(options: DeskOptions) {
    this.#options = options
    this.session = options.session
    this.#begin(options.at)
  }

  /** Goes to where the scenario opens; or to an instant to look at, whatever breaks on the way. */
  #begin(at?: number): void {
    const { session } = this
    const opens = at ?? session.scenario.opening?.at ?? 0
    while (session.head < opens && !session.run.ended && (session.playing || at !== undefined)) {
      session.playing = true
      session.pass(opens - session.head)
    }
    this.#selected = this.#chief()
    if (this.#own() !== undefined) this.#focus = "system"
    else if (this.#focus === "system") this.#focus = "nodes"
    this.#notice()
    if (at !== undefined) session.playing = false
  }

  /** The node that the others look to, which is the one that people want to break. */
  #chief(): number {
    const { nodes } = this.session.view
    return Math.max(
      0,
      nodes.findIndex(({ picture }) => picture?.chief === true),
    )
  }

  // Frames

  /** Lets wall time go by (milliseconds since the last frame); says whether there is anything new to see. */
  frame(millis: number): boolean {
    const { session } = this
    this.#wall += millis
    const before = this.#stamp()
    if (session.mode === "working") session.pass(0, slice)
    else session.pass(Math.round(Math.min(millis, 100) * 1000 * (speeds[this.#speed] as number)))
    this.#notice()
    if (session.mode !== "working") for (const key of this.#waiting.splice(0)) this.press(key)
    if (this.#replaying && session.mode !== "replay") this.#replayed()
    if (this.#toast !== undefined && this.#wall >= this.#toast.until) this.#toast = undefined
    return this.#stamp() !== before
  }

  /** Whether time goes by, or work is done, so that frames are wanted. */
  get moving(): boolean {
    const { mode } = this.session
    const time = mode === "live" || mode === "replay" || mode === "working"
    return time || this.#toast !== undefined || this.#browse.searching
  }

  #stamp(): string {
    const { session } = this
    return `${session.at} ${session.index} ${session.mode} ${session.progress?.share ?? ""} ${this.#toast?.words ?? ""} ${this.#browse.searching}`
  }

  /** Shows a promise that has just broken. */
  #notice(): void {
    const news = this.session.takeNews()
    if (news === undefined) return
    this.#broken = news
    this.#lit = news
    this.#overlays.close()
    this.#browse.scroll = 0
  }

  #replayed(): void {
    this.#replaying = false
    if (this.#speedBefore !== undefined) this.#speed = this.#speedBefore
    this.#speedBefore = undefined
    this.#broken = this.#lit
  }

  /** Says that fewer frames are drawn than were wanted. */
  draws(fps: number | undefined): void {
    this.#slow = fps
  }

  // Keys

  press(key: string): void {
    if (this.#browse.typing || this.#overlays.isOpen) {
      if (key === "ctrl+c") this.quit()
      else if (this.#browse.typing) this.#browse.type(key)
      else this.#pick(this.#overlays.press(key, this.#matter()))
      return
    }
    if (this.session.mode === "working") {
      if (key === "escape") this.session.cancel()
      else if (key === "q" || key === "Q" || key === "ctrl+c") bindingOf(key)?.act(this, key)
      else this.#waiting.push(key)
      return
    }
    const broken = this.#broken
    const binding = bindingOf(key)
    if (broken !== undefined) {
      this.#broken = undefined
      // Any key goes on; one with a meaning of its own does that instead.
      if (binding === undefined || key === "space" || key === "enter" || key === "escape") {
        this.session.live()
        this.session.playing = true
        return
      }
    }
    if (binding === undefined) return
    const idle = binding.idle?.(this)
    if (idle === undefined) binding.act(this, key)
    else this.say(idle, "warn")
  }

  say(words: string, tone: "ok" | "warn" | "bad" = "ok"): void {
    this.#toast = { words, tone, until: this.#wall + toastMillis }
  }

  quit(keep = false): void {
    this.left = keep ? "keep" : "quit"
  }

  // Time

  toggle(): void {
    const { session } = this
    if (session.run.ended && session.mode === "paused") {
      this.say("the run is over: look back, or pick a scenario with p", "warn")
      return
    }
    session.playing = !session.playing
  }

  step(entries: number): void {
    this.session.step(entries)
    this.#browse.scroll = 0
  }

  shift(micros: number): void {
    const { session } = this
    const to = session.at + micros
    if (micros > 0 && session.mode === "paused") session.run.ended || this.#through(micros)
    else session.seek(to)
  }

  /** Lets the run itself go on for so long, where it is looked at already. */
  #through(micros: number): void {
    const { session } = this
    session.playing = true
    session.pass(micros, Number.POSITIVE_INFINITY)
    session.playing = false
    this.#notice()
  }

  scrub(direction: 1 | -1): void {
    const { session } = this
    session.seek(session.at + direction * Math.max(1000, Math.round(session.head / 20)))
  }

  jump(direction: 1 | -1): void {
    if (!this.session.jump(direction))
      this.say(direction > 0 ? "nothing befell it after this" : "nothing befell it before this", "warn")
    this.#browse.scroll = 0
  }

  seek(at: number): void {
    this.session.seek(at)
    this.#browse.scroll = 0
  }

  live(): void {
    this.session.live()
    this.#browse.scroll = 0
  }

  faster(direction: 1 | -1): void {
    this.#speed = Math.min(speeds.length - 1, Math.max(0, this.#speed + direction))
  }

  again(): void {
    const { session } = this
    const until = this.#lit?.at ?? session.at
    session.again(until - second, until)
    this.#speedBefore ??= this.#speed
    this.#speed = 0
    this.#replaying = true
  }

  // Hands

  #node(): NodeView | undefined {
    return this.session.view.nodes[this.#selected]
  }

  #target(): Target | undefined {
    const { nodes } = this.session.view
    if (this.#focus === "messages") {
      const link = this.#links()[this.#link]
      const from = nodes[link?.from ?? -1]
      const to = nodes[link?.to ?? -1]
      if (from !== undefined && to !== undefined) return { _tag: "link", from: from.id, to: to.id }
    }
    const node = this.#node()
    return node === undefined ? undefined : { _tag: "node", ...node }
  }

  #inForce(): readonly Fault[] {
    return this.session.view.troubles.map(({ fault }) => fault)
  }

  /** Strikes the selected node with a fault of a kind in its usual strength, or ends that fault if it is in force. */
  strikeNode(kind: FaultKind): void {
    const node = this.#node()
    if (node === undefined) return
    const target: Target = { _tag: "node", ...node }
    this.#strikeKind(kind, target)
  }

  /** The same for what the selected node or link sends. */
  strikeLinks(kind: FaultKind): void {
    const target = this.#target()
    if (target !== undefined) this.#strikeKind(kind, target)
  }

  #strikeKind(kind: FaultKind, target: Target): void {
    if (kind === "crash" && target._tag === "node" && this.#restart(target.id)) return
    const row = palette(target, this.session.view, new Map()).find(({ value }) => value.kind === kind)
    if (row !== undefined) this.#strike(row.value)
    else if (target._tag === "node" && target.client)
      this.say(`${target.id} is a client: it has no disk, no clock and no power of its own`, "warn")
  }

  /** Ends what keeps a node down, if anything does. */
  #restart(id: string): boolean {
    const node = this.session.view.nodes.find((each) => each.id === id)
    if (node?.health !== "down" && node?.health !== "stopping") return false
    const down = this.#inForce().filter(
      ({ kind, target }) => (kind === "crash" || kind === "stop" || kind === "wipe") && target === id,
    )
    if (down.length === 0) {
      this.say(`${id} is down for another reason: H heals everything`, "warn")
      return true
    }
    this.session.heal(down.map((fault) => fault.id))
    this.say(`${id} starts again`)
    return true
  }

  #strike({ healed, ...blow }: Stroke): void {
    this.#struck = true
    if (healed !== undefined) {
      this.session.heal([healed])
      this.say(`${blow.kind} on ${blow.target} ends`)
    } else {
      this.session.strike(blow)
      const { sentence, instant } = faultShape(blow.kind)
      this.say(
        `${spellBlow(blow)}: ${sentence}${instant ? "" : blow.kind === "crash" ? " (x starts it again)" : " (H heals)"}`,
        "bad",
      )
    }
    this.#notice()
  }

  healAll(): void {
    const ids = this.#inForce().map(({ id }) => id)
    this.session.heal(ids)
    this.say(`${ids.length} ${ids.length === 1 ? "fault ends" : "faults end"}`)
    this.#notice()
  }

  // Looking

  /** The first system of the run that has a panel of its own, with its picture. */
  #own(): Scene["own"] {
    for (const { as, system } of this.session.run.parts) {
      const picture = isPainted(system.name) ? this.session.view.picture(as) : undefined
      if (picture !== undefined) return { system: system.name, picture }
    }
    return undefined
  }

  focusOn(panel: PanelName | 1 | -1): void {
    if (panel === "system" && this.#own() === undefined) return
    if (typeof panel === "string") this.#focus = panel
    else {
      const names: readonly PanelName[] = this.#own() === undefined ? panelNames : everyPanel
      const nth = names.indexOf(this.#focus) + panel
      this.#focus = names[(nth + names.length) % names.length] as PanelName
    }
  }

  zoom(): void {
    this.#zoomed = !this.#zoomed
  }

  move(rows: number): void {
    if (this.#focus === "trace") this.#browse.scrollBy(-rows)
    else if (this.#focus === "messages") {
      const most = this.#links().length - 1
      this.#link = Math.min(most, Math.max(0, this.#link + Math.sign(rows)))
    } else if (this.#focus === "timeline") this.scrub(rows < 0 ? 1 : -1)
    else {
      const most = this.session.view.nodes.length - 1
      this.#selected = Math.min(most, Math.max(0, this.#selected + Math.sign(rows)))
    }
  }

  type(): void {
    this.#browse.typing = true
    this.#focus = "trace"
  }

  showEvery(): void {
    this.#browse.every = !this.#browse.every
    this.#browse.scroll = 0
  }

  /** Looks at the next entry that the trace panel shows. */
  nextMatch(direction: 1 | -1): void {
    const { session } = this
    const { index } = session
    const listing = this.#list()
    const entry =
      direction < 0
        ? listing.rows(index - 1, 1, 0, nothing)[0]?.entry.index
        : listing.after(index, session.run.trace.length)
    if (entry === undefined) this.say("no other entry is shown there", "warn")
    else this.step(entry + 1 - index)
  }

  changeTheme(): void {
    this.#theme = this.#theme === "dark" ? "light" : "dark"
    this.#options.theme?.(this.#theme)
  }

  escape(): void {
    if (this.#zoomed) this.#zoomed = false
    else if (this.#browse.filter !== "") this.#browse.filter = ""
    else this.live()
  }

  copyLine(): void {
    const { session } = this
    const input = session.inputAt((Math.floor(session.head / 1000) + 1) * 1000)
    const token = encodeToken(input, run(session.scenario, input, { keep: "nothing" }).digest, session.scenario)
    if (token === undefined) this.say("too long for a token; quit with --save FILE instead", "warn")
    else if (this.#options.copy === undefined) this.say("this terminal has no clipboard", "warn")
    else {
      this.#options.copy(`npx snowglobe replay ${token}`)
      this.say("copied: npx snowglobe replay …")
    }
  }

  // Overlays

  open(what: Menu | Page): void {
    this.#overlays.open(what)
  }

  #matter(): Matter {
    const { scenarios } = this.#options
    return { session: this.session, scenarios, target: this.#target(), detail: () => this.#detail() }
  }

  #pick(picked: Picked | undefined): void {
    if (picked?.menu === "palette") this.#strike(picked.value)
    else if (picked?.menu === "designs") this.#redesign(picked.value)
    else if (picked?.menu === "picker") this.#play(picked.value)
  }

  #redesign(design: Design): void {
    const now = this.session.design
    if (Object.entries(design).every(([choice, value]) => now[choice] === value))
      this.say("that is the design now", "warn")
    else this.session.redesign(design)
  }

  #play(scenario: Scenario): void {
    this.session = new Session(scenario)
    this.#broken = undefined
    this.#lit = undefined
    this.#struck = false
    this.#link = 0
    this.#browse.scroll = 0
    this.#begin()
  }

  #detail(): { readonly title: string; readonly lines: readonly string[] } {
    const { sayable, index, view } = this.session
    const node = this.#node()
    if (this.#focus === "trace" || node === undefined) {
      return { title: "entry", lines: aboutEntry(sayable, (entry) => this.#list().say(entry), index) }
    }
    return { title: node.id, lines: aboutNode(node, view) }
  }

  // The scene

  #links(): readonly Link[] {
    const { view } = this.session
    const { nodes } = view
    const links: Link[] = []
    const seen = new Set<number>()
    const add = (from: number, to: number) => {
      const key = from * nodes.length + to
      if (from === to || to < 0 || seen.has(key)) return
      seen.add(key)
      const usual = view.usual(from, to)
      links.push({ from, to, ...(usual !== undefined && { usual }) })
    }
    const servers = nodes.filter(({ client }) => !client)
    for (const from of servers) for (const to of servers) add(from.index, to.index)
    // Clients talk to whom they like: only what is said just now.
    const talk = [...view.flights, ...view.fallen.filter(({ fellAt }) => fellAt > view.at - 2 * second)]
    for (const { from, to } of talk.sort((a, b) => a.from - b.from || a.to - b.to)) add(from, to)
    return links
  }

  #list(): Listing {
    const { sayable, index } = this.session
    return this.#browse.list(sayable, index, this.#broken?.chain)
  }

  #question(): string {
    const { session } = this
    if (session.progress !== undefined) return ""
    if (!this.#struck) return session.scenario.opening?.question ?? ""
    if (session.breaks.length > 0 && session.trials.length === 1)
      return "Press d: the same faults under another design."
    return ""
  }

  #hints(): readonly Hint[] {
    if (this.#browse.typing)
      return [hint("enter", "keep"), hint("esc", "clear"), hint("!", "in front: what does not match")]
    if (this.#overlays.isOpen) return [hint("esc", "close")]
    if (this.session.mode === "working") return [hint("esc", "give up"), hint("q", "quit")]
    return bindings
      .filter((each) => each.hint !== undefined && each.idle?.(this) === undefined)
      .map(({ shown, hint: label }) =>
        hint(shown, shown === "space" && !this.session.playing ? "go on" : (label ?? "")),
      )
  }

  scene(): Scene {
    const { session } = this
    const { view, film, index } = session
    const mode = session.mode === "paused" && session.run.ended ? "over" : session.mode
    const list = this.#list()
    const lit = this.#lit?.chain ?? nothing
    return {
      mode,
      progress: session.progress,
      scenario: session.scenario.name,
      seed: session.run.input.seed,
      speed: speeds[this.#speed] as number,
      slow: this.#slow,
      trials: labelTrials(session.trials, session.scenario),
      standings: session.standings,
      headline: view.headlines.join(" "),
      question: this.#question(),
      view,
      own: this.#own(),
      head: session.head,
      activity: film.activity,
      marks: film.marks,
      breaks: session.breaks,
      broken: this.#broken,
      rows: (most): readonly Row[] => list.rows(index, most, this.#browse.scroll, lit),
      scroll: this.#browse.scroll,
      filter: this.#browse.filter,
      matches: this.#browse.filter === "" ? undefined : list.count(index),
      typing: this.#browse.typing,
      every: this.#browse.every,
      focus: this.#focus,
      zoomed: this.#zoomed,
      selected: this.#selected,
      links: this.#links(),
      link: this.#link,
      say: (entry) => list.say(session.run.trace.entry(entry)),
      overlay: this.#overlays.overlay(this.#matter()),
      toast: this.#toast,
      hints: this.#hints(),
    }
  }
}

const nothing: ReadonlySet<number> = new Set()

const hint = (keys: string, label: string): Hint => ({ keys, label })
