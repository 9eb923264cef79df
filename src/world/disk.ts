/**
 * The disk of a node: what a power loss leaves of it, and the ways in which it fails.
 *
 * Programs use it as Effect's `FileSystem`, one for each life of the node. As on a real disk a write is only buffered,
 * `File.sync` makes the contents of a file durable, and a name is durable only once its directory was opened ("r") and
 * synced. Nothing here knows when things happen: whoever owns the node turns faults on and off.
 */
import type * as FileSystem from "effect/FileSystem"
import { below, between } from "#sim"
import type { PowerLoss } from "./disk-contents.ts"
import { Image } from "./disk-image.ts"
import { fileSystemOf } from "./disk-system.ts"
import type { Range } from "./wiring.ts"

export type { PowerLoss } from "./disk-contents.ts"

/** What a disk asks of the life of the node it serves. */
export interface DiskHost {
  /** Calls back after so many microseconds, unless this life has ended by then. */
  readonly after: (micros: number, task: () => void) => void
  /** A fresh int32 die named by the cause of the running fiber. */
  readonly die: () => number
  /** Microseconds now, for file times. */
  readonly now: () => number
  /** For the trace: what happened, as plain data. */
  readonly note: (
    what: "write" | "sync" | "damage" | "refuse",
    value: { readonly path: string; readonly bytes?: number; readonly offset?: number; readonly how?: string },
  ) => void
}

/** How many changes that were not durable a power loss took, cut or left, and where it took or cut them. */
export interface Losses {
  readonly lost: number
  readonly torn: number
  readonly kept: number
  readonly paths: readonly string[]
}

export class Disk {
  readonly #sync: Range
  #image = new Image()
  #life = 0
  #stalled = false
  #waiting: (() => void)[] = []

  /** Syncs that are called meanwhile succeed and make nothing durable; the next honest one covers what they left out. */
  lying = false
  /** Nothing can be made, and no file can grow. */
  full = false
  /** How many times longer a sync takes. */
  slow = 1
  /** The next write over or behind existing bytes lands on lower ones instead, once. */
  misdirecting = false

  /** `sync`: the least and the most microseconds of one sync. */
  constructor(options: { readonly sync: Range }) {
    this.#sync = options.sync
  }

  /** For one life of the node. The file systems of earlier lives, and their open files, are dead from now on. */
  fileSystem(host: DiskHost): FileSystem.FileSystem {
    this.#endLife()
    const life = this.#life
    return fileSystemOf(
      {
        faults: this,
        image: this.#image,
        alive: () => life === this.#life,
        stalled: () => this.#stalled,
        whenFree: (task) => this.#whenFree(task),
        syncMicros: (die) => Math.round(between(die, ...this.#sync) * this.slow),
      },
      host,
    )
  }

  /** Ends the life that was served, and decides what becomes of the changes that were not durable. */
  powerLoss(mode: PowerLoss, die: (n: number) => number): Losses {
    this.#endLife()
    let asked = 0
    const { lost, torn, kept, paths } = this.#image.powerLoss(mode, () => die(asked++))
    return { lost, torn, kept, paths: [...paths] }
  }

  /** Puts an empty disk in its place, with the same faults. */
  wipe(): void {
    this.#endLife()
    this.#image = new Image()
  }

  /** Whatever needs the device (reads and syncs, those under way too) waits until `unstall`. */
  stall(): void {
    this.#stalled = true
  }

  unstall(): void {
    this.#stalled = false
    const waiting = this.#waiting
    this.#waiting = []
    for (const task of waiting) this.#whenFree(task)
  }

  /** Flips one bit of a durable byte, and of its cached copy. */
  rot(die: (n: number) => number): { readonly path: string; readonly offset: number } | undefined {
    const files = this.#image.files("durable")
    let bytes = 0
    for (const inode of files.values()) bytes += inode.durableLength
    let offset = below(die(0), bytes)
    for (const [path, inode] of files) {
      if (offset < inode.durableLength) {
        inode.flip(offset, 1 << below(die(1), 8))
        return { path, offset }
      }
      offset -= inode.durableLength
    }
    return undefined
  }

  /** What a power loss would leave at least, by path. */
  durable(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#image.files("durable")].map(([path, inode]) => [path, inode.durable()]))
  }

  /** What a program would read now, by path. */
  cached(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#image.files("cached")].map(([path, inode]) => [path, inode.cached()]))
  }

  #whenFree(task: () => void): void {
    if (this.#stalled) this.#waiting.push(task)
    else task()
  }

  #endLife(): void {
    this.#life++
    this.#waiting = []
  }
}
