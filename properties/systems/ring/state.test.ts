/** The minds of the store, without a network: the map and its plan, a shard's shelf, and what updates make of rows. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { LogEntry } from "#systems/replication"
import { type Account, changedAccount, changedTransfer, limit, opening } from "../../../src/systems/ring/account.ts"
import { choices, knobs, type RingDesign } from "../../../src/systems/ring/design.ts"
import { accountName, everyKey, inboxName, isPlain, keyName, personOf } from "../../../src/systems/ring/keys.ts"
import { foundingMap, isNewer, placementOf, placeOf, type ShardMap, shardNames } from "../../../src/systems/ring/map.ts"
import { type Model, read, wrote } from "../../../src/systems/ring/model.ts"
import { Plan, type Step } from "../../../src/systems/ring/plan.ts"
import { Shelf } from "../../../src/systems/ring/shelf.ts"
import { changedInbox, entriesOf, followedBy, followersOf, isPushed } from "../../../src/systems/ring/timeline.ts"

const sound = Object.fromEntries(
  Object.entries(choices).map(([choice, { default: usual }]) => [choice, usual]),
) as RingDesign
const size = { shards: 3, spare: 2 }
const ways = Object.keys(choices.placement.values) as RingDesign["placement"][]

const entry = (request: string, command: object): LogEntry => ({
  lsn: 1,
  epoch: 1,
  author: "s1",
  request,
  key: "",
  value: JSON.stringify(command),
})

describe("the plan", () => {
  /** The maps and steps of one reshard, as the authority's log has them. */
  const reshard = (design: Partial<RingDesign>, shards: number) => {
    const seen: { readonly map: ShardMap; readonly step: Step }[] = []
    const plan = new Plan({ ...sound, ...design }, size, ({ map, step }) => seen.push({ map, step }))
    plan.apply(entry("r", { _tag: "resize", shards }))
    for (let nth = 0; plan.step !== "settled" && nth < 10; nth++) {
      plan.apply(entry(`d${nth}`, { _tag: "done", epoch: plan.map.epoch, step: plan.step }))
    }
    return { plan, seen }
  }

  it("announces, copies, verifies, seals, opens and drops, in two epochs", () => {
    const { seen, plan } = reshard({}, 5)
    expect(seen.map(({ step }) => step)).toEqual([
      "settled",
      "announcing",
      "copying",
      "verifying",
      "sealing",
      "opening",
      "dropping",
      "settled",
    ])
    expect(seen.map(({ map }) => `${map.epoch} ${map.shards} ${map.phase}`)).toEqual([
      "1 3 open",
      "2 3 announced",
      "2 3 announced",
      "2 3 announced",
      "3 5 sealed",
      "3 5 open",
      "3 5 open",
      "3 5 open",
    ])
    expect(plan.announced("r")).toBe(2)
  })

  it("takes one wish at a time, within what there is, and no step twice", () => {
    const plan = new Plan(sound, size, () => {})
    for (const [request, shards] of [
      ["none", 3],
      ["many", 6],
      ["few", 0],
      ["wish", 4],
      ["other", 5],
    ] as const) {
      plan.apply(entry(request, { _tag: "resize", shards }))
    }
    expect(["none", "many", "few", "wish", "other"].map((each) => plan.announced(each))).toEqual([0, 0, 0, 2, 0])
    const done = { _tag: "done", epoch: 2, step: "announcing" }
    plan.apply(entry("d", done))
    plan.apply(entry("again", done))
    expect(plan.step).toBe("copying")
    plan.reset()
    expect([plan.map, plan.step]).toEqual([foundingMap(size), "settled"])
  })

  it("flips first where the design says so", () => {
    expect(reshard({ reshard: "flip-first" }, 4).seen.map(({ step, map }) => `${step} ${map.epoch}`)).toEqual([
      "settled 1",
      "opening 2",
      "copying 2",
      "dropping 2",
      "settled 2",
    ])
  })
})

