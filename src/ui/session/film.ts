/**
 * The film of a run: the view of its latest moment, and of any moment before. Views are kept at intervals, so that looking
 * anywhere folds a few thousand entries at most. It also remembers what a timeline shows: how busy the run was, and where
 * something befell it.
 */

import type { Run } from "#run"
import { type Entry, Kind } from "#sim"
import type { Picture } from "#system"
import { View } from "./view.ts"

/** So many entries lie between two views that are kept. */
const interval = 4096

/** How busy the run was is told in at most so many stretches of equal length; where they run out, two become one. */
const mostStretches = 512
const firstStretch = 50_000

/** Something worth jumping to. */
export interface Mark {
  readonly what: "fault" | "heal" | "calm"
  readonly at: number
  /** Its entry. */
  readonly entry: number
}

export class Film {
  readonly #run: Run
  readonly #kept: View[] = []
  readonly #marks: Mark[] = []
  #head: View
  #glance: View | undefined
  #stretch = firstStretch
  #busy: number[] = []

  constructor(run: Run) {
    this.#run = run
    const { nodes } = run.world
    const cast = run.cast
    const pictures = new Map<string, Picture>()
    for (const { as, system } of run.parts) {
      const picture = system.picture?.({
        name: (node) => nodes[node]?.id ?? "nobody",
        isClient: (node) => nodes[node]?.client === true,
      })
      if (picture !== undefined) pictures.set(as, picture)
    }
    this.#head = new View(cast, pictures)
    this.#kept.push(this.#head.copy())
  }

  /** The view of the latest moment. */
  get head(): View {
    return this.#head
  }

  /** What befell the run so far, in order. */
  get marks(): readonly Mark[] {
    return this.#marks
  }

  /** Entries per stretch since the start, and the length of a stretch in microseconds. */
  get activity(): { readonly busy: readonly number[]; readonly stretch: number } {
    return { busy: this.#busy, stretch: this.#stretch }
  }

  /** Sees what has happened since it looked last. */
  follow(): void {
    const { trace, now } = this.#run.world.simulation
    while (this.#head.index < trace.length) {
      const entry = trace.entry(this.#head.index)
      this.#head.see(entry)
      this.#note(entry)
      if (this.#head.index % interval === 0) this.#kept.push(this.#head.copy())
    }
    this.#head.reach(now)
  }

  /** The view after so many entries, at an instant not before the last of them. It lasts until the next one is asked for. */
  at(index: number, instant: number): View {
    const { trace } = this.#run.world.simulation
    const glance = this.#glance
    const near =
      glance !== undefined && glance.index <= index && index - glance.index < interval && glance.at <= instant
    const from = near ? glance : (this.#kept[Math.floor(index / interval)] as View).copy()
    while (from.index < index) from.see(trace.entry(from.index))
    from.reach(instant)
    this.#glance = from
    return from
  }

  #note(entry: Entry): void {
    const { at, index, kind } = entry
    if (kind === Kind.fault) this.#marks.push({ what: "fault", at, entry: index })
    if (kind === Kind.heal) this.#marks.push({ what: "heal", at, entry: index })
    if (kind === Kind.calm) this.#marks.push({ what: "calm", at, entry: index })
    while (at >= this.#stretch * mostStretches) {
      const pairs = this.#busy
      this.#busy = Array.from(
        { length: Math.ceil(pairs.length / 2) },
        (_, i) => (pairs[2 * i] ?? 0) + (pairs[2 * i + 1] ?? 0),
      )
      this.#stretch *= 2
    }
    const place = Math.floor(at / this.#stretch)
    while (this.#busy.length <= place) this.#busy.push(0)
    this.#busy[place] = (this.#busy[place] as number) + 1
  }
}
