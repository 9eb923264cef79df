/** The choices a replicated log must make, each with the way the articles make it and the way that keeps the promises. */
import type { Choice, Knob } from "#system"

/** The names of the promises, so that a choice can say which it breaks. */
export const promised = {
  acknowledged: "acknowledged-writes-survive",
  agree: "logs-agree",
  prefix: "state-is-a-prefix",
  onePrimary: "one-primary-per-epoch",
  readYourWrites: "read-your-writes",
  monotonic: "monotonic-reads",
  recovers: "recovers-the-durable-prefix",
  converges: "converges",
  failover: "failover-under-load",
} as const

export const choices = {
  ack: {
    sentence: "When is a write acknowledged?",
    default: "quorum",
    values: {
      quorum: { sentence: "once a majority holds it on disk", breaks: [] },
      applied: { sentence: "once a majority holds it on disk and shows it to readers", breaks: [] },
      local: {
        sentence: "once the primary's own disk holds it",
        breaks: [promised.acknowledged],
        notPromised: [promised.readYourWrites, promised.monotonic, promised.prefix, promised.converges],
      },
      memory: {
        sentence: "as soon as the primary has it in memory",
        breaks: [promised.acknowledged],
        notPromised: [promised.readYourWrites, promised.monotonic, promised.prefix, promised.converges],
      },
    },
  },
  read: {
    sentence: "Who answers a read?",
    default: "session",
    values: {
      session: { sentence: "any node that has applied what the session has seen", breaks: [] },
      confirmed: { sentence: "the primary, after a majority confirmed that it still is", breaks: [] },
      primary: {
        sentence: "whoever believes to be the primary",
        breaks: [promised.readYourWrites, promised.monotonic],
      },
      any: {
        sentence: "whichever node the reader happens to ask",
        breaks: [promised.readYourWrites, promised.monotonic],
      },
      sticky: {
        sentence: "the same node every time, another if it is silent",
        breaks: [promised.readYourWrites, promised.monotonic],
      },
      cookie: {
        sentence: "the primary for two seconds after a write, then whichever node",
        breaks: [promised.readYourWrites, promised.monotonic],
      },
    },
  },
  promote: {
    sentence: "Who becomes primary when the primary is silent?",
    default: "fenced",
    values: {
      fenced: { sentence: "a node with a complete log, by a majority's durable votes, in a new epoch", breaks: [] },
      latest: {
        sentence: "the most up-to-date of the nodes that answer",
        breaks: [promised.onePrimary, promised.acknowledged],
        notPromised: [
          promised.agree,
          promised.prefix,
          promised.readYourWrites,
          promised.monotonic,
          promised.recovers,
          promised.converges,
        ],
      },
    },
  },
  rejoin: {
    sentence: "What does an old primary do with the tail that nobody else has?",
    default: "rewind",
    values: {
      rewind: { sentence: "cuts its log back to the fork and follows", breaks: [] },
      resume: {
        sentence: "keeps its own log and goes on behind it",
        breaks: [promised.agree, promised.prefix],
        notPromised: [promised.acknowledged, promised.readYourWrites, promised.monotonic, promised.converges],
      },
    },
  },
  apply: {
    sentence: "In which order does a replica apply what it receives?",
    default: "in-order",
    values: {
      "in-order": { sentence: "in the order of the log", breaks: [] },
      "on-arrival": {
        sentence: "in the order in which it arrives",
        breaks: [promised.prefix],
        notPromised: [promised.readYourWrites, promised.monotonic, promised.converges],
      },
    },
  },
  recover: {
    sentence: "What does a restarted node believe of its own log?",
    default: "checksum",
    values: {
      checksum: { sentence: "every record whose checksum and LSN fit; a torn tail is cut off", breaks: [] },
      "trust-length": {
        sentence: "every record whose length is there",
        breaks: [promised.recovers],
        notPromised: [
          promised.onePrimary,
          promised.agree,
          promised.prefix,
          promised.acknowledged,
          promised.readYourWrites,
          promised.monotonic,
          promised.converges,
        ],
      },
    },
  },
  backlog: {
    sentence: "What if writes come faster than they can be applied?",
    default: "backpressure",
    values: {
      backpressure: { sentence: "the primary refuses writes while a live node is too far behind", breaks: [] },
      unbounded: { sentence: "the backlog grows", breaks: [promised.converges] },
    },
  },
} as const satisfies Readonly<Record<string, Choice>>

type Choices = typeof choices

/** The design of a replicated log, with every choice made. */
export type ReplicationDesign = { readonly [Name in keyof Choices]: keyof Choices[Name]["values"] & string }

/** The design in which every choice is sound. */
export const soundDesign = Object.fromEntries(
  Object.entries(choices).map(([choice, { default: sound }]) => [choice, sound]),
) as ReplicationDesign

export const knobs = {
  nodes: { sentence: "nodes that hold the log", min: 3, max: 5, default: 3 },
  clients: { sentence: "clients that read and write", min: 1, max: 4, default: 2 },
  keys: { sentence: "keys they use", min: 1, max: 4, default: 2 },
  apply: { sentence: "milliseconds to apply one entry", min: 0, max: 2000, default: 0 },
  lag: { sentence: "milliseconds that the primary's sender is behind its log", min: 0, max: 400, default: 0 },
  election: {
    sentence: "milliseconds of silence, or up to twice as many, before a node stands for election",
    min: 250,
    max: 1000,
    default: 250,
  },
} as const satisfies Readonly<Record<string, Knob>>

/** Times in milliseconds, counts in entries. */
export const timing = {
  /** Between two signs of life of a primary. */
  heartbeat: 120,
  /** How long a node that polls its peers waits for their answers. */
  poll: 200,
  /** How many permanent entries a live node may keep waiting before writes are refused. */
  backlog: 4,
  /** A follower that left so many signs of life unanswered is not live. */
  patience: 5,
  /** The most entries in one message. */
  batch: 64,
  /** Between two tries of a disk that is full. */
  diskRetry: 50,
  /** A client waits so long for one answer, and so long altogether. */
  attempt: 400,
  writeDeadline: 2_500,
  readDeadline: 1_500,
  /** Between two attempts. */
  backoff: 25,
  /** The articles' cookie (003:60). */
  cookie: 2_000,
} as const

/** The smallest number of nodes of which any two sets overlap. */
export const majorityOf = (nodes: number): number => Math.floor(nodes / 2) + 1
