/** A session: one client's router, and how many updates it has asked for. A call that got no answer is *unknown*. */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { type Outcome, ok, refused, unknown } from "#invariants"
import type { ClientSpec } from "#system"
import type { Network } from "#world"
import { knobs, type RingDesign, timing } from "./design.ts"
import { accountName, inboxName, keyName, likesName, partName, postsName, transferName } from "./keys.ts"
import type { Answer, Listed } from "./protocol.ts"
import { type Ended, Router } from "./router.ts"
import type { Change } from "./row.ts"
import { entriesOf, type FeedEntry, followedBy, isPushed } from "./timeline.ts"

type Seen = NonNullable<Answer["saw"]>

export interface Session {
  readonly id: string
  readonly keys: number
  readonly people: number
  readonly router: Router
  /** Numbers its updates, each once: an update that comes again is known by it. */
  updates: number
}

export const session = (client: ClientSpec): Session => ({
  id: client.id,
  keys: client.size.keys ?? knobs.keys.default,
  people: client.size.people ?? knobs.people.default,
  router: new Router(client.id, client.size, client.design as RingDesign),
  updates: 0,
})

const outcome = <A>(ended: Ended<A>, told: (answer: A) => Answer, ifSilent: Outcome): Outcome => {
  switch (ended._tag) {
    case "answered":
      return ok(told(ended.answer))
    case "refused":
      return refused(ended.reason)
    case "silent":
      return ifSilent
  }
}

const nobody = refused("nobody could answer in time")
const unsure = unknown("no answer in time")

const update = (session: Session, key: string, change: Change) =>
  session.router.update(key, session.id, ++session.updates, change)

// One key

/** The first key is the one that everybody wants, where the design takes note of that. */
const isHot = (ordinal: number, keys: number): boolean => ordinal % keys === 0

/** Brings the copies of a key up to what its owner has. */
const copyAll = (session: Session, key: string): Effect.Effect<boolean, never, Network> =>
  Effect.gen(function* () {
    const read = yield* session.router.read(key)
    if (read._tag !== "answered" || read.answer.content?._tag !== "text") return false
    const { version, content } = read.answer
    const change: Change = { _tag: "copy", text: content.text, of: version }
    const copies = Array.from({ length: timing.parts - 1 }, (_, nth) => partName(key, nth + 1))
    const ended = yield* Effect.forEach(copies, (copy) => update(session, copy, change), { concurrency: "unbounded" })
    return ended.every(({ _tag }) => _tag === "answered")
  })

export const put = Effect.fnUntraced(function* (
  session: Session,
  ordinal: number,
  text: string,
): Effect.fn.Return<Outcome, never, Network> {
  const key = keyName(ordinal, session.keys)
  const ended = yield* update(session, key, { _tag: "put", text })
  const isCopied = session.router.design.hot === "replicate" && isHot(ordinal, session.keys)
  if (ended._tag === "answered" && isCopied && !(yield* copyAll(session, key))) return unsure
  return outcome(ended, (wrote) => ({ key, wrote }), unsure)
})

/** Reads a key, or one of its copies. */
const look = Effect.fnUntraced(function* (
  session: Session,
  ordinal: number,
): Effect.fn.Return<Ended<Seen>, never, Network> {
  const key = keyName(ordinal, session.keys)
  const { router } = session
  if (router.design.hot === "replicate" && isHot(ordinal, session.keys)) {
    const nth = yield* Random.nextIntBetween(0, timing.parts)
    const ended = nth === 0 ? undefined : yield* router.get(partName(key, nth))
    const copy = ended?._tag === "answered" ? ended.answer.content : null
    if (copy?._tag === "copy") return { _tag: "answered", answer: { version: copy.of, text: copy.text } }
  }
  const ended = yield* router.get(key)
  if (ended._tag !== "answered") return ended
  const { version, content } = ended.answer
  return { _tag: "answered", answer: { version, text: content?._tag === "text" ? content.text : null } }
})

export const get = (session: Session, ordinal: number): Effect.Effect<Outcome, never, Network> =>
  Effect.map(look(session, ordinal), (ended) =>
    outcome(ended, (saw) => ({ key: keyName(ordinal, session.keys), saw }), nobody),
  )

// All keys

/** All keys, from all shards at once. */
export const scan = (session: Session): Effect.Effect<Outcome, never, Network> => {
  const { gather } = session.router.design
  const all = { after: "", skip: 0, limit: 0 }
  return Effect.map(
    session.router.gather(all, gather === "wait" ? timing.readDeadline : timing.gather),
    ({ rows, missing }) => {
      if (gather === "wait" && missing.length > 0) return nobody
      return ok({ pages: [rows], missing: gather === "silent" ? [] : missing } satisfies Answer)
    },
  )
}

/** All keys, page by page, with somebody reading in between. */
export const list = Effect.fnUntraced(function* (
  session: Session,
  size: number,
): Effect.fn.Return<Outcome, never, Network> {
  const pages: Listed["rows"][] = []
  const byOffset = session.router.design.page === "offset"
  let after = ""
  for (;;) {
    const passed = pages.length * size
    const question = byOffset ? { after: "", skip: 0, limit: passed + size } : { after, skip: 0, limit: size }
    const { rows, missing } = yield* session.router.gather(question, timing.readDeadline)
    if (missing.length > 0) return nobody
    const page = byOffset ? rows.slice(passed, passed + size) : rows.slice(0, size)
    if (page.length > 0) pages.push(page)
    if (page.length < size) return ok({ pages, missing } satisfies Answer)
    after = page.at(-1)?.key ?? after
    yield* Effect.sleep(timing.reading)
  }
})