describe("the map", () => {
  const count = fc.integer({ min: 1, max: 6 })
  const aKey = fc.constantFrom(...everyKey)
  const map = (epoch: number, shards: number, other: number, phase: ShardMap["phase"]): ShardMap => ({
    epoch,
    shards,
    other,
    phase,
  })

  it.each(ways)("gives no key two owners in an epoch, sealed or open, and every key one when it is open: %s", (way) => {
    fc.assert(
      fc.property(count, count, aKey, (from, to, key) => {
        const announced = placeOf(way, map(2, from, to, "announced"), key)
        const sealed = placeOf(way, map(3, to, from, "sealed"), key)
        const open = placeOf(way, map(3, to, from, "open"), key)
        expect(announced.owner).toBe(placementOf(way, from).owner(key))
        expect(announced.heir).toBe(open.owner)
        expect(open.owner).toBe(placementOf(way, to).owner(key))
        expect(sealed.owner === undefined || (sealed.owner === announced.owner && sealed.owner === open.owner)).toBe(
          true,
        )
        expect(sealed.owner === undefined).toBe(announced.owner !== open.owner)
      }),
      { numRuns: 60 },
    )
  })

  it("is newer in a later epoch, or once it is open", () => {
    const sealed = map(3, 4, 3, "sealed")
    const open = map(3, 4, 3, "open")
    expect([
      isNewer(open, sealed),
      isNewer(sealed, open),
      isNewer(open, open),
      isNewer(map(4, 4, 5, "announced"), open),
    ]).toEqual([true, false, false, true])
  })
})

