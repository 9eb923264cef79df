/**
 * The rules of the session guarantees (Terry et al., 1994), once: for the judges that watch a run and know the
 * versions, and for the checkers of a history, which have to find an order of the versions first.
 */

export interface SessionRule {
  readonly name: string
  /** The promise. */
  readonly sentence: string
  /** Whether a session remembers what it wrote (or else: what it read), and never reads anything older. */
  readonly remembers: (wrote: boolean) => boolean
}

export const ownWrites: SessionRule = {
  name: "read-your-writes",
  sentence: "A session never reads a key older than its own acknowledged write of it.",
  remembers: (wrote) => wrote,
}

export const ownReads: SessionRule = {
  name: "monotonic-reads",
  sentence: "A session never reads a key older than it has read it before.",
  remembers: (wrote) => !wrote,
}

/**
 * What may be read at each place: nothing older than its bound. A bound is a version where their order is known; where
 * it is sought, it is a node in the graph of what must not be older than what.
 */
export class Memory<Bound> {
  readonly #bounds = new Map<string, Bound>()
  readonly #join: (known: Bound, learnt: Bound) => Bound

  /** `join` tells the least that is not older than either. */
  constructor(join: (known: Bound, learnt: Bound) => Bound) {
    this.#join = join
  }

  at(place: string): Bound | undefined {
    return this.#bounds.get(place)
  }

  remember(place: string, learnt: Bound): void {
    const known = this.#bounds.get(place)
    this.#bounds.set(place, known === undefined ? learnt : this.#join(known, learnt))
  }
}
