/**
 * What programs can do to a disk in one life of a node, before it is told in Effect's terms.
 *
 * Only reads and syncs wait for the device; everything else happens in the page cache, at once. An operation that makes
 * no sense throws a `Refusal`, and changes nothing.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { below } from "#sim"
import type { DiskHost } from "./disk.ts"
import { Inode } from "./disk-contents.ts"
import { Directory, type Entry, type Image, type Node, sorted } from "./disk-image.ts"
import { directoryAt, entry, fileAt, found, namesOf, type Place, within } from "./disk-place.ts"
import {
  exists,
  inItself,
  isDirectory,
  isRoot,
  noSpace,
  notALength,
  notDirectory,
  notEmpty,
  notFound,
  notWritable,
  over,
  Refusal,
  tooLarge,
} from "./disk-refusal.ts"

/** A disk as one life of a node may use it. */
export interface Device {
  readonly faults: { readonly lying: boolean; readonly full: boolean; misdirecting: boolean }
  readonly image: Image
  readonly alive: () => boolean
  readonly stalled: () => boolean
  /** Runs a task as soon as the device is not stalled. */
  readonly whenFree: (task: () => void) => void
  /** How long a sync takes that begins now. */
  readonly syncMicros: (die: number) => number
}

export type Answer<A> = Effect.Effect<A, PlatformError>

/** What a flag permits and does. */
export interface Access {
  readonly reads: boolean
  readonly writes: boolean
  readonly appends: boolean
  readonly creates: boolean
  readonly exclusive: boolean
  readonly truncates: boolean
}

export const accessOf = (flag: FileSystem.OpenFlag): Access => ({
  reads: flag.startsWith("r") || flag.endsWith("+"),
  writes: flag !== "r",
  appends: flag.startsWith("a"),
  creates: !flag.startsWith("r"),
  exclusive: flag.includes("x"),
  truncates: flag.startsWith("w"),
})

const largest = 0x4000_0000

/** The operations on files and names, for handles and paths alike. They throw a `Refusal`, which `attempt` catches. */
export class Life {
  readonly device: Device
  readonly host: DiskHost

  constructor(device: Device, host: DiskHost) {
    this.device = device
    this.host = host
  }

  attempt<A>(method: string, path: string, body: () => A): Answer<A> {
    return this.begin(method, path, () => Effect.succeed(body()))
  }

  begin<A>(method: string, path: string, body: () => Answer<A>): Answer<A> {
    return Effect.suspend(() => {
      try {
        if (!this.device.alive()) throw over
        return body()
      } catch (error) {
        if (error instanceof Refusal) return Effect.fail(error.error(method, path))
        throw error
      }
    })
  }

  /** As `attempt`, once the device is free. */
  read<A>(method: string, path: string, body: () => A): Answer<A> {
    const attempt = this.attempt(method, path, body)
    return this.begin(method, path, () =>
      this.device.stalled()
        ? Effect.callback<A, PlatformError>((resume) =>
            this.work(
              () => 0,
              () => resume(attempt),
            ),
          )
        : attempt,
    )
  }

  /** Makes durable what was changed until now, after a while. */
  sync(node: Node, path: string): Effect.Effect<void> {
    const { device, host } = this
    const mark = node instanceof Inode ? node.changes : device.image.steps
    const honest = !device.faults.lying
    const die = host.die()
    return Effect.callback<void>((resume) =>
      this.work(
        () => device.syncMicros(die),
        () => {
          if (honest) {
            const bytes = node instanceof Inode ? node.settle(mark) : device.image.settle(node, mark)
            host.note("sync", { path, bytes })
          } else host.note("sync", { path, bytes: 0, how: "lie" })
          resume(Effect.void)
        },
      ),
    )
  }

  /** Does something that keeps the device busy for so long. It neither begins nor ends during a stall. */
  work(micros: () => number, task: () => void): void {
    const { device, host } = this
    device.whenFree(() =>
      host.after(micros(), () => {
        if (!device.alive()) return
        if (device.stalled()) this.work(() => 0, task)
        else task()
      }),
    )
  }

  locate(path: string): Place {
    if (path === "") throw notFound
    let place: Place = { path: "/", parent: undefined, name: "", node: this.device.image.root }
    for (const name of namesOf(path)) {
      const parent = directoryAt(place)
      place = within({ path: place.path, name, node: parent.cached.get(name) }, parent)
    }
    return place
  }

  /** The places in a directory, by name. */
  list(path: string, directory: Directory): readonly Place[] {
    return sorted(directory.cached).map(([name, node]) => within({ path, name, node }, directory))
  }

  grow(path: string): void {
    if (!this.device.faults.full) return
    this.host.note("refuse", { path, how: "full" })
    throw noSpace
  }

  change(how: string, path: string, ...entries: readonly Entry[]): void {
    const { device, host } = this
    device.image.step(...entries)
    for (const { directory } of entries) directory.modified = host.now()
    host.note("write", { path, how })
  }

