/**
 * Giving keys away to the shard that will own them.
 *
 * While a reshard is announced, nothing about a key that moves is told to anybody before its heir has it on disk: not that a
 * write is saved, and not what a reader would see. So whatever was answered is with the heir when the map flips, and what is
 * not with the heir was never answered. The copy brings over what was there before; the verification, what it may have left.
 */
import * as Effect from "effect/Effect"
import { isBefore } from "#invariants"
import type { Boot } from "#system"
import { Network } from "#world"
import { Contacts } from "./contacts.ts"
import { type RingDesign, timing } from "./design.ts"
import { type Fact, type Message, word } from "./protocol.ts"
import type { Row, Version } from "./row.ts"
import type { Shelf } from "./shelf.ts"

const same = (a: Version | undefined, b: Version | undefined): boolean => a?.epoch === b?.epoch && a?.lsn === b?.lsn

export class Giver {
  readonly #shelf: Shelf
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

  constructor(boot: Boot, shelf: Shelf, network: Network["Service"], record: (fact: Fact) => void) {
    this.#shelf = shelf
    this.#design = boot.design as RingDesign
    this.#pace = boot.size.pace ?? 0
    this.#network = network
    this.#record = record
    this.#contacts = new Contacts(boot.id, boot.size)
  }

  /** Another map: what heirs hold has to be found out anew. */
  begin(): void {
    this.#mirrored.clear()
  }

  /** Whether what is written now must also be with the heir. */
  get #isDoubling(): boolean {
    return this.#shelf.map.phase === "announced" && this.#design.reshard !== "no-double-write"
  }

  /** Sees to it that the heir of a key, if it has one, holds the row as it is now. False where that could not be found out. */
  mirror(key: string, epoch: number): Effect.Effect<boolean> {
    return Effect.gen({ self: this }, function* () {
      for (let tries = 0; tries < timing.mirrorTries; tries++) {
        if (!this.#isDoubling || this.#shelf.map.epoch !== epoch)
          return !this.#isDoubling && this.#shelf.map.epoch === epoch
        const heir = this.#shelf.heir(key)
        const row = this.#shelf.rows.get(key)
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
    const { epoch } = this.#shelf.map
    return this.#ask(heir, { _tag: "Rows", epoch, rows }).pipe(
      Effect.map((answer) => {
        if (answer?._tag !== "Took") return false
        if (this.#shelf.map.epoch === epoch) for (const { key, row } of rows) this.#handed(key, row.version)
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
    for (const key of [...this.#shelf.rows.keys()].sort()) {
      const heir = this.#shelf.heir(key)
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
        const row = this.#shelf.rows.get(key)
        return row === undefined ? [] : [{ key, row }]
      })
      for (let at = 0; at < all.length; at += timing.batch) {
        const rows = all.slice(at, at + timing.batch)
        while (!(yield* this.#hand(heir, rows, "copy"))) {
          if (this.#shelf.map.epoch !== epoch) return false
          yield* Effect.sleep(timing.backoff)
        }
        if (this.#pace > 0) yield* Effect.sleep(this.#pace)
      }
      return true
    })
  }

  /** Begins to copy, or says that it is done. A copy that began again after a crash does no harm: versions see to that. */
  copy(epoch: number): Effect.Effect<Message> {
    if (epoch !== this.#shelf.map.epoch) return Effect.succeed({ _tag: "Later" })
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
  verify(epoch: number): Effect.Effect<Message> {
    return Effect.gen({ self: this }, function* () {
      for (const [heir, keys] of this.#leaving()) {
        const held = keys.flatMap((key) => {
          const row = this.#shelf.rows.get(key)
          return row === undefined ? [] : [{ key, version: row.version }]
        })
        const answer = yield* this.#ask(heir, { _tag: "Compare", epoch, held })
        if (answer?._tag !== "Lacks" || this.#shelf.map.epoch !== epoch) return word({ _tag: "Later" })
        if (answer.keys.length === 0) continue
        yield* this.#handAll(heir, answer.keys, epoch)
        return word({ _tag: "Later" })
      }
      return word({ _tag: "Ready", epoch })
    })
  }
}
