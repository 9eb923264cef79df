/** The write-ahead log and the vote, on disks that lose power, rot, fill up and lie, and on a real one. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Scope from "effect/Scope"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { mix } from "#sim"
import { type Meta, openMeta } from "../../../src/systems/replication/meta.ts"
import { crc32, type Entry, readRecord, writeRecord } from "../../../src/systems/replication/record.ts"
import { openWal, type Recovery } from "../../../src/systems/replication/wal.ts"
import { Disk, type PowerLoss } from "../../../src/world/disk.ts"

const modes: readonly PowerLoss[] = ["lost", "torn", "scattered", "kept"]

const entry = (lsn: number, value: string, more: Partial<Entry> = {}): Entry => ({
  lsn,
  epoch: 1,
  author: "n1",
  request: `c1-${lsn}`,
  key: "k",
  value,
  ...more,
})

const entries = (from: number, to: number, value = "v"): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => entry(from + i, `${value}${from + i}`))

const text = fc.string({ unit: "binary", maxLength: 40 })
const anyEntry: fc.Arbitrary<Entry> = fc.record({
  lsn: fc.integer({ min: 1, max: 1_000_000 }),
  epoch: fc.nat(1000),
  author: text,
  request: text,
  key: text,
  value: fc.oneof(
    text,
    fc.nat(1200).map((length) => "x".repeat(length)),
  ),
})

/** The same thing with some of its members replaced. */
const but = <A extends object>(thing: A, changes: Partial<A>): A =>
  new Proxy(thing, {
    get: (target, name) => {
      if (Reflect.has(changes, name)) return Reflect.get(changes, name)
      const member = Reflect.get(target, name, target)
      return typeof member === "function" ? member.bind(target) : member
    },
  })

type Wrap = (fs: FileSystem.FileSystem) => FileSystem.FileSystem

/** A file system whose open files (or directories) are changed. */
const filesBut =
  (change: (file: FileSystem.File, flag: FileSystem.OpenFlag) => Partial<FileSystem.File>): Wrap =>
  (fs) =>
    but(fs, {
      open: (path, options) =>
        Effect.map(fs.open(path, options), (file) => but(file, change(file, options?.flag ?? "r"))),
    })

/** A disk and the life it serves. After `fuse` uses of the device, the life ends in the middle of what it does. */
class Machine {
  readonly disk = new Disk({ sync: [0, 0] })
  readonly #wrap: Wrap
  #fs: FileSystem.FileSystem
  #dice = 0
  fuse = Number.POSITIVE_INFINITY
  dead = false

  constructor(wrap: Wrap = (fs) => fs) {
    this.#wrap = wrap
    this.#fs = this.#start()
  }

  #start(): FileSystem.FileSystem {
    return this.#wrap(
      this.disk.fileSystem({
        after: (_, task) => {
          if (this.dead || this.fuse-- <= 0) this.dead = true
          else task()
        },
        die: () => mix(++this.#dice),
        now: () => 0,
        note: () => {},
      }),
    )
  }

  run<A>(effect: Effect.Effect<A, PlatformError, FileSystem.FileSystem | Scope.Scope>): A | "refused" | "dead" {
    if (this.dead) return "dead"
    const exit = Effect.runSyncExit(
      effect.pipe(
        Effect.catchTag("PlatformError", () => Effect.succeed("refused" as const)),
        Effect.provideService(FileSystem.FileSystem, this.#fs),
        Effect.provideService(Scope.Scope, Scope.makeUnsafe()),
      ),
    )
    if (this.dead) return "dead"
    if (Exit.isFailure(exit)) throw new Error(`a defect: ${exit.cause}`)
    return exit.value
  }

  /** What must succeed. */
  get<A>(effect: Effect.Effect<A, PlatformError, FileSystem.FileSystem | Scope.Scope>): A {
    const result = this.run(effect)
    if (result === "refused" || result === "dead") throw new Error(`expected to succeed, but ${result}`)
    return result
  }

  /** A new life, after a power loss or, with "stop", a mere end of the program. */
  restart(mode: PowerLoss | "stop", salt = 1): void {
    if (mode !== "stop") this.disk.powerLoss(mode, (n) => mix(salt * 31 + n))
    this.disk.full = false
    this.fuse = Number.POSITIVE_INFINITY
    this.dead = false
    this.#fs = this.#start()
  }

  open(recover: Recovery = "checksum", segmentBytes = 600) {
    return openWal({ directory: "/wal", recover, segmentBytes })
  }

  /** A durable log. */
  grow(all: readonly Entry[], batch = 1, segmentBytes = 600): void {
    const { wal } = this.get(this.open("checksum", segmentBytes))
    for (let at = 0; at < all.length; at += batch) {
      this.get(wal.append(all.slice(at, at + batch)))
      this.get(wal.sync)
    }
  }
}

