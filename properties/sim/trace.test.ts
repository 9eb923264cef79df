/**
 * Whoever compares two digests trusts that nothing is left out of them and that nothing else is in them. And whatever
 * was appended is read back as it was, however many entries lie before it.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Entry, type Keep, Kind, kindName, reasonCode, reasons, Trace } from "#sim"

type Row = Omit<Entry, "index">

const append = (trace: Trace, row: Row): number =>
  trace.append(row.at, row.kind, row.detail, row.node, row.peer, row.n, row.cause, row.value)

const traceOf = (rows: readonly Row[], keep: Keep = "everything"): Trace => {
  const trace = new Trace(keep)
  for (const row of rows) append(trace, row)
  return trace
}

const digestOf = (rows: readonly Row[]): string => {
  const trace = traceOf(rows, "nothing")
  const { digest } = trace
  trace.release()
  return digest
}

const plain: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.integer(),
    fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
    fc.string({ maxLength: 4 }),
    fc.boolean(),
    fc.constantFrom(null, undefined, 0, 1, 2, 3, 4),
    fc.uint8Array({ maxLength: 4 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value

const index = fc.integer({ min: -1, max: 300 })
const rowWith = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Row> =>
  fc.record({
    at: fc.oneof(fc.nat(100), fc.nat(2 ** 45)),
    // What is delivered was digested when it was sent, so a delivery says no value of its own.
    kind: fc.constantFrom(...Object.values(Kind).filter((kind) => kind !== Kind.deliver)),
    detail: fc.nat(0xffff),
    node: index,
    peer: index,
    n: fc.integer({ min: 0, max: 0x7fff_ffff }),
    cause: fc.integer({ min: -1, max: 0x7fff_ffff }),
    value,
  })
const row = rowWith(plain)

/** Every key in its order, and which of two alike things it is. */
const said = (value: unknown): string => {
  if (value instanceof Uint8Array) return `bytes ${[...value].join(" ")}`
  if (Array.isArray(value)) return `[${value.map(said).join(",")}]`
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([key, each]) => `${key}:${said(each)}`)
      .join(",")}}`
  }
  return typeof value === "string" ? JSON.stringify(value) : `${typeof value} ${value}`
}

describe("the digest", () => {
  it("is another one when any field of any entry is another one", () => {
    const changes: readonly (keyof Row)[] = ["at", "kind", "detail", "node", "peer", "n", "cause"]
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.nat(changes.length - 1),
        row,
        (rows, where, which, other) => {
          const at = where % rows.length
          const field = changes[which] as keyof Row
          const before = rows[at] as Row
          if (before[field] === other[field]) return
          const changed = rows.with(at, { ...before, [field]: other[field] })
          expect(digestOf(changed)).not.toBe(digestOf(rows))
        },
      ),
      { numRuns: 500 },
    )
  })

  it("tells instants apart that are half an hour, a day or a year from each other", () => {
    const of = (at: number) =>
      digestOf([{ at, kind: Kind.fact, detail: 0, node: 0, peer: -1, n: 0, cause: -1, value: undefined }])
    const instants = Array.from({ length: 20 }, (_, power) => 7 + 2 ** (power + 26))
    expect(new Set([7, ...instants].map(of)).size).toBe(instants.length + 1)
  })

  it("tells node from peer, for every pair of nodes", () => {
    const digests = new Set<string>()
    const pairs = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 40 }, (_, j) => [i - 1, j - 1] as const),
    ).flat()
    for (const [node, peer] of pairs) {
      digests.add(digestOf([{ at: 0, kind: Kind.drop, detail: 0, node, peer, n: 0, cause: -1, value: undefined }]))
    }
    expect(digests.size).toBe(pairs.length)
  })

  it("is another one when anything in a value is another thing, or another kind of thing", () => {
    const of = (value: unknown) =>
      digestOf([{ at: 0, kind: Kind.fact, detail: 0, node: 0, peer: -1, n: 0, cause: -1, value }])
    fc.assert(
      fc.property(plain, plain, (left, right) => {
        fc.pre(left !== undefined && right !== undefined)
        expect(of(left) === of(right)).toBe(said(left) === said(right))
      }),
      { numRuns: 1500 },
    )
  })

  it.each([
    [{ a: true }, { a: 1 }],
    [{ a: null }, { a: 4 }],
    [{ a: undefined }, { a: 3 }],
    [{ a: [] }, { a: 0 }],
    [{ a: {} }, { a: [] }],
    [{ a: [[1], 2] }, { a: [[1, 2]] }],
    [{ a: { b: 1 }, c: 2 }, { a: { b: 1, c: 2 } }],
    [{ a: { b: "c" } }, { a: "b", c: {} }],
    [{ a: 0.1 }, { a: [-1717986918, 1069128089] }],
    [{ a: new Uint8Array([1]) }, { a: [1] }],
  ])("tells %o from %o", (left, right) => {
    const of = (value: unknown) =>
      digestOf([{ at: 0, kind: Kind.fact, detail: 0, node: 0, peer: -1, n: 0, cause: -1, value }])
    expect(of(left)).not.toBe(of(right))
  })

  it("is another one when any byte of a file is another one", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, where, by) => {
          const changed = Uint8Array.from(bytes)
          const at = where % bytes.length
          changed[at] = (bytes[at] as number) ^ by
          const of = (value: unknown) =>
            digestOf([{ at: 1, kind: Kind.write, detail: 0, node: 0, peer: -1, n: 0, cause: -1, value }])
          expect(of(changed)).not.toBe(of(bytes))
        },
      ),
    )
  })

  it("is another one when an entry is left out, said twice or said in another order", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 6 }), fc.nat(), (rows, where) => {
        const at = where % (rows.length - 1)
        const [here, next] = [rows[at] as Row, rows[at + 1] as Row]
        const whole = digestOf(rows)
        expect(digestOf(rows.toSpliced(at, 1))).not.toBe(whole)
        expect(digestOf(rows.toSpliced(at, 0, here))).not.toBe(whole)
        const same = ({ value: left, ...rest }: Row, { value: right, ...other }: Row) =>
          said(left) === said(right) && said(rest) === said(other)
        if (!same(here, next)) expect(digestOf(rows.toSpliced(at, 2, next, here))).not.toBe(whole)
      }),
    )
  })

  it("is the same for the same entries, whatever is kept and whoever watches", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const watched: unknown[] = []
        const digests = (["everything", "rows", "nothing"] as const).map((keep) => {
          const trace = new Trace(keep)
          trace.watch = (entry) => watched.push(entry.value)
          for (const each of rows) append(trace, each)
          return trace.digest
        })
        expect(new Set(digests).size).toBe(1)
        expect(digests[0]).toMatch(/^[0-9a-f]{16}$/)
        expect(watched.slice(0, rows.length)).toEqual(rows.map(({ value }) => value))
      }),
    )
  })

  it("refuses what is no plain data, rather than leaving it out", () => {
    const trace = new Trace()
    for (const value of [() => {}, Symbol("no"), 1n]) {
      expect(() => trace.append(0, Kind.fact, 0, 0, -1, 0, -1, { value })).toThrow(TypeError)
    }
  })
})

describe("the record", () => {
  const many = 20_000
  const nth = (index: number): Row => ({
    at: Math.floor(index / 7) * 10,
    kind: ((index % 24) + 1) as Kind,
    detail: index % 0xffff,
    node: (index % 50) - 1,
    peer: (index % 13) - 1,
    n: index,
    cause: index - 1,
    value: index % 3 === 0 ? { index } : undefined,
  })
  const rows = Array.from({ length: many }, (_, index) => nth(index))

  it("gives back what was appended, beyond the first chunks too", () => {
    const trace = traceOf(rows)
    expect(trace.length).toBe(many)
    rows.forEach((row, index) => {
      const { at, kind, detail, node, peer, n, cause, value } = trace.entry(index)
      const same = at === row.at && kind === row.kind && detail === row.detail && node === row.node && peer === row.peer
      expect(same && n === row.n && cause === row.cause && value === row.value).toBe(true)
    })
    expect([...trace].map(({ index }) => index)).toEqual(rows.map(({ n }) => n))
    trace.release()
  })

  it("keeps rows without their values where only rows are kept, also in memory that held others before", () => {
    const trace = traceOf(rows, "rows")
    for (const index of [0, 3, 8190, 8191, 8192, 8193, 16_383, 16_384, many - 1]) {
      expect(trace.entry(index)).toEqual({ ...nth(index), index, value: undefined })
    }
    trace.release()
  })

  it("says which entry it does not have", () => {
    const trace = traceOf(rows.slice(0, 3))
    for (const index of [-1, 3, 0.5, Number.NaN]) expect(() => trace.entry(index)).toThrow(RangeError)
    expect(() => traceOf(rows.slice(0, 3), "nothing").entry(0)).toThrow("The trace keeps no entry 0 (it has 3).")
    const digest = trace.digest
    trace.release()
    expect(() => trace.entry(0)).toThrow(RangeError)
    expect(trace.digest).toBe(digest)
  })

  it("finds the first entry at or after an instant", () => {
    const trace = traceOf(rows)
    const last = (rows[many - 1] as Row).at
    fc.assert(
      fc.property(fc.integer({ min: -5, max: last + 5 }), (at) => {
        const found = rows.findIndex((row) => row.at >= at)
        expect(trace.since(at)).toBe(found < 0 ? many : found)
      }),
    )
    expect(new Trace().since(0)).toBe(0)
    trace.release()
  })

  it("lets whoever watches see each entry as it happens", () => {
    const trace = new Trace("nothing")
    const seen: Entry[] = []
    trace.watch = (entry) => seen.push({ ...entry })
    for (const row of rows.slice(0, 100)) append(trace, row)
    expect(seen).toEqual(rows.slice(0, 100).map((row, index) => ({ ...row, index })))
  })

  it("has a name for every kind and a number for every reason", () => {
    expect(Object.entries(Kind).every(([name, kind]) => kindName(kind) === name)).toBe(true)
    expect(new Set(Object.values(Kind)).size).toBe(Object.keys(Kind).length)
    expect(reasons.map(reasonCode)).toEqual(reasons.map((_, code) => code))
  })
})
