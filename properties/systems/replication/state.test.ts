/** The mind of a replica, decision by decision: what storms meet too seldom to be sure of. */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { ReplicationDesign } from "../../../src/systems/replication/design.ts"
import type { Acked, Ship } from "../../../src/systems/replication/protocol.ts"
import type { Entry } from "../../../src/systems/replication/record.ts"
import { State } from "../../../src/systems/replication/state.ts"

const sound: ReplicationDesign = {
  ack: "quorum",
  read: "session",
  promote: "fenced",
  rejoin: "rewind",
  apply: "in-order",
  recover: "checksum",
  backlog: "backpressure",
}
const peers = ["n1", "n2", "n3", "n4", "n5"]

const entry = (lsn: number, epoch: number, author = "n1"): Entry => ({
  lsn,
  epoch,
  author,
  request: `${epoch}-${lsn}-${author}`,
  key: "a",
  value: "",
})

/** A log with these epochs, all of it on disk. */
const node = (id: string, epochs: readonly number[], design: Partial<ReplicationDesign> = {}): State => {
  const state = new State(id, peers, { ...sound, ...design })
  epochs.forEach((epoch, i) => {
    state.append(entry(i + 1, epoch))
  })
  state.durable = state.last
  return state
}

const acked = (epoch: number, lsn: number, more: Partial<Acked> = {}): Acked => ({
  _tag: "Acked",
  epoch,
  fits: true,
  lsn,
  applied: 0,
  waiting: 0,
  round: 0,
  rebuilding: false,
  nonce: 0,
  ...more,
})

const ship = (from: State, prevLsn: number): Ship => ({
  _tag: "Ship",
  epoch: from.epoch,
  prevLsn,
  prevEpoch: from.epochAt(prevLsn),
  entries: from.log.slice(prevLsn),
  commit: 0,
  last: from.last,
  round: 0,
  nonce: 0,
  beat: false,
})

describe("what is permanent", () => {
  /** A primary of epoch 4 that opened it with an entry, as it must. */
  const primary = (epochs: readonly number[]): State => {
    const state = node("n1", epochs)
    state.enter(4, "n1")
    state.lead()
    state.append(entry(state.last + 1, 4))
    state.durable = state.last
    return state
  }

  test("an entry needs a majority, its primary's disk included", () => {
    const state = primary([1])
    state.heard("n2", acked(4, 2))
    expect(state.permanent()).toBe(0)
    state.heard("n3", acked(4, 2))
    expect(state.permanent()).toBe(2)
    state.durable = 0
    expect(state.permanent()).toBe(0)
  })

  test("an entry of an earlier epoch is not permanent by its copies alone", () => {
    const state = primary([1, 2])
    for (const peer of ["n2", "n3", "n4"]) state.heard(peer, acked(4, 2))
    expect(state.permanent()).toBe(0)
    for (const peer of ["n2", "n3"]) state.heard(peer, acked(4, 3))
    expect(state.permanent()).toBe(3)
  })

  test("an answer to another epoch counts for nothing", () => {
    const state = primary([1])
    for (const peer of ["n2", "n3", "n4", "n5"]) state.heard(peer, acked(3, 2))
    expect(state.permanent()).toBe(0)
  })

  test("a node that is being rebuilt counts for nothing", () => {
    const state = primary([1])
    for (const peer of ["n2", "n3", "n4", "n5"]) state.heard(peer, acked(4, 2, { rebuilding: true, nonce: 7 }))
    expect(state.permanent()).toBe(0)
    expect(state.progress.get("n2")?.nonce).toBe(7)
  })

  test("what a deposed primary hears counts for nothing", () => {
    const state = primary([1])
    state.enter(5, "")
    state.follow("n2")
    expect(state.heard("n2", acked(5, 2))).toBe(false)
    expect(state.progress.get("n2")?.matched).toBe(0)
  })
})

