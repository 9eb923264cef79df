/** The promises of the queue itself: where its messages are, how many may wait, and that it ends. */
import type { Invariant, Violation } from "#invariants"
import { type Entry, Kind } from "#world"
import { knobs, promised, sizeOf } from "../design.ts"
import { BufferBook } from "../list/book.ts"
import { type Fact, type Lane, lanes, type Sizes } from "../protocol.ts"
import { factOf, returnOf } from "./reading.ts"

type Moved = Extract<Fact, { readonly _tag: "Moved" }>

const isFinal = (lane: Lane): boolean => lane === "done" || lane === "dead" || lane === "dropped"

const openIn = (sizes: Sizes): number => (sizes[0] ?? 0) + (sizes[1] ?? 0) + (sizes[2] ?? 0)

/** The messages of one group on one broker, counted from the moves alone. */
class Book {
  readonly #lanes = new Map<string, Lane>()
  readonly #sizes: number[] = lanes.map(() => 0)

  move(id: string, to: Lane): Lane | undefined {
    const from = this.#lanes.get(id)
    if (from !== undefined) this.#count(from, -1)
    this.#lanes.set(id, to)
    this.#count(to, 1)
    return from
  }

  #count(lane: Lane, by: number): void {
    const place = lanes.indexOf(lane)
    this.#sizes[place] = (this.#sizes[place] ?? 0) + by
  }

  get total(): number {
    return this.#lanes.size
  }

  agrees(sizes: Sizes): boolean {
    return this.#sizes.every((size, place) => size === sizes[place])
  }
}

const accounted: Invariant = {
  name: promised.accounted,
  kind: "always",
  sentence: "Published is done, ready, leased, delayed, dead and dropped, at every instant and on every broker.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const books = new Map<string, Book>()
    const taken = new Map<number, Set<string>>()
    /** Where a message has ended, for good, and who said so. */
    const ends = new Map<string, { readonly lane: Lane; readonly node: number; readonly entry: number }>()
    let exercised = 0

    const clear = (node: number): void => {
      for (const place of books.keys()) if (place.startsWith(`${node} `)) books.delete(place)
      taken.delete(node)
    }

    const moved = ({ node, index }: Entry, { id, group, to, sizes }: Moved): Violation | undefined => {
      exercised++
      const place = `${node} ${group}`
      let book = books.get(place)
      if (book === undefined) {
        book = new Book()
        books.set(place, book)
      }
      const from = book.move(id, to)
      const because = (what: string): Violation => ({ because: `${stage.name(node)} ${what}`, evidence: [index] })
      if (taken.get(node)?.has(id) !== true) return because(`moved ${id}, which nobody had published`)
      if (from !== undefined && isFinal(from)) return because(`moved ${id} from ${from} to ${to} in ${group}`)
      if (!book.agrees(sizes)) {
        const sum = sizes.reduce((total, size) => total + size, 0)
        const counted = lanes.map((lane, nth) => `${sizes[nth] ?? 0} ${lane}`).join(", ")
        return because(`was given ${book.total} messages for ${group} and has ${sum}: ${counted}`)
      }
      if (!isFinal(to)) return undefined
      const end = ends.get(`${group} ${id}`)
      if (end === undefined) {
        ends.set(`${group} ${id}`, { lane: to, node, entry: index })
        return undefined
      }
      if (end.lane === to) return undefined
      return {
        because: `${stage.name(end.node)} has ${id} ${end.lane} in ${group}, and ${stage.name(node)} has it ${to}`,
        evidence: [end.entry, index],
      }
    }

    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind === Kind.boot) clear(entry.node)
        const fact = factOf(entry)
        switch (fact?._tag) {
          case "Cleared":
            clear(entry.node)
            return undefined
          case "Took": {
            const ids = taken.get(entry.node) ?? new Set()
            taken.set(entry.node, ids.add(fact.id))
            return undefined
          }
          case "Moved":
            return moved(entry, fact)
          default:
            return undefined
        }
      },
    }
  },
}

