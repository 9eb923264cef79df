/** An input survives the way through a token or a file; whatever is not one is refused in one line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { deflateRawSync } from "node:zlib"
import * as Result from "effect/Result"
import fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { hashText, strategies } from "#sim"
import { type Fault, type FaultKind, faultKinds } from "#world"
import type { Input } from "../../src/run/input.ts"
import { decodeToken, encodeToken, readSaved, saveInput } from "../../src/run/token.ts"

const folder = mkdtempSync(join(tmpdir(), "snowglobe-token-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What is left of a storm over a replicated log: 3 nodes, 4 operations, 2 faults. Storms draw ids at random. */
const minimal: Input = {
  format: 1,
  scenario: "replication/storm",
  seed: 3_735_928_559,
  design: { ack: "local" },
  size: { nodes: 3, clients: 1, keys: 1, apply: 0 },
  strategy: "yield/8",
  operations: [
    { id: "o8a3zq", client: "c1", at: 0, call: { _tag: "write", key: 0 } },
    { id: "o4pwer", client: "c1", at: 150_000, call: { _tag: "read", key: 0, replica: 1 } },
    { id: "o7zzqs", client: "c1", at: 1_423_000, call: { _tag: "write", key: 0 } },
    { id: "o9zldr", client: "c1", at: 1_523_000, call: { _tag: "read", key: 0, replica: 2 } },
  ],
  faults: [
    { id: "f5xw9z", kind: "crash", target: "n1", at: 1_523_000, for: 1_237_000, mode: "torn" },
    { id: "f9zldr", kind: "partition", target: "n1+c1|n2+n3", at: 387_000, for: 1_211_000 },
  ],
  calmAt: 4_000_000,
  core: ["n1", "n2", "n3"],
  until: 19_000_000,
}
const digest = "a1b2c3d4"

const micros = fc.oneof(
  fc.nat(60_000).map((millis) => millis * 1000),
  fc.maxSafeNat(),
)
const word = fc.oneof(
  fc.stringMatching(/^[a-z]\d$/),
  fc.nat(0x1ff_ffff).map((number) => `o${number.toString(36)}`),
  fc.string({ maxLength: 6 }),
)
const key = word.filter((name) => name !== "__proto__")
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)))
const inputs: fc.Arbitrary<Input> = fc.record({
  format: fc.constant(1),
  scenario: word,
  seed: fc.nat(0xffff_ffff),
  design: fc.dictionary(key, word, { maxKeys: 3, noNullPrototype: true }),
  size: fc.dictionary(key, fc.nat(), { maxKeys: 3, noNullPrototype: true }),
  strategy: fc.constantFrom(...strategies),
  operations: fc.array(fc.record({ id: word, client: word, at: micros, call: json }), { maxLength: 5 }),
  faults: fc.array(
    fc.record(
      {
        id: word,
        kind: fc.constantFrom(...(Object.keys(faultKinds) as FaultKind[])),
        target: fc.oneof(fc.constantFrom("n1", "n1->n2", "n1|n2", "east"), word),
        at: micros,
        for: micros,
        value: fc.integer(),
        mode: fc.oneof(fc.constantFrom("torn", "uniform"), word),
      },
      { requiredKeys: ["id", "kind", "target", "at"], noNullPrototype: true },
    ),
    { maxLength: 3 },
  ),
  calmAt: micros,
  core: fc.array(word, { maxLength: 3 }),
  until: micros,
})

const tokenOf = (input: Input): string => {
  const token = encodeToken(input, digest)
  if (token === undefined) throw new Error("too long")
  return token
}

const refusal = (result: Result.Result<unknown, string>): string => {
  if (Result.isSuccess(result)) throw new Error("accepted")
  expect(result.failure).not.toMatch(/\p{Cc}/u)
  return result.failure
}

/** A token with a body of our own and the right check characters. */
const forged = (bytes: Buffer): string => {
  const body = `sg1.${bytes.toString("base64url")}`
  const sum = Buffer.alloc(4)
  sum.writeInt32BE(hashText(body))
  return `${body}${sum.subarray(0, 3).toString("base64url")}`
}

