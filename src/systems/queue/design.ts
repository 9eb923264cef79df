/** The choices of a message queue and of those who use it, each with the way the articles make it and the way that keeps the promises. */
import type { Choice, Knob, Size } from "#system"

/** The names of the promises, so that a choice can say which it breaks. */
export const promised = {
  survives: "acknowledged-writes-survive",
  processed: "acknowledged-messages-are-processed",
  once: "effects-happen-once",
  accounted: "every-message-is-accounted-for",
  depth: "depth-is-bounded",
  poison: "poison-is-parked",
  groups: "every-group-gets-every-message",
  drains: "the-queue-drains",
  order: "consumed-in-order",
  row: "no-event-without-row",
  outbox: "row-and-event-agree",
  paid: "never-shipped-unpaid",
  settled: "orders-settle",
  charged: "charged-at-most-once",
  buffer: "pushed-is-stored-or-queued",
  redelivery: "redelivery-under-load",
} as const

export const choices = {
  durability: {
    sentence: "When does the broker say that it has a message?",
    default: "quorum",
    values: {
      quorum: { sentence: "once a majority of brokers holds it on disk", breaks: [] },
      memory: {
        sentence: "as soon as the broker that was asked has it in memory",
        breaks: [promised.survives],
        notPromised: [
          promised.processed,
          promised.accounted,
          promised.depth,
          promised.groups,
          promised.poison,
          promised.outbox,
          promised.settled,
          promised.drains,
          promised.order,
        ],
      },
    },
  },
  settle: {
    sentence: "When is a message done?",
    default: "after-effect",
    values: {
      "after-effect": { sentence: "when the worker says so, its effect being durable", breaks: [] },
      auto: {
        sentence: "as soon as it is handed to a worker",
        breaks: [promised.processed],
        // What is done as soon as it is handed out is never handed out again.
        notPromised: [promised.groups, promised.settled, promised.poison, promised.redelivery],
      },
    },
  },
  dedupe: {
    sentence: "How does a worker know that it has done a message before?",
    default: "with-effect",
    values: {
      "with-effect": { sentence: "its id is written in the same transaction as the effect", breaks: [] },
      memory: { sentence: "it remembers the ids it has seen", breaks: [promised.once] },
      none: { sentence: "it does not", breaks: [promised.once] },
    },
  },
  retry: {
    sentence: "What becomes of a message that fails again and again?",
    default: "dead-letter",
    values: {
      "dead-letter": { sentence: "after so many tries it is parked with the dead letters", breaks: [] },
      forever: {
        sentence: "it goes back to the queue, again and again",
        breaks: [promised.poison],
        notPromised: [promised.drains, promised.processed, promised.groups],
      },
    },
  },
  backoff: {
    sentence: "How long does a failed message wait for its next try?",
    default: "jittered",
    values: {
      jittered: { sentence: "twice as long after each failure, and half of that by chance", breaks: [] },
      fixed: { sentence: "always as long", breaks: [] },
    },
  },
  full: {
    sentence: "What if the queue is full?",
    default: "reject",
    values: {
      reject: { sentence: "the producer is refused", breaks: [] },
      block: { sentence: "the producer waits for room for a while, and is refused then", breaks: [] },
      "drop-oldest": { sentence: "the oldest message is dropped, and the producer told which", breaks: [] },
      grow: { sentence: "the queue grows", breaks: [promised.depth] },
      "drop-silently": {
        sentence: "the new message is thrown away, and its producer told that it was taken",
        breaks: [promised.depth],
        notPromised: [
          promised.accounted,
          promised.processed,
          promised.groups,
          promised.outbox,
          promised.settled,
          promised.poison,
        ],
      },
    },
  },
  release: {
    sentence: "Where does a message go whose lease runs out?",
    default: "return",
    values: {
      return: { sentence: "back to the queue, one try the poorer", breaks: [] },
      forget: {
        sentence: "nowhere: its worker was the last that knew of it",
        breaks: [promised.accounted],
        notPromised: [
          promised.processed,
          promised.groups,
          promised.settled,
          promised.poison,
          promised.drains,
          promised.redelivery,
        ],
      },
      never: {
        sentence: "nowhere: a lease does not run out, its worker will surely answer one day",
        breaks: [promised.drains],
        notPromised: [promised.processed, promised.groups, promised.settled, promised.outbox, promised.redelivery],
      },
    },
  },
  producer: {
    sentence: "What does a producer do that got no answer?",
    default: "same-id",
    values: {
      "same-id": { sentence: "it sends the same message again, under the same id", breaks: [] },
      "new-id": { sentence: "it sends a new message", breaks: [promised.once] },
    },
  },
  fanout: {
    sentence: "How do several services read one topic?",
    default: "group-each",
    values: {
      "group-each": { sentence: "each has a queue of its own, which gets every message", breaks: [] },
      "one-queue": { sentence: "they compete on one queue", breaks: [promised.groups] },
    },
  },
  offsets: {
    sentence: "When does a reader of a partition commit its offset?",
    default: "after-effect",
    values: {
      "after-effect": { sentence: "once the effects of the batch are durable", breaks: [] },
      "before-effect": {
        sentence: "as soon as it has the batch",
        breaks: [promised.order],
        notPromised: [promised.drains],
      },
    },
  },
  fence: {
    sentence: "What stops a reader whose partition was given to another?",
    default: "generation",
    values: {
      generation: { sentence: "the broker and the database refuse an older generation", breaks: [] },
      none: { sentence: "nothing", breaks: [promised.order], notPromised: [promised.drains] },
    },
  },
  outbox: {
    sentence: "How does an order get from the shop's database to the queue?",
    default: "relay",
    values: {
      relay: { sentence: "its event is written with its row, and a relay publishes it", breaks: [] },
      "write-then-enqueue": {
        sentence: "the shop writes the row, then publishes",
        breaks: [promised.outbox],
        notPromised: [promised.settled],
      },
      "enqueue-then-write": {
        sentence: "the shop publishes, then writes the row",
        breaks: [promised.row],
        notPromised: [promised.outbox],
      },
    },
  },
  saga: {
    sentence: "How is an order carried through stock, payment, shipping and notification?",
    default: "compensate",
    values: {
      compensate: { sentence: "step by step; what was done is undone if a later step is declined", breaks: [] },
      "stop-short": {
        sentence: "step by step, and no further than the step that is declined",
        breaks: [promised.settled],
      },
      "fire-and-forget": {
        sentence: "every service is told at once, and nobody waits",
        breaks: [promised.paid],
        notPromised: [promised.settled],
      },
    },
  },
  payment: {
    sentence: "What does a customer do whose payment is not answered in time?",
    default: "idempotency-key",
    values: {
      "idempotency-key": { sentence: "asks again under the same key, and calls the outcome unknown", breaks: [] },
      "timeout-is-failure": {
        sentence: "takes it for failed, and pays again",
        breaks: [promised.charged],
      },
    },
  },
  flush: {
    sentence: "How are events taken from the list that buffers them?",
    default: "processing-list",
    values: {
      "processing-list": {
        sentence: "each is moved to a list of the flusher's own, stored under its id, and only then removed",
        breaks: [],
      },
      "lrange-ltrim": {
        sentence: "a range is read and stored, and as many are trimmed from where new ones are pushed",
        breaks: [promised.buffer],
        notPromised: [promised.drains],
      },
    },
  },
} as const satisfies Readonly<Record<string, Choice>>