/** Each segment is named by the entry that it begins with. */
const expectNames = (machine: Machine): void => {
  for (const [path, bytes] of machine.disk.cached()) {
    if (bytes.length > 0) {
      expect(readRecord(bytes, 0)).toMatchObject({ entry: { lsn: Number.parseInt(path.slice(5, 13), 10) } })
    }
  }
}

const anyMode = fc.constantFrom(...modes)
const anyEnd = fc.constantFrom("stop" as const, ...modes)

type Step =
  | { readonly do: "append"; readonly lengths: readonly number[] }
  | { readonly do: "sync" | "fill" | "free" }
  | { readonly do: "truncate"; readonly by: number }
  | { readonly do: "end"; readonly mode: PowerLoss | "stop"; readonly salt: number; readonly fuse: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      lengths: fc.array(fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 60 }) }, fc.nat({ max: 900 })), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("sync" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("fill" as const, "free" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("truncate" as const), by: fc.nat({ max: 8 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      mode: anyEnd,
      salt: fc.nat(),
      // Life ends at once, or in the middle of the n-th use of the device from here.
      fuse: fc.oneof(fc.constant(-1), fc.nat({ max: 8 })),
    }),
  },
)

const script = fc.array(step, { maxLength: 30, size: "max" })

const same = (a: Entry | undefined, b: Entry | undefined): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Lives a script and says what is wrong: after each power loss the log is a prefix of what was appended, with all that was synced. */
const complaint = (steps: readonly Step[], recover: Recovery = "checksum", wrap?: Wrap): string | undefined => {
  const machine = new Machine(wrap)
  let writes = 0
  /** All that the log may hold, of which so many entries it must hold. */
  let most: Entry[] = []
  let least = 0
  let end: { readonly mode: PowerLoss | "stop"; readonly salt: number } = { mode: "lost", salt: 0 }
  let opened = machine.get(machine.open(recover))

  const reopen = (): string | undefined => {
    machine.restart(end.mode, end.salt)
    opened = machine.get(machine.open(recover))
    const { entries: found, tail } = opened.recovered
    if (tail === "damaged") return `a power loss (${end.mode}) is taken for damage`
    if (found.length < least) return `of ${least} synced entries ${found.length} are left`
    if (found.some((entry, i) => !same(entry, most[i]))) return "an entry was never appended, or is out of place"
    if (opened.wal.last() !== found.length) return "the log numbers on from elsewhere"
    most = [...found]
    least = found.length
    return undefined
  }

  for (const step of [...steps, ...ending]) {
    const before = most
    const { wal } = opened
    let result: unknown
    switch (step.do) {
      case "append": {
        const batch = step.lengths.map((length, i) =>
          entry(wal.last() + 1 + i, "v".repeat(length), { request: `${writes++}` }),
        )
        result = machine.run(wal.append(batch))
        if (result !== "refused") most = [...most, ...batch]
        break
      }
      case "sync":
        result = machine.run(wal.sync)
        if (result === undefined) least = most.length
        break
      case "truncate": {
        const lsn = Math.max(0, wal.last() - step.by)
        result = machine.run(wal.truncate(lsn))
        least = Math.min(least, lsn)
        if (result === undefined) most = before.slice(0, lsn)
        break
      }
      case "end":
        end = step
        if (step.fuse < 0) result = "dead"
        else machine.fuse = step.fuse
        break
      default:
        machine.disk.full = step.do === "fill"
    }
    if (result === "dead") {
      const wrong = reopen()
      if (wrong) return wrong
    }
  }
  return opened.recovered.entries.length === most.length ? undefined : "the last life lost synced entries"
}

