/** What each small history shows: these anomalies, as often as they are here, and no other at any level. */
import { describe, expect, it } from "vitest"
import { type AnomalyName, checkTransactions } from "#invariants"
import { atOnce, inTurn, recorded } from "./story.ts"

const namesOf = (history: Parameters<typeof checkTransactions>[0]): readonly AnomalyName[] =>
  checkTransactions(history)
    .anomalies.map(({ name }) => name)
    .sort()

type Row = readonly [fact: string, texts: readonly string[], names: readonly AnomalyName[]]

const concurrent: readonly Row[] = [
  ["a list that grows is fine", ["0:ok:ax1", "1:ok:ax2", "2:ok:rx", "3:ok:rx1", "4:ok:rx12"], []],

  ["what was refused is reported once", ["0:fail:ax1", "1:ok:rx1", "2:ok:rx1"], ["G1a"]],
  [
    "what was refused is seen out of order too",
    ["0:fail:ax9", "1:ok:ax1", "2:ok:ax2", "3:ok:rx12", "4:ok:rx9", "5:ok:rx9"],
    ["G1a", "incompatible-order"],
  ],
  ["what was refused may be appended by another", ["0:fail:ax1ax3", "1:ok:ax2ax3ax4", "2:ok:ry", "3:ok:ay1"], []],
  [
    "who was refused comes before and after nobody",
    ["0:fail:ax1ay2", "1:ok:ax2ay1", "2:ok:rx12ry12"],
    ["G1a", "G1a", "dirty-update"],
  ],
  [
    "each update of what was refused is reported",
    ["0:fail:ax1ax3", "1:ok:ax2ax4", "2:ok:rx1234"],
    ["G1a", "G1a", "dirty-update", "dirty-update"],
  ],
  [
    "only the first update of what was refused is reported",
    ["0:fail:ax1", "1:ok:ax2", "2:ok:ax3", "3:ok:rx123"],
    ["G1a", "dirty-update"],
  ],
  ["what may have been refused too is no update of it", ["0:fail:ax1", "1:info:ax2", "2:ok:rx12"], ["G1a"]],
  ["what comes before what was refused is no update of it", ["0:fail:ax2", "1:ok:ax1", "2:ok:rx12"], ["G1a"]],

  ["what nobody appended is reported once", ["0:ok:ax1", "1:ok:rx19", "2:ok:rx19"], ["garbage-read"]],
  ["an element read twice is reported once", ["0:ok:ax1", "1:ok:rx111", "2:ok:rx11"], ["duplicate-elements"]],
  [
    "an element read twice does not hide the order",
    ["0:ok:ax1", "1:ok:ax2", "2:ok:rx12", "3:ok:rx111"],
    ["duplicate-elements"],
  ],

  [
    "a read that ends within a transaction is reported once",
    ["0:ok:ax1ax2", "1:ok:rx1", "2:ok:rx1"],
    ["G-single", "G1b"],
  ],
  ["a transaction may read what it has not finished", ["0:ok:ax1rx1ax2", "1:ok:rx12"], []],
  ["who was seen halfway committed", ["0:info:ax1ax2", "1:ok:rx1"], ["G-single", "G1b"]],
  ["who was refused was not halfway", ["0:fail:ax1ax2", "1:ok:rx1"], ["G1a"]],

  [
    "a read that is no beginning of a longer one is out of order",
    ["0:ok:ax1", "1:ok:ax2", "2:ok:rx12", "3:ok:rx2"],
    ["incompatible-order"],
  ],
  ["a transaction's appends keep their order", ["0:ok:ax1ax2", "1:ok:rx21"], ["G1b", "incompatible-order"]],
  [
    "a transaction's appends are not read without the ones before",
    ["0:ok:ax1ax2", "1:ok:rx2"],
    ["G-single", "incompatible-order"],
  ],
  [
    "of unknown outcome, seen only out of order, is seen",
    ["0:ok:ax1", "1:ok:ax3", "2:ok:rx13", "3:info:ax2ay1", "4:ok:rx2ry"],
    ["G-single", "fractured-read", "incompatible-order"],
  ],

  [
    "a read out of order is not what makes a cycle",
    ["0:ok:ax1", "1:ok:ax2ax3", "2:ok:rx123", "3:ok:rx2rx12"],
    ["G-single", "G1b", "incompatible-order", "internal"],
  ],

  ["a transaction reads what it has read and appended", ["0:ok:ax1", "1:ok:rx1ax2rx12ax3rx123rx123"], []],
  ["a transaction does not forget its append", ["0:ok:ax1rx", "1:ok:ry"], ["internal"]],
  [
    "a transaction does not forget the first of two appends",
    ["0:ok:ax1ax2rx2", "1:ok:ry"],
    ["incompatible-order", "internal"],
  ],
  ["a transaction does not forget what it read", ["0:ok:ax1", "1:ok:rx1rx"], ["G-single", "internal"]],
  [
    "a transaction does not read it the other way round",
    ["0:ok:ax1", "1:ok:ax2", "2:ok:rx12rx21"],
    ["incompatible-order", "internal"],
  ],
  ["a transaction does not read more than it had read", ["0:ok:ax1", "1:ok:rxrx1"], ["G-single", "internal"]],
  ["a transaction does not read others after its append", ["0:ok:ax2", "1:ok:ax1rx12"], ["G1c", "internal"]],
  [
    "a transaction does not read others between what it read and appended",
    ["0:ok:ax1", "1:ok:rxax2rx12"],
    ["G-single", "internal", "lost-update"],
  ],
  ["what a transaction appends later, it has not read", ["0:ok:rx1ax1"], ["future-read"]],
  [
    "what a transaction appends later, it has not read out of order",
    ["0:ok:ax1", "1:ok:ax2", "2:ok:rx12", "3:ok:rx3ax3"],
    ["future-read", "incompatible-order"],
  ],

  [
    "an update of what somebody else has updated since is lost",
    ["0:ok:rxax1", "1:ok:rxax2", "2:ok:rx12"],
    ["G-single", "lost-update"],
  ],
  ["an update is lost on who did not read it", ["0:ok:ax1", "1:ok:rxax2", "2:ok:rx12"], ["G-single", "lost-update"]],
  ["of two updates that nobody read one is lost", ["0:ok:rxax1", "1:ok:rxax2"], ["G2", "lost-update"]],
  [
    "of many updates of one version one is reported",
    ["0:ok:rxax1", "1:ok:rxax2", "2:ok:rxax3", "3:ok:rxax4"],
    ["G2", "lost-update"],
  ],
  [
    "an update that nobody read is lost on what was read",
    ["0:ok:ax1", "1:ok:rxax2", "2:ok:rx1"],
    ["G-single", "lost-update"],
  ],
  ["updates that nobody read, of two versions", ["0:fail:ax1", "1:ok:rxax2", "2:ok:rx1ax3"], ["G1a", "G2"]],
  ["an update of one's own is no loss", ["0:ok:rxax1ax2", "1:ok:rx12"], []],
  ["an append before the read is no update", ["0:ok:ax1rx1", "1:ok:ax2rx12"], []],
  [
    "an append to what was read is fine if nobody was there",
    ["0:ok:ax1", "1:ok:rx1ax2", "2:ok:rx12ax3", "3:ok:rx123"],
    [],
  ],
  [
    "an update of what is out of order says nothing",
    ["0:ok:ax1", "1:ok:ax2", "2:ok:rx12", "3:ok:rx2ax3", "4:ok:rx2ax4"],
    ["incompatible-order"],
  ],

  ["half of a transaction is not seen", ["0:ok:ax1ay1", "1:ok:rx1ry"], ["G-single", "fractured-read"]],
  [
    "half of a transaction is not seen, whichever half was read first",
    ["0:ok:ax1ay1", "1:ok:ryrx1"],
    ["G-single", "fractured-read"],
  ],
  [
    "half of a transaction is not seen at first",
    ["0:ok:ax1ay1", "1:ok:rx1ryry1"],
    ["G-single", "fractured-read", "internal"],
  ],
  ["half of a transaction, with more than it did", ["0:ok:ax1ay1", "1:ok:rx1rtrury"], ["G-single", "fractured-read"]],
  ["half of a transaction that did more", ["0:ok:at1au1av1ax1ay1", "1:ok:rx1ry"], ["G-single", "fractured-read"]],
  ["who was overwritten need not be seen whole", ["0:ok:ax1ay1", "1:ok:ax2", "2:ok:rx12ry"], ["G-single"]],
  ["half of what was refused is not seen", ["0:fail:ax1ay1", "1:ok:rx1ry"], ["G1a"]],
  ["a transaction may see half of itself", ["0:ok:ryrxax1rx1ay1", "1:ok:rx1ry1"], []],

  ["an element that two appended is nobody's", ["0:ok:ax1ay1", "1:ok:ax1", "2:ok:rx1ry", "3:ok:rx1"], []],
  ["an element that two appended is not read halfway", ["0:ok:ax1ax2", "1:ok:ax1", "2:ok:rx1"], []],
  [
    "an element that two appended is no update of what was refused",
    ["0:fail:ax1", "1:ok:ax2", "2:ok:ax2", "3:ok:rx12"],
    ["G1a"],
  ],
  ["an element that two appended may be read twice", ["0:ok:ax1", "1:ok:ax1", "2:ok:rx11"], []],
  ["an element appended twice by one is not read before it is there", ["0:ok:ax1rx1ax1", "1:ok:ry"], []],
  ["an element that two appended is not missed", ["0:ok:ax1ay1", "1:ok:ay1", "2:ok:rx1ry"], []],
  [
    "an element that two appended is not what makes a cycle",
    ["0:ok:ax1ax2rx112", "1:ok:rx", "2:ok:ax1", "3:ok:rx1rx112"],
    ["G-single", "internal"],
  ],
  ["an element that two appended is no update", ["0:ok:rxax1", "1:ok:ax1", "2:ok:rxax2", "3:ok:rx2"], []],
]

