/**
 * The record of what happened: append-only, typed, with a digest that folds every entry and every byte said in it.
 *
 * Everything else is a view of this record. An entry is a row of numbers and at most one value; the rows live in
 * chunks, entries as objects are made when somebody reads them. `watch` sees each entry as it happens, so invariants
 * are judged without keeping anything.
 */
import { hashText } from "./dice.ts"

/** What an entry says. Numbers are part of the digest: add at the end, never renumber. */
export const Kind = {
  /** A node starts; detail 0 for its first life. */
  boot: 1,
  /** A node loses power; the value is what its disk lost, kept or tore. */
  crash: 2,
  pause: 3,
  resume: 4,
  /** A node is asked to stop, and later has stopped. */
  stop: 5,
  stopped: 6,
  /** A message leaves a node; `n` is its number in the run, the value its envelope. */
  send: 7,
  deliver: 8,
  /** A message dies; `detail` is the reason. */
  drop: 9,
  /** The network makes a second copy. */
  duplicate: 10,
  /** The network holds a message back. */
  hold: 11,
  /** A fault begins or ends; the value is the fault. */
  fault: 12,
  heal: 13,
  /** The disk: bytes buffered, made durable, or refused. */
  write: 14,
  sync: 15,
  damage: 16,
  refuse: 17,
  /** An operation is called and returns; `n` is its ordinal. */
  call: 18,
  return: 19,
  /** Something a node did, in its own words. */
  fact: 20,
  /** A line a node logged. */
  log: 21,
  /** The storm is over. */
  calm: 22,
  /** A fiber of a node died of a defect. */
  defect: 23,
} as const
export type Kind = (typeof Kind)[keyof typeof Kind]

const names = new Map<number, keyof typeof Kind>(
  Object.entries(Kind).map(([name, kind]) => [kind, name as keyof typeof Kind]),
)

/** The name of a kind, for people and JSON. */
export const kindName = (kind: Kind): keyof typeof Kind => names.get(kind) as keyof typeof Kind

/** Why a message was not delivered, or was late. The number is the `detail` of a `drop` or `hold` entry. */
export const reasons = [
  "none",
  "lost",
  "cut",
  "partitioned",
  "isolated",
  "corrupt",
  "receiver down",
  "unknown node",
  "no handler",
  "answer too late",
  "clogged",
  "receiver paused",
  "dropped by hand",
  "region cut",
] as const
export type Reason = (typeof reasons)[number]
export const reasonCode = (reason: Reason): number => reasons.indexOf(reason)

export interface Entry {
  /** Position in the trace. */
  index: number
  /** Microseconds since the start. */
  at: number
  kind: Kind
  /** A further distinction within the kind: a reason, a mode. */
  detail: number
  /** The node it happened at, as an index into the world's nodes; -1 for none. */
  node: number
  /** The other node, -1 for none. */
  peer: number
  /** A number that joins entries: of the message, the operation or the fault. */
  n: number
  /** The entry that caused it, -1 for none. */
  cause: number
  value: unknown
}

/** How much a trace keeps: everything, rows without their values, or nothing but the digest. */
export type Keep = "everything" | "rows" | "nothing"

const chunkRows = 8192
const stride = 5

interface Chunk {
  readonly at: Float64Array
  readonly words: Int32Array
  readonly values: unknown[]
}

/** Chunks of ended runs: zeroing a fresh one is most of what a small run would cost. */
const pool: Chunk[] = []

const seen = new Map<string, number>()
const textHash = (text: string): number => {
  let h = seen.get(text)
  if (h === undefined) {
    if (seen.size > 20_000) seen.clear()
    h = hashText(text)
    seen.set(text, h)
  }
  return h
}

/** What the digest folds to tell kinds of values apart: `true` is not 1, and `{a: {b: 1}, c: 2}` not `{a: {b: 1, c: 2}}`. */
const Mark = {
  fraction: hashText("fraction"),
  text: hashText("text"),
  true: hashText("true"),
  false: hashText("false"),
  undefined: hashText("undefined"),
  null: hashText("null"),
  list: hashText("list"),
  bytes: hashText("bytes"),
  end: hashText("end"),
} as const

const scratch = new Float64Array(1)
const scratchWords = new Int32Array(scratch.buffer)