describe("a shelf", () => {
  const founding = foundingMap(size)
  const mine = everyKey.find((key) => placementOf("ring", 3).owner(key) === "s1") as string
  const movesTo4 = everyKey.find(
    (key) => placementOf("ring", 3).owner(key) === "s1" && placementOf("ring", 4).owner(key) === "s4",
  ) as string
  const shelf = (name = "s1", design: Partial<RingDesign> = {}) => {
    const dropped: string[] = []
    const watcher = {
      adopted: () => {},
      holds: () => {},
      dropped: (_: number, keys: readonly string[]) => dropped.push(...keys),
    }
    return { shelf: new Shelf(name, { ...sound, ...design }, size, watcher), dropped }
  }
  const put = (key: string, text: string, nth: number, epoch = 1, source = "c1") => ({
    _tag: "update",
    key,
    epoch,
    source,
    nth,
    change: { _tag: "put", text },
  })
  const announced = { ...founding, epoch: 2, other: 4, phase: "announced" } as const
  const sealed = { epoch: 3, shards: 4, other: 3, phase: "sealed" } as const
  const open = { ...sealed, phase: "open" } as const

  it("reads like a map of the last writes", () => {
    const ours = everyKey.filter((key) => placementOf("ring", 3).owner(key) === "s1").slice(0, 4)
    const write = fc.record({ key: fc.constantFrom(...ours), nth: fc.integer({ min: 1, max: 8 }) })
    fc.assert(
      fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
        const { shelf: held } = shelf()
        let model: Model = new Map()
        const last = new Map<string, number>()
        for (const [at, { key, nth }] of writes.entries()) {
          held.apply(entry(`w${at}`, put(key, `t${at}`, nth)))
          // What comes again, or too late, is not carried out again.
          if (nth > (last.get(key) ?? 0)) {
            model = wrote(model, key, `t${at}`)
            last.set(key, nth)
          }
        }
        for (const key of ours) {
          const content = held.rows.get(key)?.content
          expect(content?._tag === "text" ? content.text : null).toBe(read(model, key))
        }
      }),
    )
  })

  it("refuses what was routed by another map, and what comes behind the entry that gave its key away", () => {
    const { shelf: held } = shelf()
    held.apply(entry("a", { _tag: "adopt", map: announced }))
    expect([held.standing(movesTo4, 1), held.standing(movesTo4, 2), held.standing(movesTo4, 3)]).toEqual([
      "elsewhere",
      "serve",
      "later",
    ])
    held.apply(entry("old", put(movesTo4, "old", 1, 1)))
    held.apply(entry("new", put(movesTo4, "new", 2, 2)))
    expect([held.upshot("old")._tag, held.upshot("new")._tag]).toEqual(["misrouted", "done"])
    expect(held.heir(movesTo4)).toBe("s4")
    held.apply(entry("b", { _tag: "adopt", map: sealed }))
    held.apply(entry("late", put(movesTo4, "late", 3, 3)))
    expect([held.standing(movesTo4, 3), held.upshot("late")._tag]).toEqual(["elsewhere", "misrouted"])
    expect(held.standing(mine, 1)).toBe("elsewhere")
  })

  it("lets the heir serve once the map is open, and not before", () => {
    const { shelf: heir } = shelf("s4")
    for (const [map, standing] of [
      [announced, "later"],
      [sealed, "later"],
      [open, "serve"],
    ] as const) {
      heir.apply(entry(`${map.epoch} ${map.phase}`, { _tag: "adopt", map }))
      expect(heir.standing(movesTo4, map.epoch)).toBe(standing)
    }
    // An old word that comes late changes nothing.
    heir.apply(entry("late", { _tag: "adopt", map: sealed }))
    expect(heir.map).toEqual(open)
  })

  const row = (lsn: number) => ({ version: { epoch: 1, lsn }, seen: {}, content: { _tag: "text", text: `v${lsn}` } })
  const rows = (lsn: number, epoch = 2) => ({ _tag: "rows", epoch, rows: [{ key: movesTo4, row: row(lsn) }] })

  it("never lets an older row replace a newer one, unless it does not know versions", () => {
    for (const [reshard, kept] of [
      ["double-write", 5],
      ["unversioned", 4],
    ] as const) {
      const { shelf: heir } = shelf("s4", { reshard })
      heir.apply(entry("a", { _tag: "adopt", map: announced }))
      for (const lsn of [3, 5, 4]) heir.apply(entry(`rows ${lsn}`, rows(lsn)))
      expect(heir.rows.get(movesTo4)?.version.lsn).toBe(kept)
    }
  })

  it("takes rows in the epoch in which they were sent, and in no other", () => {
    const { shelf: heir } = shelf("s4")
    heir.apply(entry("a", { _tag: "adopt", map: announced }))
    heir.apply(entry("b", { _tag: "adopt", map: open }))
    heir.apply(entry("rows", rows(5)))
    expect([heir.rows.size, heir.upshot("rows")._tag]).toEqual([0, "misrouted"])
  })

  it("says what it lacks: what is missing, and what is older", () => {
    const { shelf: heir } = shelf("s4")
    heir.apply(entry("a", { _tag: "adopt", map: announced }))
    heir.apply(entry("rows", rows(4)))
    const held = [3, 4, 5].map((lsn) => ({ key: movesTo4, version: { epoch: 1, lsn } }))
    expect(held.map((each) => heir.lacks([each]).length)).toEqual([0, 0, 1])
    expect(heir.lacks([{ key: "other", version: { epoch: 1, lsn: 1 } }])).toEqual(["other"])
  })

  it("drops what it does not own, and nothing else", () => {
    const { shelf: held, dropped } = shelf()
    const stays = everyKey.find((key) =>
      ["3", "4"].every((n) => placementOf("ring", Number(n)).owner(key) === "s1"),
    ) as string
    for (const [nth, key] of [stays, movesTo4].entries()) held.apply(entry(`p${nth}`, put(key, "x", nth + 1)))
    held.apply(entry("a", { _tag: "adopt", map: open }))
    held.apply(entry("d", { _tag: "drop", epoch: 2 }))
    expect(dropped).toEqual([])
    held.apply(entry("e", { _tag: "drop", epoch: 3 }))
    expect([dropped, [...held.rows.keys()]]).toEqual([[movesTo4], [stays]])
  })
})

