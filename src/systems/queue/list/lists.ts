/**
 * Lists as Redis has them: pushed at the head, index 0 the newest, ranges inclusive at both ends, negative indexes from
 * the tail. A list that has become empty is gone. Sources: redis.io/docs, commands LPUSH, LRANGE, LTRIM, LLEN, LMOVE, LREM.
 */
import * as Schema from "effect/Schema"

const Side = Schema.Literals(["LEFT", "RIGHT"])

export const ListCommand = Schema.Union([
  Schema.TaggedStruct("LPUSH", { key: Schema.String, values: Schema.Array(Schema.String) }),
  Schema.TaggedStruct("LRANGE", { key: Schema.String, start: Schema.Int, stop: Schema.Int }),
  Schema.TaggedStruct("LTRIM", { key: Schema.String, start: Schema.Int, stop: Schema.Int }),
  Schema.TaggedStruct("LLEN", { key: Schema.String }),
  Schema.TaggedStruct("LMOVE", { source: Schema.String, destination: Schema.String, from: Side, to: Side }),
  Schema.TaggedStruct("LREM", { key: Schema.String, count: Schema.Int, value: Schema.String }),
])
export type ListCommand = typeof ListCommand.Type

/** The values that a command answers with, and a length or count. */
export interface ListReply {
  readonly values: readonly string[]
  readonly length: number
}

export class Lists {
  /** Each list from its tail to its head, so that a push at the head is cheap. */
  readonly #lists = new Map<string, string[]>()

  constructor(lists: Readonly<Record<string, readonly string[]>> = {}) {
    for (const [key, values] of Object.entries(lists)) this.#keep(key, [...values].reverse())
  }

  #of(key: string): string[] {
    return this.#lists.get(key) ?? []
  }

  #keep(key: string, tailFirst: string[]): void {
    if (tailFirst.length === 0) this.#lists.delete(key)
    else this.#lists.set(key, tailFirst)
  }

  /** A list from its head, which is empty where there is none. */
  values(key: string): readonly string[] {
    return this.#of(key).toReversed()
  }

  get isEmpty(): boolean {
    return this.#lists.size === 0
  }

  get all(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries([...this.#lists.keys()].map((key) => [key, this.values(key)]))
  }

  /** The places in the list, tail first, that an inclusive range from the head covers. */
  #cut(key: string, start: number, stop: number): readonly [from: number, to: number] {
    const { length } = this.#of(key)
    const first = Math.max(0, start < 0 ? length + start : start)
    const last = Math.min(length - 1, stop < 0 ? length + stop : stop)
    return first > last ? [0, 0] : [length - 1 - last, length - first]
  }

  /** Whether a command would change a list: what would not needs no record. */
  changes(command: ListCommand): boolean {
    switch (command._tag) {
      case "LPUSH":
        return command.values.length > 0
      case "LMOVE":
        return this.#of(command.source).length > 0
      case "LREM":
        return this.#of(command.key).includes(command.value)
      case "LTRIM":
        return this.#of(command.key).length > 0
      default:
        return false
    }
  }

  run(command: ListCommand): ListReply {
    switch (command._tag) {
      case "LPUSH": {
        const list = this.#of(command.key)
        for (const value of command.values) list.push(value)
        this.#keep(command.key, list)
        return { values: [], length: list.length }
      }
      case "LRANGE": {
        const values = this.#of(command.key).slice(...this.#cut(command.key, command.start, command.stop))
        return { values: values.reverse(), length: values.length }
      }
      case "LTRIM": {
        const kept = this.#of(command.key).slice(...this.#cut(command.key, command.start, command.stop))
        this.#keep(command.key, kept)
        return { values: [], length: kept.length }
      }
      case "LLEN":
        return { values: [], length: this.#of(command.key).length }
      case "LMOVE":
        return this.#move(command)
      case "LREM":
        return this.#remove(command)
    }
  }

  #move({ source, destination, from, to }: Extract<ListCommand, { readonly _tag: "LMOVE" }>): ListReply {
    const list = this.#of(source)
    const value = from === "LEFT" ? list.pop() : list.shift()
    if (value === undefined) return { values: [], length: 0 }
    this.#keep(source, list)
    const target = this.#of(destination)
    if (to === "LEFT") target.push(value)
    else target.unshift(value)
    this.#keep(destination, target)
    return { values: [value], length: 1 }
  }

  /** So many equal to a value: from the head if `count` is positive, from the tail if negative, all if it is 0. */
  #remove({ key, count, value }: Extract<ListCommand, { readonly _tag: "LREM" }>): ListReply {
    const list = this.#of(key)
    let left = count === 0 ? Number.POSITIVE_INFINITY : Math.abs(count)
    const keep = (each: string): boolean => each !== value || left-- <= 0
    const kept = count < 0 ? list.filter(keep) : list.toReversed().filter(keep).reverse()
    this.#keep(key, kept)
    return { values: [], length: list.length - kept.length }
  }
}
