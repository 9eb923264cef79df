/** The player of witnesses against the plainest there is. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { checkTransactions, type TransactionHistory } from "#invariants"
import { plays } from "../../../src/invariants/transactions/replay.ts"
import { explains } from "./oracle.ts"
import { type Isolation, play } from "./store.ts"

const loosely = { sessions: false, realtime: false }
const strictly = { sessions: true, realtime: true }

const histories = fc
  .record({
    seed: fc.nat(),
    isolation: fc.constantFrom<Isolation>("serializable", "snapshot"),
    weaknesses: fc.constant([]),
    transactions: fc.integer({ min: 2, max: 5 }),
    clients: fc.integer({ min: 1, max: 3 }),
    keys: fc.integer({ min: 1, max: 2 }),
  })
  .map(play)

type Event = Parameters<typeof plays>[1][number]

/** Every order of the begins and commits of some transactions. */
const ordersOf = (waiting: readonly string[], begun: readonly string[] = []): readonly (readonly Event[])[] =>
  waiting.length + begun.length === 0
    ? [[]]
    : [
        ...waiting.flatMap((id, nth) =>
          ordersOf(waiting.toSpliced(nth, 1), [...begun, id]).map((events): readonly Event[] => [
            { event: "begin", id },
            ...events,
          ]),
        ),
        ...begun.flatMap((id, nth) =>
          ordersOf(waiting, begun.toSpliced(nth, 1)).map((events): readonly Event[] => [
            { event: "commit", id },
            ...events,
          ]),
        ),
      ]

const isSerial = (events: readonly Event[]): boolean =>
  events.every(({ event, id }, nth) => event === "commit" || events[nth + 1]?.id === id)

describe("a witness", () => {
  it("plays in some order if and only if the history is explained", () => {
    fc.assert(
      fc.property(
        histories.filter((history) => history.filter(({ outcome }) => outcome._tag === "ok").length <= 4),
        (history) => {
          // Here none of unknown outcome happened.
          const told = history.filter(({ outcome }) => outcome._tag !== "unknown")
          const orders = ordersOf(told.filter(({ outcome }) => outcome._tag === "ok").map(({ id }) => id))
          for (const keeps of [loosely, { sessions: true, realtime: false }, strictly]) {
            const inSnapshots = orders.some((events) => plays(told, events, keeps))
            const inTurn = orders.some((events) => isSerial(events) && plays(told, events, keeps))
            expect([inSnapshots, inTurn]).toEqual([
              explains(told, { serial: false, ...keeps }),
              explains(told, { serial: true, ...keeps }),
            ])
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  const witnessOf = (history: TransactionHistory): readonly Event[] =>
    checkTransactions(history).witnesses[0]?.events ?? []

  it("has all that was answered, once, nothing that was refused, and no end before its beginning", () => {
    const setting = { isolation: "serializable", weaknesses: [], transactions: 12, clients: 3, keys: 2 } as const
    for (let seed = 0; seed < 20; seed++) {
      const history = play({ ...setting, seed })
      const events = witnessOf(history)
      const [first] = history.filter(({ outcome }) => outcome._tag === "ok")
      const [aborted] = history.filter(({ outcome }) => outcome._tag === "refused")
      expect(plays(history, events, strictly)).toBe(true)
      expect(
        plays(
          history,
          events.filter(({ id }) => id !== first?.id),
          strictly,
        ),
      ).toBe(false)
      expect(plays(history, [...events, ...events], loosely)).toBe(false)
      expect(plays(history, events.toReversed(), loosely)).toBe(false)
      expect(plays(history, [...events, { event: "begin", id: "nobody" }], loosely)).toBe(false)
      if (aborted === undefined) continue
      const { id } = aborted
      expect(plays(history, [...events, { event: "begin", id }, { event: "commit", id }], loosely)).toBe(false)
    }
  })
})