describe("accounts", () => {
  const change = fc.oneof(
    fc.record({
      _tag: fc.constant("ask" as const),
      transfer: fc.constantFrom("a", "b", "c"),
      amount: fc.integer({ min: -90, max: 90 }),
      moved: fc.boolean(),
    }),
    fc.record({ _tag: fc.constant("settle" as const), transfer: fc.constantFrom("a", "b", "c"), commit: fc.boolean() }),
  )

  it("hold nothing beyond their bounds, whichever transfers are carried out", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.boolean(), (changes, commit) => {
        let account: Account | undefined
        for (const each of changes) {
          // A transfer asks once, and a saga never keeps back.
          if (each._tag === "ask" && (account?.pending[each.transfer] !== undefined || each.moved)) continue
          const next = changedAccount(account, each)
          if (typeof next !== "string") account = next
        }
        for (const transfer of Object.keys(account?.pending ?? {})) {
          account = changedAccount(account, { _tag: "settle", transfer, commit }) as Account
        }
        expect(account?.balance ?? opening).toBeGreaterThanOrEqual(0)
        expect(account?.balance ?? opening).toBeLessThanOrEqual(limit)
      }),
    )
  })

  it("take back what moved if it fails, and move what was held if it does not", () => {
    for (const moved of [true, false]) {
      for (const commit of [true, false]) {
        const asked = changedAccount(undefined, { _tag: "ask", transfer: "t", amount: -30, moved }) as Account
        expect(asked.balance).toBe(moved ? opening - 30 : opening)
        const settled = changedAccount(asked, { _tag: "settle", transfer: "t", commit })
        expect(settled).toEqual({ _tag: "account", balance: commit ? opening - 30 : opening, pending: {} })
        expect(changedAccount(settled as Account, { _tag: "settle", transfer: "t", commit })).toEqual(settled)
      }
    }
  })

  it("refuse what they do not have, or have no room for", () => {
    const ask = (amount: number) => changedAccount(undefined, { _tag: "ask", transfer: "t", amount, moved: false })
    expect([ask(-101), ask(101), changedAccount(undefined, { _tag: "add", amount: 101 })]).toEqual([
      "not enough there",
      "no room there",
      "no room there",
    ])
  })

  it("see a transfer decided once", () => {
    const begun = changedTransfer(undefined, { _tag: "begin", from: "a", to: "b", amount: 1 })
    if (typeof begun === "string") throw new Error(begun)
    expect(changedTransfer(begun, { _tag: "stage", stage: "done" })).toEqual(begun)
    const aborted = changedTransfer(begun, { _tag: "stage", stage: "aborted" })
    if (typeof aborted === "string") throw new Error(aborted)
    expect(changedTransfer(aborted, { _tag: "stage", stage: "committed" })).toEqual(aborted)
    expect(changedTransfer(aborted, { _tag: "stage", stage: "done" })).toMatchObject({
      stage: "done",
      decision: "aborted",
    })
  })
})

describe("timelines", () => {
  it("hold each post once and in order, however often and however late it is delivered", () => {
    const texts = ["a", "b", "c", "d"]
    const all = entriesOf(1, { _tag: "posts", texts })
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 10 }), (starts) => {
        let inbox = changedInbox(undefined, { _tag: "deliver", author: 1, posts: all.slice(0, 1) })
        for (const start of starts) {
          const has = inbox.entries.length
          inbox = changedInbox(inbox, { _tag: "deliver", author: 1, posts: all.slice(Math.min(start, has)) })
        }
        expect(inbox.entries.map(({ nth }) => nth)).toEqual([1, 2, 3, 4].slice(0, inbox.entries.length))
      }),
    )
  })

  it("have followers who follow, and push to the few only", () => {
    for (let author = 0; author < 8; author++) {
      for (const follower of followersOf(author, 8)) expect(followedBy(follower, 8)).toContain(author)
      expect(followersOf(author, 8)).not.toContain(author)
    }
    expect([
      isPushed("hybrid", 0, 8),
      isPushed("hybrid", 1, 8),
      isPushed("push", 0, 8),
      isPushed("pull", 1, 8),
    ]).toEqual([false, true, true, false])
  })
})

describe("the names of keys", () => {
  it("tell whose they are, and what they are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(63), (people, nth) => {
        fc.pre(nth < people)
        expect(personOf(inboxName(nth, people), people)).toBe(nth)
        expect(isPlain(accountName(nth, people))).toBe(false)
        expect(isPlain(keyName(nth, people))).toBe(true)
      }),
    )
    expect(new Set(shardNames(knobs.shards.max)).size).toBe(64)
  })
})
