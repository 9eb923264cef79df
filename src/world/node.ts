/**
 * A machine: an id, a place, a clock and a disk that outlive what runs on it, and at most one life at a time.
 *
 * Faults overlap, so a node counts what keeps it down or frozen, and comes back when the last of them ends.
 */
import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as FileSystem from "effect/FileSystem"
import { HardwareClock, hashText } from "#sim"
import type { Disk } from "./disk.ts"
import type { Facts } from "./facts.ts"
import type { Life } from "./life.ts"
import type { Network } from "./network.ts"
import type { Wiring } from "./wiring.ts"

/** What a program finds on a node, besides Effect's own clock and chance. */
export type Hardware = Network | FileSystem.FileSystem | Facts

/** What runs on a node; told whether this is its first life, and whether its disk was ever replaced by an empty one. */
export type Program = (founding: boolean, replaced: boolean) => Effect.Effect<void, never, Hardware>

export interface NodeOptions {
  readonly id: string
  readonly region: string
  /** A client asks, and is never broken by faults on nodes. */
  readonly client: boolean
  /** The part it belongs to. */
  readonly part: string
  readonly wiring: Wiring
  readonly program: Program
}

export class Node {
  readonly index: number
  readonly id: string
  readonly region: string
  readonly client: boolean
  readonly part: string
  readonly wiring: Wiring
  readonly program: Program
  /** Names its dice. */
  readonly name: number
  readonly clock = new HardwareClock()
  readonly disk: Disk
  life: Life | undefined = undefined
  /** The fiber of its program, while it lives. */
  main: Fiber.Fiber<void> | undefined = undefined
  lives = 0
  /** How many faults keep it down, and how many freeze it. */
  downs = 0
  pauses = 0
  /** Its disk was replaced: what it had promised is gone. */
  replaced = false
  /** By how much faults slow its disk down. */
  readonly slowdowns: number[] = []
  /** Switched off for good when the storm is over. */
  gone = false

  constructor(index: number, options: NodeOptions, disk: Disk) {
    this.index = index
    this.id = options.id
    this.region = options.region
    this.client = options.client
    this.part = options.part
    this.wiring = options.wiring
    this.program = options.program
    this.name = hashText(options.id)
    this.disk = disk
  }

  get up(): boolean {
    return this.life !== undefined
  }
}
