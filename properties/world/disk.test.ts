/**
 * What a disk promises, against models that know nothing of how it is made: a file is its bytes at its last sync and
 * the writes since, a directory its names at its last sync.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { below, draw, hashText } from "#sim"
import { Disk } from "#world"

type DiskHost = Parameters<Disk["fileSystem"]>[0]
type PowerLoss = Parameters<Disk["powerLoss"]>[0]

const modes: readonly PowerLoss[] = ["lost", "torn", "scattered", "kept"]
const mode = fc.constantFrom(...modes)
const seed = fc.nat(0xffff_ffff)
const diceOf = (seed: number) => (n: number) => draw(seed, 1, n)

type Note = Parameters<DiskHost["note"]>

/** A life whose device answers at once, and what it noted. */
const live = (disk: Disk, seed = 0, notes: Note[] = []) => {
  let n = 0
  return disk.fileSystem({
    after: (_, task) => task(),
    die: () => draw(seed, 0, n++),
    now: () => 0,
    note: (...note) => notes.push(note),
  })
}

const quick = () => new Disk({ sync: [0, 0] })

type Fallible<A> = Effect.Effect<A, PlatformError, Scope.Scope>
const go = <A>(effect: Fallible<A>): A => Effect.runSync(Effect.scoped(effect))

/** The tag of the error of an effect, or "ok". */
const tagOf = <A>(effect: Fallible<A>): string =>
  Exit.match(Effect.runSyncExit(Effect.scoped(Effect.flip(effect))), {
    onSuccess: (error) => error.reason._tag,
    onFailure: () => "ok",
  })

const syncing = (fs: FileSystem.FileSystem, ...paths: readonly string[]) =>
  go(Effect.forEach(paths, (path) => Effect.flatMap(fs.open(path), (file) => file.sync)))

const writing = (
  fs: FileSystem.FileSystem,
  path: string,
  at: number,
  bytes: Uint8Array,
  flag: FileSystem.OpenFlag = "r+",
) =>
  go(
    Effect.gen(function* () {
      const file = yield* fs.open(path, { flag })
      yield* file.seek(BigInt(at), "start")
      yield* file.writeAll(bytes)
    }),
  )

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1")
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"))
const textsOf = (files: ReadonlyMap<string, Uint8Array>): Record<string, string> =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, text(bytes)]))

const changeText = (old: string, at: number, bytes: string): string =>
  old.padEnd(at, "\0").slice(0, at) + bytes + old.slice(at + bytes.length)

const cutText = (old: string, length: number): string => old.padEnd(length, "\0").slice(0, length)

/** One change of a file: `bytes` at an offset, or without bytes a new length. */
interface Change {
  readonly at: number
  readonly bytes?: string
}

const changed = (old: string, { at, bytes }: Change): string =>
  bytes === undefined ? cutText(old, at) : changeText(old, at, bytes)

/** A file of the model. */
class Content {
  durable = ""
  cached = ""
  changes: Change[] = []

  change(change: Change): void {
    this.cached = changed(this.cached, change)
    this.changes.push(change)
  }

  settle(text = this.cached): void {
    this.durable = text
    this.cached = text
    this.changes = []
  }

  /** Whether power loss may leave these bytes. */
  allows(mode: PowerLoss, left: string): boolean {
    switch (mode) {
      case "lost":
        return left === this.durable
      case "kept":
        return left === this.cached
      case "torn": {
        let text = this.durable
        for (const change of this.changes) {
          const size = change.bytes?.length ?? 1
          for (let cut = 0; cut < size; cut++)
            if (
              left === (cut === 0 ? text : changed(text, { at: change.at, bytes: change.bytes?.slice(0, cut) ?? "" }))
            )
              return true
          text = changed(text, change)
        }
        return left === text
      }
      case "scattered": {
        let texts = new Set([this.durable])
        for (const change of this.changes)
          for (const piece of piecesOf(change))
            texts = new Set([...texts, ...[...texts].map((text) => changed(text, piece))])
        return texts.has(left)
      }
    }
  }
}

const piecesOf = ({ at, bytes }: Change): readonly Change[] => {
  if (bytes === undefined) return [{ at }]
  const pieces = new Map<number, Change>()
  for (let i = 0; i < bytes.length; i++) {
    const sector = Math.floor((at + i) / 512)
    const piece = pieces.get(sector) ?? { at: at + i, bytes: "" }
    pieces.set(sector, { at: piece.at, bytes: `${piece.bytes}${bytes[i]}` })
  }
  return [...pieces.values()]
}

type Names = ReadonlyMap<string, Content>

