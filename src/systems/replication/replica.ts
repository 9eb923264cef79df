/**
 * The body of a replica: it waits, sends and writes, and asks the mind (`State`) what to do.
 *
 * Every node runs the same program and is follower, candidate or primary as its epoch has it. One fiber owns the log on
 * disk, so appends and truncations reach it in the order in which they were decided; the others only change memory.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Latch from "effect/Latch"
import type * as PlatformError from "effect/PlatformError"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { Boot } from "#system"
import { type Cause, CurrentCause, Facts, Network, named, onAccountOf } from "#world"
import { knobs, type ReplicationDesign, timing } from "./design.ts"
import type { Duties, Log } from "./machine.ts"
import { type MetaStore, openMeta } from "./meta.ts"
import type { Acked, Busy, Fact, Message, NotPrimary, Position, Ship, Stand, Vote, Written } from "./protocol.ts"
import type { Entry } from "./record.ts"
import { State } from "./state.ts"
import { openWal, type Wal } from "./wal.ts"

/** A change of the log that the disk has not seen yet, and on whose account it is. */
type Change =
  | { readonly _tag: "append"; readonly entry: Entry; readonly cause: Cause }
  | { readonly _tag: "truncate"; readonly lsn: number; readonly cause: Cause }

/** Somebody who waits until something is so. */
interface Waiter {
  readonly ready: () => boolean
  readonly resume: (effect: Effect.Effect<boolean>) => void
  /** The epoch it was asked in: a node that has lost its office can no longer answer. */
  readonly epoch: number
}

/** A message or answer, in this system's words. */
const word = (message: Message): Message => message

class Replica implements Log {
  readonly state: State
  readonly id: string
  readonly #network: Network["Service"]
  readonly #facts: Facts["Service"]
  readonly #wal: Wal
  readonly #meta: MetaStore
  readonly #applyMillis: number
  readonly #lagMillis: number
  readonly #electionMillis: number
  readonly #voting = Semaphore.makeUnsafe(1)
  readonly #changes: Change[] = []
  readonly #written = Latch.makeUnsafe(false)
  readonly #applicable = Latch.makeUnsafe(false)
  #waiters: Waiter[] = []
  /** The lowest truncation since the disk began to write. */
  #cutBack = Number.POSITIVE_INFINITY
  /** Signs of life of a primary, and votes given: while it grows, nobody stands for election. */
  #contacts = 0
  /** What a replica that applies on arrival has applied, by epoch and LSN. */
  readonly #arrived = new Set<string>()
  /** The epoch and the primary whose log it last agreed with. */
  #followed = ""
  /** Once it is known what a lost disk may have promised: what a primary must repeat to show that it speaks after that. */
  #nonce = 0
  /** Told by such a primary: where this node is whole again. */
  #wholeAt: number | undefined = undefined

  /** What this node does besides. */
  readonly duties: Duties

  constructor(
    boot: Boot,
    duties: (log: Log) => Duties,
    network: Network["Service"],
    facts: Facts["Service"],
    wal: Wal,
    meta: MetaStore,
  ) {
    this.id = boot.id
    this.state = new State(boot.id, boot.peers, boot.design as ReplicationDesign)
    this.duties = duties(this)
    this.#network = network
    this.#facts = facts
    this.#wal = wal
    this.#meta = meta
    this.#applyMillis = boot.size.apply ?? 0
    this.#lagMillis = boot.size.lag ?? 0
    this.#electionMillis = boot.size.election ?? knobs.election.default
  }

