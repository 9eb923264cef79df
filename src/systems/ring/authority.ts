/**
 * The body of the authority: keeps the map, tells the shards of every change, and leads them through a reshard step by step.
 *
 * A step is told to every shard it concerns, again and again until all have done it; only then does the log say so. Whoever
 * crashes, the step is begun again, and no step minds being begun again.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Latch from "effect/Latch"
import type { Boot } from "#system"
import { type Duties, type Log, replica, soundDesign } from "#systems/replication"
import { Facts, Network } from "#world"
import { Contacts } from "./contacts.ts"
import { type RingDesign, timing } from "./design.ts"
import { isKeeper, shardNames } from "./map.ts"
import { type Command, Plan } from "./plan.ts"
import { type Fact, type Message, word } from "./protocol.ts"

class Authority {
  readonly plan: Plan
  readonly #log: Log
  readonly #network: Network["Service"]
  readonly #contacts: Contacts
  /** Open while a reshard is under way. */
  readonly #underWay = Latch.makeUnsafe(false)

  constructor(boot: Boot, log: Log, network: Network["Service"], record: (fact: Fact) => void) {
    this.#log = log
    this.#network = network
    this.#contacts = new Contacts(boot.id, boot.size)
    const design = boot.design as RingDesign
    this.plan = new Plan(design, boot.size, ({ map, step }) => {
      record({ _tag: "Published", map, placement: design.placement, step })
      if (step === "settled") this.#underWay.closeUnsafe()
      else this.#underWay.openUnsafe()
    })
  }

  /** What a step asks of whom. */
  #round(): { readonly message: Message; readonly shards: number } {
    const { map, step } = this.plan
    const { epoch } = map
    const everybody = Math.max(map.shards, map.other)
    /** Those who may have something to give away. */
    const givers = map.phase === "announced" ? map.shards : map.other
    switch (step) {
      case "copying":
        return { message: { _tag: "Copy", epoch }, shards: givers }
      case "verifying":
        return { message: { _tag: "Verify", epoch }, shards: givers }
      case "sealing":
        return { message: { _tag: "Adopt", map }, shards: givers }
      case "dropping":
        return { message: { _tag: "Drop", epoch }, shards: givers }
      default:
        return { message: { _tag: "Adopt", map }, shards: everybody }
    }
  }

  /** Tells the shards, and says which of them have not done it. */
  #tell(shards: readonly string[], message: Message, epoch: number): Effect.Effect<readonly string[]> {
    return Effect.map(
      Effect.forEach(
        shards,
        (shard) =>
          Effect.map(this.#contacts.ask(shard, message, timing.attempt), (answer) =>
            answer?._tag === "Ready" && answer.epoch === epoch ? [] : [shard],
          ),
        { concurrency: "unbounded" },
      ).pipe(Effect.provideService(Network, this.#network)),
      (late) => late.flat(),
    )
  }

  /** Leads the reshard that is under way, for ever. */
  readonly works: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    for (;;) {
      yield* this.#underWay.await
      const { epoch } = this.plan.map
      const { step } = this.plan
      const { message, shards } = this.#round()
      const isThere = () => this.#log.leads() && this.plan.step === step && this.plan.map.epoch === epoch
      let late = shardNames(shards)
      while (isThere() && late.length > 0) {
        late = yield* this.#tell(late, message, epoch)
        if (late.length > 0) yield* Effect.sleep(timing.look)
      }
      if (late.length === 0 && isThere())
        yield* this.#command(`${step} in ${epoch} is done`, { _tag: "done", epoch, step })
      else yield* Effect.sleep(timing.look)
    }
  })

  #command(request: string, command: Command): Effect.Effect<boolean> {
    return Effect.map(
      this.#log.write(request, command._tag, JSON.stringify(command)),
      (answer) => answer._tag === "Written",
    )
  }

  #resize(request: string, shards: number): Effect.Effect<Message> {
    return Effect.map(this.#command(request, { _tag: "resize", shards }), (isWritten): Message => {
      if (!isWritten) return { _tag: "NotPrimary", hint: this.#log.hint() }
      const epoch = this.plan.announced(request)
      return epoch === 0 ? { _tag: "Refused", reason: "not now" } : { _tag: "Announced", epoch }
    })
  }

  readonly serve = (message: unknown): Effect.Effect<unknown> => {
    const said = message as Message
    switch (said._tag) {
      // Anybody may say which map it knows: an old one is refused by the shards.
      case "AskMap":
        return Effect.succeed(word({ _tag: "MapIs", map: this.plan.map }))
      case "Resize":
        return this.#log.leads()
          ? this.#resize(said.request, said.shards)
          : Effect.succeed(word({ _tag: "NotPrimary", hint: this.#log.hint() }))
      default:
        return Effect.void
    }
  }
}

/** A node of the authority, for ever. */
export const authority = Effect.fn("authority")(function* (
  boot: Boot,
): Effect.fn.Return<void, never, Network | Facts | FileSystem.FileSystem> {
  const network = yield* Network
  const facts = yield* Facts
  const peers = boot.peers.filter(isKeeper)
  const duties = (log: Log): Duties => {
    const body = new Authority(boot, log, network, facts.record)
    return { machine: body.plan, serve: body.serve, works: body.works }
  }
  yield* replica({ ...boot, design: soundDesign, peers }, duties)
})
