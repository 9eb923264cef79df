/** Damaged recordings: whatever is left of a file, it is read, or refused in one line; nothing else is thrown. */
import * as Result from "effect/Result"
import fc from "fast-check"
import { expect, it } from "vitest"
import { modelNames, parseRecording } from "#invariants"

const jepsen = `; a register, and its nemesis
[{:process 0, :type :invoke, :f :write, :value 1, :time 10, :index 0}
 {:process :nemesis, :type :info, :f :start, :value nil}
 {:process 1, :type :invoke, :f :cas, :value [1 2], :time 20}
 {:process 0, :type :ok, :f :write, :value 1, :time 30, :error [:a "b \\"c\\""]}
 #jepsen.history.Op{:process 2, :type :invoke, :f :read, :value nil, :time 35}
 {:process 1, :type :fail, :f :cas, :value [1 2], :time 40} #_{:x #{1 2}}
 {:process 2, :type :ok, :f :read, :value 2, :time 50}
 {:process 3, :type :invoke, :f :write, :value 3, :time 60}]
`
const independent = `{:process 0 :type :invoke :f :read :value [x nil]}
{:process 1 :type :invoke :f :write :value [y 3]}
{:process 0 :type :ok :f :read :value [x 0]}
{:process 1 :type :info :f :write :value [y 3]}
`
const transactions = `{:process 0 :type :invoke :f :txn :value [[:append 1 2] [:r x nil]]}
{:process 1 :type :invoke :value [[:r 1 nil]]}
{:process 0 :type :ok :f :txn :value [[:append 1 2] [:r x [3 4]]]}
{:process 1 :type :fail :value nil}
`
const texts = `{:process 0, :type :invoke, :f :put, :key "0", :value "x"}
{:process 1, :type :invoke, :f :get, :key "0", :value nil}
{:process 0, :type :ok, :f :put, :key "0", :value "x"}
{:process 1, :type :ok, :f :get, :key "0", :value "x"}
`
const log = `INFO  jepsen.util - 0\t:invoke\t:read\tnil
INFO  jepsen.util - 1\t:invoke\t:cas\t[0 3]
INFO  jepsen.util - 0\t:ok\t:read\tnil
INFO  jepsen.util - 1\t:fail\t:cas\t[0 3]
`
const json = `{"model":"cas-register","initial":0}
{"process":"c1","type":"invoke","f":"cas","key":"x","value":[0,1],"time":1}
{"process":2,"type":"invoke","f":"read","key":"x","time":2.5}
{"process":"c1","type":"ok","value":false,"time":3}
{"process":2,"type":"ok","value":1,"time":4}
`
const originals = { jepsen, independent, transactions, texts, log, json }

/** What can happen to a file. */
type Damage = (text: string) => string

const somewhere = fc.nat(1000)
const scrap = fc.oneof(
  fc.constantFrom(
    "[",
    "]",
    "{",
    "}",
    "(",
    '"',
    "\\",
    "#",
    "#_",
    ":",
    ";",
    "nil",
    "-",
    "1e999",
    "\n",
    "\r",
    "\u0000",
    "\ud800",
  ),
  fc.string({ unit: "binary", maxLength: 3 }),
)
const at = (text: string, place: number): number => place % (text.length + 1)

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(somewhere, fc.nat(7)).map(
    ([place, bit]): Damage =>
      (text) => {
        const index = at(text, place)
        const flipped = String.fromCharCode(text.charCodeAt(index) ^ (1 << bit))
        return text.slice(0, index) + flipped + text.slice(index + 1)
      },
  ),
  somewhere.map(
    (place): Damage =>
      (text) =>
        text.slice(0, at(text, place)),
  ),
  somewhere.map(
    (place): Damage =>
      (text) =>
        text.slice(at(text, place)),
  ),
  fc.tuple(somewhere, scrap).map(
    ([place, more]): Damage =>
      (text) =>
        text.slice(0, at(text, place)) + more + text.slice(at(text, place)),
  ),
  fc.tuple(somewhere, fc.nat(30)).map(
    ([place, many]): Damage =>
      (text) =>
        text.slice(0, at(text, place)) + text.slice(at(text, place) + many),
  ),
  fc.tuple(fc.nat(10), fc.nat(10)).map(
    ([one, other]): Damage =>
      (text) => {
        const lines = text.split("\n")
        const [left, right] = [one % lines.length, other % lines.length]
        return lines
          .with(left, lines[right] ?? "")
          .with(right, lines[left] ?? "")
          .join("\n")
      },
  ),
  fc.nat(10).map(
    (one): Damage =>
      (text) => {
        const lines = text.split("\n")
        return lines.toSpliced(one % lines.length, 0, lines[one % lines.length] ?? "").join("\n")
      },
  ),
)

const choice = fc.option(fc.record({ name: fc.constantFrom(...modelNames) }), { nil: undefined, freq: 3 })

it.each(Object.entries(originals))("of %s, whole or damaged, nothing is thrown", (_, original) => {
  expect(Result.isSuccess(parseRecording(original))).toBe(true)
  let refused = 0
  const runs = 3000
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), choice, (damages, chosen) => {
      const result = parseRecording(
        damages.reduce((text, each) => each(text), original),
        chosen,
      )
      if (Result.isSuccess(result)) return
      refused++
      expect(result.failure).toMatch(/^[^\p{Cc}\p{Cs}]{10,400}$/u)
    }),
    { numRuns: runs },
  )
  expect(refused).toBeGreaterThan(runs / 4)
  expect(refused).toBeLessThan(runs)
})
