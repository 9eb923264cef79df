/**
 * One record of a log: a frame that tells "not written" from "written, then damaged".
 *
 *     0xA5 · length of the body · checksum of the body · checksum of the nine bytes before · body · 0x5A
 *
 * A power loss leaves a record short (the file ends first) or with holes (whole sectors still zero). Wherever sectors cut
 * a record, its first piece begins with 0xA5, its last ends with 0x5A, and a body has no zero byte: no piece is ever zero
 * by right, nor after one flipped bit. So missing bytes mean *torn*, which an unsynced write may be, and anything else
 * that fails a checksum means *damaged*, which nothing that was ever synced should be.
 */
import * as Schema from "effect/Schema"

/** What replication orders: one write, or a no-op when `request` is empty. */
export const Entry = Schema.Struct({
  /** Its place in the log, from 1. */
  lsn: Schema.Int,
  epoch: Schema.Int,
  /** The primary that wrote it. */
  author: Schema.String,
  /** The client's request. */
  request: Schema.String,
  key: Schema.String,
  value: Schema.String,
})
export type Entry = typeof Entry.Type

/** A piece of a file, read as a frame. */
export type Framed =
  | { readonly kind: "whole"; readonly body: Uint8Array; readonly end: number }
  | { readonly kind: "torn" | "damaged" }

/** A piece of a file, read as a record; `synced` is the last LSN that was durable when it was written. */
export type Read =
  | { readonly kind: "whole"; readonly entry: Entry; readonly synced: number; readonly end: number }
  | { readonly kind: "torn" | "damaged" }

const head = 0xa5
const trailer = 0x5a
const headerBytes = 13
const sectorBytes = 512

/** What a field reads as when its bytes are lost. */
export const unreadable = "\ufffd"

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** CRC-32 as in IEEE 802.3, reflected. */
export const crc32 = (bytes: Uint8Array, from = 0, to = bytes.length): number => {
  let crc = 0xffffffff
  for (let i = from; i < to; i++) crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}

const readUint32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0

const writeUint32 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** Frames a text that is not empty and has no zero character. */
export const frame = (text: string): Uint8Array => {
  const body = encoder.encode(text)
  const bytes = new Uint8Array(headerBytes + body.length + 1)
  bytes[0] = head
  writeUint32(bytes, 1, body.length)
  writeUint32(bytes, 5, crc32(body))
  writeUint32(bytes, 9, crc32(bytes, 0, 9))
  bytes.set(body, headerBytes)
  bytes[bytes.length - 1] = trailer
  return bytes
}

/** Whether some sector's piece of these bytes was never written. */
const hasHole = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / sectorBytes) + 1) * sectorBytes)
    let at = start
    while (at < end && bytes[at] === 0) at++
    if (at === end) return true
    start = end
  }
  return false
}

/** Reads the frame that starts here. The bytes are those of a file from its beginning: sectors are counted from there. */
export const unframe = (bytes: Uint8Array, start: number): Framed => {
  const bodyStart = start + headerBytes
  const shortest = bodyStart + 2
  if (bytes.length < shortest) return { kind: "torn" }
  if (bytes[start] !== head || crc32(bytes, start, start + 9) !== readUint32(bytes, start + 9)) {
    // The length is not to be trusted; the first byte of the body, which is not zero, closes the header's last piece.
    return { kind: hasHole(bytes, start, bodyStart + 1) ? "torn" : "damaged" }
  }
  const bodyEnd = bodyStart + readUint32(bytes, start + 1)
  if (bodyEnd + 1 > bytes.length) return { kind: "torn" }
  if (bytes[bodyEnd] === trailer && crc32(bytes, bodyStart, bodyEnd) === readUint32(bytes, start + 5)) {
    return { kind: "whole", body: bytes.subarray(bodyStart, bodyEnd), end: bodyEnd + 1 }
  }
  return { kind: hasHole(bytes, start, bodyEnd + 1) ? "torn" : "damaged" }
}

/** The value of a JSON text, or nothing. */
export const parse = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One field a line, so that a field can be read when its neighbour cannot; JSON writes no line break of its own. */
const fields = (body: Uint8Array): unknown[] => decoder.decode(body).split("\n").map(parse)

export const writeRecord = (entry: Entry, synced: number): Uint8Array =>
  frame(
    `${entry.lsn}\n${entry.epoch}\n${synced}\n${JSON.stringify(entry.author)}\n${JSON.stringify(entry.request)}\n${JSON.stringify(entry.key)}\n${JSON.stringify(entry.value)}`,
  )

/** Reads the record that starts here, and believes only its checksums. */
export const readRecord = (bytes: Uint8Array, start: number): Read => {
  const framed = unframe(bytes, start)
  if (framed.kind !== "whole") return framed
  const [lsn, epoch, synced, author, request, key, value, ...rest] = fields(framed.body)
  return typeof lsn === "number" &&
    typeof epoch === "number" &&
    typeof synced === "number" &&
    typeof author === "string" &&
    typeof request === "string" &&
    typeof key === "string" &&
    typeof value === "string" &&
    rest.length === 0
    ? { kind: "whole", entry: { lsn, epoch, author, request, key, value }, synced, end: framed.end }
    : { kind: "damaged" }
}

/**
 * Reads whatever starts here as the record after `previous`, and believes the length: always an entry, often the right
 * one. Its end may lie behind the file's.
 */
export const guessRecord = (
  bytes: Uint8Array,
  start: number,
  previous: Entry | undefined,
): { readonly entry: Entry; readonly end: number } => {
  const bodyStart = start + headerBytes
  const length = bodyStart <= bytes.length ? readUint32(bytes, start + 1) : 0
  const [, epoch, , author, request, key, value] = fields(bytes.subarray(bodyStart, bodyStart + length))
  const text = (field: unknown): string => (typeof field === "string" ? field : unreadable)
  return {
    entry: {
      lsn: (previous?.lsn ?? 0) + 1,
      epoch: typeof epoch === "number" ? epoch : (previous?.epoch ?? 0),
      author: text(author),
      request: text(request),
      key: text(key),
      value: text(value),
    },
    end: length === 0 ? bytes.length : bodyStart + length + 1,
  }
}
