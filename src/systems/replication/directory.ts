/**
 * Directories that survive a power loss. A file's own `sync` keeps its bytes; that the file has a name at all is kept by
 * syncing the directory it lies in.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"

/** Makes the names of a directory durable. */
export const syncDirectory = (fs: FileSystem.FileSystem, path: string): Effect.Effect<void, PlatformError> =>
  Effect.scoped(Effect.flatMap(fs.open(path, { flag: "r" }), (directory) => directory.sync))

/** The directory that a path lies in. */
const parentOf = (path: string): string => {
  const slash = path.lastIndexOf("/")
  return slash < 0 ? "." : path.slice(0, slash) || "/"
}

/** Makes a directory, and those above it, and their names durable. */
export const makeDirectory: (fs: FileSystem.FileSystem, path: string) => Effect.Effect<void, PlatformError> =
  Effect.fnUntraced(function* (fs, path) {
    const parent = parentOf(path)
    if (!(yield* fs.exists(path))) {
      if (parent !== path) yield* makeDirectory(fs, parent)
      yield* fs.makeDirectory(path, { recursive: true })
    }
    // Also when it was there: it may have been made in a life that ended before this.
    if (parent !== path) yield* syncDirectory(fs, parent)
  })
