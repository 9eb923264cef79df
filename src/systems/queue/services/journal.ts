/** A log on one disk for a service that is not replicated: a full or failing disk is waited for. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import { openWal, type Wal } from "#systems/replication"

/** Between two tries of a disk that refuses, in milliseconds. */
const diskRetry = 50

const patiently = <A, R>(attempt: Effect.Effect<A, PlatformError, R>): Effect.Effect<A, never, R> =>
  Effect.catch(attempt, () => Effect.andThen(Effect.sleep(diskRetry), patiently(attempt)))

/** What a service keeps: plain data, in the order in which it was written. */
export interface Journal<A> {
  /** What the disk held when it was opened. */
  readonly restored: readonly A[]
  /** Durable on return. One writer at a time. */
  readonly write: (record: A) => Effect.Effect<void>
}

export const openJournal = <A>(
  directory: string,
): Effect.Effect<Journal<A>, never, FileSystem.FileSystem | Scope.Scope> =>
  Effect.map(patiently(openWal({ directory, recover: "checksum" })), ({ wal, recovered }) => ({
    restored: recovered.entries.map(({ value }) => JSON.parse(value) as A),
    write: (record) => store(wal, JSON.stringify(record)),
  }))

const store = (wal: Wal, value: string): Effect.Effect<void> =>
  Effect.suspend(() => {
    const lsn = wal.last() + 1
    const entry = { lsn, epoch: 1, author: "", request: String(lsn), key: "", value }
    return Effect.andThen(patiently(wal.append([entry])), patiently(wal.sync))
  })