  #record(fact: Fact): void {
    this.#facts.record(fact)
  }

  // The log

  #append(entry: Entry, cause: Cause): void {
    this.state.append(entry)
    this.#record({
      _tag: "Appended",
      lsn: entry.lsn,
      epoch: entry.epoch,
      author: entry.author,
      request: entry.request,
    })
    this.#changes.push({ _tag: "append", entry, cause })
    this.#written.openUnsafe()
  }

  #truncate(lsn: number, cause: Cause): void {
    const startsOver = this.state.truncate(lsn)
    this.#cutBack = Math.min(this.#cutBack, lsn)
    this.#record({ _tag: "Truncated", lsn })
    if (startsOver) {
      this.duties.machine.reset()
      this.#record({ _tag: "Reset", lsn: 0 })
      for (const entry of this.state.log.slice(0, this.state.commit)) this.#apply(entry)
    }
    this.#changes.push({ _tag: "truncate", lsn, cause })
    this.#written.openUnsafe()
  }

  /** Brings the disk up to the log in memory, batch by batch, for ever. */
  readonly writer: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    for (;;) {
      yield* this.#written.await
      this.#written.closeUnsafe()
      const batch = this.#changes.splice(0)
      const first = batch[0]
      if (first === undefined) continue
      this.#cutBack = Number.POSITIVE_INFINITY
      yield* onAccountOf(first.cause)(this.#store(batch).pipe(Effect.andThen(() => this.#stored())))
    }
  })

  #store(batch: readonly Change[]): Effect.Effect<void> {
    const wal = this.#wal
    return Effect.gen(function* () {
      let at = 0
      while (at < batch.length) {
        const change = batch[at] as Change
        if (change._tag === "truncate") {
          yield* untilDone(wal.truncate(change.lsn))
          at++
          continue
        }
        const entries: Entry[] = []
        for (let next: Change | undefined = change; next?._tag === "append"; next = batch[at]) {
          entries.push(next.entry)
          at++
        }
        yield* untilDone(wal.append(entries))
      }
      yield* untilDone(wal.sync)
    })
  }

  /** The disk has caught up with what it was given: say so to whom it concerns. */
  #stored(): Effect.Effect<void> {
    const { state } = this
    const durable = Math.min(this.#wal.last(), this.#cutBack)
    if (durable > state.durable) {
      state.durable = durable
      this.#record({ _tag: "Synced", lsn: durable })
    }
    if (state.role === "primary") return this.#advance()
    return this.#rebuilt().pipe(Effect.andThen(() => this.#acknowledge()))
  }

  // Applying

  #apply(entry: Entry): void {
    const { state } = this
    if (entry.request !== "") this.duties.machine.apply(entry)
    state.applied = entry.lsn
    this.#record({ _tag: "Applied", lsn: entry.lsn, epoch: entry.epoch, request: entry.request })
  }

  /** Shows readers what has become permanent, at once where that costs nothing. */
  #catchUp(): void {
    const { state } = this
    if (this.#applyMillis > 0) {
      if (state.applied < state.commit) this.#applicable.openUnsafe()
      return
    }
    while (state.applied < state.commit) this.#apply(state.at(state.applied + 1) as Entry)
  }

  /** Applies entry by entry, each in its time, for ever. */
  readonly applier: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    const { state } = this
    for (;;) {
      if (state.applied >= state.commit) {
        this.#applicable.closeUnsafe()
        yield* this.#applicable.await
        continue
      }
      yield* Effect.sleep(this.#applyMillis)
      const entry = state.at(state.applied + 1)
      if (entry === undefined || state.applied >= state.commit) continue
      this.#apply(entry)
      this.#settle()
      if (state.role !== "primary" && state.design.ack === "applied") yield* this.#acknowledge()
    }
  })

  // Waiting

  /** Waits until something is so; false if this node lost its office meanwhile. */
  #until(ready: () => boolean): Effect.Effect<boolean> {
    return Effect.suspend(() => {
      if (ready()) return Effect.succeed(true)
      return Effect.callback<boolean>((resume) => {
        this.#waiters.push({ ready, resume, epoch: this.state.epoch })
      })
    })
  }

  #settle(): void {
    if (this.#waiters.length === 0) return
    const { state } = this
    const settled: [Waiter, boolean][] = []
    const waiting: Waiter[] = []
    for (const waiter of this.#waiters) {
      if (state.role !== "primary" || waiter.epoch !== state.epoch) settled.push([waiter, false])
      else if (waiter.ready()) settled.push([waiter, true])
      else waiting.push(waiter)
    }
    this.#waiters = waiting
    for (const [waiter, so] of settled) waiter.resume(Effect.succeed(so))
  }

  // As a primary

  #ship(peer: string, beat: boolean): Effect.Effect<void> {
    const { state } = this
    const progress = state.progress.get(peer)
    if (progress === undefined) return Effect.void
    const prevLsn = progress.next - 1
    const entries = state.log.slice(prevLsn, Math.min(prevLsn + timing.batch, state.shippable))
    // While it is not known where the logs agree, one probe at a time, with each sign of life.
    if (!progress.probing) progress.next += entries.length
    return this.#network.send(
      peer,
      word({
        _tag: "Ship",
        epoch: state.epoch,
        prevLsn,
        prevEpoch: state.epochAt(prevLsn),
        entries,
        commit: state.commit,
        last: state.last,
        round: state.round,
        nonce: progress.nonce,
        beat,
      }),
    )
  }

  /** Hands an entry to the sender, which may be behind: what it has not sent lives here alone. */
  #release(lsn: number): Effect.Effect<void> {
    const { state } = this
    const now = Effect.suspend(() => {
      if (state.role !== "primary" || lsn > state.last) return Effect.void
      state.shippable = Math.max(state.shippable, lsn)
      return this.#shipAll(false)
    })
    if (this.#lagMillis === 0) return now
    return Effect.asVoid(Effect.forkDetach(Effect.andThen(Effect.sleep(this.#lagMillis), now)))
  }

  #shipAll(beat: boolean): Effect.Effect<void> {
    return Effect.forEach(
      [...this.state.progress].filter(([, progress]) => beat || !progress.probing),
      ([peer]) => this.#ship(peer, beat),
      { discard: true },
    )
  }

  /** Takes note of what has become permanent, and tells everybody. */
  #advance(): Effect.Effect<void> {
    const { state } = this
    const permanent = state.permanent()
    if (permanent <= state.commit) {
      this.#settle()
      return Effect.void
    }
    state.commit = permanent
    this.#catchUp()
    this.#settle()
    return this.#shipAll(false)
  }

  /** Signs of life, for ever. */
  readonly heart: Effect.Effect<never> = Effect.gen({ self: this }, function* () {
    for (;;) {
      yield* Effect.sleep(timing.heartbeat)
      if (this.state.role !== "primary") continue
      for (const progress of this.state.progress.values()) progress.missed++
      yield* this.#shipAll(true)
    }
  })

  #lead(): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      const { state } = this
      state.lead()
      this.#record({ _tag: "Led", epoch: state.epoch })
      const lsn = state.last + 1
      const opening: Entry = { lsn, epoch: state.epoch, author: state.id, request: "", key: "", value: "" }
      this.#append(opening, fiber.getRef(CurrentCause))
      state.shippable = lsn
      return this.#shipAll(true)
    })
  }

  write(request: string, key: string, value: string): Effect.Effect<Written | NotPrimary | Busy> {
    return Effect.withFiber((fiber): Effect.Effect<Written | NotPrimary | Busy> => {
      const { state } = this
      if (state.role !== "primary") return Effect.succeed(this.#notPrimary())
      const known = state.requests.get(request)
      const lsn = known ?? state.last + 1
      if (known === undefined) {
        if (state.design.backlog === "backpressure" && state.backlog() >= timing.backlog) {
          return Effect.succeed({ _tag: "Busy" } as const)
        }
        const entry: Entry = { lsn, epoch: state.epoch, author: state.id, request, key, value }
        this.#append(entry, fiber.getRef(CurrentCause))
      }
      const epoch = state.epochAt(lsn)
      return this.#release(lsn).pipe(
        Effect.andThen(state.design.ack === "memory" ? this.#advance() : Effect.void),
        Effect.andThen(this.#until(() => state.acknowledges(lsn))),
        Effect.map((so) => (so ? ({ _tag: "Written", epoch, lsn } as const) : this.#notPrimary())),
      )
    })
  }

  #notPrimary(): NotPrimary {
    return { _tag: "NotPrimary", hint: this.hint() }
  }

  #acked(message: Acked, from: string): Effect.Effect<void> {
    const { state } = this
    if (message.epoch > state.epoch) return this.#enter(message.epoch, "")
    const more = state.heard(from, message)
    if (state.role !== "primary") return Effect.void
    return this.#advance().pipe(Effect.andThen(more ? this.#ship(from, false) : Effect.void))
  }

  // What the machine is told

  leads(): boolean {
    return this.state.role === "primary"
  }

  epoch(): number {
    return this.state.epoch
  }

  applied(): number {
    return this.state.applied
  }

  hint(): string {
    const { primary } = this.state
    return primary === this.id ? "" : primary
  }

  readonly shown: Effect.Effect<boolean> = Effect.suspend(() => {
    const point = this.state.commit
    return this.#until(() => this.state.applied >= point)
  })

  readonly confirmed: Effect.Effect<boolean | "early"> = Effect.suspend((): Effect.Effect<boolean | "early"> => {
    const { state } = this
    if (state.role !== "primary") return Effect.succeed(false)
    if (state.commit < state.epochStart) return Effect.succeed("early" as const)
    const point = state.commit
    const round = ++state.round
    return this.#shipAll(true).pipe(Effect.andThen(this.#until(() => state.confirmed(round) && state.applied >= point)))
  })

  // As a follower

  #shipped(message: Ship, from: string): Effect.Effect<void> {
    const { state } = this
    if (message.epoch < state.epoch) return this.#reply(from, false, state.last, message.round)
    if (message.epoch > state.epoch) {
      return this.#enter(message.epoch, "").pipe(
        Effect.andThen(
          Effect.suspend(() => (message.epoch === state.epoch ? this.#follow(message, from) : Effect.void)),
        ),
      )
    }
    return this.#follow(message, from)
  }

  #follow(message: Ship, from: string): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      const { state } = this
      const cause = fiber.getRef(CurrentCause)
      if (state.role === "primary" && state.last > message.last) return Effect.void
      this.#contacts++
      state.round = message.round
      const isNew = state.primary !== from || state.role !== "follower"
      state.follow(from)
      if (isNew) this.#settle()
      if (state.design.apply === "on-arrival") this.#applyAtOnce(message.entries)
      const fit = state.fit(message)
      if (fit._tag === "gap") return this.#reply(from, false, fit.hint, message.round)
      if (fit.truncateTo !== undefined) this.#truncate(fit.truncateTo, cause)
      for (const entry of fit.append) this.#append(entry, cause)
      const agreed = state.design.rejoin === "resume" ? state.last : message.prevLsn + message.entries.length
      state.matched = Math.max(state.matched, agreed)
      const office = `${state.epoch} ${from}`
      if (office !== this.#followed) {
        this.#followed = office
        this.#record({ _tag: "Followed", epoch: state.epoch, primary: from })
      }
      const commit = Math.min(message.commit, state.matched)
      const grew = commit > state.commit
      state.commit = Math.max(state.commit, commit)
      this.#catchUp()
      if (this.#nonce !== 0 && message.nonce === this.#nonce) this.#wholeAt ??= message.last
      const wanted = message.beat || (grew && state.design.ack === "applied")
      if (this.#changes.length > 0 || !wanted) return this.#rebuilt()
      return this.#rebuilt().pipe(Effect.andThen(() => this.#reply(from, true, this.#holds(), message.round)))
    })
  }

  /** Applies entries as they come, whatever is still missing before them. */
  #applyAtOnce(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const place = `${entry.epoch}/${entry.lsn}`
      if (this.#arrived.has(place)) continue
      this.#arrived.add(place)
      this.#apply(entry)
    }
  }

  /** Up to where the disk is known to hold the primary's log. */
  #holds(): number {
    return Math.min(this.state.matched, this.state.durable)
  }

  #acknowledge(): Effect.Effect<void> {
    const { state } = this
    if (state.primary === "" || state.primary === state.id) return Effect.void
    return this.#reply(state.primary, true, this.#holds(), state.round)
  }

  #reply(to: string, fits: boolean, lsn: number, round: number): Effect.Effect<void> {
    const { state } = this
    return this.#network.send(
      to,
      word({
        _tag: "Acked",
        epoch: state.epoch,
        fits,
        lsn,
        applied: state.applied,
        waiting: state.commit - state.applied,
        round: fits ? round : 0,
        rebuilding: state.rebuilding,
        nonce: this.#nonce,
      }),
    )
  }

  // Epochs

  /** Enters a later epoch, or gives a vote in this one; on disk before in memory. */
  #enter(epoch: number, votedFor: string): Effect.Effect<void> {
    const { state } = this
    return this.#voting.withPermits(1)(
      Effect.suspend(() => {
        const later = epoch > state.epoch
        if (!later && !(epoch === state.epoch && state.votedFor === "" && votedFor !== "")) return Effect.void
        return untilDone(this.#meta.save({ epoch, votedFor, rebuilding: state.rebuilding })).pipe(
          Effect.andThen(
            Effect.sync(() => {
              if (later) state.follow("")
              state.enter(epoch, votedFor)
              this.#settle()
            }),
          ),
        )
      }),
    )
  }

  #stood(message: Stand, from: string): Effect.Effect<void> {
    const { state } = this
    const refuse = Effect.suspend(() =>
      this.#network.send(from, word({ _tag: "Vote", epoch: state.epoch, granted: false })),
    )
    if (state.design.promote === "latest") return Effect.void
    if (!state.mayVote(message, from)) {
      return this.#enter(message.epoch, "").pipe(Effect.andThen(refuse))
    }
    return this.#enter(message.epoch, from).pipe(
      // The log may have grown while the vote was being written down: only now is it known what it promises.
      Effect.andThen(
        Effect.suspend(() => {
          const granted = state.epoch === message.epoch && state.votedFor === from && state.mayVote(message, from)
          if (!granted) return refuse
          this.#contacts++
          return this.#network.send(from, word({ _tag: "Vote", epoch: state.epoch, granted: true }))
        }),
      ),
    )
  }

  #voted(message: Vote, from: string): Effect.Effect<void> {
    const { state } = this
    if (message.epoch > state.epoch) return this.#enter(message.epoch, "")
    if (!message.granted || message.epoch !== state.epoch || state.role !== "candidate") return Effect.void
    state.votes.add(from)
    return state.votes.size >= state.majority ? this.#lead() : Effect.void
  }

  /** Stands for election where nobody leads, for ever. */
  readonly watch = (founding: boolean): Effect.Effect<never> =>
    Effect.gen({ self: this }, function* () {
      const { state } = this
      // A new cluster has its first node stand at once; everybody else waits and listens.
      if (founding && state.peers[0] === state.id) yield* this.#campaign()
      for (;;) {
        const before = this.#contacts
        yield* Effect.sleep(yield* Random.nextIntBetween(this.#electionMillis, this.#electionMillis * 2))
        if (state.role === "primary" || state.rebuilding || this.#contacts !== before) continue
        yield* this.#campaign()
      }
    })

  #campaign(): Effect.Effect<void> {
    return this.state.design.promote === "latest" ? this.#promote() : this.#stand()
  }

  #stand(): Effect.Effect<void> {
    const { state } = this
    const epoch = state.epoch + 1
    return this.#enter(epoch, state.id).pipe(
      Effect.andThen(
        Effect.suspend(() => {
          if (state.epoch !== epoch || state.votedFor !== state.id) return Effect.void
          state.role = "candidate"
          state.primary = ""
          state.votes.clear()
          state.votes.add(state.id)
          // Alone in its group, a node has its majority at once.
          if (state.votes.size >= state.majority) return this.#lead()
          const stand = word({ _tag: "Stand", epoch, lastLsn: state.last, lastEpoch: state.epochAt(state.last) })
          return this.#toOthers((peer) => this.#network.send(peer, stand))
        }),
      ),
    )
  }

  #toOthers(ask: (peer: string) => Effect.Effect<void>): Effect.Effect<void> {
    const { state } = this
    return Effect.forEach(
      state.peers.filter((peer) => peer !== state.id),
      ask,
      { discard: true },
    )
  }

  #poll(): Effect.Effect<readonly (Position & { readonly from: string })[]> {
    const { state } = this
    return Effect.forEach(
      state.peers.filter((peer) => peer !== state.id),
      (peer) =>
        this.#network.call(peer, word({ _tag: "Poll" }), { timeout: timing.poll }).pipe(
          Effect.map((answer) => [{ ...(answer as Position), from: peer }]),
          Effect.catch(() => Effect.succeed([])),
        ),
      { concurrency: "unbounded" },
    ).pipe(Effect.map((answers) => answers.flat()))
  }

  /** The articles' way: whoever is the most up to date among those that answer promotes itself. */
  #promote(): Effect.Effect<void> {
    const { state } = this
    return this.#poll().pipe(
      Effect.flatMap((answers) => {
        const ahead = answers.some(({ last, from }) => last > state.last || (last === state.last && from < state.id))
        if (ahead || answers.some(({ primary }) => primary)) return Effect.void
        const epoch = Math.max(state.epoch, ...answers.map((answer) => answer.epoch)) + 1
        return this.#enter(epoch, state.id).pipe(
          Effect.andThen(Effect.suspend(() => (state.epoch === epoch ? this.#lead() : Effect.void))),
        )
      }),
    )
  }

  // A lost disk

  /**
   * Rebuilds a node that lost what it had promised (Viewstamped Replication Revisited, section 4.3): a majority of the
   * others says which epochs there have been, and a primary of the last of them fills the log to its end.
   */
  readonly rebuild: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    const { state } = this
    while (state.rebuilding) {
      if (this.#nonce === 0) {
        const answers = (yield* this.#poll()).filter((answer) => !answer.rebuilding)
        if (answers.length >= state.majority) {
          yield* this.#enter(Math.max(...answers.map((answer) => answer.epoch)), "")
          this.#nonce = yield* Random.nextIntBetween(1, 0x7fff_ffff)
        }
      }
      yield* Effect.sleep(timing.heartbeat)
    }
  })

  /** Takes up its vote again once its disk holds all that the primary held after the others were asked. */
  #rebuilt(): Effect.Effect<void> {
    const { state } = this
    if (!state.rebuilding || this.#wholeAt === undefined || this.#holds() < this.#wholeAt) return Effect.void
    return this.#voting.withPermits(1)(
      Effect.suspend(() => {
        if (!state.rebuilding) return Effect.void
        return untilDone(this.#meta.save({ epoch: state.epoch, votedFor: state.votedFor, rebuilding: false })).pipe(
          Effect.andThen(
            Effect.sync(() => {
              state.rebuilding = false
              this.#record({ _tag: "Rebuilt", lsn: state.last })
            }),
          ),
        )
      }),
    )
  }

  readonly handle = (message: unknown, from: string): Effect.Effect<unknown> => {
    const said = message as Message
    const { state } = this
    switch (said._tag) {
      case "Ship":
        return this.#shipped(said, from)
      case "Acked":
        return this.#acked(said, from)
      case "Stand":
        return this.#stood(said, from)
      case "Vote":
        return this.#voted(said, from)
      case "Poll":
        return Effect.succeed(
          word({
            _tag: "Position",
            epoch: state.epoch,
            last: state.last,
            primary: state.role === "primary",
            rebuilding: state.rebuilding,
          }),
        )
      default:
        return this.duties.serve(message, from)
    }
  }

  /** Takes up what the disk still holds. */
  recover(entries: readonly Entry[], meta: { readonly epoch: number; readonly votedFor: string }): void {
    const { state } = this
    for (const entry of entries) state.append(entry)
    state.durable = state.last
    state.enter(meta.epoch, meta.votedFor)
  }

  /** Starts over with an empty disk that may not vote. */
  forget(epoch: number): Effect.Effect<void> {
    const { state } = this
    state.rebuilding = true
    state.enter(epoch, "")
    this.#record({ _tag: "Truncated", lsn: 0 })
    return untilDone(this.#meta.save({ epoch, votedFor: "", rebuilding: true })).pipe(
      Effect.andThen(untilDone(this.#wal.truncate(0))),
    )
  }
}

/** The disk may be full or fail for a while: a replica waits for it rather than forget what it was told. */
const untilDone = (attempt: Effect.Effect<void, PlatformError.PlatformError>): Effect.Effect<void> =>
  Effect.catch(attempt, () => Effect.andThen(Effect.sleep(timing.diskRetry), untilDone(attempt)))

const opened = <A, R>(attempt: Effect.Effect<A, PlatformError.PlatformError, R>): Effect.Effect<A, never, R> =>
  Effect.catch(attempt, () => Effect.andThen(Effect.sleep(timing.diskRetry), opened(attempt)))

const program = Effect.fn("replica")(function* (
  boot: Boot,
  duties: (log: Log) => Duties,
): Effect.fn.Return<void, never, Network | Facts | FileSystem.FileSystem | Scope.Scope> {
  const network = yield* Network
  const facts = yield* Facts
  const meta = yield* opened(openMeta("/meta"))
  const { wal, recovered } = yield* opened(
    openWal({ directory: "/wal", recover: (boot.design as ReplicationDesign).recover }),
  )
  const replica = new Replica(boot, duties, network, facts, wal, meta)
  facts.record({
    _tag: "Recovered",
    entries: recovered.entries.map(({ epoch, request }) => ({ epoch, request })),
    tail: meta.damaged ? "damaged" : recovered.tail,
  } satisfies Fact)
  const lost = meta.damaged || recovered.tail === "damaged" || (meta.meta === undefined && boot.replaced)
  if (lost || meta.meta?.rebuilding === true) yield* replica.forget(meta.meta?.epoch ?? 0)
  else replica.recover(recovered.entries, meta.meta ?? { epoch: 0, votedFor: "" })
  yield* network.serve(replica.handle)
  yield* Effect.all(
    [
      named("writer", replica.writer),
      named("applier", replica.applier),
      named("heart", replica.heart),
      named("rebuild", replica.rebuild),
      named("watch", replica.watch(boot.founding)),
      ...(replica.duties.works === undefined ? [] : [named("works", replica.duties.works)]),
    ],
    { concurrency: "unbounded", discard: true },
  )
})

/**
 * A node that keeps a replicated log with its peers, and does its duties beside it. Its design and size are replication's;
 * messages about the log pass between the peers, all others go to the duties.
 */
export const replica = (
  boot: Boot,
  duties: (log: Log) => Duties,
): Effect.Effect<void, never, Network | Facts | FileSystem.FileSystem> => Effect.scoped(program(boot, duties))
