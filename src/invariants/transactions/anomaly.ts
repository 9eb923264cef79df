/**
 * What can be wrong with a history of transactions, and the evidence of it. The names are Adya's (1999) and Elle's (2020);
 * fractured reads are Bailis et al.'s (2014). Transactions are named by the ids of their operations.
 */
import type { Element } from "./transaction.ts"

/** One step of a cycle: why one transaction comes before another. */
export type Dependency =
  | {
      /** It appended `earlier` to a key before the other appended `later`. */
      readonly kind: "ww"
      readonly from: string
      readonly to: string
      readonly key: string
      readonly earlier: Element
      readonly later: Element
      /** Who read `earlier` before `later`, or without it. */
      readonly seenBy: string
    }
  | {
      /** The other's read ended in what it appended (wr), or it read without what the other appended (rw). */
      readonly kind: "wr" | "rw"
      readonly from: string
      readonly to: string
      readonly key: string
      readonly element: Element
    }
  | {
      /** It had returned before the other was called, in one session (process) or anywhere (realtime). */
      readonly kind: "process" | "realtime"
      readonly from: string
      readonly to: string
    }

export type DependencyKind = Dependency["kind"]

type Variants<Name extends string> = Name | `${Name}-process` | `${Name}-realtime`

export type CycleName = Variants<"G0" | "G1c" | "G-single" | "G-nonadjacent" | "G2">

export interface Cycle {
  readonly name: CycleName
  /** Each step ends where the next begins, and the last where the first does. */
  readonly steps: readonly Dependency[]
  /** The ids of all operations that the steps rest on: those of the cycle in its order, then who saw them. */
  readonly operations: readonly string[]
}

/** What a few reads show by themselves; `operations` are the ids of all that it rests on. */
export type Observed = { readonly operations: readonly string[]; readonly key: string } & (
  | {
      /** A transaction read a key otherwise than it had itself read or left it: not `expected`, or not ending in it. */
      readonly name: "internal"
      readonly expected: readonly Element[]
      readonly whole: boolean
    }
  | {
      /** It read an element before it appended it. */
      readonly name: "future-read"
      readonly element: Element
    }
  | {
      /** Nobody ever appended what was read, or it was read twice in one list though appended once. */
      readonly name: "garbage-read" | "duplicate-elements"
      readonly element: Element
    }
  | {
      /** A reader, then who appended the element: one that did not commit (G1a), or that went on appending (G1b). */
      readonly name: "G1a" | "G1b"
      readonly element: Element
    }
  | {
      /** A reader, then one that did not commit, then one that committed and appended after it. */
      readonly name: "dirty-update"
      readonly aborted: Element
      readonly committed: Element
    }
  | {
      /** Two readers of which neither read a prefix of the other's, or a reader and one whose appends it read not as it did them. */
      readonly name: "incompatible-order"
    }
  | {
      /**
       * One that read a key and then appended `element`, then one that appended `lost` in between, then who saw it; without
       * the third, both had read the same version.
       */
      readonly name: "lost-update"
      readonly element: Element
      readonly lost: Element
    }
  | {
      /** A reader, then one whose append of `seen` to `seenKey` it read, but not its append of `element` to the key. */
      readonly name: "fractured-read"
      readonly seenKey: string
      readonly seen: Element
      readonly element: Element
    }
)

export type Anomaly = Observed | Cycle

export type AnomalyName = Anomaly["name"]

const kinds = ["G0", "G1c", "G-single", "G-nonadjacent", "G2"] as const

/** All names, the gravest anomaly first. */
export const anomalyNames: readonly AnomalyName[] = [
  "garbage-read",
  "duplicate-elements",
  "incompatible-order",
  "G0",
  "G1a",
  "dirty-update",
  "G1b",
  "future-read",
  "G1c",
  "internal",
  "fractured-read",
  "lost-update",
  "G-single",
  "G-nonadjacent",
  "G2",
  ...kinds.map((kind) => `${kind}-process` as const),
  ...kinds.map((kind) => `${kind}-realtime` as const),
]
