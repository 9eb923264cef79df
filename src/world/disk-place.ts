/** Paths, where they lead, and what is said of what is there. There are no links: a path without `..` is the only one. */
import * as ByteSize from "effect/ByteSize"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { Inode, sectorBytes } from "./disk-contents.ts"
import { Directory, type Entry, type Node } from "./disk-image.ts"
import { isDirectory, isRoot, notDirectory, notFound } from "./disk-refusal.ts"

/** Where a path leads. The root has no parent. */
export interface Place {
  readonly path: string
  readonly parent: Directory | undefined
  readonly name: string
  readonly node: Node | undefined
}

/** The names of an absolute path, or of one relative to the root. */
export const namesOf = (path: string): readonly string[] => {
  const names: string[] = []
  for (const name of path.split("/")) {
    if (name === "..") names.pop()
    else if (name !== "" && name !== ".") names.push(name)
  }
  return names
}

export const found = ({ node }: Place): Node => {
  if (node === undefined) throw notFound
  return node
}

export const fileAt = (place: Place): Inode => {
  const node = found(place)
  if (node instanceof Directory) throw isDirectory
  return node
}

export const directoryAt = (place: Place): Directory => {
  const node = found(place)
  if (node instanceof Inode) throw notDirectory
  return node
}

export const entry = ({ path, parent, name, node }: Place, after: Node | undefined): Entry => {
  if (parent === undefined) throw isRoot
  return { directory: parent, name, path, before: node, after }
}

export const within = (
  { path, name, node }: { path: string; name: string; node: Node | undefined },
  parent: Directory,
): Place => ({
  path: path === "/" ? `/${name}` : `${path}/${name}`,
  parent,
  name,
  node,
})

const dateOf = (micros: number): Option.Option<Date> => Option.some(new Date(Math.floor(micros / 1000)))

export const microsOf = (time: Date | number): number =>
  typeof time === "number" ? time * 1_000_000 : time.getTime() * 1000

export const typeOf = (node: Node): FileSystem.File.Type => (node instanceof Directory ? "Directory" : "File")

export const infoOf = (node: Node): FileSystem.File.Info => {
  const size = node instanceof Inode ? node.length : 0
  return {
    type: typeOf(node),
    mtime: dateOf(node.modified),
    atime: dateOf(node.accessed),
    birthtime: dateOf(node.born),
    dev: 1n,
    ino: Option.some(BigInt(node.number)),
    mode: node.mode,
    nlink: Option.some(1n),
    uid: Option.none(),
    gid: Option.none(),
    rdev: Option.none(),
    size: ByteSize.bytes(size),
    blksize: Option.some(ByteSize.bytes(sectorBytes)),
    blocks: Option.some(BigInt(Math.ceil(size / sectorBytes))),
  }
}