describe("token", () => {
  it("an input comes back as it went", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const token = tokenOf(input)
        expect(token).toMatch(/^sg1\.[\w-]+$/)
        expect(decodeToken(token)).toEqual(Result.succeed({ input, digest }))
      }),
      { numRuns: 300 },
    )
  })

  it("the order of keys comes back too, for a digest folds calls and faults key by key", () => {
    const input: Input = { ...minimal, operations: [{ id: "o1", client: "c1", at: 0, call: { z: 1, a: 2 } }] }
    const again = Result.getOrThrow(decodeToken(tokenOf(input))).input
    expect(JSON.stringify(again.operations)).toBe(JSON.stringify(input.operations))
    expect(JSON.stringify(again.faults)).toBe(JSON.stringify(minimal.faults))
  })

  it("a minimal counterexample fits into 200 characters", () => {
    const [crash, partition] = minimal.faults as [Fault, Fault]
    expect(tokenOf(minimal).length).toBeLessThan(200)
    const small = { ...minimal, design: {}, operations: minimal.operations.slice(2), faults: [crash] }
    expect(tokenOf(small).length).toBeLessThan(130)
    const ugly = { ...partition, at: 387_123, for: 1_211_007 }
    expect(tokenOf({ ...minimal, faults: [crash, ugly] }).length).toBeLessThan(200)
  })

  it("flipping or cutting any character is refused", () => {
    const token = tokenOf(minimal)
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for (let index = 0; index < token.length; index++) {
      const other = alphabet[(alphabet.indexOf(token[index] as string) + 1 + index) % 64] as string
      if (other !== token[index]) {
        refusal(decodeToken(token.slice(0, index) + other + token.slice(index + 1)))
      }
      refusal(decodeToken(token.slice(0, index)))
      refusal(decodeToken(token.slice(0, index) + token.slice(index + 1)))
    }
    refusal(decodeToken(`${token}A`))
    expect(refusal(decodeToken(token.slice(0, -1)))).toContain("damaged or cut short")
    expect(decodeToken(` ${token}\n`)).toEqual(decodeToken(token))
  })

  it("says what is wrong", () => {
    expect(refusal(decodeToken(tokenOf(minimal).replace("sg1", "sg2")))).toBe(
      "token of format sg2, this version reads sg1",
    )
    expect(refusal(decodeToken("hello"))).toBe("'hello' is no token; tokens begin with sg1.")
    expect(refusal(decodeToken("sg1."))).toContain("damaged or cut short")
    expect(refusal(decodeToken(`sg1.${"A".repeat(5000)}`))).toBe("token of 5004 characters, the longest has 4000")
    expect(refusal(decodeToken(forged(deflateRawSync("x".repeat(70_000)))))).toBe("token holds more than 64 KB")
    expect(refusal(decodeToken(forged(Buffer.from("nonsense"))))).toBe("token holds nothing that can be read")
    for (const text of ["{}", "[]", "null", "[1,2]", '["AAAAAAAAAAA","s","1s 1s","o1","c1",[]]']) {
      expect(refusal(decodeToken(forged(deflateRawSync(text))))).toBe("token holds not an input")
    }
    expect(refusal(decodeToken(forged(deflateRawSync('["AAAAAAAAAAA",7,"1s 1s"]'))))).toContain(
      "token holds not an input",
    )
    const deep = `["AAAAAAAAAAA","s","1s 1s 1s","o1","c1",[${"[".repeat(30_000)}${"]".repeat(30_000)}]]`
    decodeToken(forged(deflateRawSync(deep)))
  })

  it("no text makes it throw", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^sg1\.[\w-]{0,60}$/),
      fc.json({ maxDepth: 2 }).map((text) => forged(deflateRawSync(text))),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => forged(Buffer.from(bytes))),
    )
    fc.assert(
      fc.property(texts, (text) => {
        refusal(decodeToken(text))
      }),
      { numRuns: 500 },
    )
  })

  it("what is longer than 4,000 characters is for a file", () => {
    const operations = Array.from({ length: 1000 }, (_, index) => ({
      id: `o${index}`,
      client: `c${index % 7}`,
      at: hashText(`${index}`) >>> 0,
      call: { _tag: "write", value: hashText(`v${index}`) },
    }))
    expect(encodeToken({ ...minimal, operations }, digest)).toBeUndefined()
    const much = [...operations, ...operations.map((each) => ({ ...each, call: "x".repeat(100) }))]
    expect(encodeToken({ ...minimal, operations: much }, digest)).toBeUndefined()
  })
})

describe("file", () => {
  const path = join(folder, "input.json")

  it("an input comes back as it went", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(saveInput(path, input, `${digest}00000000`)).toEqual(Result.succeed(undefined))
        expect(readSaved(path)).toEqual(Result.succeed({ input, digest }))
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ["text", "not JSON", "it is not JSON"],
    ["nothing", "", "it is not JSON"],
    ["a list", "[]", "not an input"],
    ["null", "null", "not an input"],
    ["another format", '{ "format": 2 }', "it is of format 2, this version reads 1"],
    ["half an input", '{ "format": 1, "digest": "a1b2c3d4", "scenario": 7 }', "not an input"],
    ["an input without a digest", JSON.stringify(minimal), "its digest is not eight hex digits"],
    ["a seed out of range", JSON.stringify({ ...minimal, digest, seed: -1 }), "not an input"],
    ["a megabyte", " ".repeat(1024 * 1024 + 1), "it has 1048577 bytes, at most 1048576 are read"],
  ])("%s is refused", (_, text, line) => {
    writeFileSync(path, text)
    expect(refusal(readSaved(path))).toContain(line)
  })

  it("a file that cannot be read or written is refused", () => {
    expect(refusal(readSaved(join(folder, "missing")))).toContain("there is no such file")
    expect(refusal(readSaved(folder))).toContain("it is a directory")
    expect(refusal(saveInput(folder, minimal, digest))).toContain("it is a directory")
    expect(refusal(saveInput(join(folder, "a", "b"), minimal, digest))).toContain("there is no such file")
    expect(refusal(readSaved("\u0000"))).toContain("cannot read")
  })
})
