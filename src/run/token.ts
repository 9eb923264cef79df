/**
 * How an input is handed from one person to another: as a token to paste, or as a file where it is too long for one.
 *
 * A token is `sg1.`, the input as base64url of raw deflate of JSON, and four characters that notice a typing error. The
 * JSON is a row of columns, not an object of objects, and the deflate starts from a dictionary of words that inputs are
 * likely to hold: that is what keeps a minimal counterexample under two hundred characters. Both are part of the
 * format: changing either is a new number. Key order is kept everywhere, for a call is digested key by key. Operations
 * that the scenario's story would ask anyway are left out: a session at the screen is as short as what hands did to it.
 *
 * Tokens come from strangers: decoding is bounded, checked by Schema, and says in one line what is wrong.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { isDeepStrictEqual } from "node:util"
import { deflateRawSync, inflateRawSync } from "node:zlib"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { hashText } from "#sim"
import type { Fault } from "#world"
import { Input, inputFormat } from "./input.ts"
import { parseFaults, parseTime, quote, spellFault, spellTime } from "./notation.ts"
import type { Scenario } from "./scenario.ts"

/** An input, and the first eight digits of the digest that its run had. */
export interface Recorded {
  readonly input: Input
  readonly digest: string
}

const prefix = "sg1."
const longestToken = 4000
/** No story is held open for longer, in microseconds: a token of a stranger must not make us tell for ever. */
const longestStory = 3_600_000_000
/** Stands for the operations of the story. */
const storyMark = "="
const mostInflated = 64 * 1024
const largestFile = 1024 * 1024

/** Frozen with the format. What is likeliest stands last, where a reference to it is shortest. */
const dictionary = Buffer.from(
  [
    "latency:loss:duplicate:reorder:corrupt:clog:swizzle:drop:upgrade:misdirect:degrade:sever:power:east@wipe:full:jump:",
    "skew:=+drift:=-slow:0x@lie:rot:stall:stop:pause:=scattered@=kept@=uniform/=exponential/=tailed/=pair/ms@0%@",
    ',"yield/32","yield/2","yield/8",{"promote":"latest","read":"any","ack":"memory"},{"ack":"local"},0,"=f',
    '"],"*->*n1->n2n2->n1c1->c1+c2|n1+n2+n3|n2+n3@n3@n2@cut:isolate:n1@0+1,bounce:n1@,crash:n2@,crash:n1=torn@1',
    '","n1 n2","n2 n3","n1 n3","n1 n2 n3",{"nodes":5,"nodes":3,"clients":2,"clients":1,"keys":2,"keys":1,"apply":0}',
    '["projection/queue/ring/geodns/replication/storm","60s 30s 19s 4s 0 1","=o","c2 c1 c2 c2 c1 c1 c1 c1",',
    '[{"_tag":"write","key":1},{"_tag":"read","key":1,"replica":2},{"_tag":"read","key":0,"replica":0},',
    '{"_tag":"read","key":0,"replica":1},{"_tag":"write","key":0},{"_tag":"write","key":0}],"crash:n1@',
  ].join(""),
)

const decodeInput = (value: unknown): Result.Result<Input, string> =>
  Result.mapError(
    Schema.decodeUnknownResult(Input)(value),
    (error) => `not an input: ${quote(String(error.message)).slice(1, -1)}`,
  )

/** Ids that storms drew, a letter and up to 24 bits in base 36, four characters each; undefined where some are not. */
const packed = (names: readonly string[]): string | undefined => {
  const letter = names[0]?.[0] ?? ""
  const bytes = Buffer.alloc(names.length * 3)
  for (const [index, name] of names.entries()) {
    const number = Number.parseInt(name.slice(1), 36)
    if (!(number >= 0 && number < 0x100_0000) || `${letter}${number.toString(36)}` !== name || !/[a-z]/.test(letter))
      return undefined
    bytes.writeUIntBE(number, index * 3, 3)
  }
  return `=${letter}${bytes.toString("base64url")}`
}
const unpacked = (text: string): readonly string[] => {
  const bytes = Buffer.from(text.slice(2), "base64url")
  return Array.from({ length: Math.floor(bytes.length / 3) }, (_, index) => {
    return `${text[1]}${bytes.readUIntBE(index * 3, 3).toString(36)}`
  })
}

/** Names in one string where none holds a blank, else as they are. */
const column = (names: readonly string[]): string | readonly string[] => {
  if (!names.every((name) => /^[^ =][^ ]*$/.test(name))) return names
  const spaced = names.join(" ")
  const short = names.length === 0 ? undefined : packed(names)
  return short !== undefined && short.length < spaced.length ? short : spaced
}
const fromColumn = (names: unknown): unknown => {
  if (typeof names !== "string") return names ?? []
  return names === "" ? [] : names.startsWith("=") ? unpacked(names) : names.split(" ")
}

