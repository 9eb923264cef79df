/**
 * Effect's `FileSystem` over a virtual disk, for one life of a node.
 *
 * What this disk has no use for (links, owners, watchers) is refused. Permissions and times are recorded and never
 * enforced. An open file is dead once it is closed or its life is over.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { DiskHost } from "./disk.ts"
import type { Inode } from "./disk-contents.ts"
import { Directory, type Node, sorted } from "./disk-image.ts"
import { type Access, type Answer, accessOf, type Device, Life } from "./disk-life.ts"
import { directoryAt, fileAt, found, infoOf, microsOf, type Place, typeOf } from "./disk-place.ts"
import {
  beforeStart,
  closed,
  exists,
  isDirectory,
  notALength,
  notReadable,
  notWritable,
  type Refusal,
  unsupported,
} from "./disk-refusal.ts"

/** An open file or directory. */
class Handle implements FileSystem.File {
  readonly [FileSystem.FileTypeId]: typeof FileSystem.FileTypeId = FileSystem.FileTypeId
  readonly #life: Life
  readonly #node: Node
  readonly #path: string
  readonly #access: Access
  #position = 0
  #open = true

  constructor(life: Life, node: Node, path: string, access: Access) {
    this.#life = life
    this.#node = node
    this.#path = path
    this.#access = access
  }

  close(): void {
    this.#open = false
  }

  #attempt<A>(method: string, body: () => A): Answer<A> {
    return this.#life.attempt(method, this.#path, () => {
      if (!this.#open) throw closed
      return body()
    })
  }

  #file(allowed: boolean, refusal: Refusal): Inode {
    if (this.#node instanceof Directory) throw isDirectory
    if (!allowed) throw refusal
    return this.#node
  }

  get stat(): Answer<FileSystem.File.Info> {
    return this.#attempt("stat", () => infoOf(this.#node))
  }

  get sync(): Answer<void> {
    return this.#life.begin("sync", this.#path, () => {
      if (!this.#open) throw closed
      return this.#life.sync(this.#node, this.#path)
    })
  }

  seek(offset: bigint, from: FileSystem.SeekMode): Answer<bigint> {
    return this.#attempt("seek", () => {
      const position = Number(offset) + (from === "start" ? 0 : this.#position)
      if (position < 0) throw beforeStart
      this.#position = position
      return BigInt(position)
    })
  }

  /** The bytes between here, or an explicit position, and so many further. */
  #read(method: string, size: () => number, options?: FileSystem.File.ReadOptions): Answer<Uint8Array> {
    return this.#life.read(method, this.#path, () => {
      if (!this.#open) throw closed
      const inode = this.#file(this.#access.reads, notReadable)
      const from = options?.position === undefined ? this.#position : Number(options.position)
      if (from < 0) throw beforeStart
      const wanted = size()
      if (!Number.isSafeInteger(wanted) || wanted < 0) throw notALength
      const bytes = inode.cached(from, from + wanted)
      if (options?.position === undefined) this.#position += bytes.length
      return bytes
    })
  }

  read(buffer: Uint8Array, options?: FileSystem.File.ReadOptions): Answer<number> {
    return Effect.map(
      this.#read("read", () => buffer.length, options),
      (bytes) => {
        buffer.set(bytes)
        return bytes.length
      },
    )
  }

  readAlloc(size: number, options?: FileSystem.File.ReadOptions): Answer<Option.Option<Uint8Array>> {
    return Effect.map(
      this.#read("readAlloc", () => size, options),
      (bytes) => (bytes.length === 0 ? Option.none() : Option.some(bytes)),
    )
  }

  truncate(length = 0): Answer<void> {
    return this.#attempt("truncate", () => {
      this.#life.resize(this.#file(this.#access.writes, notWritable), this.#path, length)
      if (!this.#access.appends) this.#position = Math.min(this.#position, length)
    })
  }

  #write(method: string, bytes: Uint8Array): Answer<number> {
    return this.#attempt(method, () => {
      const inode = this.#file(this.#access.writes, notWritable)
      this.#life.write(inode, this.#path, this.#access.appends ? inode.length : this.#position, bytes)
      if (!this.#access.appends) this.#position += bytes.length
      return bytes.length
    })
  }

  write(bytes: Uint8Array): Answer<number> {
    return this.#write("write", bytes)
  }

  writeAll(bytes: Uint8Array): Answer<void> {
    return Effect.asVoid(this.#write("writeAll", bytes))
  }
}

