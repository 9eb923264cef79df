/**
 * The contents of one file, twice: as programs see them now (cached), and as a power loss would leave them (durable).
 *
 * What differs between the two is a list of changes in the order in which they were made. A sync applies them to the
 * durable side; a power loss decides the rest. Names are elsewhere: a file is renamed without its contents noticing.
 */
import { below } from "#sim"

/** What power loss does to changes that are not durable: nothing of them, a first part, any of them, or all survive. */
export type PowerLoss = "lost" | "torn" | "scattered" | "kept"

/** The most that a disk writes at once or not at all. */
export const sectorBytes = 512

/** Answers the next question of a power loss with a die. */
export type Ask = () => number

/** What became of the changes that were not durable. */
export class Toll {
  lost = 0
  torn = 0
  kept = 0
  /** Where something was lost or torn. */
  readonly paths = new Set<string>()

  count(fate: "lost" | "torn" | "kept", ...paths: readonly string[]): void {
    this[fate]++
    if (fate !== "kept") for (const path of paths) this.paths.add(path)
  }
}

/** Bytes that grow by doubling. What lies beyond the length is zero, so a hole reads as zeros. */
class Bytes {
  #buffer = new Uint8Array(0)
  length = 0

  #reserve(length: number): void {
    if (length <= this.#buffer.length) return
    const grown = new Uint8Array(Math.max(length, this.#buffer.length * 2, 256))
    grown.set(this.#buffer.subarray(0, this.length))
    this.#buffer = grown
  }

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length
    this.#reserve(end)
    this.#buffer.set(bytes, offset)
    if (end > this.length) this.length = end
  }

  resize(length: number): void {
    if (length < this.length) this.#buffer.fill(0, length, this.length)
    this.#reserve(length)
    this.length = length
  }

  flip(offset: number, mask: number): void {
    this.#buffer[offset] = (this.#buffer[offset] ?? 0) ^ mask
  }

  /** A fresh copy of what lies between. */
  read(from = 0, to = this.length): Uint8Array {
    return this.#buffer.slice(from, Math.min(to, this.length))
  }

  copy(): Bytes {
    const copy = new Bytes()
    copy.write(0, this.#buffer.subarray(0, this.length))
    return copy
  }
}

/** Bytes written at an offset; without bytes, the file is cut or extended to it. */
interface Change {
  readonly at: number
  readonly bytes: Uint8Array | undefined
}

const apply = (bytes: Bytes, change: Change): void =>
  change.bytes === undefined ? bytes.resize(change.at) : bytes.write(change.at, change.bytes)

/** What files and directories have in common; times in microseconds. */
export class Attributes {
  readonly number: number
  mode: number
  readonly born: number
  modified: number
  accessed: number

  constructor(number: number, mode: number, now: number) {
    this.number = number
    this.mode = mode
    this.born = now
    this.modified = now
    this.accessed = now
  }
}

/** The contents of a file, under whatever names. */
export class Inode extends Attributes {
  #cached = new Bytes()
  readonly #durable = new Bytes()
  #pending: Change[] = []
  #settled = 0

  get length(): number {
    return this.#cached.length
  }

  get durableLength(): number {
    return this.#durable.length
  }

  get pending(): number {
    return this.#pending.length
  }

  /** How many changes were ever made: the mark up to which a sync settles. */
  get changes(): number {
    return this.#settled + this.#pending.length
  }

  cached(from?: number, to?: number): Uint8Array {
    return this.#cached.read(from, to)
  }

  durable(): Uint8Array {
    return this.#durable.read()
  }

  /** The bytes are kept: they must be the callee's own. */
  write(at: number, bytes: Uint8Array): void {
    this.#change({ at, bytes })
  }

  resize(at: number): void {
    if (at !== this.length) this.#change({ at, bytes: undefined })
  }

  #change(change: Change): void {
    apply(this.#cached, change)
    this.#pending.push(change)
  }

  /** Makes the changes up to a mark durable; says how many bytes were written. */
  settle(mark: number): number {
    const settled = this.#pending.splice(0, Math.max(0, mark - this.#settled))
    this.#settled += settled.length
    let bytes = 0
    for (const change of settled) {
      apply(this.#durable, change)
      bytes += change.bytes?.length ?? 0
    }
    return bytes
  }

  /** Flips bits of a durable byte, and of its cached copy unless that was changed since. */
  flip(offset: number, mask: number): void {
    this.#durable.flip(offset, mask)
    const changed = this.#pending.some(({ at, bytes }) =>
      bytes === undefined ? at <= offset : at <= offset && offset < at + bytes.length,
    )
    if (!changed) this.#cached.flip(offset, mask)
  }

  powerLoss(mode: PowerLoss, ask: Ask, path: string, toll: Toll): void {
    const pending = this.#pending
    if (pending.length === 0) return
    const whole = mode === "kept" ? pending.length : mode === "torn" ? below(ask(), pending.length + 1) : 0
    pending.forEach((change, i) => {
      if (mode === "scattered") toll.count(this.#scatter(change, ask), path)
      else if (i < whole) toll.count(this.#keep(change), path)
      else if (i === whole && mode === "torn") toll.count(this.#tear(change, ask), path)
      else toll.count("lost", path)
    })
    this.#pending = []
    this.#settled += pending.length
    this.#cached = this.#durable.copy()
  }

  #keep(change: Change): "kept" {
    apply(this.#durable, change)
    return "kept"
  }

  #tear({ at, bytes }: Change, ask: Ask): "lost" | "torn" {
    const left = bytes === undefined ? 0 : below(ask(), bytes.length)
    if (bytes === undefined || left === 0) return "lost"
    this.#durable.write(at, bytes.subarray(0, left))
    return "torn"
  }

  #scatter({ at, bytes }: Change, ask: Ask): "lost" | "torn" | "kept" {
    if (bytes === undefined) return below(ask(), 2) === 0 ? "lost" : this.#keep({ at, bytes })
    let kept = 0
    for (let from = 0; from < bytes.length; ) {
      const to = Math.min(bytes.length, from + sectorBytes - ((at + from) % sectorBytes))
      if (below(ask(), 2) === 1) {
        this.#durable.write(at + from, bytes.subarray(from, to))
        kept += to - from
      }
      from = to
    }
    return kept === 0 ? "lost" : kept < bytes.length ? "torn" : "kept"
  }
}