/** Whatever happened before, the log can be used, twice. */
const ending: readonly Step[] = [0, 1].flatMap(() => [
  { do: "free" },
  { do: "end", mode: "kept", salt: 0, fuse: -1 },
  { do: "append", lengths: [10, 20] },
  { do: "sync" },
  { do: "end", mode: "scattered", salt: 3, fuse: -1 },
])

/** Whether the property above fails on a disk, or design, that is not sound. */
const caught = (recover: Recovery, wrap?: Wrap): boolean =>
  fc.check(
    fc.property(script, (steps) => {
      try {
        return complaint(steps, recover, wrap) === undefined
      } catch {
        return false
      }
    }),
    { numRuns: 1000, seed: 1, endOnFailure: true },
  ).failed

describe("a record", () => {
  it("has the checksum that IEEE 802.3 asks for", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926)
  })

  it("is read as it was written, wherever sectors cut it", () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(1000), fc.nat(600), (entry, synced, at) => {
        const record = writeRecord(entry, synced)
        const file = new Uint8Array(at + record.length)
        file.set(record, at)
        expect(readRecord(file, at)).toEqual({ kind: "whole", entry, synced, end: file.length })
        expect(record.subarray(13).includes(0)).toBe(false)
      }),
    )
  })

  const records = [
    entry(1, "v"),
    entry(7, "", { request: "", key: "" }),
    entry(256, "\u0000ü\n\ufffd\ud800", { epoch: 1 << 24 }),
    entry(65_536, "long ".repeat(120)),
  ].map((entry) => writeRecord(entry, entry.lsn - 1))

  // The last byte of its header is zero by right, also when it is all that a sector has of it.
  const zero = Array.from({ length: 2000 }, (_, i) => writeRecord(entry(1, `${i}`), 0)).find((bytes) => bytes[12] === 0)
  if (zero) records.push(zero)

  it("with one flipped bit is damaged, wherever the bit and wherever sectors cut it", () => {
    for (const record of records) {
      for (const at of [0, 500, 511]) {
        const file = new Uint8Array(at + record.length)
        file.set(record, at)
        for (let bit = 0; bit < record.length * 8; bit++) {
          const byte = at + (bit >> 3)
          file[byte] = (file[byte] ?? 0) ^ (1 << (bit & 7))
          expect(readRecord(file, at).kind).toBe("damaged")
          file[byte] = (file[byte] ?? 0) ^ (1 << (bit & 7))
        }
      }
    }
  })

  it("that ends too soon is torn", () => {
    for (const record of records) {
      for (let length = 0; length < record.length; length++) {
        expect(readRecord(record.subarray(0, length), 0)).toEqual({ kind: "torn" })
      }
    }
  })

  it("with sectors that were never written is torn", () => {
    for (const record of records) {
      for (let at = 1; at <= 512; at++) {
        const file = new Uint8Array(at + record.length + 40)
        for (let hole = 0; hole * 512 < at + record.length; hole++) {
          file.set(record, at)
          if ((hole + 1) * 512 <= at) continue
          file.fill(0, Math.max(at, hole * 512), Math.min(at + record.length, (hole + 1) * 512))
          expect(readRecord(file, at)).toEqual({ kind: "torn" })
        }
      }
    }
  })
})

