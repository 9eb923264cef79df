/**
 * A promise, as one sentence and a judge.
 *
 * `always` must hold at every instant, `eventually` once the storm is over, `sometimes` at least once. A judge sees the
 * trace entry by entry, as it happens, and keeps what it needs: nothing is asked of the nodes themselves, so no node can
 * say of itself that it is right.
 */
import type { Entry } from "#sim"

export type InvariantKind = "always" | "eventually" | "sometimes"

export type Verdict = "holds" | "violated" | "unknown"

/** The classes of faults that an invariant may need bounded. */
export type Assumption = "absence" | "amnesia" | "damage" | "time"

/** A step on the way to a violation. */
export interface Step {
  /** The entry of the trace at which it was taken. */
  readonly entry: number
  /** Who did what, and what it meant: a sentence in the system's words, without its instant. */
  readonly what: string
}

/** What a judge can tell of a promise that is not kept, beyond that it is not. */
export interface Proof {
  /** Entries of the trace that prove it, in order. */
  readonly evidence: readonly number[]
  /** What the promise required here, and what was seen instead. */
  readonly required?: string
  readonly seen?: string
  /** The steps that decided it, in order. */
  readonly steps?: readonly Step[]
  /** The entry with which it became false, where it shows only later. */
  readonly since?: number
}

/** Who said or did what when a promise broke. */
export interface Violation extends Proof {
  /** One sentence, for people: who promised what and where it was lost. */
  readonly because: string
}

/** How near a promise that held came to being broken. */
export interface Margin {
  /** The smaller, the nearer. */
  readonly value: number
  /** What `value` counts. */
  readonly of: string
  /** One sentence: what came so near. */
  readonly what: string
  /** When, in microseconds. */
  readonly at: number
}

/** Sees one run of one part of the world. */
export interface Judge {
  /** One entry of the part's trace, or of the world's (node -1). Returns the violation that it completes, if any. */
  see(entry: Entry): Violation | undefined
  /** How often the promise was put to the test so far; at 0 the verdict is unknown. */
  exercised(): number
  /** For `eventually`: what it still waits for, or nothing. Asked once the storm is over. */
  waits?(): string | undefined
  /** For `eventually`: what shows that it still waits. */
  pending?(): Proof
  /** The nearest it came to being broken so far, where that can be said. */
  closest?(): Margin | undefined
}

/** What a judge may know of its part besides the trace. */
export interface Stage {
  /** The id of the node with an index. */
  readonly name: (node: number) => string
  /** The nodes that are healed when the storm is over. */
  readonly core: readonly string[]
  /** The size of the part. */
  readonly size: Readonly<Record<string, number>>
}

export interface Invariant {
  /** In kebab case; what `--invariant` takes. */
  readonly name: string
  readonly kind: InvariantKind
  /** The promise. The same words are the test's title, the screen's row and the README's line. */
  readonly sentence: string
  /** The classes of faults that must stay within the design's budget for this promise to be judged. */
  readonly assumes: readonly Assumption[]
  readonly judge: (stage: Stage) => Judge
}
