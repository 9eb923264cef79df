/**
 * The write-ahead log: entries in the order of their LSN, in segments, on a disk that forgets what was not synced.
 *
 * Promises: after any power loss, opening it again gives a prefix of what was appended, with everything that was synced;
 * what was cut off does not come back. A record that was durable and is wrong now is called damage, never a torn tail.
 * Does not promise: to notice that the newest records are gone as if they had never been written.
 * Breaks when: a torn tail is taken for an entry, or new records go behind it (the unsound design `recover=trust-length`).
 *
 * How torn and damaged are told apart. A power loss may keep any of the sectors that were not synced, so behind a torn
 * record there may well be whole ones. Each record therefore says how far the log was durable when it was written: if a
 * record behind the hole was written after the missing one had been synced, durable bytes are gone, and that is damage.
 * A segment is begun only after the one before it is durable, so in every segment but the last all holes are damage.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { makeDirectory, syncDirectory } from "./directory.ts"
import { type Entry, guessRecord, readRecord, writeRecord } from "./record.ts"

/** Whether recovery believes checksums, or the length that stands before each record. */
export type Recovery = "checksum" | "trust-length"

export interface Recovered {
  readonly entries: readonly Entry[]
  /** How the log ended: a torn tail has been cut off; behind damage nothing was touched, nor read. */
  readonly tail: "whole" | "torn" | "damaged"
}

/** Whoever first calls any of these on a damaged log cuts off everything behind the recovered entries. */
export interface Wal {
  /** Appends entries, numbered from `last() + 1`; not durable before `sync`. Refused, it leaves nothing behind. */
  readonly append: (entries: readonly Entry[]) => Effect.Effect<void, PlatformError>
  /** Makes durable all that was appended before the call. */
  readonly sync: Effect.Effect<void, PlatformError>
  /** Drops every entry after `lsn`; durable on return, and before anything is appended behind it. */
  readonly truncate: (lsn: number) => Effect.Effect<void, PlatformError>
  /** The LSN of the last appended entry; 0 when there is none. */
  readonly last: () => number
}

interface Segment {
  readonly path: string
  /** The LSN of its first record. */
  readonly first: number
  /** Where each of its records starts. */
  readonly offsets: number[]
  size: number
}

interface Log extends Recovered {
  readonly segments: Segment[]
  /** Segments behind the damage. */
  readonly beyond: string[]
}

const segmentName = (lsn: number): string => `${String(lsn).padStart(8, "0")}.seg`

const segmentLsn = (path: string): number => Number.parseInt(path.slice(-12), 10)

/** Whether a record behind a torn one shows that the torn one, `lsn`, had been durable, or landed elsewhere. */
const contradicted = (bytes: Uint8Array, start: number, lsn: number): boolean => {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === 0) continue
    const read = readRecord(bytes, at)
    if (read.kind === "whole" && (read.synced >= lsn || read.entry.lsn <= lsn)) return true
  }
  return false
}

/** Reads segments up to the first record that is not whole, or not the next. */
const readChecked = (files: readonly (readonly [path: string, bytes: Uint8Array])[]): Log => {
  const entries: Entry[] = []
  const segments: Segment[] = []
  const log = (tail: Recovered["tail"]): Log => ({
    entries,
    segments,
    tail,
    beyond: files.slice(segments.length).map(([path]) => path),
  })
  for (const [path, bytes] of files) {
    const first = entries.length + 1
    if (segmentLsn(path) !== first) return log("damaged")
    const segment: Segment = { path, first, offsets: [], size: 0 }
    segments.push(segment)
    while (segment.size < bytes.length) {
      const lsn = entries.length + 1
      const read = readRecord(bytes, segment.size)
      if (read.kind === "whole" && read.entry.lsn === lsn) {
        entries.push(read.entry)
        segment.offsets.push(segment.size)
        segment.size = read.end
      } else {
        const torn = read.kind === "torn" && segments.length === files.length
        return log(torn && !contradicted(bytes, segment.size, lsn) ? "torn" : "damaged")
      }
    }
  }
  return log("whole")
}

/** Reads segments as a chain of lengths. */
const readTrusting = (files: readonly (readonly [path: string, bytes: Uint8Array])[]): Log => {
  const entries: Entry[] = []
  const segments = files.map(([path, bytes]): Segment => {
    const segment: Segment = { path, first: entries.length + 1, offsets: [], size: bytes.length }
    for (let at = 0; at < bytes.length; ) {
      const { entry, end } = guessRecord(bytes, at, entries.at(-1))
      entries.push(entry)
      segment.offsets.push(at)
      at = end
    }
    return segment
  })
  return { entries, segments, tail: "whole", beyond: [] }
}

/** Opens the log in a directory of its own, which is made if need be. */
export const openWal: (options: {
  readonly directory: string
  readonly recover: Recovery
  readonly segmentBytes?: number
}) => Effect.Effect<
  { readonly wal: Wal; readonly recovered: Recovered },
  PlatformError,
  FileSystem.FileSystem | Scope.Scope