describe("votes", () => {
  const stand = (epoch: number, lastEpoch: number, lastLsn: number) =>
    ({ _tag: "Stand", epoch, lastLsn, lastEpoch }) as const

  test("a node votes once an epoch", () => {
    const state = node("n1", [1])
    state.enter(2, "n2")
    expect(state.mayVote(stand(2, 1, 1), "n2")).toBe(true)
    expect(state.mayVote(stand(2, 1, 1), "n3")).toBe(false)
    expect(state.mayVote(stand(3, 1, 1), "n3")).toBe(true)
  })

  test("a vote is given only to a log that covers one's own: the later epoch wins, then the longer log", () => {
    const epochs = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 5 }).map((drawn) => [...drawn].sort())
    fc.assert(
      fc.property(epochs, epochs, (mine, theirs) => {
        const state = node("n1", mine)
        const [lastMine, lastTheirs] = [mine.at(-1) ?? 0, theirs.at(-1) ?? 0]
        const covers = lastTheirs > lastMine || (lastTheirs === lastMine && theirs.length >= mine.length)
        expect(state.mayVote(stand(9, lastTheirs, theirs.length), "n2")).toBe(covers)
      }),
    )
  })

  test("a node that lost its disk does not vote", () => {
    const state = node("n1", [])
    state.rebuilding = true
    expect(state.mayVote(stand(9, 5, 5), "n2")).toBe(false)
  })
})

describe("following", () => {
  test("in a new epoch nothing is known to match", () => {
    const state = node("n2", [1, 1])
    state.enter(1, "")
    state.follow("n1")
    state.matched = 2
    state.enter(3, "")
    state.follow("n1")
    expect(state.matched).toBe(0)
  })

  test("whatever the two logs, shipping step by step ends with the follower's log equal to the primary's", () => {
    const suffix = fc.array(fc.integer({ min: 2, max: 3 }), { maxLength: 5 }).map((drawn) => [...drawn].sort())
    fc.assert(
      fc.property(fc.nat({ max: 3 }), suffix, suffix, fc.nat({ max: 8 }), (common, mine, theirs, from) => {
        const shared = Array.from({ length: common }, () => 1)
        const primary = node("n1", [...shared, ...mine])
        const follower = node("n2", shared)
        // A fork: the same epochs never have two authors, so the follower's own tail is of other epochs.
        for (const epoch of theirs) follower.append(entry(follower.last + 1, epoch + 10, "n2"))
        follower.durable = follower.last
        let prev = Math.min(from, primary.last)
        for (let step = 0; ; step++) {
          expect(step).toBeLessThan(20)
          const fit = follower.fit(ship(primary, prev))
          if (fit._tag === "gap") {
            expect(fit.hint).toBeLessThan(prev)
            prev = fit.hint
            continue
          }
          if (fit.truncateTo !== undefined) {
            expect(fit.truncateTo).toBeGreaterThanOrEqual(common)
            follower.truncate(fit.truncateTo)
          }
          for (const each of fit.append) follower.append(each)
          break
        }
        expect(follower.log.slice(0, primary.last)).toEqual(primary.log)
        expect(follower.durable).toBeLessThanOrEqual(follower.last)
      }),
    )
  })

  test("what is cut off is no longer durable, committed or known as a request", () => {
    const state = node("n2", [1, 1, 1])
    state.commit = 3
    state.applied = 2
    expect(state.truncate(1)).toBe(true)
    expect([state.last, state.durable, state.commit, state.applied]).toEqual([1, 1, 1, 0])
    expect(state.requests.has("1-3-n1")).toBe(false)
    expect(state.requests.has("1-1-n1")).toBe(true)
  })

  test("resuming keeps the fork, rewinding cuts it off", () => {
    const primary = node("n1", [1, 2])
    primary.enter(2, "")
    for (const rejoin of ["rewind", "resume"] as const) {
      const old = node("n2", [1, 1], { rejoin })
      const fit = old.fit(ship(primary, 1))
      expect(fit).toMatchObject(rejoin === "rewind" ? { truncateTo: 1 } : { append: [], truncateTo: undefined })
    }
  })
})