  makeDirectory(place: Place, mode = 0o755): Directory {
    this.grow(place.path)
    const directory = this.device.image.directory(mode, this.host.now())
    this.change("directory", place.path, entry(place, directory))
    return directory
  }

  makeDirectories(path: string, mode: number | undefined): void {
    let place = this.locate("/")
    for (const name of namesOf(path)) {
      const parent = place.node instanceof Directory ? place.node : this.makeDirectory(place, mode)
      place = within({ path: place.path, name, node: parent.cached.get(name) }, parent)
      if (place.node instanceof Inode) throw exists
    }
    if (place.node === undefined) this.makeDirectory(place, mode)
  }

  /** The file at a path, made or cut as the flag says. `bytes` is how long it is going to be at least. */
  openFile(place: Place, access: Access, bytes = 0, mode = 0o644): Inode {
    if (place.node === undefined) {
      if (!access.creates) throw notFound
      this.grow(place.path)
      const inode = this.device.image.inode(mode, this.host.now())
      this.change("create", place.path, entry(place, inode))
      return inode
    }
    if (access.exclusive) throw exists
    const inode = fileAt(place)
    if (access.truncates) {
      if (bytes > inode.length) this.grow(place.path)
      this.resize(inode, place.path, 0)
    }
    return inode
  }

  write(inode: Inode, path: string, offset: number, bytes: Uint8Array, room = inode.length): void {
    if (bytes.length === 0) return
    const { device, host } = this
    const end = offset + bytes.length
    if (end > room) this.grow(path)
    if (end > largest) throw tooLarge
    inode.modified = host.now()
    const lower = Math.min(offset, inode.length)
    if (device.faults.misdirecting && lower > 0) {
      device.faults.misdirecting = false
      const wrong = below(host.die(), Math.max(1, lower - bytes.length + 1))
      const strayed = bytes.subarray(0, lower - wrong)
      inode.write(wrong, new Uint8Array(strayed))
      inode.resize(Math.max(end, inode.length))
      host.note("damage", { path, bytes: strayed.length, offset: wrong, how: "misdirect" })
    } else {
      inode.write(offset, new Uint8Array(bytes))
      host.note("write", { path, bytes: bytes.length, offset })
    }
  }

  writeFile(path: string, bytes: Uint8Array, access: Access, mode?: number): void {
    if (!access.writes) throw notWritable
    const place = this.locate(path)
    const room = place.node instanceof Inode ? place.node.length : 0
    const inode = this.openFile(place, access, bytes.length, mode)
    this.write(inode, place.path, access.appends ? inode.length : 0, bytes, room)
  }

  resize(inode: Inode, path: string, length: number): void {
    if (!Number.isSafeInteger(length) || length < 0) throw notALength
    if (length > inode.length) this.grow(path)
    if (length > largest) throw tooLarge
    if (length === inode.length) return
    inode.resize(length)
    inode.modified = this.host.now()
    this.host.note("write", { path, bytes: 0, offset: length, how: "truncate" })
  }

  rename(from: Place, to: Place): void {
    const node = found(from)
    if (from.parent === undefined || to.parent === undefined) throw isRoot
    if (to.node === node) return
    if (node instanceof Directory) {
      if (`${to.path}/`.startsWith(`${from.path}/`)) throw inItself
      if (to.node instanceof Inode) throw notDirectory
      if (to.node !== undefined && to.node.cached.size > 0) throw notEmpty
    } else if (to.node instanceof Directory) throw isDirectory
    this.change(`rename from ${from.path}`, to.path, entry(from, undefined), entry(to, node))
  }

  remove(place: Place, recursive: boolean): void {
    const node = found(place)
    if (node instanceof Directory) {
      if (!recursive) throw isDirectory
      if (place.parent === undefined) throw isRoot
      for (const inner of this.list(place.path, node)) this.remove(inner, true)
    }
    this.change("remove", place.path, entry(place, undefined))
  }

  copy(from: Place, toPath: string, overwrite: boolean): void {
    const node = found(from)
    const to = this.locate(toPath)
    if (node instanceof Inode) {
      if (to.node === undefined || overwrite) this.writeFile(to.path, node.cached(), accessOf("w"), node.mode)
      return
    }
    if (`${to.path}/`.startsWith(`${from.path}/`)) throw inItself
    if (to.node === undefined) this.makeDirectory(to, node.mode)
    else directoryAt(to)
    for (const inner of this.list(from.path, node)) this.copy(inner, `${to.path}/${inner.name}`, overwrite)
  }

  /** A new directory under a name that no other has. */
  makeTemporary({
    directory = "/tmp",
    prefix = "",
  }: {
    directory?: string | undefined
    prefix?: string | undefined
  } = {}) {
    if (directory === "/tmp") this.makeDirectories(directory, undefined)
    for (let n = this.host.die(); ; n++) {
      const place = this.locate(`${directory}/${prefix}${(n >>> 0).toString(16).padStart(8, "0")}`)
      if (place.node !== undefined) continue
      this.makeDirectory(place, 0o700)
      return place.path
    }
  }
}
