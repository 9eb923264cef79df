/**
 * The body of a shard: answers for the keys that are its own, and gives away those that will not be.
 *
 * While a reshard is announced, nothing about a key that moves is told to anybody before its heir has it on disk: not that a
 * write is saved, and not what a reader would see. So whatever was answered is with the heir when the map flips, and what is
 * not with the heir was never answered.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { isBefore } from "#invariants"
import type { Boot } from "#system"
import { type Duties, type Log, replica, soundDesign } from "#systems/replication"
import { Facts, Network } from "#world"
import { Contacts } from "./contacts.ts"
import { type RingDesign, timing } from "./design.ts"
import { Errands } from "./errands.ts"
import { type ShardMap, shardOf } from "./map.ts"
import { type Compare, type Fact, type Get, type List, type Message, type Rows, type Update, word } from "./protocol.ts"
import { type Row, unwritten, type Version } from "./row.ts"
import { type Command, Shelf, type Standing } from "./shelf.ts"

const same = (a: Version | undefined, b: Version | undefined): boolean => a?.epoch === b?.epoch && a?.lsn === b?.lsn

const spell = ({ epoch, lsn }: Version): string => `${epoch}.${lsn}`

class Shard {
  readonly shelf: Shelf
  readonly errands: Errands
  readonly #log: Log
  readonly #design: RingDesign
  readonly #pace: number
  readonly #network: Network["Service"]
  readonly #record: (fact: Fact) => void
  readonly #contacts: Contacts
  /** What the heirs are known to hold, in this epoch. */
  readonly #mirrored = new Map<string, Version>()
  /** The epoch whose copy is under way, or done. */
  #copying = 0
  #copied = 0

  constructor(shard: string, boot: Boot, log: Log, network: Network["Service"], record: (fact: Fact) => void) {
    this.#log = log
    this.#design = boot.design as RingDesign
    this.#pace = boot.size.pace ?? 0
    this.#network = network
    this.#record = record
    this.#contacts = new Contacts(boot.id, boot.size)
    this.errands = new Errands(boot, network, () => (log.leads() ? this.shelf : undefined))
    this.shelf = new Shelf(shard, this.#design, boot.size, {
      adopted: (map) => {
        this.#mirrored.clear()
        this.errands.wake()
        record({ _tag: "Adopted", map })
      },
      holds: (key, { version, content }) => {
        record({ _tag: "Holds", key, version, content })
        this.errands.wake()
      },
      dropped: (epoch, keys) => record({ _tag: "Dropped", epoch, keys }),
    })
  }

  /** Whether what is written now must also be with the heir. */
  get #isDoubling(): boolean {
    return this.shelf.map.phase === "announced" && this.#design.reshard !== "no-double-write"
  }

  #notPrimary(): Message {
    return { _tag: "NotPrimary", hint: this.#log.hint() }
  }

  /** Puts a command into the log; nothing if this node could not see it become permanent. */
  #command(request: string, command: Command): Effect.Effect<boolean> {
    return Effect.map(
      this.#log.write(request, command._tag, JSON.stringify(command)),
      (answer) => answer._tag === "Written",
    )
  }

  #refusal(key: string, epoch: number): Message | undefined {
    return this.#refuses(this.shelf.standing(key, epoch))
  }

  #refuses(standing: Standing): Message | undefined {
    switch (standing) {
      case "serve":
        return undefined
      case "later":
        return { _tag: "Later" }
      case "elsewhere":
        return { _tag: "Elsewhere", map: this.shelf.map }
    }
  }

  // For clients

  /** The epoch in which a request is carried out: its router's, or, where nobody asks by which map it came, this shard's. */
  #epochOf(asked: number): number {
    return this.#design.check === "cached" ? this.shelf.map.epoch : asked
  }

  #update({ key, epoch: asked, source, nth, change }: Update): Effect.Effect<Message> {
    const epoch = this.#epochOf(asked)
    const refusal = this.#refusal(key, epoch)
    if (refusal !== undefined) return Effect.succeed(refusal)
    const request = `${source} ${nth} for ${key} in ${epoch}`
    const command: Command = { _tag: "update", key, epoch, source, nth, change }
    return Effect.flatMap(this.#command(request, command), (isWritten): Effect.Effect<Message> => {
      if (!isWritten) return Effect.succeed(this.#notPrimary())
      const upshot = this.shelf.upshot(request)
      switch (upshot._tag) {
        case "misrouted":
          return Effect.succeed(this.#refusal(key, epoch) ?? word({ _tag: "Later" }))
        case "refused":
          return Effect.succeed(word({ _tag: "Refused", reason: upshot.reason }))
        case "done":
          return Effect.map(this.#mirror(key, epoch), (isSafe): Message => {
            if (!isSafe) return { _tag: "Later" }
            this.#record({ _tag: "Served", key, epoch, wrote: true })
            return { _tag: "Done", version: upshot.version }
          })
      }
    })
  }

  #get({ key, epoch: asked }: Get): Effect.Effect<Message> {
    const epoch = this.#epochOf(asked)
    const refusal = this.#refusal(key, epoch)
    if (refusal !== undefined) return Effect.succeed(refusal)
    return Effect.flatMap(this.#log.confirmed, (so): Effect.Effect<Message> => {
      if (so === false) return Effect.succeed(this.#notPrimary())
      const late = so === "early" ? word({ _tag: "Later" }) : this.#refusal(key, epoch)
      if (late !== undefined) return Effect.succeed(late)
      const row = this.shelf.rows.get(key)
      return Effect.map(this.#mirror(key, epoch), (isSafe): Message => {
        if (!isSafe) return { _tag: "Later" }
        this.#record({ _tag: "Served", key, epoch, wrote: false })
        return { _tag: "Got", version: row?.version ?? unwritten, content: row?.content ?? null }
      })
    })
  }

  #list({ epoch, after, skip, limit }: List): Effect.Effect<Message> {
    return Effect.map(this.#log.confirmed, (so): Message => {
      if (so === false) return this.#notPrimary()
      const refusal = so === "early" ? word({ _tag: "Later" }) : this.#refuses(this.shelf.standingForAll(epoch))
      if (refusal !== undefined) return refusal
      const rows = this.shelf.list(after)
      return { _tag: "Listed", rows: limit === 0 ? rows.slice(skip) : rows.slice(skip, skip + limit) }
    })
  }

  // For the shard that will own a key

  /** Sees to it that the heir of a key, if it has one, holds the row as it is now. False where that could not be found out. */
  #mirror(key: string, epoch: number): Effect.Effect<boolean> {
    return Effect.gen({ self: this }, function* () {
      for (let tries = 0; tries < timing.mirrorTries; tries++) {
        if (!this.#isDoubling || this.shelf.map.epoch !== epoch)
          return !this.#isDoubling && this.shelf.map.epoch === epoch
        const heir = this.shelf.heir(key)
        const row = this.shelf.rows.get(key)
        if (heir === undefined || row === undefined || same(this.#mirrored.get(key), row.version)) return true
        if (yield* this.#hand(heir, [{ key, row }], "mirror")) return true
        yield* Effect.sleep(timing.backoff)
      }
      return false
    })
  }

  /** Hands rows to the shard that will own them; true once they are on its disk. */
  #hand(
    heir: string,
    rows: readonly { readonly key: string; readonly row: Row }[],
    by: "copy" | "mirror",
  ): Effect.Effect<boolean> {
    const { epoch } = this.shelf.map
    return this.#ask(heir, { _tag: "Rows", epoch, rows }).pipe(
      Effect.map((answer) => {
        if (answer?._tag !== "Took") return false
        if (this.shelf.map.epoch === epoch) for (const { key, row } of rows) this.#handed(key, row.version)
        this.#record({ _tag: "Moved", to: heir, keys: rows.map(({ key }) => key), by })
        return true
      }),
    )
  }

  #handed(key: string, version: Version): void {
    const known = this.#mirrored.get(key)
    if (known === undefined || isBefore(known, version)) this.#mirrored.set(key, version)
  }

  #ask(shard: string, message: Message): Effect.Effect<Message | undefined> {
    return Effect.provideService(this.#contacts.ask(shard, message, timing.mirror), Network, this.#network)
  }

  /** What this shard holds and another will own, by heir, in the order of the keys. */
  #leaving(): ReadonlyMap<string, readonly string[]> {
    const leaving = new Map<string, string[]>()
    for (const key of [...this.shelf.rows.keys()].sort()) {
      const heir = this.shelf.heir(key)
      if (heir === undefined) continue
      const keys = leaving.get(heir)
      if (keys === undefined) leaving.set(heir, [key])
      else keys.push(key)
    }
    return leaving
  }

  /** Hands over rows as they are now, batch by batch, for as long as the epoch lasts. What is written meanwhile is newer. */
  #handAll(heir: string, keys: readonly string[], epoch: number): Effect.Effect<boolean> {
    return Effect.gen({ self: this }, function* () {
      const all = keys.flatMap((key) => {
        const row = this.shelf.rows.get(key)
        return row === undefined ? [] : [{ key, row }]
      })
      for (let at = 0; at < all.length; at += timing.batch) {
        const rows = all.slice(at, at + timing.batch)
        while (!(yield* this.#hand(heir, rows, "copy"))) {
          if (this.shelf.map.epoch !== epoch) return false
          yield* Effect.sleep(timing.backoff)
        }
        if (this.#pace > 0) yield* Effect.sleep(this.#pace)
      }
      return true
    })
  }

  /** Begins to copy, or says that it is done. A copy that began again after a crash does no harm: versions see to that. */
  #copy(epoch: number): Effect.Effect<Message> {
    if (epoch !== this.shelf.map.epoch) return Effect.succeed({ _tag: "Later" })
    if (this.#copied === epoch) return Effect.succeed({ _tag: "Ready", epoch })
    if (this.#copying === epoch) return Effect.succeed({ _tag: "Later" })
    this.#copying = epoch
    const copying = Effect.gen({ self: this }, function* () {
      for (const [heir, keys] of this.#leaving()) {
        if (!(yield* this.#handAll(heir, keys, epoch))) return
      }
      this.#copied = epoch
    })
    return Effect.as(Effect.forkDetach(copying), { _tag: "Later" })
  }

  /** Asks every heir what it lacks, and hands it over; ready once nobody lacks anything. */
  #verify(epoch: number): Effect.Effect<Message> {
    return Effect.gen({ self: this }, function* () {
      for (const [heir, keys] of this.#leaving()) {
        const held = keys.flatMap((key) => {
          const row = this.shelf.rows.get(key)
          return row === undefined ? [] : [{ key, version: row.version }]
        })
        const answer = yield* this.#ask(heir, { _tag: "Compare", epoch, held })
        if (answer?._tag !== "Lacks" || this.shelf.map.epoch !== epoch) return word({ _tag: "Later" })
        if (answer.keys.length === 0) continue
        yield* this.#handAll(heir, answer.keys, epoch)
        return word({ _tag: "Later" })
      }
      return word({ _tag: "Ready", epoch })
    })
  }

  /** As the heir: rows are taken in the epoch in which they were sent, and in no other. */
  #take({ epoch, rows }: Rows): Effect.Effect<Message> {
    if (epoch !== this.shelf.map.epoch) {
      return Effect.succeed(
        epoch > this.shelf.map.epoch ? { _tag: "Later" } : { _tag: "Elsewhere", map: this.shelf.map },
      )
    }
    const request = `rows in ${epoch}: ${rows.map(({ key, row }) => `${key} ${spell(row.version)}`).join(", ")}`
    return Effect.map(this.#command(request, { _tag: "rows", epoch, rows }), (isWritten): Message => {
      if (!isWritten) return this.#notPrimary()
      return this.shelf.upshot(request)._tag === "done" ? { _tag: "Took" } : { _tag: "Later" }
    })
  }

  #compare({ epoch, held }: Compare): Message {
    return epoch === this.shelf.map.epoch ? { _tag: "Lacks", keys: this.shelf.lacks(held) } : { _tag: "Later" }
  }

  // For the authority

  #adopt(map: ShardMap): Effect.Effect<Message> {
    const request = `adopt ${map.epoch} ${map.phase}`
    return Effect.map(
      this.#command(request, { _tag: "adopt", map }),
      (isWritten): Message => (isWritten ? { _tag: "Ready", epoch: map.epoch } : this.#notPrimary()),
    )
  }

  #drop(epoch: number): Effect.Effect<Message> {
    if (epoch !== this.shelf.map.epoch) return Effect.succeed({ _tag: "Later" })
    return Effect.map(
      this.#command(`drop in ${epoch}`, { _tag: "drop", epoch }),
      (isWritten): Message => (isWritten ? { _tag: "Ready", epoch } : this.#notPrimary()),
    )
  }

  readonly serve = (message: unknown): Effect.Effect<unknown> => {
    const said = message as Message
    if (!this.#log.leads()) return Effect.succeed(this.#notPrimary())
    switch (said._tag) {
      case "Update":
        return this.#update(said)
      case "Get":
        return this.#get(said)
      case "List":
        return this.#list(said)
      case "Rows":
        return this.#take(said)
      case "Compare":
        return Effect.succeed(this.#compare(said))
      case "Adopt":
        return this.#adopt(said.map)
      case "Copy":
        return this.#copy(said.epoch)
      case "Verify":
        return this.#verify(said.epoch)
      case "Drop":
        return this.#drop(said.epoch)
      default:
        return Effect.void
    }
  }
}

/** A node of a shard, for ever. */
export const shard = Effect.fn("shard")(function* (
  name: string,
  boot: Boot,
): Effect.fn.Return<void, never, Network | Facts | FileSystem.FileSystem> {
  const network = yield* Network
  const facts = yield* Facts
  const peers = boot.peers.filter((peer) => shardOf(peer) === name)
  const duties = (log: Log): Duties => {
    const body = new Shard(name, boot, log, network, facts.record)
    return { machine: body.shelf, serve: body.serve, works: body.errands.works }
  }
  yield* replica({ ...boot, design: soundDesign, peers }, duties)
})