export class Trace {
  readonly #keep: Keep
  readonly #chunks: Chunk[] = []
  readonly #watched: Entry = {
    index: 0,
    at: 0,
    kind: Kind.boot,
    detail: 0,
    node: 0,
    peer: 0,
    n: 0,
    cause: 0,
    value: undefined,
  }
  #length = 0
  #a = 0x2545f491
  #b = 0x5851f42d
  /** Sees every entry as it happens; the object is reused, so what is to be kept must be copied. */
  watch: ((entry: Entry) => void) | undefined = undefined
  /** Off only to measure what it costs. */
  digesting = true

  constructor(keep: Keep = "everything") {
    this.#keep = keep
  }

  get length(): number {
    return this.#length
  }

  /** Appends an entry and returns its index. */
  append(
    at: number,
    kind: Kind,
    detail: number,
    node: number,
    peer: number,
    n: number,
    cause: number,
    value: unknown,
  ): number {
    const index = this.#length++
    if (this.#keep !== "nothing") {
      const row = index % chunkRows
      if (row === 0) this.#chunks.push(pool.pop() ?? this.#chunk())
      const chunk = this.#chunks[(index / chunkRows) | 0] as Chunk
      chunk.at[row] = at
      const words = chunk.words
      const offset = row * stride
      words[offset] = kind | (detail << 8)
      words[offset + 1] = node
      words[offset + 2] = peer
      words[offset + 3] = n
      words[offset + 4] = cause
      if (this.#keep === "everything") chunk.values[row] = value
    }
    if (this.digesting) {
      const high = Math.floor(at / 0x4000_0000)
      this.#fold((at - high * 0x4000_0000) | 0)
      this.#fold(high)
      this.#fold(kind | (detail << 8))
      this.#fold((node << 16) ^ (peer & 0xffff))
      this.#fold(n)
      this.#fold(cause)
      // What is delivered was folded when it was sent.
      if (value !== undefined && kind !== Kind.deliver) this.#foldValue(value)
    }
    const watch = this.watch
    if (watch !== undefined) {
      const entry = this.#watched
      entry.index = index
      entry.at = at
      entry.kind = kind
      entry.detail = detail
      entry.node = node
      entry.peer = peer
      entry.n = n
      entry.cause = cause
      entry.value = value
      watch(entry)
    }
    return index
  }

  /** The entry at an index; values are there only where the trace keeps everything. */
  entry(index: number): Entry {
    if (!Number.isInteger(index) || index < 0 || index >= this.#length || this.#keep === "nothing") {
      throw new RangeError(`The trace keeps no entry ${index} (it has ${this.#length}).`)
    }
    const chunk = this.#chunks[(index / chunkRows) | 0] as Chunk
    const row = index % chunkRows
    const words = chunk.words
    const offset = row * stride
    const head = words[offset] as number
    return {
      index,
      at: chunk.at[row] as number,
      kind: (head & 0xff) as Kind,
      detail: head >>> 8,
      node: words[offset + 1] as number,
      peer: words[offset + 2] as number,
      n: words[offset + 3] as number,
      cause: words[offset + 4] as number,
      value: chunk.values[row],
    }
  }

  *[Symbol.iterator](): Generator<Entry> {
    for (let index = 0; index < this.#length; index++) yield this.entry(index)
  }

  /** The index of the first entry at or after an instant. */
  since(at: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >> 1
      const chunk = this.#chunks[(middle / chunkRows) | 0] as Chunk
      if ((chunk.at[middle % chunkRows] as number) < at) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Sixteen hexadecimal digits that stand for everything appended so far. */
  get digest(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0")
    return hex(this.#a) + hex(this.#b)
  }

  /** Gives the memory back for the next run; the trace is empty afterwards, its digest stays. */
  release(): void {
    for (const chunk of this.#chunks) {
      chunk.values.length = 0
      if (pool.length < 16) pool.push(chunk)
    }
    this.#chunks.length = 0
    this.#length = 0
  }

  #chunk(): Chunk {
    return { at: new Float64Array(chunkRows), words: new Int32Array(chunkRows * stride), values: [] }
  }

  #fold(word: number): void {
    let a = Math.imul(this.#a ^ word, 0x9e3779b1)
    a = (a << 13) | (a >>> 19)
    this.#b = Math.imul(this.#b ^ a, 0x85ebca6b) + word
    this.#a = a ^ (this.#b >>> 15)
  }

  #foldNumber(value: number): void {
    if ((value | 0) === value) this.#fold(value)
    else {
      scratch[0] = value
      this.#fold(Mark.fraction)
      this.#fold(scratchWords[0] as number)
      this.#fold(scratchWords[1] as number)
    }
  }

  /** Folds a plain value, every key and every byte of it. Anything that is not plain data has no place in a trace. */
  #foldValue(value: unknown): void {
    switch (typeof value) {
      case "number":
        this.#foldNumber(value)
        return
      case "string":
        this.#fold(textHash(value) ^ Mark.text)
        return
      case "boolean":
        this.#fold(value ? Mark.true : Mark.false)
        return
      case "undefined":
        this.#fold(Mark.undefined)
        return
      case "object": {
        if (value === null) this.#fold(Mark.null)
        else if (Array.isArray(value)) {
          this.#fold(value.length ^ Mark.list)
          for (let i = 0; i < value.length; i++) this.#foldValue(value[i])
        } else if (value instanceof Uint8Array) {
          this.#fold(value.length ^ Mark.bytes)
          for (let i = 0; i < value.length; i++) this.#fold(value[i] as number)
        } else {
          for (const key in value) {
            this.#fold(textHash(key))
            this.#foldValue((value as Record<string, unknown>)[key])
          }
          this.#fold(Mark.end)
        }
        return
      }
      default:
        throw new TypeError(`A trace holds plain data, not a ${typeof value}.`)
    }
  }
}
