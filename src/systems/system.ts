/**
 * The shape of a system: what a folder of `src/systems` offers to the rest.
 *
 * A system does not know that it is simulated. It sees Effect's own Clock, Random and FileSystem, and the Network and
 * Facts of `#world`; everything that decides which run it is in lies outside.
 */
import type * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Schema from "effect/Schema"
import type { Arbitrary } from "fast-check"
import type { Invariant, Outcome } from "#invariants"
import type { Entry } from "#sim"
import type { Facts, FaultKind, Network } from "#world"

/** A chosen value for each choice. */
export type Design = Readonly<Record<string, string>>

/** A chosen number for each knob. */
export type Size = Readonly<Record<string, number>>

export interface DesignValue {
  /** What it does, as one sentence. */
  readonly sentence: string
  /** The invariants it breaks; none means it is sound. */
  readonly breaks: readonly string[]
  /** Invariants that it does not break by itself but does not promise either. */
  readonly notPromised?: readonly string[]
}

export interface Choice {
  /** The question it answers. */
  readonly sentence: string
  /** Always a sound value. */
  readonly default: string
  readonly values: Readonly<Record<string, DesignValue>>
}

export interface Knob {
  readonly sentence: string
  readonly min: number
  readonly max: number
  readonly default: number
}

/** Values of several choices that break together what none of them breaks by itself. */
export interface Pair {
  readonly values: Design
  readonly breaks: readonly string[]
  readonly notPromised?: readonly string[]
}

/** A node that a system asks for. */
export interface NodeSpec {
  readonly id: string
  readonly role: string
  readonly region: string
}

/** What a node knows of itself when it starts. */
export interface Boot {
  readonly id: string
  /** Every node of the part, in order, itself included. */
  readonly peers: readonly string[]
  /** Whether the cluster is being founded: an operator says so once, when disks are still empty by right. */
  readonly founding: boolean
  /** Whether its disk was ever replaced by an empty one: an operator knows, the node cannot. */
  readonly replaced: boolean
  readonly size: Size
  readonly design: Design
}

/** A client as an operation finds it. */
export interface ClientSpec {
  readonly id: string
  readonly peers: readonly string[]
  readonly size: Size
  readonly design: Design
}

/** How much of each class of faults a design withstands. */
export interface Budget {
  /** Nodes absent at the same time. */
  readonly absent: number
  /** Nodes ever damaged; a damaged node counts as absent until it was rebuilt from a quorum. */
  readonly damaged: number
  /** The kinds of damage it withstands at all. */
  readonly damages: readonly FaultKind[]
  /** The largest drift of a clock, in parts per million. */
  readonly drift: number
  /** The largest skew or jump of a clock, in microseconds. */
  readonly jump: number
}

/** A figure that a run measured. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** Measures a run, entry by entry. */
export interface Meter {
  see(entry: Entry): void
  figures(): readonly Figure[]
}

/** How far a node's log has come: positions, the last entry in memory first. */
export interface LogMarks {
  readonly last: number
  readonly durable: number
  readonly commit: number
  readonly applied: number
}

/** A node as the screen shows it. */
export interface NodePicture {
  /** Its office, in one word. */
  readonly role: string
  /** Whether it holds the office that the others look to. */
  readonly chief: boolean
  /** The reign it counts itself to, in its system's word: an epoch, a term, a generation. */
  readonly term: string
  readonly log?: LogMarks
}

/** What a picture may know of its part besides the trace. */
export interface PictureStage {
  readonly name: (node: number) => string
  readonly isClient: (node: number) => boolean
}

/** A part as the screen shows it, followed entry by entry. It can be copied, so that a moment that is past can be drawn. */
export interface Picture {
  see(entry: Entry): void
  /** A node, where there is something to say of it. */
  node(index: number): NodePicture | undefined
  /** By how much the slowest copy that is up shows less than it should, in microseconds. */
  lag(at: number): number
  /** How things stand, as one sentence. */
  headline(): string
  copy(): Picture
}

export interface System<Call = unknown, Session = unknown> {
  readonly name: string
  readonly sentence: string
  readonly designs: Readonly<Record<string, Choice>>
  readonly pairs?: readonly Pair[]
  readonly size: Readonly<Record<string, Knob>>
  /** The nodes of a part of this size. */
  readonly nodes: (size: Size) => readonly NodeSpec[]
  /** How many clients it has. */
  readonly clients: (size: Size) => number
  /** A node's program, run again after each restart. */
  readonly boot: (boot: Boot) => Effect.Effect<void, never, Network | FileSystem.FileSystem | Facts>
  /** The words between nodes; in check mode every message takes the way through it. */
  readonly message: Schema.Codec<unknown, unknown>
  readonly call: Schema.Codec<Call, unknown>
  readonly calls: (size: Size) => Arbitrary<Call>
  readonly session: (client: ClientSpec) => Session
  /** Carries out one call for a client; `id` names the operation. */
  readonly perform: (call: Call, session: Session, id: string) => Effect.Effect<Outcome, never, Network>
  readonly invariants: readonly Invariant[]
  readonly tolerates: (size: Size, design: Design) => Budget
  /** The sets of nodes large enough to make progress, from which a core is drawn. */
  readonly cores: (size: Size) => readonly (readonly string[])[]
  readonly measure: (stage: { readonly name: (node: number) => string; readonly size: Size }) => Meter
  /** What the screen shows of a part besides what it shows of every one. */
  readonly picture?: (stage: PictureStage) => Picture
  /** A message, call, answer (an `ok` outcome) or fact in a few words. */
  readonly say: (thing: unknown) => string
  /** Whether a fact is worth a line of its own when a run is told in short. */
  readonly isTurningPoint: (fact: unknown) => boolean
}
