/** The choices a sharded store must make, each with the way the articles make it and the way that keeps the promises. */
import type { Choice, Knob } from "#system"

/** The names of the promises, so that a choice can say which it breaks. */
export const promised = {
  oneOwner: "one-owner-per-epoch",
  needful: "moves-only-what-must",
  balanced: "load-is-balanced",
  fresh: "acknowledged-writes-are-read",
  onward: "reads-do-not-go-back",
  total: "transfers-keep-the-total",
  partial: "a-partial-answer-says-so",
  pages: "pages-neither-skip-nor-repeat",
  order: "posts-once-in-order",
  delivered: "posts-reach-followers",
  readable: "one-holder-afterwards",
  settles: "resharding-settles",
  underLoad: "resharded-under-load",
} as const

export const choices = {
  placement: {
    sentence: "Who owns a key?",
    default: "ring",
    values: {
      ring: { sentence: "the next of a hundred points of each shard, clockwise", breaks: [] },
      "fine-ring": { sentence: "the next of a thousand points of each shard, clockwise", breaks: [] },
      "bare-ring": { sentence: "the next point clockwise, one for each shard", breaks: [promised.balanced] },
      modulo: { sentence: "its hash modulo the number of shards", breaks: [promised.needful] },
      rendezvous: { sentence: "the shard that draws the highest lot for it", breaks: [] },
      jump: { sentence: "the last shard that it jumps to", breaks: [] },
      bounded: {
        sentence: "the next point clockwise whose shard holds less than 1.25 times the mean",
        breaks: [],
        notPromised: [promised.needful],
      },
      range: { sentence: "whoever has its stretch of the ordered keys, halved as shards join", breaks: [] },
      directory: { sentence: "whomever a table says, levelled as shards join", breaks: [] },
    },
  },
  check: {
    sentence: "What does a shard do with a request that was routed by an old map?",
    default: "epoch",
    values: {
      epoch: { sentence: "refuses it, and sends its own map along", breaks: [] },
      cached: {
        sentence: "carries it out: the router's cached directory will be right",
        breaks: [promised.fresh],
        notPromised: [
          promised.onward,
          promised.oneOwner,
          promised.needful,
          promised.partial,
          promised.pages,
          promised.total,
          promised.readable,
        ],
      },
    },
  },
  reshard: {
    sentence: "How do keys move while they are in use?",
    default: "double-write",
    values: {
      "double-write": { sentence: "copied with versions, written twice meanwhile, verified, then flipped", breaks: [] },
      "flip-first": {
        sentence: "the map changes first, and the data follows",
        breaks: [promised.fresh, promised.onward],
        notPromised: [promised.partial, promised.pages, promised.total, promised.order, promised.oneOwner],
      },
      unversioned: {
        sentence: "copied and written twice, and what comes last stays",
        breaks: [promised.readable],
        notPromised: [
          promised.fresh,
          promised.onward,
          promised.partial,
          promised.pages,
          promised.total,
          promised.order,
          promised.delivered,
        ],
      },
      "no-double-write": {
        sentence: "copied and flipped; what is written in between stays where it was",
        breaks: [promised.fresh],
        notPromised: [
          promised.onward,
          promised.partial,
          promised.pages,
          promised.total,
          promised.order,
          promised.delivered,
        ],
      },
    },
  },
  transfer: {
    sentence: "How is an amount moved between two shards?",
    default: "two-phase",
    values: {
      "two-phase": { sentence: "both hold it, a durable decision follows, then both settle", breaks: [] },
      saga: { sentence: "one gives, the other takes, and if that fails the first takes back", breaks: [] },
      naive: { sentence: "the application makes two updates", breaks: [promised.total] },
    },
  },
  gather: {
    sentence: "What does a scan do about a shard that does not answer?",
    default: "deadline",
    values: {
      deadline: { sentence: "answers without it after a while, and says so", breaks: [] },
      wait: { sentence: "waits until all have answered", breaks: [] },
      silent: { sentence: "answers without it after a while", breaks: [promised.partial] },
    },
  },
  page: {
    sentence: "How does a list go on behind its first page?",
    default: "cursors",
    values: {
      cursors: { sentence: "every shard goes on behind the last key that was shown", breaks: [] },
      offset: { sentence: "every shard begins anew, and so many are passed over", breaks: [promised.pages] },
    },
  },
  fanout: {
    sentence: "How does a post reach its followers?",
    default: "hybrid",
    values: {
      hybrid: { sentence: "pushed to the few, pulled by the many", breaks: [] },
      push: { sentence: "copied to the inbox of every follower", breaks: [] },
      pull: {
        sentence: "fetched from every author by whoever reads",
        breaks: [],
        // Nothing is sent to anybody, so nothing has to reach them.
        notPromised: [promised.delivered],
      },
      forgetful: {
        sentence: "copied to every inbox by a worker that keeps its place in memory",
        breaks: [promised.delivered],
        notPromised: [promised.order],
      },
    },
  },
  hot: {
    sentence: "What is done about a key that everybody wants?",
    default: "none",
    values: {
      none: { sentence: "nothing: its shard serves them all", breaks: [] },
      replicate: {
        sentence: "it has copies under other names, which are written before a write is acknowledged",
        breaks: [],
      },
      split: { sentence: "what is counted under it is counted in parts, under other names", breaks: [] },
      cache: {
        sentence: "routers keep what they have read for a while",
        breaks: [],
        notPromised: [promised.fresh, promised.onward],
      },
      "single-flight": {
        sentence: "a router asks once for all who are waiting for the same key",
        breaks: [],
        notPromised: [promised.fresh, promised.onward],
      },
    },
  },
} as const satisfies Readonly<Record<string, Choice>>

type Choices = typeof choices

/** The design of a sharded store, with every choice made. */
export type RingDesign = { readonly [Name in keyof Choices]: keyof Choices[Name]["values"] & string }

export const knobs = {
  shards: { sentence: "shards that hold keys at first", min: 1, max: 64, default: 3 },
  spare: { sentence: "shards that stand by", min: 0, max: 8, default: 2 },
  replicas: { sentence: "nodes of a shard", min: 1, max: 3, default: 1 },
  clients: { sentence: "clients that read and write", min: 1, max: 8, default: 3 },
  keys: { sentence: "keys they use", min: 1, max: 1000, default: 8 },
  people: { sentence: "people who post, follow and have an account", min: 2, max: 64, default: 5 },
  pace: { sentence: "milliseconds between two batches of a copy", min: 0, max: 200, default: 10 },
} as const satisfies Readonly<Record<string, Knob>>

/** Times in milliseconds, counts in rows. */
export const timing = {
  /** How long a client waits for one answer, and for a write or a read altogether. */
  attempt: 250,
  writeDeadline: 3_000,
  readDeadline: 2_000,
  /** Between two attempts. */
  backoff: 20,
  /** How long a shard waits for another one, and the authority for a shard. */
  mirror: 150,
  /** How often a row is offered to the shard that will own it before a client is told to come again. */
  mirrorTries: 3,
  /** Between two looks of the authority at a step that is not done. */
  look: 40,
  /** How long a scan waits for its shards. */
  gather: 400,
  /** Between two pages of a list: somebody reads. */
  reading: 30,
  /** Between two looks of a client at a transfer, and of a shard at what it has to do. */
  errand: 40,
  /** How long a router believes what it has read. */
  cache: 250,
  /** Under how many names the copies or parts of a hot key lie. */
  parts: 4,
  /** Rows in one message of a copy. */
  batch: 2,
} as const
