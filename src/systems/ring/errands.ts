/**
 * What a shard does of its own accord: it drives the transfers whose decision lies with it, and carries posts to followers.
 *
 * There is no list of errands to lose: they follow from the rows. Whoever owns the row of a transfer, or of an author's
 * posts, does what is left to be done about it; after a crash or a reshard somebody begins anew, and no step minds. What
 * matters is read back from the row each time, never remembered.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type { Boot } from "#system"
import { Network } from "#world"
import type { Transfer } from "./account.ts"
import { knobs, type RingDesign, timing } from "./design.ts"
import { inboxName, personOf } from "./keys.ts"
import { Router } from "./router.ts"
import type { Change } from "./row.ts"
import type { Shelf } from "./shelf.ts"
import { entriesOf, followersOf, isPushed, type Posts } from "./timeline.ts"

/** The numbers under which a transfer asks and settles: an account that has settled hears no late request. */
const asking = 1
const settling = 2

export class Errands {
  readonly #router: Router
  readonly #network: Network["Service"]
  readonly #design: RingDesign
  readonly #people: number
  /** The rows of the shard, while this node leads it. */
  readonly #shelf: () => Shelf | undefined
  readonly #news = Latch.makeUnsafe(false)
  readonly #underWay = new Set<string>()
  /** How many posts of an author a follower is known to have; forgotten in a crash, and then found out again. */
  readonly #delivered = new Map<string, number>()

  constructor(boot: Boot, network: Network["Service"], shelf: () => Shelf | undefined) {
    this.#network = network
    this.#design = boot.design as RingDesign
    this.#router = new Router(boot.id, boot.size, this.#design)
    this.#people = boot.size.people ?? knobs.people.default
    this.#shelf = shelf
  }

  /** Something changed that there may be something to do about. */
  wake(): void {
    this.#news.openUnsafe()
  }

  /** Runs every errand there is, for ever. */
  readonly works: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    for (;;) {
      yield* this.#news.await
      const shelf = this.#shelf()
      const errands = shelf === undefined ? [] : this.#errands(shelf)
      if (shelf !== undefined && errands.length === 0 && this.#underWay.size === 0) {
        this.#news.closeUnsafe()
        continue
      }
      for (const [key, errand] of errands) {
        this.#underWay.add(key)
        yield* Effect.forkDetach(
          errand.pipe(
            Effect.provideService(Network, this.#network),
            Effect.ensuring(Effect.sync(() => this.#underWay.delete(key))),
          ),
        )
      }
      yield* Effect.sleep(timing.errand)
    }
  })

  /** What is to be done about the rows that are this shard's own, and not being done. */
  #errands(shelf: Shelf): readonly (readonly [string, Effect.Effect<void, never, Network>])[] {
    this.#router.learn(shelf.map)
    const errands: (readonly [string, Effect.Effect<void, never, Network>])[] = []
    for (const [key, { content }] of shelf.rows) {
      if (this.#underWay.has(key) || !shelf.owns(key)) continue
      if (content._tag === "transfer" && content.stage !== "done") errands.push([key, this.#transfer(key)])
      else if (content._tag === "posts") errands.push(...this.#deliveries(key, content))
    }
    return errands
  }

  #update(key: string, source: string, nth: number, change: Change) {
    return this.#router.update(key, source, nth, change)
  }

  // Transfers

  /** One step of a transfer, from the stage that its row is at. The decision is the row's, whoever drives it. */
  #transfer(key: string): Effect.Effect<void, never, Network> {
    return Effect.gen({ self: this }, function* () {
      const ended = yield* this.#router.get(key)
      if (ended._tag !== "answered" || ended.answer.content?._tag !== "transfer") return
      const transfer = ended.answer.content
      if (transfer.stage === "done") return
      const stage = transfer.stage === "begun" ? yield* this.#ask(key, transfer) : yield* this.#settle(key, transfer)
      if (stage === undefined) return
      yield* this.#update(key, `stage of ${key}`, stage === "done" ? 2 : 1, { _tag: "stage", stage })
    })
  }

  /** Asks both accounts, the giver first; undefined while one of them is silent. */
  #ask(key: string, { from, to, amount }: Transfer) {
    const moved = this.#design.transfer === "saga"
    return Effect.gen({ self: this }, function* () {
      for (const [account, signed] of [
        [from, -amount],
        [to, amount],
      ] as const) {
        const change = { _tag: "ask", transfer: key, amount: signed, moved } as const
        const { _tag } = yield* this.#update(account, key, asking, change)
        if (_tag === "refused") return "aborted"
        if (_tag === "silent") return undefined
      }
      return "committed"
    })
  }

  #settle(key: string, { from, to, stage }: Transfer) {
    return Effect.gen({ self: this }, function* () {
      for (const account of [from, to]) {
        const change = { _tag: "settle", transfer: key, commit: stage === "committed" } as const
        const { _tag } = yield* this.#update(account, key, settling, change)
        if (_tag !== "answered") return undefined
      }
      return "done"
    })
  }

  // Posts

  /** The followers of an author who do not have all posts, one errand each. */
  #deliveries(key: string, written: Posts): readonly (readonly [string, Effect.Effect<void, never, Network>])[] {
    const author = personOf(key, this.#people)
    if (!isPushed(this.#design.fanout, author, this.#people)) return []
    // A worker that keeps its place in memory tries once, goes on, and believes when it wakes that all was done before.
    const forgetful = this.#design.fanout === "forgetful"
    const all = entriesOf(author, written)
    return followersOf(author, this.#people).flatMap((follower) => {
      const name = `${key} to ${follower}`
      const known = this.#delivered.get(name) ?? (forgetful ? all.length - 1 : 0)
      if (this.#underWay.has(name) || known >= all.length) return []
      const posts = all.slice(known).map(({ nth, text }) => ({ nth, text }))
      const change = { _tag: "deliver", author, posts } as const
      const millis = forgetful ? timing.attempt : timing.writeDeadline
      const errand = Effect.map(
        this.#router.update(inboxName(follower, this.#people), name, all.length, change, millis),
        ({ _tag }) => {
          if (_tag === "answered" || forgetful) this.#delivered.set(name, all.length)
        },
      )
      return [[name, errand] as const]
    })
  }
}