export const fileSystemOf = (device: Device, host: DiskHost): FileSystem.FileSystem => {
  const life = new Life(device, host)

  const refuse = (method: string, path: string): Answer<never> =>
    life.attempt(method, path, (): never => {
      throw unsupported
    })

  const stat = (method: string) => (path: string) => life.attempt(method, path, () => infoOf(found(life.locate(path))))

  const makeTempDirectory: FileSystem.FileSystem["makeTempDirectory"] = (options) =>
    life.attempt("makeTempDirectory", options?.directory ?? "/tmp", () => life.makeTemporary(options))

  const makeTempFile: FileSystem.FileSystem["makeTempFile"] = (options) =>
    life.attempt("makeTempFile", options?.directory ?? "/tmp", () => {
      const path = `${life.makeTemporary(options)}/file${options?.suffix ?? ""}`
      life.openFile(life.locate(path), accessOf("wx"))
      return path
    })

  const discard = (path: string) => Effect.ignore(remove(path, { recursive: true, force: true }))

  const remove: FileSystem.FileSystem["remove"] = (path, options) =>
    life.attempt("remove", path, () => {
      const place = life.locate(path)
      if (place.node !== undefined || options?.force !== true) life.remove(place, options?.recursive ?? false)
    })

  return FileSystem.make({
    access: (path) => life.attempt("access", path, () => void found(life.locate(path))),
    chmod: (path, mode) =>
      life.attempt("chmod", path, () => {
        found(life.locate(path)).mode = mode
      }),
    chown: (path) => refuse("chown", path),
    copy: (from, to, options) =>
      life.read("copy", from, () => life.copy(life.locate(from), to, options?.overwrite ?? false)),
    copyFile: (from, to) =>
      life.read("copyFile", from, () => {
        const inode = fileAt(life.locate(from))
        life.writeFile(to, inode.cached(), accessOf("w"), inode.mode)
      }),
    link: (from) => refuse("link", from),
    lstat: stat("lstat"),
    makeDirectory: (path, options) =>
      life.attempt("makeDirectory", path, () => {
        if (options?.recursive) return life.makeDirectories(path, options.mode)
        const place = life.locate(path)
        if (place.node !== undefined) throw exists
        life.makeDirectory(place, options?.mode)
      }),
    makeTempDirectory,
    makeTempDirectoryScoped: (options) => Effect.acquireRelease(makeTempDirectory(options), discard),
    makeTempFile,
    makeTempFileScoped: (options) =>
      Effect.acquireRelease(makeTempFile(options), (path) => discard(path.slice(0, path.lastIndexOf("/")))),
    open: (path, options) =>
      Effect.acquireRelease(
        life.attempt("open", path, () => {
          const flag = options?.flag ?? "r"
          const access = accessOf(flag)
          const place = life.locate(path)
          const node = flag === "r" ? found(place) : life.openFile(place, access, 0, options?.mode)
          return new Handle(life, node, place.path, access)
        }),
        (handle) => Effect.sync(() => handle.close()),
      ),
    readDirectory: (path, options) =>
      life.attempt("readDirectory", path, () => {
        const visit = (place: Place, prefix: string): readonly string[] =>
          life.list(place.path, directoryAt(place)).flatMap((inner) => {
            const name = prefix + inner.name
            return options?.recursive && inner.node instanceof Directory ? [name, ...visit(inner, `${name}/`)] : [name]
          })
        return [...visit(life.locate(path), "")]
      }),
    readDirectoryEntries: (path) =>
      life.attempt("readDirectoryEntries", path, () =>
        sorted(directoryAt(life.locate(path)).cached).map(([name, node]) => ({ name, type: typeOf(node) })),
      ),
    readFile: (path) => life.read("readFile", path, () => fileAt(life.locate(path)).cached()),
    readLink: (path) => refuse("readLink", path),
    realPath: (path) =>
      life.attempt("realPath", path, () => {
        const place = life.locate(path)
        found(place)
        return place.path
      }),
    remove,
    rename: (from, to) => life.attempt("rename", from, () => life.rename(life.locate(from), life.locate(to))),
    stat: stat("stat"),
    symlink: (from) => refuse("symlink", from),
    truncate: (path, length = 0) =>
      life.attempt("truncate", path, () => life.resize(fileAt(life.locate(path)), path, length)),
    utimes: (path, accessed, modified) =>
      life.attempt("utimes", path, () => {
        const node = found(life.locate(path))
        node.accessed = microsOf(accessed)
        node.modified = microsOf(modified)
      }),
    watch: (path) => Stream.fail(unsupported.error("watch", path)),
    writeFile: (path, bytes, options) =>
      life.attempt("writeFile", path, () => life.writeFile(path, bytes, accessOf(options?.flag ?? "w"), options?.mode)),
  })
}
