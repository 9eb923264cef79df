/** Why a disk refuses an operation. A file system knows more kinds of error than Effect has tags for: words tell them apart. */
import { badArgument, type PlatformError, type SystemErrorTag, systemError } from "effect/PlatformError"

/** A reason, before the method and the path are known. */
export class Refusal {
  readonly tag: SystemErrorTag | "BadArgument"
  readonly description: string

  constructor(tag: SystemErrorTag | "BadArgument", description: string) {
    this.tag = tag
    this.description = description
  }

  error(method: string, path: string): PlatformError {
    const { tag, description } = this
    return tag === "BadArgument"
      ? badArgument({ module: "FileSystem", method, description })
      : systemError({ _tag: tag, module: "FileSystem", method, description, pathOrDescriptor: path })
  }
}

export const notFound = new Refusal("NotFound", "No such file or directory")
export const exists = new Refusal("AlreadyExists", "File exists")
export const isDirectory = new Refusal("BadResource", "Is a directory")
export const notDirectory = new Refusal("BadResource", "Not a directory")
export const notEmpty = new Refusal("AlreadyExists", "Directory not empty")
export const isRoot = new Refusal("Busy", "The root stays")
export const inItself = new Refusal("BadResource", "A directory cannot be inside itself")
export const noSpace = new Refusal("Unknown", "No space left on device")
export const tooLarge = new Refusal("Unknown", "File too large")
export const notReadable = new Refusal("PermissionDenied", "Not opened for reading")
export const notWritable = new Refusal("PermissionDenied", "Not opened for writing")
export const closed = new Refusal("BadResource", "The file is closed")
export const over = new Refusal("BadResource", "The life that used this disk is over")
export const unsupported = new Refusal("Unknown", "Not supported by this disk")
export const beforeStart = new Refusal("BadArgument", "Before the start of the file")
export const notALength = new Refusal("BadArgument", "A length is a whole number, not negative")
