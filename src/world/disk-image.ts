/**
 * All that is on a disk: the contents of files under a tree of names, which too is there twice.
 *
 * The changes of directories are one list, because a rename is a single change of two of them. The sync of a directory
 * makes its own changes durable, and of others only what these could not be without.
 */
import { below } from "#sim"
import { type Ask, Attributes, Inode, type PowerLoss, Toll } from "./disk-contents.ts"

/** Names of files and directories. */
export class Directory extends Attributes {
  /** Where programs see it. */
  parent: Directory | undefined
  cached = new Map<string, Node>()
  readonly durable = new Map<string, Node>()
}

export type Node = Inode | Directory

/** A name in a directory, before and after a step. */
export interface Entry {
  readonly directory: Directory
  readonly name: string
  readonly path: string
  readonly before: Node | undefined
  readonly after: Node | undefined
}

/** A change of directories that happens as a whole: one entry is made or removed, or two change in a rename. */
interface Step {
  readonly number: number
  readonly entries: readonly Entry[]
  /** Where something came to from another directory: it must be found there, or it would be lost. */
  readonly into: Directory | undefined
  /** That directory, and those that it was in. */
  readonly needs: readonly Directory[]
  /** A directory that is gone afterwards. */
  readonly removed: Directory | undefined
}

const key = (entry: Entry): string => `${entry.directory.number}/${entry.name}`

const put = (names: Map<string, Node>, { name, after }: Entry): void => {
  if (after === undefined) names.delete(name)
  else names.set(name, after)
}

const keep = (step: Step): void => {
  for (const entry of step.entries) put(entry.directory.durable, entry)
}

/** The names of a directory, in an order that does not depend on its past. */
export const sorted = (names: ReadonlyMap<string, Node>): readonly (readonly [string, Node])[] =>
  [...names].sort(([a], [b]) => (a < b ? -1 : 1))

/** All that is on a disk. */
export class Image {
  #numbers = 1
  readonly root = new Directory(1, 0o755, 0)
  #pending: Step[] = []
  #steps = 0

  /** How many steps were ever made: the mark up to which the sync of a directory settles. */
  get steps(): number {
    return this.#steps
  }

  inode(mode: number, now: number): Inode {
    return new Inode(++this.#numbers, mode, now)
  }

  directory(mode: number, now: number): Directory {
    return new Directory(++this.#numbers, mode, now)
  }

  /** Changes entries, all or none. */
  step(...entries: readonly Entry[]): void {
    const added = entries.find((entry) => entry.after !== undefined)
    const removed = entries.find(({ before }) => before instanceof Directory && before !== added?.after)
    const into = entries.some((entry) => entry.directory !== added?.directory) ? added?.directory : undefined
    const needs: Directory[] = []
    for (let directory = into; directory !== undefined; directory = directory.parent) needs.push(directory)
    for (const entry of entries) put(entry.directory.cached, entry)
    if (added?.after instanceof Directory) added.after.parent = added.directory
    const number = this.#steps++
    this.#pending.push({ number, entries, into, needs, removed: removed?.before as Directory | undefined })
  }

  /**
   * Makes the steps of a directory durable, up to a mark, with the earlier steps that they could not be without: those
   * of the same names, those that emptied a directory that goes, and those that made the directory something went to.
   */
  settle(directory: Directory, mark: number): number {
    const touched = new Set([directory])
    const needed = new Set<Node>()
    const names = new Set<string>()
    const settled: Step[] = []
    const left: Step[] = []
    for (const step of this.#pending.toReversed()) {
      const taken =
        step.number < mark &&
        step.entries.some(
          (entry) =>
            touched.has(entry.directory) ||
            names.has(key(entry)) ||
            (entry.after !== undefined && needed.has(entry.after)),
        )
      ;(taken ? settled : left).push(step)
      if (!taken) continue
      if (step.removed !== undefined) touched.add(step.removed)
      for (const directory of step.needs) needed.add(directory)
      for (const entry of step.entries) names.add(key(entry))
    }
    for (const step of settled.toReversed()) keep(step)
    this.#pending = left.reverse()
    return settled.length
  }

  /** The files on one side, by path, in the order of their names. */
  files(side: "cached" | "durable"): Map<string, Inode> {
    const files = new Map<string, Inode>()
    const visit = (directory: Directory, path: string): void => {
      for (const [name, node] of sorted(directory[side])) {
        if (node instanceof Directory) visit(node, `${path}/${name}`)
        else files.set(`${path}/${name}`, node)
      }
    }
    visit(this.root, "")
    return files
  }

  /** Decides what is not durable. Afterwards both sides are the same. */
  powerLoss(mode: PowerLoss, ask: Ask): Toll {
    const toll = new Toll()
    const before = this.files("cached")
    this.#decideSteps(mode, ask, toll)
    const after = this.files("durable")
    for (const [path, inode] of after) inode.powerLoss(mode, ask, path, toll)
    // What still has pending changes now was not found again.
    for (const [path, inode] of before) for (let n = inode.pending; n > 0; n--) toll.count("lost", path)
    const restore = (directory: Directory): void => {
      directory.cached = new Map(directory.durable)
      for (const node of directory.durable.values()) {
        if (!(node instanceof Directory)) continue
        node.parent = directory
        restore(node)
      }
    }
    restore(this.root)
    return toll
  }

  #decideSteps(mode: PowerLoss, ask: Ask, toll: Toll): void {
    const steps = this.#pending
    this.#pending = []
    const whole =
      mode === "kept" ? steps.length : mode === "torn" && steps.length > 0 ? below(ask(), steps.length + 1) : 0
    steps.forEach((step, i) => {
      const kept = mode === "scattered" ? below(ask(), 2) === 1 && this.#possible(step) : i < whole
      if (kept) keep(step)
      toll.count(kept ? "kept" : "lost", ...step.entries.map((entry) => entry.path))
    })
  }

  /** Whether a step can be made although earlier ones were not. */
  #possible({ entries, into, removed }: Step): boolean {
    return (
      entries.every((entry) => entry.directory.durable.get(entry.name) === entry.before) &&
      (removed === undefined || removed.durable.size === 0) &&
      (into === undefined || this.#finds(into, new Set(entries.map((entry) => entry.after))))
    )
  }

  /** Whether a directory is durably there, and not inside what is to be moved. */
  #finds(wanted: Directory, moved: ReadonlySet<Node | undefined>, from = this.root): boolean {
    if (from === wanted) return true
    for (const node of from.durable.values())
      if (node instanceof Directory && !moved.has(node) && this.#finds(wanted, moved, node)) return true
    return false
  }
}