/** Round times as they are spelled, milliseconds without their unit, others in base 36. */
const shortTime = (micros: number): string =>
  micros % 1000 === 0 ? spellTime(micros).replace("ms", "") : `-${micros.toString(36)}`
const fromShortTime = (text: string): number | undefined =>
  text.startsWith("-") ? Number.parseInt(text.slice(1), 36) : parseTime(text)

const numbered = (faults: readonly Fault[]): boolean => faults.every((fault, index) => fault.id === `f${index + 1}`)

const same = (left: Fault, right: Fault): boolean =>
  (["kind", "target", "at", "for", "value", "mode"] as const).every((key) => left[key] === right[key])

/** Spelled, with their ids where these are not `f1`, `f2` …; as they are where they cannot be spelled. */
const faultColumns = (faults: readonly Fault[]): readonly [faults: unknown, ids: unknown] => {
  if (faults.length === 0) return ["", ""]
  const spelled = faults
    .map((fault) => spellFault(fault).replace(/@[^@]*$/, (times) => times.replaceAll("ms", "")))
    .join(",")
  const again = Result.getOrUndefined(parseFaults(spelled, 1))
  const exact = again?.length === faults.length && again.every((fault, index) => same(fault, faults[index] as Fault))
  return exact ? [spelled, numbered(faults) ? "" : column(faults.map((fault) => fault.id))] : [faults, ""]
}
const fromFaultColumns = (faults: unknown, ids: unknown): unknown => {
  if (typeof faults !== "string") return faults
  const names = fromColumn(ids)
  if (faults === "" || !Array.isArray(names)) return []
  const parsed = Result.getOrUndefined(parseFaults(faults, 1))
  return names.length === 0 ? parsed : parsed?.map((fault, index) => ({ ...fault, id: names[index] }))
}

/** The seed and the digest in eleven characters. */
const stamp = (seed: number, digest: string): string => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(seed, 0)
  bytes.writeUInt32BE(Number.parseInt(digest.slice(0, 8), 16) >>> 0, 4)
  return bytes.toString("base64url")
}

const orNothing = (record: Readonly<Record<string, unknown>>): unknown =>
  Object.keys(record).length === 0 ? 0 : record

/** The operations of a scenario's story, held open until the calm of an input. */
const heldOpen = (scenario: Scenario | undefined, { seed, calmAt }: Input): Input["operations"] | undefined =>
  calmAt > longestStory ? undefined : scenario?.story(seed, calmAt).operations

const columns = (input: Input, digest: string, scenario: Scenario | undefined): readonly unknown[] => {
  const asTold = isDeepStrictEqual(heldOpen(scenario, input), input.operations)
  const operations = asTold ? [] : input.operations
  const [faults, faultIds] = faultColumns(input.faults)
  const row = [
    stamp(input.seed, digest),
    input.scenario,
    [input.until, input.calmAt, ...operations.map((operation) => operation.at)].map(shortTime).join(" "),
    column(operations.map((operation) => operation.id)),
    column(operations.map((operation) => operation.client)),
    asTold ? storyMark : operations.map((operation) => operation.call),
    faults,
    column(input.core),
    orNothing(input.size),
    orNothing(input.design),
    input.strategy === "fifo" ? 0 : input.strategy,
    faultIds,
  ]
  while (row.at(-1) === 0 || row.at(-1) === "") row.pop()
  return row
}

const fromColumns = (row: readonly unknown[], scenarios: readonly Scenario[]): Result.Result<Recorded, string> => {
  const [stamped, scenario, spelled, opIds, opClients, opCalls, faults = "", core = "", size, design, strategy, ids] =
    row
  const [until, calmAt, ...times] = typeof spelled === "string" ? spelled.split(" ").map(fromShortTime) : []
  const bytes = Buffer.from(typeof stamped === "string" ? stamped : "", "base64url")
  const names = fromColumn(opIds)
  const clients = fromColumn(opClients)
  const asTold = opCalls === storyMark
  const calls = asTold ? [] : (opCalls ?? [])
  if (bytes.length !== 8 || !Array.isArray(names) || !Array.isArray(clients) || !Array.isArray(calls)) {
    return Result.fail("not an input")
  }
  if (new Set([names.length, clients.length, calls.length, times.length]).size > 1) return Result.fail("not an input")
  const input = decodeInput({
    format: inputFormat,
    scenario,
    seed: bytes.readUInt32BE(0),
    design: design || {},
    size: size || {},
    strategy: strategy || "fifo",
    operations: names.map((id, index) => ({ id, client: clients[index], at: times[index], call: calls[index] })),
    faults: fromFaultColumns(faults, ids ?? ""),
    calmAt,
    core: fromColumn(core),
    until,
  })
  return Result.flatMap(input, (whole) => {
    const operations = asTold
      ? heldOpen(
          scenarios.find(({ name }) => name === whole.scenario),
          whole,
        )
      : whole.operations
    return operations === undefined
      ? Result.fail(`no story of ${quote(whole.scenario)} until ${spellTime(whole.calmAt)} is known here`)
      : Result.succeed({ input: { ...whole, operations }, digest: bytes.subarray(4).toString("hex") })
  })
}

