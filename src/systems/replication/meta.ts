/**
 * What a node must not forget but may change: its epoch, its vote, and whether it is being rebuilt.
 *
 * One small file, replaced as a whole: the new one is written beside it, synced, renamed over it, and the directory is
 * synced. After a power loss it is the old one or the new one, never a mixture; once `save` has returned, the new one.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import { makeDirectory, syncDirectory } from "./directory.ts"
import { frame, parse, unframe } from "./record.ts"

export const Meta = Schema.Struct({
  epoch: Schema.Int,
  /** Whom this node voted for in this epoch; "" for nobody. */
  votedFor: Schema.String,
  /** Its log is not to be counted on until a quorum has filled it again. */
  rebuilding: Schema.Boolean,
})
export type Meta = typeof Meta.Type

export interface MetaStore {
  /** What was saved last; undefined when nothing ever was, or when it is damaged. */
  readonly meta: Meta | undefined
  readonly damaged: boolean
  /** Replaces it; durable on return. */
  readonly save: (meta: Meta) => Effect.Effect<void, PlatformError>
}

const isMeta = Schema.is(Meta)
const decoder = new TextDecoder()

const read = (bytes: Uint8Array): Meta | undefined => {
  const framed = unframe(bytes, 0)
  if (framed.kind !== "whole" || framed.end !== bytes.length) return undefined
  const meta = parse(decoder.decode(framed.body))
  return isMeta(meta) ? meta : undefined
}

export const openMeta: (directory: string) => Effect.Effect<MetaStore, PlatformError, FileSystem.FileSystem> =
  Effect.fnUntraced(function* (directory) {
    const fs = yield* FileSystem.FileSystem
    const path = `${directory}/vote`
    const draft = `${path}.new`
    const one = yield* Semaphore.make(1)

    const save = Effect.fnUntraced(function* ({ epoch, votedFor, rebuilding }: Meta) {
      yield* Effect.scoped(
        Effect.gen(function* () {
          const file = yield* fs.open(draft, { flag: "w" })
          yield* file.writeAll(frame(JSON.stringify({ epoch, votedFor, rebuilding })))
          yield* file.sync
        }),
      )
      yield* fs.rename(draft, path)
      yield* syncDirectory(fs, directory)
    })

    yield* makeDirectory(fs, directory)
    yield* fs.remove(draft, { force: true })
    yield* syncDirectory(fs, directory)
    const bytes = (yield* fs.exists(path)) ? yield* fs.readFile(path) : undefined
    const meta = bytes && read(bytes)
    return {
      meta,
      damaged: bytes !== undefined && meta === undefined,
      save: (meta) => one.withPermit(Effect.uninterruptible(save(meta))),
    }
  })