describe("the log", () => {
  it("is, after any lives with any power losses, a prefix of what was appended with all that was synced", () => {
    fc.assert(
      fc.property(script, (steps) => {
        expect(complaint(steps)).toBe(undefined)
      }),
      { numRuns: 400 },
    )
  })

  describe("would be caught", () => {
    it("if syncing a file did nothing", () => {
      expect(
        caught(
          "checksum",
          filesBut((_, flag) => (flag === "r" ? {} : { sync: Effect.void })),
        ),
      ).toBe(true)
    })

    it("if syncing a directory did nothing", () => {
      expect(
        caught(
          "checksum",
          filesBut((_, flag) => (flag === "r" ? { sync: Effect.void } : {})),
        ),
      ).toBe(true)
    })

    it("if a torn tail were not cut off", () => {
      expect(
        caught(
          "checksum",
          filesBut(() => ({ truncate: () => Effect.void })),
        ),
      ).toBe(true)
    })

    it("if a cut were not synced", () => {
      const forgetful = filesBut((file) => {
        let cut = false
        return {
          truncate: (length) => {
            cut = true
            return file.truncate(length)
          },
          sync: Effect.suspend(() => {
            const skip = cut
            cut = false
            return skip ? Effect.void : file.sync
          }),
        }
      })
      expect(caught("checksum", forgetful)).toBe(true)
    })

    it("if writes went where the last one ended, whatever was cut off since", () => {
      expect(
        caught(
          "checksum",
          filesBut(() => ({ seek: (offset) => Effect.succeed(offset) })),
        ),
      ).toBe(true)
    })

    it("if it trusted the lengths that stand before its records", () => {
      expect(caught("trust-length")).toBe(true)
    })
  })

  it("holds its entries in segments named by the first of them", () => {
    const machine = new Machine()
    machine.grow(entries(1, 20))
    const names = [...machine.disk.durable().keys()]
    expect(names[0]).toBe("/wal/00000001.seg")
    expect(names.length).toBeGreaterThan(1)
    expectNames(machine)
  })

  it("drops nothing that it keeps, and keeps nothing that it drops, across segments", () => {
    for (let lsn = 0; lsn <= 20; lsn++) {
      const machine = new Machine()
      machine.grow(entries(1, 20))
      const { wal } = machine.get(machine.open())
      machine.get(wal.truncate(lsn))
      machine.get(wal.append(entries(lsn + 1, lsn + 3, "w")))
      machine.get(wal.sync)
      machine.restart("lost")
      expect(machine.get(machine.open()).recovered).toEqual({
        entries: [...entries(1, lsn), ...entries(lsn + 1, lsn + 3, "w")],
        tail: "whole",
      })
    }
  })

  it("never gives a rotten entry, and says damaged", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 1, max: 3 }), fc.nat(), (count, batch, salt) => {
        const machine = new Machine()
        const all = entries(1, count)
        machine.grow(all, batch)
        const hit = machine.disk.rot((n) => mix(salt * 7 + n))
        machine.restart("lost")
        const before = machine.disk.durable()
        const { wal, recovered } = machine.get(machine.open())
        expect(recovered.tail).toBe(hit ? "damaged" : "whole")
        expect(recovered.entries).toEqual(all.slice(0, recovered.entries.length))
        expect(recovered.entries.length < count).toBe(hit !== undefined)
        expect(machine.disk.durable()).toEqual(before)

        const more = entries(wal.last() + 1, wal.last() + 2, "w")
        machine.get(wal.append(more))
        machine.get(wal.sync)
        machine.restart("lost")
        expect(machine.get(machine.open()).recovered).toEqual({
          entries: [...recovered.entries, ...more],
          tail: "whole",
        })
      }),
      { numRuns: 300 },
    )
  })

  it("says damaged when rot took a synced entry, whatever a power loss does to the tail", () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(12), anyMode, fc.nat(), (synced, more, mode, salt) => {
        const machine = new Machine()
        machine.grow(entries(1, synced), 2)
        const { wal } = machine.get(machine.open())
        for (let lsn = synced + 1; lsn <= synced + more; lsn++) machine.get(wal.append(entries(lsn, lsn)))
        machine.disk.rot((n) => mix(salt * 7 + n))
        machine.restart(mode, salt)
        const { recovered } = machine.get(machine.open())
        expect(recovered.entries).toEqual(entries(1, recovered.entries.length))
        if (recovered.entries.length < synced) expect(recovered.tail).toBe("damaged")
      }),
      { numRuns: 300 },
    )
  })

  it("calls a hole damage, not a torn tail, when an entry behind it was written after the hole had been synced", () => {
    for (const [count, batch, length] of [
      [12, 1, 120],
      [2, 1, 1200],
      [12, 12, 120],
    ] as const) {
      for (const hole of [0, 1]) {
        const machine = new Machine()
        machine.grow(entries(1, count, "v".repeat(length)), batch, 100_000)
        machine.get(
          Effect.gen(function* () {
            const fs = yield* FileSystem.FileSystem
            const file = yield* fs.open("/wal/00000001.seg", { flag: "r+" })
            yield* file.seek(BigInt(hole * 512), "start")
            yield* file.writeAll(new Uint8Array(512))
          }),
        )
        const { recovered } = machine.get(machine.open())
        expect(recovered.entries.length).toBeLessThan(count)
        expect(recovered.tail).toBe(batch === 1 ? "damaged" : "torn")
      }
    }
  })

  it("calls it damage when an entry landed behind its place, or on another", () => {
    const machine = new Machine()
    machine.grow(entries(1, 3))
    machine.get(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const file = yield* fs.open("/wal/00000001.seg", { flag: "r+" })
        yield* file.seek(1024n, "start")
        yield* file.writeAll(writeRecord(entry(4, "v4"), 3))
      }),
    )
    expect(machine.get(machine.open()).recovered).toEqual({ entries: entries(1, 3), tail: "damaged" })

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(3), anyMode, (count, more, mode) => {
        const machine = new Machine()
        machine.grow(entries(1, count), 1, 10_000)
        const { wal } = machine.get(machine.open("checksum", 10_000))
        machine.disk.misdirecting = true
        for (let lsn = count + 1; lsn <= count + 1 + more; lsn++) {
          machine.get(wal.append(entries(lsn, lsn)))
          machine.get(wal.sync)
        }
        machine.restart(mode)
        const { recovered } = machine.get(machine.open("checksum", 10_000))
        expect(recovered.tail).toBe("damaged")
        expect(recovered.entries).toEqual(entries(1, recovered.entries.length))
      }),
    )
  })

  it("calls it damage when a segment that is not the last is missing, or ends too soon", () => {
    for (const missing of [0, 1]) {
      for (const left of [undefined, 0, 70]) {
        const machine = new Machine()
        machine.grow(entries(1, 30))
        const paths = [...machine.disk.cached().keys()]
        expect(paths.length).toBeGreaterThan(2)
        const path = paths[missing] ?? ""
        machine.get(
          Effect.flatMap(FileSystem.FileSystem, (fs) =>
            left === undefined ? fs.remove(path) : fs.truncate(path, left),
          ),
        )
        const { wal, recovered } = machine.get(machine.open())
        expect(recovered.tail).toBe("damaged")
        expect(recovered.entries).toEqual(entries(1, wal.last()))
        machine.get(wal.append(entries(wal.last() + 1, wal.last() + 1)))
        expect(machine.get(machine.open()).recovered).toEqual({ entries: entries(1, wal.last()), tail: "whole" })
        expectNames(machine)
      }
    }
  })

  it("has cut a torn tail off, durably, when it is open", () => {
    for (let salt = 0; salt < 30; salt++) {
      const machine = new Machine()
      machine.grow(entries(1, 2))
      machine.get(machine.get(machine.open()).wal.append(entries(3, 5)))
      machine.restart("torn", salt)
      const { recovered } = machine.get(machine.open())
      machine.restart("lost")
      expect(machine.get(machine.open()).recovered).toEqual({ entries: recovered.entries, tail: "whole" })
    }
  })

  it("refuses on a full disk, loses nothing, and goes on when there is room again", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(2000), anyMode, (count, length, mode) => {
        const machine = new Machine()
        machine.grow(entries(1, count))
        const { wal } = machine.get(machine.open())
        const wide = entry(count + 1, "x".repeat(length))
        machine.disk.full = true
        expect(machine.run(wal.append([wide, entry(count + 2, "y")]))).toBe("refused")
        expect(wal.last()).toBe(count)
        machine.get(wal.sync)
        machine.disk.full = false
        machine.get(wal.append([wide]))
        machine.get(wal.sync)
        machine.restart(mode)
        expect(machine.get(machine.open()).recovered).toEqual({ entries: [...entries(1, count), wide], tail: "whole" })
      }),
    )
  })

  it("keeps nothing of a write that the disk took only half of, and goes on behind what it has", () => {
    let room = Number.POSITIVE_INFINITY
    let stuck = false
    const cramped = filesBut((file) => ({
      truncate: (length) => (stuck ? file.seek(-1n, "start").pipe(Effect.asVoid) : file.truncate(length)),
      writeAll: (bytes) =>
        bytes.length <= room
          ? file.writeAll(bytes)
          : Effect.andThen(file.writeAll(bytes.subarray(0, room)), file.seek(-1n, "start").pipe(Effect.asVoid)),
    }))
    const three = new Uint8Array(entries(1, 3).flatMap((entry) => [...writeRecord(entry, entry.lsn - 1)]))
    for (let half = 0; half < 100; half += 7) {
      const machine = new Machine(cramped)
      machine.grow(entries(1, 3))
      const { wal } = machine.get(machine.open())
      room = half
      stuck = half % 2 === 1
      expect(machine.run(wal.append(entries(4, 6)))).toBe("refused")
      room = Number.POSITIVE_INFINITY
      if (stuck) stuck = false
      else expect(machine.disk.durable().get("/wal/00000001.seg")).toEqual(three)
      machine.get(wal.append(entries(4, 4, "w")))
      machine.get(wal.sync)
      machine.restart("lost")
      expect(machine.get(machine.open()).recovered.entries).toEqual([...entries(1, 3), ...entries(4, 4, "w")])
    }
  })

  it("syncs once for many that append and sync at the same time", async () => {
    let syncs = 0
    const disk = new Disk({ sync: [0, 0] })
    const host = {
      after: (_: number, task: () => void) => setImmediate(task),
      die: () => 0,
      now: () => 0,
      note: () => {},
    }
    const counted = filesBut((file, flag) => ({
      sync: Effect.andThen(
        Effect.sync(() => flag !== "r" && syncs++),
        file.sync,
      ),
    }))(disk.fileSystem(host))
    const many = Effect.fnUntraced(function* () {
      const { wal } = yield* openWal({ directory: "/wal", recover: "checksum" })
      const one = (entry: Entry) => Effect.andThen(wal.append([entry]), wal.sync)
      yield* Effect.forEach(entries(1, 40), one, { concurrency: "unbounded", discard: true })
    })
    await Effect.runPromise(many().pipe(Effect.scoped, Effect.provideService(FileSystem.FileSystem, counted)))
    expect(syncs).toBeLessThan(5)
    expect(readRecord(disk.durable().get("/wal/00000001.seg") ?? new Uint8Array(), 0)).toMatchObject({ kind: "whole" })
  })

  it("that trusts lengths agrees on a log that is intact", () => {
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), (batches) => {
        const machine = new Machine()
        machine.grow(batches.flat().map((value, i) => entry(i + 1, value)))
        const { recovered } = machine.get(machine.open("checksum"))
        expect(machine.get(machine.open("trust-length")).recovered).toEqual(recovered)
      }),
    )
  })

  it("that trusts lengths takes a torn tail for an entry, and loses what it then writes behind it", () => {
    let phantoms = 0
    let losses = 0
    for (let salt = 0; salt < 50; salt++) {
      const machine = new Machine()
      machine.grow(entries(1, 2))
      const { wal } = machine.get(machine.open("trust-length"))
      machine.get(wal.append([entry(3, "v".repeat(300))]))
      machine.restart("torn", salt)
      const torn = machine.get(machine.open("trust-length"))
      if (torn.recovered.entries.length !== 3 || torn.recovered.entries[2]?.value === "v".repeat(300)) continue
      phantoms++
      expect(torn.recovered.entries[2]).toMatchObject({ lsn: 3, epoch: 1, value: "\ufffd" })
      machine.get(torn.wal.append(entries(4, 4)))
      machine.get(torn.wal.sync)
      machine.restart("lost")
      const { entries: found } = machine.get(machine.open("trust-length")).recovered
      if (!found.some((entry) => entry.value === "v4")) losses++
    }
    expect(phantoms).toBeGreaterThan(0)
    expect(losses).toBeGreaterThan(0)
  })
})

