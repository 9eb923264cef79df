/**
 * The body of a shard: answers clients for the keys that are its own, takes those that will be, and does what the authority
 * tells it. What it gives away is its giver's affair.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { Boot } from "#system"
import { type Duties, type Log, replica, soundDesign } from "#systems/replication"
import { Facts, Network } from "#world"
import type { RingDesign } from "./design.ts"
import { Errands } from "./errands.ts"
import { Giver } from "./giver.ts"
import { type ShardMap, shardOf } from "./map.ts"
import { type Compare, type Fact, type Get, type List, type Message, type Rows, type Update, word } from "./protocol.ts"
import { unwritten, type Version } from "./row.ts"
import { type Command, Shelf, type Standing } from "./shelf.ts"

const spell = ({ epoch, lsn }: Version): string => `${epoch}.${lsn}`

class Shard {
  readonly shelf: Shelf
  readonly errands: Errands
  readonly #log: Log
  readonly #design: RingDesign
  readonly #giver: Giver
  readonly #record: (fact: Fact) => void

  constructor(shard: string, boot: Boot, log: Log, network: Network["Service"], record: (fact: Fact) => void) {
    this.#log = log
    this.#design = boot.design as RingDesign
    this.#record = record
    this.errands = new Errands(boot, network, () => (log.leads() ? this.shelf : undefined))
    this.shelf = new Shelf(shard, this.#design, boot.size, {
      adopted: (map) => {
        this.#giver.begin()
        this.errands.wake()
        record({ _tag: "Adopted", map })
      },
      holds: (key, { version, content }) => {
        record({ _tag: "Holds", key, version, content })
        this.errands.wake()
      },
      dropped: (epoch, keys) => record({ _tag: "Dropped", epoch, keys }),
    })
    this.#giver = new Giver(boot, this.shelf, network, record)
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
          return Effect.map(this.#giver.mirror(key, epoch), (isSafe): Message => {
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
      return Effect.map(this.#giver.mirror(key, epoch), (isSafe): Message => {
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

  // As the shard that will own a key

  /** Rows are taken in the epoch in which they were sent, and in no other. */
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
        return this.#giver.copy(said.epoch)
      case "Verify":
        return this.#giver.verify(said.epoch)
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