/** Four characters of the token's own alphabet that follow from all the others. */
const check = (text: string): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(hashText(text))
  return bytes.subarray(0, 3).toString("base64url")
}

/** The token of an input whose run of a scenario had this digest; undefined where it is too long for one and belongs in a file. */
export const encodeToken = (input: Input, digest: string, scenario?: Scenario): string | undefined => {
  const json = JSON.stringify(columns(input, digest, scenario))
  if (Buffer.byteLength(json) > mostInflated) return undefined
  const body = `${prefix}${deflateRawSync(json, { level: 9, dictionary }).toString("base64url")}`
  return body.length + 4 > longestToken ? undefined : `${body}${check(body)}`
}

/** The input that a token of one of these scenarios spells, or one line that says what is wrong with it. */
export const decodeToken = (text: string, scenarios: readonly Scenario[] = []): Result.Result<Recorded, string> => {
  const token = text.trim()
  const format = /^sg\d{1,6}(?=\.)/.exec(token)?.[0]
  if (format === undefined) return Result.fail(`${quote(shorten(token))} is no token; tokens begin with ${prefix}`)
  if (`${format}.` !== prefix) {
    return Result.fail(`token of format ${format}, this version reads ${prefix.slice(0, -1)}`)
  }
  if (token.length > longestToken) {
    return Result.fail(`token of ${token.length} characters, the longest has ${longestToken}`)
  }
  const body = token.slice(0, -4)
  if (!body.startsWith(prefix) || check(body) !== token.slice(-4)) {
    return Result.fail("token is damaged or cut short: its last four characters do not fit the rest")
  }
  try {
    const bytes = Buffer.from(body.slice(prefix.length), "base64url")
    const row: unknown = JSON.parse(inflateRawSync(bytes, { dictionary, maxOutputLength: mostInflated }).toString())
    return Array.isArray(row)
      ? Result.mapError(fromColumns(row, scenarios), (line) => `token holds ${line}`)
      : Result.fail("token holds not an input")
  } catch (error) {
    const large = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE"
    return Result.fail(
      large ? `token holds more than ${mostInflated / 1024} KB` : "token holds nothing that can be read",
    )
  }
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text)

const troubles: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  ENOENT: "there is no such file",
  ENOSPC: "the disk is full",
  ENOTDIR: "its folder is a file",
  EROFS: "the file system is read-only",
}
/** Why the file system refused, in a few words. */
export const trouble = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "unknown error"
  return troubles[code] ?? code
}

/** Writes an input to a file that `readSaved` and people can read. */
export const saveInput = (path: string, input: Input, digest: string): Result.Result<void, string> => {
  const { format, ...rest } = input
  try {
    writeFileSync(path, `${JSON.stringify({ format, digest: digest.slice(0, 8), ...rest }, undefined, 2)}\n`)
    return Result.succeed(undefined)
  } catch (error) {
    return Result.fail(`cannot write ${quote(path)}: ${trouble(error)}`)
  }
}

/** The input that a file holds, or one line that says what is wrong with it. */
export const readSaved = (path: string): Result.Result<Recorded, string> => {
  const refuse = (what: string) => Result.fail(`cannot read ${quote(path)}: ${what}`)
  let text: string
  try {
    // A pipe would wait for its writer; opened like this it is refused instead.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = fstatSync(file)
      if (!stat.isFile()) return refuse(stat.isDirectory() ? "it is a directory" : "it is not a file")
      if (stat.size > largestFile) return refuse(`it has ${stat.size} bytes, at most ${largestFile} are read`)
      text = readFileSync(file, "utf8")
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return refuse(trouble(error))
  }
  try {
    const value: unknown = JSON.parse(text)
    const { format, digest } = (value ?? {}) as { readonly format?: unknown; readonly digest?: unknown }
    if (typeof format === "number" && format !== inputFormat) {
      return refuse(`it is of format ${format}, this version reads ${inputFormat}`)
    }
    const known = typeof digest === "string" && /^[0-9a-f]{8}$/.test(digest)
    return Result.match(decodeInput(value), {
      onFailure: refuse,
      onSuccess: (input) => (known ? Result.succeed({ input, digest }) : refuse("its digest is not eight hex digits")),
    })
  } catch (error) {
    return refuse(error instanceof SyntaxError ? "it is not JSON" : "it is not an input")
  }
}