describe("the vote", () => {
  const anyMeta: fc.Arbitrary<Meta> = fc.record({ epoch: fc.nat(), votedFor: text, rebuilding: fc.boolean() })

  it("is missing at first, then what was saved", () => {
    const machine = new Machine()
    const first = machine.get(openMeta("/some/where/else"))
    expect(first).toMatchObject({ meta: undefined, damaged: false })
    machine.get(first.save({ epoch: 3, votedFor: "n2", rebuilding: true }))
    machine.restart("lost")
    const meta = { epoch: 3, votedFor: "n2", rebuilding: true }
    expect(machine.get(openMeta("/some/where/else"))).toMatchObject({ meta, damaged: false })
  })

  /** Saves, loses power in the middle of the last save, and says what is wrong. */
  const complaint = (metas: readonly Meta[], fuse: number, mode: PowerLoss | "stop", salt: number, wrap?: Wrap) => {
    const machine = new Machine(wrap)
    let opened = machine.get(openMeta("/data"))
    for (const [i, meta] of metas.entries()) {
      const kept = JSON.stringify(opened.meta)
      if (i === metas.length - 1) machine.fuse = fuse
      const died = machine.run(opened.save(meta)) === "dead"
      machine.restart(mode, salt + i)
      const { meta: found, damaged } = machine.get(openMeta("/data"))
      const now = JSON.stringify(found)
      if (damaged) return "the vote is torn"
      if (now !== JSON.stringify(meta) && !(died && now === kept)) return "the vote is another"
      if ([...machine.disk.cached().keys()].some((path) => path.endsWith(".new"))) return "the draft is left"
      machine.restart("lost")
      opened = machine.get(openMeta("/data"))
      if (JSON.stringify(opened.meta) !== now) return "what was read is lost again"
    }
    return undefined
  }

  const lives = [fc.array(anyMeta, { minLength: 1, maxLength: 4 }), fc.nat(3), anyEnd, fc.nat()] as const

  it("is the old one or the new one after any power loss, and the new one once saved", () => {
    fc.assert(
      fc.property(...lives, (...life) => {
        expect(complaint(...life)).toBe(undefined)
      }),
      { numRuns: 300 },
    )
  })

  it("would be caught if the file or the directory were not synced", () => {
    for (const deaf of [true, false]) {
      const wrap = filesBut((_, flag) => ((flag === "r") === deaf ? { sync: Effect.void } : {}))
      expect(fc.check(fc.property(...lives, (...life) => complaint(...life, wrap) === undefined)).failed).toBe(true)
    }
  })

  it("is damaged by any flipped bit, or a byte too many", () => {
    const machine = new Machine()
    machine.get(machine.get(openMeta("/data")).save({ epoch: 300, votedFor: "n2", rebuilding: false }))
    const good = machine.disk.durable().get("/data/vote") ?? new Uint8Array()
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bad = good.slice()
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      machine.get(Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFile("/data/vote", bad)))
      expect(machine.get(openMeta("/data"))).toMatchObject({ meta: undefined, damaged: true })
    }
    machine.get(Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFile("/data/vote", new Uint8Array([...good, 0]))))
    expect(machine.get(openMeta("/data")).damaged).toBe(true)
  })

  it("survives a save that the disk refuses", () => {
    const machine = new Machine()
    const { save } = machine.get(openMeta("/data"))
    const meta = { epoch: 1, votedFor: "n1", rebuilding: false }
    machine.get(save(meta))
    machine.disk.full = true
    expect(machine.run(save({ ...meta, epoch: 2 }))).toBe("refused")
    expect(machine.get(openMeta("/data")).meta).toEqual(meta)
    machine.disk.full = false
    machine.get(save({ ...meta, epoch: 3 }))
    machine.restart("lost")
    expect(machine.get(openMeta("/data")).meta).toEqual({ ...meta, epoch: 3 })
  })
})

describe("on a real disk", () => {
  it("the same log and the same vote work", async () => {
    const root = mkdtempSync(join(tmpdir(), "snowglobe-"))
    const directory = join(root, "node", "wal")
    const life = Effect.fnUntraced(function* () {
      const { wal, recovered } = yield* openWal({ directory, recover: "checksum", segmentBytes: 600 })
      const { meta, save } = yield* openMeta(directory)
      const last = wal.last()
      yield* wal.append(entries(last + 1, last + 12))
      yield* wal.sync
      yield* wal.truncate(last + 10)
      yield* wal.append(entries(last + 11, last + 11, "w"))
      yield* wal.sync
      yield* save({ epoch: (meta?.epoch ?? 0) + 1, votedFor: "n1", rebuilding: false })
      return { recovered, meta }
    })
    try {
      const run = () => Effect.runPromise(life().pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
      expect(await run()).toEqual({ recovered: { entries: [], tail: "whole" }, meta: undefined })
      expect(await run()).toEqual({
        recovered: { entries: [...entries(1, 10), ...entries(11, 11, "w")], tail: "whole" },
        meta: { epoch: 1, votedFor: "n1", rebuilding: false },
      })
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