const depth: Invariant = {
  name: promised.depth,
  kind: "always",
  sentence: "The queue never holds more than its bound, and whoever is refused is told.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const bound = sizeOf(stage.size).depth
    const took = new Set<string>()
    const refused = new Map<string, number>()
    const toldRefused = new Map<string, number>()
    let exercised = 0

    const told = (entry: Entry): Violation | undefined => {
      const returned = returnOf(entry, "publish")
      if (returned === undefined) return undefined
      const { id, outcome } = returned
      const fact = refused.get(id)
      if (outcome._tag === "ok" && fact !== undefined && !took.has(id)) {
        return {
          because: `${stage.name(entry.node)} was told that ${id} is taken, but the queue was full and threw it away`,
          evidence: [fact, entry.index],
        }
      }
      if (outcome._tag === "refused") {
        exercised++
        toldRefused.set(id, entry.index)
        if (took.has(id)) {
          return { because: `${id} was refused, but the queue had taken it`, evidence: [entry.index] }
        }
      }
      return undefined
    }

    return {
      exercised: () => exercised,
      see: (entry) => {
        const fact = factOf(entry)
        switch (fact?._tag) {
          case "Took": {
            took.add(fact.op)
            const before = toldRefused.get(fact.op)
            if (before === undefined) return undefined
            return { because: `${fact.op} was refused, and taken after that`, evidence: [before, entry.index] }
          }
          case "Refused":
            refused.set(fact.op, entry.index)
            return undefined
          case "Moved": {
            const open = openIn(fact.sizes)
            if (open >= bound) exercised++
            if (open <= bound) return undefined
            return {
              because: `${stage.name(entry.node)} holds ${open} messages for ${fact.group}, of at most ${bound}`,
              evidence: [entry.index],
            }
          }
          default:
            return told(entry)
        }
      },
    }
  },
}

const poison: Invariant = {
  name: promised.poison,
  kind: "always",
  sentence: "A message that always fails takes so many tries of the others' time and no more; then it is parked.",
  assumes: ["damage", "time"],
  judge: (stage) => {
    const bound = stage.size.tries ?? knobs.tries.default
    const failures = new Map<string, number>()
    let reigns = 0
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        const fact = factOf(entry)
        if (fact?._tag === "Led") reigns++
        if (fact?._tag === "Moved" && fact.to === "dead") exercised++
        if (fact?._tag !== "Failed") return undefined
        const message = `${fact.id} in ${fact.group}`
        const count = (failures.get(message) ?? 0) + 1
        failures.set(message, count)
        // A try whose failure the primary had not written down when it fell is made again under the next.
        if (count <= bound + Math.max(0, reigns - 1)) return undefined
        return { because: `${message} has failed ${count} times, of at most ${bound}`, evidence: [entry.index] }
      },
    }
  },
}

const drains: Invariant = {
  name: promised.drains,
  kind: "eventually",
  sentence: "Once the storm is over, the queue drains, partitions are read to their end, and no list holds an event.",
  assumes: ["absence", "damage", "time"],
  judge: (stage) => {
    const open = new Map<string, Map<string, number>>()
    /** How far each partition is written, and read. */
    const written = new Map<number, number>()
    const read = new Map<number, number>()
    const book = new BufferBook()
    let exercised = 0
    return {
      exercised: () => exercised,
      see: (entry) => {
        if (entry.kind === Kind.boot) open.delete(stage.name(entry.node))
        const fact = factOf(entry)
        book.see(fact)
        if (fact?._tag === "Cleared") open.delete(stage.name(entry.node))
        if (fact?._tag === "Stood")
          written.set(fact.partition, Math.max(written.get(fact.partition) ?? 0, fact.offset + 1))
        if (fact?._tag === "Done" || fact?._tag === "Restored") {
          for (const { place } of fact.deeds) {
            if (place !== undefined)
              read.set(place.partition, Math.max(read.get(place.partition) ?? 0, place.offset + 1))
          }
        }
        if (fact?._tag !== "Moved") return undefined
        exercised++
        const name = stage.name(entry.node)
        let groups = open.get(name)
        if (groups === undefined) {
          groups = new Map()
          open.set(name, groups)
        }
        groups.set(fact.group, openIn(fact.sizes))
        return undefined
      },
      waits: () => {
        for (const [partition, end] of written) {
          const place = read.get(partition) ?? 0
          if (place < end) return `partition ${partition} is read up to ${place} of ${end}`
        }
        if (!book.lists.isEmpty) return `${book.sums.queued} events are still in a list`
        for (const name of stage.core) {
          for (const [group, count] of open.get(name) ?? []) {
            if (count > 0) return `${name} holds ${count} messages for ${group}`
          }
        }
        return undefined
      },
    }
  },
}

export const queueing: readonly Invariant[] = [accounted, depth, poison, drains]