type Choices = typeof choices

/** The design of a queue, with every choice made. */
export type QueueDesign = { readonly [Name in keyof Choices]: keyof Choices[Name]["values"] & string }

export const knobs = {
  clients: { sentence: "producers", min: 1, max: 4, default: 2 },
  groups: { sentence: "services that read the tasks, each with workers of its own", min: 1, max: 4, default: 1 },
  workers: { sentence: "workers of each service", min: 1, max: 100, default: 2 },
  work: { sentence: "milliseconds a worker needs for a message", min: 0, max: 10_000, default: 10 },
  partitions: { sentence: "partitions of the log that workers read in order", min: 0, max: 8, default: 0 },
  shop: { sentence: "whether there is a shop that takes orders", min: 0, max: 1, default: 0 },
  stock: { sentence: "pieces in stock", min: 0, max: 1000, default: 100 },
  flushers: { sentence: "processes that empty the list of buffered events", min: 0, max: 2, default: 0 },
  batch: { sentence: "events that a flusher takes at a time", min: 1, max: 1000, default: 3 },
  flush: { sentence: "milliseconds between two flushes", min: 50, max: 10_000, default: 250 },
  insert: { sentence: "milliseconds that storing a batch of events takes", min: 0, max: 10_000, default: 50 },
  patience: { sentence: "milliseconds that a payment is waited for", min: 100, max: 5000, default: 400 },
  lag: { sentence: "milliseconds that the leading broker's sender is behind its log", min: 0, max: 400, default: 0 },
  lease: {
    sentence: "milliseconds a message stays invisible once it is handed out",
    min: 200,
    max: 2000,
    default: 400,
  },
  tries: { sentence: "tries before a message is parked", min: 2, max: 6, default: 4 },
  depth: { sentence: "messages that may wait or be worked on, in each group", min: 1, max: 100_000, default: 1000 },
} as const satisfies Readonly<Record<string, Knob>>

/** Times in milliseconds, counts in entries. */
export const timing = {
  /** A worker asks so long for work before it asks again, and the broker keeps it waiting a little less. */
  poll: 700,
  hold: 500,
  /** A reader that is silent for so long is given up, and its partitions are given to others. */
  session: 900,
  /** A message waits so long after its first failure, and never longer than this. */
  backoff: 50,
  longestBackoff: 2000,
  /** Between two looks at what has run out or come due. */
  tick: 20,
  /** A producer waits so long for one answer, and so long altogether. */
  attempt: 400,
  deadline: 2500,
  /** A customer waits so long for the shop, and for a payment altogether. */
  order: 1500,
  payment: 3000,
  /** Entries of a partition in one batch. */
  batch: 3,
  /** Between two attempts. */
  pause: 25,
  /** How long a broker keeps a producer waiting for room. */
  room: 300,
} as const

type Knobs = typeof knobs

/** The size of a queue, with every knob set. */
export type QueueSize = { readonly [Name in keyof Knobs]: number }

const usual = Object.fromEntries(Object.entries(knobs).map(([knob, { default: value }]) => [knob, value])) as QueueSize

export const sizeOf = (size: Size): QueueSize => ({ ...usual, ...size })