const name = fc.constantFrom("/a", "/b", "/c")
const at = fc.constantFrom(0, 3, 100, 505, 512, 700)
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant("write"), name, at, size: fc.constantFrom(1, 5, 20, 600) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("truncate"), name, at }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("sync"), name }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("sync names") }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("rename"), name, to: name }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("remove"), name }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("power loss"), mode, seed }) },
)
type Command = {
  does: string
  name?: string
  to?: string
  at?: number
  size?: number
  mode?: PowerLoss
  seed?: number
}

describe("disk", () => {
  it("does what a map of bytes does, and loses only what each way of losing power may take", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 24 }), (commands: readonly Command[]) => {
        const disk = quick()
        let fs = live(disk)
        let names = new Map<string, Content>()
        /** The names at the last sync of the directory, and after each change since. */
        let history: Names[] = [new Map()]
        const renamed = () => history.push(new Map(names))
        commands.forEach(({ does, name = "", to = "", at = 0, size = 0, mode = "lost", seed = 0 }, i) => {
          const content = names.get(name)
          if (does === "write") {
            const bytes = String.fromCharCode(65 + i).repeat(size)
            const file = content ?? new Content()
            if (content === undefined) {
              names.set(name, file)
              renamed()
            }
            writing(fs, name, at, bytesOf(bytes), content === undefined ? "wx" : "r+")
            file.change({ at, bytes })
          } else if (does === "sync names") {
            syncing(fs, "/")
            history = [new Map(names)]
          } else if (does === "power loss") {
            const { lost, torn } = disk.powerLoss(mode, diceOf(seed))
            const left = textsOf(disk.durable())
            expect(textsOf(disk.cached())).toEqual(left)
            const survived = Object.entries(left)
            const fits = (candidate: Names) =>
              survived.length === candidate.size &&
              survived.every(([path, text]) => candidate.get(path)?.allows(mode, text) === true)
            if (mode === "lost") expect(history.slice(0, 1).some(fits), JSON.stringify(left)).toBe(true)
            if (mode === "torn") expect(history.some(fits), JSON.stringify(left)).toBe(true)
            if (mode === "kept") {
              expect(fits(names), JSON.stringify(left)).toBe(true)
              expect({ lost, torn }).toEqual({ lost: 0, torn: 0 })
            }
            if (mode === "scattered") {
              for (const path of ["/a", "/b", "/c"]) {
                const text = left[path]
                const ever = history.map((names) => names.get(path))
                expect(
                  ever.some((content) => (text === undefined ? !content : content?.allows(mode, text))),
                  `${path} ${JSON.stringify(text)}`,
                ).toBe(true)
              }
            }
            fs = live(disk)
            names = new Map()
            for (const [path, text] of survived) {
              const content = new Content()
              content.settle(text)
              names.set(path, content)
            }
            history = [new Map(names)]
          } else if (content === undefined) {
            const effect =
              does === "truncate"
                ? fs.truncate(name, at)
                : does === "rename"
                  ? fs.rename(name, to)
                  : does === "remove"
                    ? fs.remove(name)
                    : fs.open(name)
            expect(tagOf<unknown>(effect)).toBe("NotFound")
          } else if (does === "truncate") {
            go(fs.truncate(name, at))
            if (at !== content.cached.length) content.change({ at })
          } else if (does === "sync") {
            syncing(fs, name)
            content.settle()
          } else if (does === "rename") {
            go(fs.rename(name, to))
            names.delete(name)
            names.set(to, content)
            if (name !== to) renamed()
          } else {
            go(fs.remove(name))
            names.delete(name)
            renamed()
          }
          const seen = Object.fromEntries([...names].map(([path, content]) => [path, content.cached]))
          expect(textsOf(disk.cached())).toEqual(seen)
          for (const [path, text] of Object.entries(seen)) expect(go(fs.readFileString(path, "latin1"))).toBe(text)
          expect(go(fs.readDirectory("/"))).toEqual([...names.keys()].map((path) => path.slice(1)).sort())
        })
      }),
      { numRuns: 250 },
    )
  })

  it("takes from a file nothing that was synced, and of what was written since only what a mode may take", () => {
    const change = fc.oneof(
      { weight: 3, arbitrary: fc.record({ at, size: fc.constantFrom(1, 5, 20, 600) }) },
      { weight: 1, arbitrary: fc.record({ at }) },
    )
    fc.assert(
      fc.property(
        fc.constantFrom(0, 10, 510, 1000),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        mode,
        seed,
        (length, changes: readonly { at: number; size?: number }[], mode, seed) => {
          const disk = quick()
          const fs = live(disk)
          const content = new Content()
          content.settle("o".repeat(length))
          go(fs.writeFileString("/log", content.durable))
          syncing(fs, "/log", "/")
          changes.forEach(({ at, size }, i) => {
            if (size === undefined) go(fs.truncate("/log", at))
            else writing(fs, "/log", at, bytesOf(`${i}`.repeat(size)))
            content.change(size === undefined ? { at } : { at, bytes: `${i}`.repeat(size) })
          })
          expect(textsOf(disk.cached())).toEqual({ "/log": content.cached })
          expect(textsOf(disk.durable())).toEqual({ "/log": content.durable })
          disk.powerLoss(mode, diceOf(seed))
          const left = textsOf(disk.durable())
          expect(content.allows(mode, left["/log"] ?? "gone"), JSON.stringify(left)).toBe(true)
          expect(textsOf(disk.cached())).toEqual(left)
        },
      ),
      { numRuns: 500 },
    )
  })

  it("leaves nothing of a file that was not synced when power loss takes what it can", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 900 }), { minLength: 1 }), (writes) => {
        const disk = quick()
        const fs = live(disk)
        for (const bytes of writes) go(fs.writeFile("/log", bytes, { flag: "a" }))
        syncing(fs, "/")
        const losses = disk.powerLoss("lost", diceOf(0))
        expect(textsOf(disk.durable())).toEqual({ "/log": "" })
        expect(losses).toEqual({ lost: writes.length, torn: 0, kept: 0, paths: ["/log"] })
      }),
    )
  })

  it("leaves nothing of a new file, synced or not, whose directory was not synced", () => {
    fc.assert(
      fc.property(fc.constantFrom("/log", "/kept/log", "/new/log"), fc.boolean(), (path, syncsNew) => {
        const disk = quick()
        const fs = live(disk)
        go(fs.makeDirectory("/kept"))
        syncing(fs, "/")
        go(fs.makeDirectory("/new"))
        go(fs.writeFileString(path, "bytes"))
        syncing(fs, path)
        if (syncsNew) syncing(fs, "/new") // whose own name is not durable
        go(fs.writeFileString(path, "more", { flag: "a" }))
        const { lost, paths } = disk.powerLoss("lost", diceOf(0))
        expect(textsOf(disk.durable())).toEqual({})
        expect(go(live(disk).readDirectory("/", { recursive: true }))).toEqual(["kept"])
        expect(lost).toBeGreaterThanOrEqual(2)
        expect(paths).toContain(path)
      }),
    )
  })

  it("brings a removed file back unless its directory was synced", () => {
    fc.assert(
      fc.property(fc.boolean(), (syncs) => {
        const disk = quick()
        const fs = live(disk)
        go(fs.makeDirectory("/d/e", { recursive: true }))
        go(fs.writeFileString("/d/e/log", "bytes"))
        syncing(fs, "/", "/d", "/d/e", "/d/e/log")
        go(fs.remove("/d", { recursive: true }))
        if (syncs) syncing(fs, "/")
        disk.powerLoss("lost", diceOf(0))
        expect(textsOf(disk.durable())).toEqual(syncs ? {} : { "/d/e/log": "bytes" })
      }),
    )
  })

  it("renames as a whole: the old name or the new one, never neither or both, never mixed", () => {
    const folder = (path: string) => path.slice(0, path.lastIndexOf("/")) || "/"
    fc.assert(
      fc.property(
        mode,
        seed,
        fc.constantFrom("/a", "/from/a"),
        fc.constantFrom("/b", "/to/b", "/new/b", "/new/deep/b"),
        fc.boolean(),
        fc.subarray(["/new", "/new/deep"]),
        fc.subarray(["/", "/from", "/to", "/new", "/new/deep"]),
        (mode, seed, from, to, replaces, earlier, later) => {
          const disk = quick()
          const fs = live(disk)
          go(fs.makeDirectory("/from"))
          go(fs.makeDirectory("/to"))
          const old = replaces && !to.startsWith("/new")
          go(fs.writeFileString(from, "new".repeat(300)))
          if (old) go(fs.writeFileString(to, "old".repeat(400)))
          syncing(fs, "/", "/from", "/to", from, ...(old ? [to] : []))
          go(fs.makeDirectory("/new/deep", { recursive: true }))
          syncing(fs, ...earlier)
          go(fs.rename(from, to))
          syncing(fs, ...later)
          disk.powerLoss(mode, diceOf(seed))
          const left = textsOf(disk.durable())
          const before = { [from]: "new".repeat(300), ...(old ? { [to]: "old".repeat(400) } : {}) }
          const after = { [to]: "new".repeat(300) }
          const isAfter = to in left && !(from in left)
          expect(left).toEqual(isAfter ? after : before)
          if (mode === "kept") expect(isAfter).toBe(true)
          if (later.includes(folder(from)) || later.includes(folder(to))) expect(isAfter).toBe(true)
          else if (mode === "lost") expect(isAfter).toBe(false)
        },
      ),
      { numRuns: 400 },
    )
  })

  it("never turns directories inside out", () => {
    const synced = fc.constantFrom([], [], ["/"], ["/b"], ["/b/c"], ["/b/c/a"])
    fc.assert(
      fc.property(mode, seed, synced, (mode, seed, synced) => {
        const disk = quick()
        let fs = live(disk)
        go(fs.makeDirectory("/a/b/c", { recursive: true }))
        go(fs.writeFileString("/a/1", "1"))
        go(fs.writeFileString("/a/b/c/2", "2"))
        syncing(fs, "/", "/a", "/a/b", "/a/b/c", "/a/1", "/a/b/c/2")
        go(fs.rename("/a/b/c", "/c"))
        disk.powerLoss("lost", diceOf(seed))
        fs = live(disk)
        go(fs.rename("/a/b", "/b"))
        go(fs.rename("/a", "/b/c/a"))
        syncing(fs, ...synced)
        disk.powerLoss(mode, diceOf(seed))
        expect([
          { "/a/1": "1", "/a/b/c/2": "2" },
          { "/a/1": "1", "/b/c/2": "2" },
          { "/b/c/2": "2", "/b/c/a/1": "1" },
        ]).toContainEqual(textsOf(disk.durable()))
      }),
      { numRuns: 200 },
    )
  })

  it("keeps what was moved out of a directory that is gone for good", () => {
    const disk = quick()
    const fs = live(disk)
    go(fs.makeDirectory("/a"))
    go(fs.makeDirectory("/b"))
    go(fs.writeFileString("/a/1", "1"))
    syncing(fs, "/", "/a", "/b", "/a/1")
    go(fs.rename("/a/1", "/b/1"))
    go(fs.remove("/a", { recursive: true }))
    syncing(fs, "/")
    disk.powerLoss("lost", diceOf(0))
    expect(textsOf(disk.durable())).toEqual({ "/b/1": "1" })
  })

  it("never loses or doubles a durable file, however directories are moved, removed and synced", () => {
    const does = fc.constantFrom("make", "move", "move", "move", "remove", "sync", "sync")
    const step = fc.record({ does, from: fc.nat(99), to: fc.nat(99), name: fc.constantFrom("x", "y", "z") })
    const pick = <A>(from: readonly A[], n: number): A => from[n % from.length] as A
    fc.assert(
      fc.property(fc.array(step, { maxLength: 16 }), mode, seed, (steps, mode, seed) => {
        const disk = quick()
        const fs = live(disk)
        const files = ["/x/x/x", "/x/y", "/y/x"]
        const folders = ["/", "/x", "/y", "/x/x"]
        for (const folder of folders) go(fs.makeDirectory(folder, { recursive: true }))
        for (const path of files) go(fs.writeFileString(path, path))
        syncing(fs, ...files, ...folders)
        for (const { does, from, to, name } of steps) {
          const all = go(fs.readDirectory("/", { recursive: true })).map((path) => `/${path}`)
          const folders = ["/", ...all.filter((path) => go(fs.stat(path)).type === "Directory")]
          const target = `${pick(folders, to)}/${name}`
          if (does === "sync") syncing(fs, pick(folders, to))
          else if (does === "remove" && all.length > 0) go(fs.remove(pick(all, from), { recursive: true }))
          else if (go(fs.exists(target))) continue
          else if (does === "make") go(fs.makeDirectory(target))
          else if (does === "move" && all.length > 0) tagOf(fs.rename(pick(all, from), target))
        }
        const contents = (files: ReadonlyMap<string, Uint8Array>) => [...files.values()].map(text)
        const present = contents(disk.cached())
        disk.powerLoss(mode, diceOf(seed))
        const left = contents(disk.durable())
        expect(new Set(left).size).toBe(left.length)
        for (const file of present) expect(left).toContain(file)
        if (mode === "kept") expect(left.sort()).toEqual(present.sort())
        expect(textsOf(disk.cached())).toEqual(textsOf(disk.durable()))
      }),
      { numRuns: 250 },
    )
  })

  it("gives a renamed file the contents it had at its own last sync", () => {
    const disk = quick()
    const fs = live(disk)
    go(fs.writeFileString("/never", "lost"))
    go(fs.writeFileString("/once", "synced"))
    syncing(fs, "/once")
    go(fs.writeFileString("/once", " and not", { flag: "a" }))
    go(fs.rename("/never", "/a"))
    go(fs.rename("/once", "/b"))
    syncing(fs, "/")
    disk.powerLoss("lost", diceOf(0))
    expect(textsOf(disk.durable())).toEqual({ "/a": "", "/b": "synced" })
  })

  it("loses what a lying sync said was durable, until an honest one covers it", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (honestFile, honestNames) => {
        const disk = quick()
        const notes: Note[] = []
        const fs = live(disk, 0, notes)
        disk.lying = true
        go(fs.writeFileString("/log", "bytes"))
        syncing(fs, "/log", "/")
        expect(textsOf(disk.durable())).toEqual({})
        expect(notes.filter(([what]) => what === "sync").map(([, value]) => value.how)).toEqual(["lie", "lie"])
        disk.lying = false
        expect(textsOf(disk.durable())).toEqual({})
        if (honestFile) syncing(fs, "/log")
        if (honestNames) syncing(fs, "/")
        disk.powerLoss("lost", diceOf(0))
        expect(textsOf(disk.durable())).toEqual(honestNames ? { "/log": honestFile ? "bytes" : "" } : {})
      }),
    )
  })

  it("rots exactly one durable bit, and its cached copy unless that was overwritten", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), seed, (a, b, seed) => {
        const disk = quick()
        const fs = live(disk)
        go(fs.writeFile("/a", a))
        go(fs.writeFile("/b", b))
        syncing(fs, "/a", "/b", "/")
        writing(fs, "/b", 0, bytesOf("over"))
        const [durable, cached] = [disk.durable(), disk.cached()]
        const spot = disk.rot(diceOf(seed))
        expect(spot === undefined).toBe(a.length + b.length === 0)
        const flipped = (before: ReadonlyMap<string, Uint8Array>, after: ReadonlyMap<string, Uint8Array>) =>
          [...before].flatMap(([path, bytes]) =>
            [...bytes].flatMap((byte, offset) => {
              const bits = (byte ^ (after.get(path)?.[offset] ?? 0)).toString(2).replaceAll("0", "").length
              return bits === 0 ? [] : [{ path, offset, bits }]
            }),
          )
        const once = spot === undefined ? [] : [{ ...spot, bits: 1 }]
        expect(flipped(durable, disk.durable())).toEqual(once)
        expect(flipped(cached, disk.cached())).toEqual(spot?.path === "/b" && spot.offset < 4 ? [] : once)
      }),
    )
  })

  it("misdirects one write over lower bytes, and leaves its place without it", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 60 }), fc.nat(60), seed, (length, size, at, seed) => {
        const disk = quick()
        const notes: Note[] = []
        const fs = live(disk, seed, notes)
        const old = "o".repeat(length)
        const bytes = bytesOf("n".repeat(size))
        go(fs.writeFileString("/log", old))
        disk.misdirecting = true
        writing(fs, "/log", at, bytes)
        const strikes = Math.min(at, length) > 0
        expect(disk.misdirecting).toBe(!strikes)
        const intended = changeText(old, at, "n".repeat(size))
        const left = go(fs.readFileString("/log", "latin1"))
        if (!strikes) {
          expect(left).toBe(intended)
          return
        }
        const note = notes.find(([what]) => what === "damage")?.[1]
        const [wrong, landed] = [note?.offset ?? -1, note?.bytes ?? -1]
        expect(wrong).toBeLessThan(at)
        expect(landed).toBeGreaterThan(0)
        const untouched = cutText(old, Math.max(length, at + size))
        expect(left).toBe(changeText(untouched, wrong, "n".repeat(landed)))
        expect(left.slice(at)).toBe(untouched.slice(at))
        writing(fs, "/log", at, bytes)
        expect(go(fs.readFileString("/log", "latin1")).slice(at, at + size)).toBe("n".repeat(size))
      }),
    )
  })

  it("refuses what takes more bytes when it is full, and loses nothing that was there", () => {
    const disk = quick()
    const notes: Note[] = []
    const fs = live(disk, 0, notes)
    go(fs.makeDirectory("/d"))
    go(fs.writeFileString("/log", "0123456789"))
    syncing(fs, "/log", "/")
    disk.full = true
    const refused: Fallible<unknown>[] = [
      fs.writeFileString("/new", ""),
      fs.open("/new", { flag: "a" }),
      fs.writeFileString("/log", "01234567890"),
      fs.writeFileString("/log", "x", { flag: "a" }),
      fs.truncate("/log", 11),
      fs.makeDirectory("/d/e"),
      fs.makeDirectory("/d/e/f", { recursive: true }),
      fs.copyFile("/log", "/copy"),
      Effect.flatMap(fs.open("/log", { flag: "r+" }), (file) =>
        Effect.andThen(file.seek(5n, "start"), file.write(bytesOf("abcdef"))),
      ),
    ]
    for (const effect of refused) expect(tagOf(effect)).toBe("Unknown")
    expect(notes.filter(([what]) => what === "refuse")).toHaveLength(refused.length)
    expect(textsOf(disk.cached())).toEqual({ "/log": "0123456789" })
    expect(go(fs.readDirectory("/", { recursive: true }))).toEqual(["d", "log"])
    writing(fs, "/log", 5, bytesOf("abcde"))
    go(fs.writeFileString("/log", "short"))
    go(fs.rename("/log", "/d/log"))
    syncing(fs, "/d/log", "/d", "/")
    expect(textsOf(disk.durable())).toEqual({ "/d/log": "short" })
    disk.full = false
    go(fs.writeFileString("/d/log", "longer than before"))
  })

  describe("in time", () => {
    /** A life whose device takes its time, and the list of what is to come. */
    const timed = (disk: Disk) => {
      let now = 0
      let n = 0
      const events: { at: number; task: () => void }[] = []
      const fs = disk.fileSystem({
        after: (micros, task) => void events.push({ at: now + micros, task }),
        die: () => draw(7, 0, n++),
        now: () => now,
        note: () => {},
      })
      const until = (micros: number) => {
        for (;;) {
          const next = events.filter(({ at }) => at <= micros).sort((a, b) => a.at - b.at)[0]
          if (next === undefined) break
          events.splice(events.indexOf(next), 1)
          now = next.at
          next.task()
        }
        now = micros
      }
      return { fs, until, now: () => now }
    }

    /** Starts an effect, and tells when it succeeded. */
    const start = <A>(effect: Fallible<A>, now: () => number) => {
      const answer: { at?: number; value?: A } = {}
      Effect.runFork(
        Effect.scoped(
          Effect.map(effect, (value) => {
            answer.at = now()
            answer.value = value
          }),
        ),
      )
      return answer
    }

    const begin = (disk: Disk) => {
      go(live(disk).writeFileString("/log", "old"))
      const life = timed(disk)
      const sync = () =>
        start(
          Effect.flatMap(life.fs.open("/log"), (file) => file.sync),
          life.now,
        )
      return { ...life, sync }
    }

    it("a sync takes a time within its range, and so many times longer when it is slow", () => {
      fc.assert(
        fc.property(fc.nat(5000), fc.nat(5000), fc.integer({ min: 1, max: 50 }), (min, more, slow) => {
          const times = [1, slow].map((factor) => {
            const disk = new Disk({ sync: [min, min + more] })
            disk.slow = factor
            const { sync, until } = begin(disk)
            const answer = sync()
            until(1_000_000)
            return answer.at ?? -1
          })
          const [ordinary = -1, slower] = times
          expect(ordinary).toBeGreaterThanOrEqual(min)
          expect(ordinary).toBeLessThanOrEqual(min + more)
          expect(slower).toBe(ordinary * slow)
        }),
      )
    })

    it("a sync covers what was written before it was called, and nothing later", () => {
      const disk = new Disk({ sync: [1000, 1000] })
      const { fs, sync, until, now } = begin(disk)
      const names = start(
        Effect.flatMap(fs.open("/"), (file) => file.sync),
        now,
      )
      const contents = sync()
      go(fs.writeFileString("/log", " and new", { flag: "a" }))
      go(fs.writeFileString("/later", ""))
      until(999)
      expect(textsOf(disk.durable())).toEqual({})
      until(1000)
      expect([names.at, contents.at]).toEqual([1000, 1000])
      expect(textsOf(disk.durable())).toEqual({ "/log": "old" })
    })

    it("a stall holds syncs and reads, those under way too, and nothing else", () => {
      const disk = new Disk({ sync: [1000, 1000] })
      const { fs, sync, until, now } = begin(disk)
      const early = sync()
      until(500)
      disk.stall()
      const late = sync()
      const read = start(fs.readFile("/log"), now)
      const alloc = start(
        Effect.flatMap(fs.open("/log"), (file) => file.readAlloc(9)),
        now,
      )
      go(fs.writeFileString("/log", "new"))
      expect(go(fs.exists("/log"))).toBe(true)
      until(5000)
      expect([early.at, late.at, read.at, alloc.at]).toEqual([undefined, undefined, undefined, undefined])
      disk.unstall()
      until(5000)
      expect([early.at, late.at, read.at, alloc.at]).toEqual([5000, undefined, 5000, 5000])
      expect(text(read.value ?? new Uint8Array())).toBe("new")
      until(7000)
      expect(late.at).toBe(6000)
    })

    it("a sync that a power loss interrupts makes nothing durable", () => {
      fc.assert(
        fc.property(fc.boolean(), (wipes) => {
          const disk = new Disk({ sync: [1000, 1000] })
          syncing(live(disk), "/")
          const { sync, until } = begin(disk)
          const answer = sync()
          until(500)
          if (wipes) disk.wipe()
          else disk.powerLoss("lost", diceOf(0))
          until(2000)
          expect(answer.at).toBeUndefined()
          expect(textsOf(disk.durable())).toEqual({})
        }),
      )
    })
  })

  it("keeps its bytes to itself: none that were handed in or out are shared", () => {
    const disk = quick()
    const fs = live(disk)
    const handed = [new Uint8Array(8).fill(1), Buffer.alloc(8, 2), new Uint8Array(8).fill(3), Buffer.alloc(8, 4)]
    const [whole, part, first, second] = handed as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const expected = [1, 2, 3, 4].flatMap((byte) => Array<number>(8).fill(byte))
    const out: Uint8Array[] = go(
      Effect.gen(function* () {
        yield* fs.writeFile("/log", whole)
        const file = yield* fs.open("/log", { flag: "a+" })
        yield* file.writeAll(part)
        yield* file.write(first)
        yield* fs.writeFile("/log", second, { flag: "a" })
        for (const bytes of handed) bytes.fill(9)
        yield* file.sync
        const buffer = new Uint8Array(32)
        yield* file.read(buffer, { position: 0n })
        const alloc = yield* file.readAlloc(32)
        return [buffer, Option.getOrThrow(alloc), yield* fs.readFile("/log")]
      }),
    )
    syncing(fs, "/")
    out.push(...disk.durable().values(), ...disk.cached().values())
    expect(out).toHaveLength(5)
    for (const bytes of out) {
      expect([...bytes]).toEqual(expected)
      bytes.fill(9)
    }
    expect([...go(fs.readFile("/log"))]).toEqual(expected)
    disk.powerLoss("lost", diceOf(0))
    go(live(disk).truncate("/log", 0))
    expect([...(disk.durable().get("/log") ?? [])]).toEqual(expected)
  })

  it("closes files with their scope, their life and their disk", () => {
    const endings: readonly (readonly [left: string | undefined, end: (disk: Disk) => void])[] = [
      ["x", (disk) => disk.powerLoss("kept", diceOf(0))],
      ["x", (disk) => live(disk)],
      [undefined, (disk) => disk.wipe()],
    ]
    for (const [left, end] of endings) {
      const disk = quick()
      const fs = live(disk)
      go(
        Effect.gen(function* () {
          const leaked = yield* Effect.scoped(fs.open("/log", { flag: "w+" }))
          const file = yield* fs.open("/log", { flag: "w+" })
          expect(tagOf(leaked.write(bytesOf("x")))).toBe("BadResource")
          expect(tagOf(leaked.sync)).toBe("BadResource")
          yield* file.write(bytesOf("x"))
          end(disk)
          const uses: Fallible<unknown>[] = [
            file.write(bytesOf("y")),
            file.sync,
            file.stat,
            file.readAlloc(1),
            file.seek(0n, "start"),
          ]
          for (const use of uses) expect(tagOf(use)).toBe("BadResource")
        }),
      )
      expect(textsOf(disk.cached())["/log"]).toBe(left)
    }
  })

  it("opens as the flag says", () => {
    const opened = (flag: FileSystem.OpenFlag, there: boolean) => {
      const disk = quick()
      const fs = live(disk)
      if (there) go(fs.writeFileString("/f", "old"))
      const tag = tagOf(fs.open("/f", { flag }))
      if (tag !== "ok") return tag
      return go(
        Effect.gen(function* () {
          const file = yield* fs.open("/f", { flag: flag.replace("x", "") as FileSystem.OpenFlag })
          const wrote = tagOf(file.write(bytesOf("n")))
          const read = tagOf(file.readAlloc(1))
          return `${wrote} ${read} ${textsOf(disk.cached())["/f"]}`
        }),
      )
    }
    const denied = "PermissionDenied"
    const flags: Record<FileSystem.OpenFlag, readonly [there: string, absent: string]> = {
      r: [`${denied} ok old`, "NotFound"],
      "r+": ["ok ok nld", "NotFound"],
      w: [`ok ${denied} n`, `ok ${denied} n`],
      "w+": ["ok ok n", "ok ok n"],
      wx: ["AlreadyExists", `ok ${denied} n`],
      "wx+": ["AlreadyExists", "ok ok n"],
      a: [`ok ${denied} oldn`, `ok ${denied} n`],
      "a+": ["ok ok oldn", "ok ok n"],
      ax: ["AlreadyExists", `ok ${denied} n`],
      "ax+": ["AlreadyExists", "ok ok n"],
    }
    for (const [flag, [there, absent]] of Object.entries(flags) as [FileSystem.OpenFlag, readonly [string, string]][])
      expect([flag, opened(flag, true), opened(flag, false)]).toEqual([flag, there, absent])
  })

  it("gives the same for the same dice", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), mode, seed, (commands: readonly Command[], mode, seed) => {
        const once = () => {
          const disk = quick()
          const notes: Note[] = []
          const fs = live(disk, seed, notes)
          disk.misdirecting = true
          commands.forEach(({ does, name = "/a", to = "/b", at = 0, size = 9 }, i) => {
            if (does === "write") go(fs.writeFile(name, new Uint8Array(size).fill(i), { flag: "a" }))
            else if (does === "truncate") tagOf(fs.truncate(name, at))
            else if (does === "rename") tagOf(fs.rename(name, to))
            else if (does === "sync") tagOf(Effect.flatMap(fs.open(name), (file) => file.sync))
          })
          const temporary = go(fs.makeTempDirectory())
          const losses = disk.powerLoss(mode, diceOf(seed))
          return { notes, losses, temporary, rot: disk.rot(diceOf(seed)), left: textsOf(disk.durable()) }
        }
        expect(once()).toEqual(once())
      }),
    )
  })

  /** A write-ahead log, of records of a length, a check and a text. It is written against `FileSystem` alone. */
  const openLog = Effect.fnUntraced(function* (syncs: { readonly file: boolean; readonly names: boolean }) {
    const fs = yield* FileSystem.FileSystem
    yield* fs.makeDirectory("/wal", { recursive: true })
    const log = yield* fs.open("/wal/log", { flag: "a+" })
    if (syncs.names) {
      for (const path of ["/", "/wal"])
        yield* Effect.scoped(Effect.flatMap(fs.open(path), (directory) => directory.sync))
    }
    const bytes = yield* fs.readFile("/wal/log")
    const records: string[] = []
    let end = 0
    for (;;) {
      const size = bytes[end] ?? 0
      const check = Buffer.from(bytes.subarray(end + 1, end + 5))
      const body = text(bytes.subarray(end + 5, end + 5 + size))
      if (size === 0 || body.length < size || check.readInt32LE() !== hashText(body)) break
      records.push(body)
      end += 5 + size
    }
    yield* log.truncate(end)
    if (syncs.file) yield* log.sync
    const append = Effect.fnUntraced(function* (record: string) {
      const head = Buffer.alloc(5, record.length)
      head.writeInt32LE(hashText(record), 1)
      yield* log.writeAll(Buffer.concat([head, bytesOf(record)]))
      if (syncs.file) yield* log.sync
    })
    return { records, append, log }
  })

  /** Lives of a log, and in how many of them a record was missing that was acknowledged before. */
  const losing = (
    mode: PowerLoss,
    lives: number,
    syncs: { readonly file: boolean; readonly names: boolean },
  ): number => {
    let missing = 0
    let acked: string[] = []
    let disk = quick()
    for (let life = 0; life < lives; life++) {
      const die = (n: number) => draw(hashText(mode), life, n)
      if (life % 20 === 0) {
        acked = []
        disk = quick()
      }
      const fs = live(disk)
      go(
        Effect.gen(function* () {
          const { records, append, log } = yield* openLog(syncs)
          if (acked.some((record, i) => records[i] !== record)) missing++
          acked = records
          for (let n = below(die(0), 6); n > 0; n--) {
            const record = `${life}.${n}`.repeat(1 + below(die(n), 30))
            yield* append(record)
            acked.push(record)
          }
          // The last writes are under way when the power goes.
          for (let n = below(die(9), 3); n > 0; n--) yield* log.writeAll(new Uint8Array(below(die(9 + n), 900)).fill(n))
        }).pipe(Effect.provideService(FileSystem.FileSystem, fs)),
      )
      disk.powerLoss(mode, (n) => die(100 + n))
    }
    return missing
  }

  it.each(modes)("a write-ahead log that syncs survives 500 lives: %s", (mode) => {
    expect(losing(mode, 500, { file: true, names: true })).toBe(0)
  })

  it.each(["lost", "torn", "scattered"] as const)("a write-ahead log that does not sync is caught: %s", (mode) => {
    expect(losing(mode, 100, { file: false, names: true })).toBeGreaterThan(10)
    expect(losing(mode, 100, { file: true, names: false })).toBeGreaterThan(0)
  })
})