> = Effect.fnUntraced(function* ({ directory, recover, segmentBytes = 16_384 }) {
  const fs = yield* FileSystem.FileSystem
  const scope = yield* Scope.Scope
  yield* makeDirectory(fs, directory)

  const names = (yield* fs.readDirectory(directory)).filter((name) => /^\d{8}\.seg$/.test(name)).sort()
  const files: [string, Uint8Array][] = []
  for (const name of names) files.push([`${directory}/${name}`, yield* fs.readFile(`${directory}/${name}`)])
  const { entries, tail, segments, beyond } = recover === "checksum" ? readChecked(files) : readTrusting(files)

  let last = entries.length
  let durable = 0
  /** The directory has names that are not durable. */
  let unnamed = true
  /** The disk has bytes behind the last entry, or segments behind the last segment. */
  let ragged = tail !== "whole"
  let handle: { readonly path: string; readonly file: FileSystem.File; readonly scope: Scope.Closeable } | undefined

  const open = Effect.fnUntraced(function* (path: string, flag: FileSystem.OpenFlag) {
    const previous = handle
    const own = yield* Scope.fork(scope)
    const file = yield* fs.open(path, { flag }).pipe(
      Scope.provide(own),
      Effect.onError(() => Scope.close(own, Exit.void)),
    )
    handle = { path, file, scope: own }
    if (previous) yield* Scope.close(previous.scope, Exit.void)
    return file
  })

  /** The last segment's file. */
  const fileOf = (segment: Segment): Effect.Effect<FileSystem.File, PlatformError> =>
    handle?.path === segment.path ? Effect.succeed(handle.file) : open(segment.path, "r+")

  const flush = Effect.gen(function* () {
    const segment = segments.at(-1)
    if (segment) yield* (yield* fileOf(segment)).sync
    if (unnamed) yield* syncDirectory(fs, directory)
    unnamed = false
    durable = last
  })

  /** Makes the disk end where the log ends: newest first, so that a power loss in between leaves no gap. */
  const cut = Effect.gen(function* () {
    for (let path = beyond.at(-1); path !== undefined; path = beyond.at(-1)) {
      yield* fs.remove(path, { force: true })
      yield* syncDirectory(fs, directory)
      beyond.pop()
    }
    const segment = segments.at(-1)
    if (segment) yield* (yield* fileOf(segment)).truncate(segment.size)
    yield* flush
    ragged = false
  })

  const settled = Effect.suspend(() => (ragged ? cut : Effect.void))

  /** The segment that takes the next record. */
  const writable = Effect.gen(function* () {
    const current = segments.at(-1)
    if (current && current.size < segmentBytes) return current
    if (current && (durable < last || unnamed)) yield* flush
    // Lengths that were trusted can have miscounted; a name must still sort behind the one before.
    const lsn = Math.max(last, current ? segmentLsn(current.path) : 0) + 1
    const segment: Segment = { path: `${directory}/${segmentName(lsn)}`, first: last + 1, offsets: [], size: 0 }
    yield* open(segment.path, "w+")
    unnamed = true
    segments.push(segment)
    return segment
  })

  const append = Effect.fnUntraced(function* (entries: readonly Entry[]) {
    if (entries.some((entry, index) => entry.lsn !== last + 1 + index)) {
      return yield* Effect.die(`not the entries after ${last}: ${entries.map((entry) => entry.lsn).join(", ")}`)
    }
    yield* settled
    const segment = yield* writable
    const records = entries.map((entry) => writeRecord(entry, durable))
    const batch = new Uint8Array(records.reduce((sum, record) => sum + record.length, 0))
    let at = 0
    const offsets = records.map((record) => {
      batch.set(record, at)
      at += record.length
      return segment.size + at - record.length
    })
    const file = yield* fileOf(segment)
    yield* file.seek(BigInt(segment.size), "start")
    ragged = true
    // Refused half-way: cut now, so that the refused half is not made durable; if the disk refuses that too, cut later.
    yield* Effect.onError(file.writeAll(batch), () => Effect.ignore(cut))
    ragged = false
    segment.offsets.push(...offsets)
    segment.size += batch.length
    last += entries.length
  })

  const sync = Effect.fnUntraced(function* (lsn: number) {
    yield* settled
    if (durable < lsn || unnamed) yield* flush
  })

  const truncate = Effect.fnUntraced(function* (lsn: number) {
    if (lsn < last) {
      for (let tail = segments.at(-1); tail && tail.first > lsn; tail = segments.at(-1)) {
        beyond.unshift(tail.path)
        segments.pop()
      }
      const segment = segments.at(-1)
      if (segment) {
        segment.size = segment.offsets[lsn + 1 - segment.first] ?? segment.size
        segment.offsets.length = Math.min(segment.offsets.length, lsn + 1 - segment.first)
      }
      last = lsn
      ragged = true
    }
    yield* settled
  })

  if (tail === "torn") yield* cut
  if (tail === "whole") yield* flush

  const one = yield* Semaphore.make(1)
  const alone = <A>(effect: Effect.Effect<A, PlatformError>) => one.withPermit(Effect.uninterruptible(effect))
  return {
    wal: {
      append: (entries) => (entries.length === 0 ? Effect.void : alone(append(entries))),
      sync: Effect.suspend(() => alone(sync(last))),
      truncate: (lsn) => alone(truncate(lsn)),
      last: () => last,
    },
    recovered: { entries, tail },
  }
})