const successive: readonly Row[] = [
  ["a late read of the past is against time", ["0:ok:ax1", "1:ok:rx"], ["G-single-realtime"]],
  ["a late read of one's own past is against the session", ["0:ok:ax1", "0:ok:rx"], ["G-single-process"]],
  ["nobody is read before it is called", ["0:ok:rx1", "1:ok:ax1"], ["G1c-realtime"]],
  ["lists grow in time", ["0:ok:ax1", "1:ok:ax2", "2:ok:rx21"], ["G0-realtime"]],
  ["lists grow in a session", ["0:ok:ax1", "0:ok:ax2", "2:ok:rx21"], ["G0-process"]],
  ["who was not answered comes before nobody", ["0:info:ax1", "0:ok:rx", "1:ok:rx1"], []],
  ["who was not answered was called all the same", ["0:ok:rx1", "1:info:ax1"], ["G1c-realtime"]],
  ["a session goes on after an answer that never came", ["0:ok:ax1", "0:info:ay1", "0:ok:rx"], ["G-single-process"]],
  [
    "what nobody read comes late enough",
    ["0:ok:ax1", "1:ok:rx1", "2:ok:ax2", "3:ok:ax3", "4:ok:rx1"],
    ["G-single-realtime"],
  ],
]

const chain = ["3:ok:ay1ap1", "4:ok:rp1aq1", "5:ok:rq1as1", "6:ok:rs1at1"]
const knots: readonly Row[] = [
  [
    "with one rw is graver than a shorter one with two",
    ["0:ok:ax1", "1:ok:rx1ryrt1", "2:ok:ry1rx", ...chain],
    ["G-single"],
  ],
  [
    "against a session besides one of data",
    ["0:ok:rxaz3", "2:ok:ax1az2", "0:ok:az1", "3:ok:rz123"],
    ["G-single", "G0-process"],
  ],
]

describe("a history", () => {
  it.each(concurrent)("of concurrent transactions: %s: %j", (_, texts, names) => {
    expect(namesOf(atOnce(texts))).toEqual([...names].sort())
  })

  it.each(knots)("with a cycle %s: %j", (_, texts, names) => {
    // All at once, but for sessions.
    const called = texts.map((text, place) => texts.findIndex((other) => other[0] === text[0]) < place)
    const history = texts.map((text, place) =>
      recorded(place, text, called[place] ? { calledAt: 9, returnedAt: 10 } : { calledAt: 0, returnedAt: 9 }),
    )
    expect(namesOf(history)).toEqual([...names].sort())
  })

  it.each(successive)("of one transaction after the other: %s: %j", (_, texts, names) => {
    expect(namesOf(inTurn(texts))).toEqual([...names].sort())
  })
})
