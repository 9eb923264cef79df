/** Lists have the semantics of Redis, judged by a plain array with the newest at index 0. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type ListCommand, Lists } from "../../../src/systems/queue/list/lists.ts"

/** The elements of an array from `start` to `stop`, both included, negative ones counted from the end. */
const range = (list: readonly string[], start: number, stop: number): string[] =>
  list.filter((_, index) => {
    const from = start < 0 ? start + list.length : start
    const to = stop < 0 ? stop + list.length : stop
    return index >= from && index <= to
  })

/** What a command answers, on arrays that are changed in place. */
const oracle = (lists: Map<string, string[]>, command: ListCommand): unknown => {
  const of = (key: string): string[] => {
    const list = lists.get(key) ?? []
    lists.set(key, list)
    return list
  }
  switch (command._tag) {
    case "LPUSH": {
      const list = of(command.key)
      for (const value of command.values) list.unshift(value)
      return list.length
    }
    case "LRANGE":
      return range(of(command.key), command.start, command.stop)
    case "LTRIM": {
      lists.set(command.key, range(of(command.key), command.start, command.stop))
      return undefined
    }
    case "LLEN":
      return of(command.key).length
    case "LMOVE": {
      const list = of(command.source)
      const value = command.from === "LEFT" ? list.shift() : list.pop()
      if (value === undefined) return null
      if (command.to === "LEFT") of(command.destination).unshift(value)
      else of(command.destination).push(value)
      return value
    }
    case "LREM": {
      const list = of(command.key)
      let removed = 0
      while (command.count === 0 || removed < Math.abs(command.count)) {
        const at = command.count < 0 ? list.lastIndexOf(command.value) : list.indexOf(command.value)
        if (at < 0) break
        list.splice(at, 1)
        removed++
      }
      return removed
    }
  }
}

const answered = (lists: Lists, command: ListCommand): unknown => {
  const { values, length } = lists.run(command)
  switch (command._tag) {
    case "LRANGE":
      return values
    case "LTRIM":
      return undefined
    case "LMOVE":
      return values[0] ?? null
    default:
      return length
  }
}

const key = fc.constantFrom("a", "b")
const value = fc.constantFrom("x", "y", "z")
const index = fc.integer({ min: -7, max: 7 })
const side = fc.constantFrom("LEFT" as const, "RIGHT" as const)
const command: fc.Arbitrary<ListCommand> = fc.oneof(
  fc.record({ _tag: fc.constant("LPUSH" as const), key, values: fc.array(value, { maxLength: 4 }) }),
  fc.record({ _tag: fc.constant("LRANGE" as const), key, start: index, stop: index }),
  fc.record({ _tag: fc.constant("LTRIM" as const), key, start: index, stop: index }),
  fc.record({ _tag: fc.constant("LLEN" as const), key }),
  fc.record({ _tag: fc.constant("LMOVE" as const), source: key, destination: key, from: side, to: side }),
  fc.record({ _tag: fc.constant("LREM" as const), key, count: fc.integer({ min: -2, max: 2 }), value }),
)

describe("the lists", () => {
  it("answer every command as an array would, and hold the same after it", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const lists = new Lists()
        const arrays = new Map<string, string[]>()
        for (const each of commands) {
          const before = JSON.stringify(lists.all)
          const changes = lists.changes(each)
          expect(answered(lists, each), JSON.stringify(each)).toEqual(oracle(arrays, each))
          if (!changes) expect(JSON.stringify(lists.all)).toBe(before)
          for (const name of ["a", "b"]) expect(lists.values(name)).toEqual(arrays.get(name) ?? [])
        }
        expect(new Lists(lists.all).all).toEqual(lists.all)
      }),
      { numRuns: 500 },
    )
  })

  it("read 1,001 with LRANGE 0 1000, and keep the last of them with LTRIM 1000 -1", () => {
    const lists = new Lists()
    lists.run({ _tag: "LPUSH", key: "a", values: Array.from({ length: 3000 }, (_, nth) => String(nth)) })
    const { values } = lists.run({ _tag: "LRANGE", key: "a", start: 0, stop: 1000 })
    expect(values).toHaveLength(1001)
    expect(values[0]).toBe("2999")
    lists.run({ _tag: "LTRIM", key: "a", start: 1000, stop: -1 })
    expect(lists.values("a")[0]).toBe(values[1000])
  })
})