// Transfers

/** Moves an amount between two people's accounts; answered once it is decided. */
export const transfer = Effect.fnUntraced(function* (
  session: Session,
  from: number,
  to: number,
  amount: number,
  id: string,
): Effect.fn.Return<Outcome, never, Network> {
  const { router, people } = session
  const [giver, taker] = [accountName(from, people), accountName(to, people)]
  if (giver === taker) return refused("one account")
  if (router.design.transfer === "naive") {
    const given = yield* update(session, giver, { _tag: "add", amount: -amount })
    if (given._tag !== "answered") return outcome(given, () => ({}), unsure)
    const taken = yield* update(session, taker, { _tag: "add", amount })
    return outcome(taken, () => ({ transfer: "committed" }), unsure)
  }
  const key = transferName(id, giver)
  const begun = yield* update(session, key, { _tag: "begin", from: giver, to: taker, amount })
  if (begun._tag !== "answered") return outcome(begun, () => ({}), unsure)
  for (let look = 0; look * timing.errand < timing.writeDeadline; look++) {
    yield* Effect.sleep(timing.errand)
    const ended = yield* router.read(key)
    const content = ended._tag === "answered" ? ended.answer.content : null
    if (content?._tag !== "transfer" || content.stage === "begun") continue
    const decided = content.stage === "done" ? content.decision : content.stage
    return ok({ transfer: decided } satisfies Answer)
  }
  return unsure
})

// Timelines

export const post = (session: Session, author: number, text: string): Effect.Effect<Outcome, never, Network> => {
  const { people } = session
  const person = author % people
  return Effect.gen(function* () {
    const ended = yield* update(session, postsName(person, people), { _tag: "post", text })
    return outcome(ended, ({ lsn }) => ({ posted: { author: person, nth: lsn } }), unsure)
  })
}

/** What somebody sees: the inbox, and what is to be fetched from authors who do not push. */
export const feed = Effect.fnUntraced(function* (
  session: Session,
  reader: number,
): Effect.fn.Return<Outcome, never, Network> {
  const { router, people } = session
  const { fanout } = router.design
  const person = reader % people
  const pulled = followedBy(person, people).filter((author) => !isPushed(fanout, author, people))
  const names = [inboxName(person, people), ...pulled.map((author) => postsName(author, people))]
  const ended = yield* Effect.forEach(names, (name) => router.read(name), { concurrency: "unbounded" })
  const entries: FeedEntry[] = []
  for (const [nth, each] of ended.entries()) {
    if (each._tag !== "answered") return nobody
    const { content } = each.answer
    if (content?._tag === "inbox") entries.push(...content.entries)
    else if (content?._tag === "posts") entries.push(...entriesOf(pulled[nth - 1] as number, content))
  }
  return ok({ feed: entries.map(({ author, nth }) => ({ author, nth })) } satisfies Answer)
})

// Crowds

/** Which key a person of a crowd wants: the hot one with so many percent, else any; or, without a hot one, by Zipf's law. */
const wanted = (die: number, keys: number, hot: number): number => {
  if (hot > 0) return die * 100 < hot ? 0 : Math.floor(((die * 100 - hot) / (100 - hot)) * keys)
  let harmonic = 0
  for (let rank = 1; rank <= keys; rank++) harmonic += 1 / rank
  let left = die * harmonic
  for (let rank = 1; rank < keys; rank++) {
    left -= 1 / rank
    if (left < 0) return rank - 1
  }
  return keys - 1
}

/** Every so many people like what they read. */
const likers = 5

/** Many people behind one router at once, each of whom reads a key; some like it. */
export const crowd = Effect.fnUntraced(function* (
  session: Session,
  people: number,
  hot: number,
): Effect.fn.Return<Outcome, never, Network> {
  const { router, keys } = session
  const dice = yield* Effect.forEach(Array.from({ length: people }), () => Random.next)
  const ended = yield* Effect.forEach(
    dice,
    (die, nth) => {
      const ordinal = wanted(die, keys, hot)
      if (nth % likers > 0) return Effect.map(look(session, ordinal), ({ _tag }) => _tag)
      const likes = likesName(keyName(ordinal, keys))
      const name = router.design.hot === "split" && isHot(ordinal, keys) ? partName(likes, nth % timing.parts) : likes
      return Effect.map(update(session, name, { _tag: "count" }), ({ _tag }) => _tag)
    },
    { concurrency: "unbounded" },
  )
  const served = ended.filter((tag) => tag === "answered").length
  return served === people ? ok({ served } satisfies Answer) : unsure
})

export const resize = (session: Session, shards: number, id: string): Effect.Effect<Outcome, never, Network> =>
  Effect.map(session.router.resize(id, shards), (ended) => outcome(ended, (announced) => ({ announced }), unsure))
